import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.inventory.fields import Field
from mitigap.inventory.header_words import HEADERS
from mitigap.inventory.headers import heading
from mitigap.inventory.words import fold_header


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Mitigation ID", Field.MITIGATION_ID),
        ("mitigationID", Field.MITIGATION_ID),
        ("ATT&CK ID", Field.MITIGATION_ID),
        ("Mitigation Name", Field.MITIGATION),
        ("MITRE ATT&CK® Mitigation (v18)", Field.MITIGATION),
        ("Control", Field.CONTROL),
        ("CONTROL NAME:", Field.CONTROL),
        ("control_id", Field.REFERENCE),
        ("ASB ID", Field.REFERENCE),
        ("Implementation Status", Field.STATUS),
        ("Current status of implementation", Field.STATUS),
        ("Implemented?", Field.STATUS),
        ("Implemented (Y/N)", Field.STATUS),
        ("Umsetzungsstatus", Field.STATUS),
        ("Statut de mise en œuvre", Field.STATUS),
        ("Estado", Field.STATUS),
        ("Coverage (%)", Field.LEVEL),
        ("Implementation (%)", Field.LEVEL),
        ("% implemented", Field.LEVEL),
        ("Maturity level [0-5]", Field.MATURITY),
        ("Reifegrad", Field.MATURITY),
        ("Applicable (Yes/No)", Field.APPLICABLE),
        ("Primary control owner", Field.OWNER),
        ("Nachweis", Field.EVIDENCE),
        ("last_review", Field.REVIEWED),
        ("Valid until", Field.EXPIRES),
        ("Technique ID", Field.TECHNIQUE),
        ("Coverage status", Field.STATUS),
        ("% done", Field.LEVEL),
        ("Done %", Field.LEVEL),
        ("Due date", Field.DUE),
        ("Deadline", Field.DUE),
        ("Pct complete", Field.LEVEL),
        ("% rolled out", Field.LEVEL),
        ("% in place", Field.LEVEL),
        ("% of estate covered", Field.LEVEL),
        ("Degree of completion", Field.LEVEL),
        ("% erledigt", Field.LEVEL),
        ("Implementierungsgrad", Field.LEVEL),
        ("% réalisé", Field.LEVEL),
    ],
)
def test_a_header_names_its_field(text: str, field: Field) -> None:
    found = heading(text)
    assert found is not None
    assert found.field is field


@pytest.mark.parametrize(
    "text",
    ["Mapping Type", "Target Maturity", "Implementation date", "Next review", "Approval status",
     "Ticket status", "Criticality", "Planned level", "Colour", "Azure Guidance",
     "% of budget spent", "Target %", "% planned", "Risk reduction %", "Weight (%)", "Planned coverage (%)",
     "Recommended mitigation", "Design effectiveness"],
)  # fmt: skip
def test_what_only_sounds_like_a_field_is_none(text: str) -> None:
    found = heading(text)
    assert found is None or found.field is Field.OTHER


@pytest.mark.parametrize("text", ["Statsu", "Implmented", "Mitgation", "Maturty level"])
def test_a_header_may_be_misspelt_by_a_letter(text: str) -> None:
    found = heading(text)
    assert found is not None
    assert found.field in {Field.STATUS, Field.MITIGATION, Field.MATURITY}


def test_a_header_says_what_its_numbers_are() -> None:
    maturity, percent, score = heading("Maturity (0–4)"), heading("Coverage in %"), heading("Score /10")  # noqa: RUF001
    assert maturity is not None
    assert percent is not None
    assert score is not None
    assert (maturity.column.full, maturity.column.graded) == (4, True)
    assert percent.column.percent
    assert score.column.full == 10


@pytest.mark.parametrize("cell", [None, 7, 0.5, True, "", " ", "–", "x" * 5_000])  # noqa: RUF001
def test_what_is_no_header_is_passed_over(cell: object) -> None:
    assert heading(cell) is None  # type: ignore[arg-type]


def test_the_table_is_written_as_headers_are_compared() -> None:
    assert [header for header in HEADERS if fold_header(header) != header] == []


@given(st.sampled_from(sorted(HEADERS)), st.sampled_from([str.upper, str.title, str.capitalize]))
def test_case_and_punctuation_never_matter(header: str, recased: object) -> None:
    dressed = f"  {recased(header)}: "  # type: ignore[operator]
    found, plain = heading(dressed), heading(header)
    assert found is not None
    assert plain is not None
    assert (found.field, found.strength) == (plain.field, plain.strength)
