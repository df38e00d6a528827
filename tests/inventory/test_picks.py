from datetime import date

import pytest
from factories.inventory import Rows, book, codes, vocabulary
from hypothesis import given
from hypothesis import strategies as st

from mitigap.choices import FIELDS, STATUSES, Choices
from mitigap.errors import FileRefused
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Inventory, Method, Status, Vocabulary
from mitigap.inventory.normalise import normalise
from mitigap.inventory.survey import survey

ROWS: dict[str, Rows] = {
    "Cover": [("Controls of the bank",), ("Version", "3")],
    "Inventory": [
        ("Controls of the bank", None, None),
        ("Mitigation", "How far", "Status", "Owner"),
        ("CrowdStrike Falcon", "Stufe A", "Yes", "SOC"),
        ("MFA", "Stufe B", "No", "IAM"),
        ("Coffee machine", "Stufe A", "Yes", "Office"),
    ],
    "Old": [("Mitigation", "Status"), ("Audit", "Yes"), ("Nonsense", "Yes"), ("More of it", "No")],
}
TODAY = date(2026, 11, 24)


def read(choices: Choices, words: Vocabulary | None = None) -> Inventory:
    return normalise(book(ROWS), words or vocabulary(), name="bank", digest="sha256:0", choices=choices)


def test_another_sheet_can_be_chosen() -> None:
    assert (read(Choices()).sheet, read(Choices(sheet="Old")).sheet) == ("Inventory", "Old")


def test_another_status_column_can_be_chosen() -> None:
    found = read(Choices(columns={"status": "B"}))
    assert found.columns == {"status": "B", "mitigation": "A"} | {"owner": "D"}
    assert [control.status_text for control in found.controls] == ["Stufe A", "Stufe B", "Stufe A"]


def test_a_field_can_be_chosen_not_to_be_read() -> None:
    assert [control.owner for control in read(Choices(columns={"owner": None})).controls] == ["", "", ""]


def test_a_list_without_a_header_can_be_said_to_have_none() -> None:
    found = read(Choices(sheet="Old", header_row=0, columns={"mitigation": "A", "status": "B"}))
    assert [control.row for control in found.controls] == [2, 3, 4]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (Choices(sheet="Sheet9"), "no sheet “Sheet9”. It has “Cover”, “Inventory” and “Old”"),
        (Choices(header_row=99), "Row 99 of the sheet “Inventory” is empty"),
        (Choices(columns={"status": "Z"}), "“status” in column Z; the sheet “Inventory” has the columns A to D"),
        (Choices(columns={"status": None}), "no column says what is deployed"),
    ],
)
def test_what_the_file_does_not_have_is_refused_by_name(choices: Choices, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        read(choices)


def test_settled_status_words_come_before_our_own() -> None:
    words = vocabulary(
        statuses={"stufe  a": Status.IMPLEMENTED, "Stufe B": Status.NOT_APPLICABLE, "yes": Status.PLANNED}
    )
    by_level = read(Choices(columns={"status": "B"}), words)
    assert [control.status for control in by_level.controls] == ["implemented", "not-applicable", "implemented"]
    assert [control.status for control in read(Choices(), words).controls] == ["planned", "absent", "planned"]


def test_settled_names_count_and_others_are_left_out_by_name() -> None:
    words = vocabulary(confirmed={"Crowdstrike falcon": ("M1040", "M1049"), "coffee machine": ()})
    found = read(Choices(), words)
    assert [(each.mitigations, each.method) for each in found.controls] == [
        (("M1040", "M1049"), Method.CONFIRMED),
        (("M1032",), Method.ALIAS),
    ]
    assert codes(found)[1:] == [("left-out", "Inventory!5")]


def test_a_settled_name_whose_mitigation_is_gone_is_unresolved_again() -> None:
    found = read(Choices(), vocabulary(confirmed={"CrowdStrike Falcon": ("M1999",)}))
    assert found.controls[0].mitigations == ()


def test_a_settled_header_is_believed_whatever_stands_beneath() -> None:
    found = read(Choices(), vocabulary(headers={"how far": "status", "status": "notes"}))
    assert (found.columns["status"], found.columns["notes"]) == ("B", "C")


def test_a_look_tells_words_and_names_that_are_to_be_settled() -> None:
    look = survey(book(ROWS), vocabulary(), name="bank", digest="d", choices=Choices(columns={"status": "B"}))
    assert [(each.text, each.count, each.status) for each in look.words] == [("Stufe A", 2, None), ("Stufe B", 1, None)]
    assert {each.text for each in look.names} == {"CrowdStrike Falcon", "Coffee machine"}
    assert [(each.letter, each.header, each.field) for each in look.columns] == [
        ("A", "Mitigation", "mitigation"),
        ("B", "How far", "status"),
        ("C", "Status", None),
        ("D", "Owner", "owner"),
    ]
    assert [each.name for each in look.sheets] == ["Cover", "Inventory", "Old"]


def test_a_list_that_cannot_be_read_yet_is_shown_with_its_reason() -> None:
    rows = [("Thing", "Remark"), ("Spoon", "bent"), ("Fork", "straight")]
    look = survey(book(rows), vocabulary(), name="bank", digest="d")
    assert (look.inventory, look.sheet) == (None, "Controls")
    assert look.refusal
    assert [each.samples for each in look.columns] == [("Spoon", "Fork"), ("bent", "straight")]


letters = st.sampled_from(["A", "B", "C", "D", None])
chosen = st.builds(
    Choices,
    sheet=st.sampled_from(["", "Inventory", "Old"]),
    header_row=st.sampled_from([None, 0, 1, 2]),
    columns=st.dictionaries(st.sampled_from(FIELDS), letters, max_size=4),
)
words = st.builds(
    vocabulary,
    confirmed=st.dictionaries(st.sampled_from(["CrowdStrike Falcon", "Coffee machine"]), st.just(("M1040",))),
    statuses=st.dictionaries(st.sampled_from(["Stufe A", "Yes", "No"]), st.sampled_from(STATUSES).map(Status)),
)


@given(chosen, words)
def test_what_is_shown_beforehand_is_what_is_imported(choices: Choices, words: Vocabulary) -> None:
    told = {"name": "bank", "digest": "d", "choices": choices}
    try:
        shown = survey(book(ROWS), words, **told)
    except FileRefused as refusal:
        with pytest.raises(FileRefused, match=refusal.message[:20].replace("(", ".")):
            normalise(book(ROWS), words, **told)
        return
    if shown.inventory is None:
        with pytest.raises(FileRefused):
            normalise(book(ROWS), words, **told)
        return
    filed = normalise(book(ROWS), words, **told)
    assert filed == shown.inventory
    assert levels(filed.controls, TODAY) == levels(shown.inventory.controls, TODAY)
