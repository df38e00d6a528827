from collections.abc import Sequence
from datetime import date

import pytest
from factories.inventory import book, codes, sheet, understood, vocabulary

from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Cell, Format, Merge
from mitigap.inventory.model import Status
from mitigap.inventory.normalise import normalise

HEADER = ("Mitigation", "Status")
ROWS: list[Sequence[Cell]] = [("M1032", "Implemented"), ("M1027", "Partial"), ("User Training", "Planned")]
PLAIN = [HEADER, *ROWS]
LEVELS = {"M1032": 1.0, "M1027": 0.5, "M1017": 0.0}


def levels(rows: object, **more: object) -> dict[str, float | None]:
    found = understood(rows, **more)  # type: ignore[arg-type]
    return {each: control.level for control in found.controls for each in control.mitigations}


@pytest.mark.parametrize(
    "rows",
    [
        PLAIN,
        [("Security controls of the group, 2026",), (), ("Confidential", None, "Page 1"), (), *PLAIN],
        [(None, None, *row) for row in PLAIN],
        [("Ref", *HEADER, "Owner"), *((f"C-{at}", *row, "SOC") for at, row in enumerate(ROWS))],
        [HEADER, ("Identity controls",), ROWS[0], ROWS[1], HEADER, ("People",), ROWS[2], ("Total", 3)],
        [("Status", "Mitigation"), *(row[::-1] for row in ROWS)],
        list(zip(*PLAIN, strict=True)),
        [("Our controls",), (), *zip(*PLAIN, strict=True)],
        ROWS,
    ],
    ids=["plain", "banner", "indented", "more columns", "headings and totals", "turned", "transposed",
         "transposed with a banner", "no header"],
)  # fmt: skip
def test_the_table_is_found_wherever_it_stands(rows: object) -> None:
    assert levels(rows) == LEVELS


def test_the_place_of_the_table_is_told() -> None:
    found = understood([("Banner",), (), ("Ref", "Status", "ATT&CK Mitigation"), ("C-1", "Yes", "M1032")])
    assert (found.sheet, found.header_row) == ("Controls", 3)
    assert found.columns == {"reference": "A", "status": "B", "mitigation": "C"}
    assert found.controls[0].location == "Controls!4"


def test_a_transposed_table_tells_rows_for_columns() -> None:
    found = understood([("Mitigation", "M1032", "MFAA"), ("Status", "Yes", "No"), ("Owner", "IAM team", "SOC")])
    assert (found.header_row, found.columns) == (None, {"mitigation": "1", "status": "2", "owner": "3"})
    assert [(control.location, control.row) for control in found.controls] == [("Controls!1:B", 1), ("Controls!1:C", 1)]
    assert codes(found) == [("unresolved", "Controls!1:C")]


def test_two_columns_of_names_are_told_apart() -> None:
    found = understood(
        [("Mitigation ID", "Mitigation Name", "Status"), ("M1032", "Multi-factor Authentication", "Yes")]
    )
    assert found.columns == {"mitigation_id": "A", "mitigation": "B", "status": "C"}
    assert found.issues == ()


def test_an_id_column_is_known_by_what_it_holds() -> None:
    attack = understood([("ID", "Name", "Status"), ("M1032", "Multi-factor Authentication", "Yes")])
    own = understood([("ID", "Name", "Status"), ("C-1", "Multi-factor Authentication", "Yes")])
    mapped = understood(
        [("ID", "Name", "Remark", "Status"), ("C-1", "Okta", "M1032", "Yes"), ("C-2", "Duo", "M1027", "Yes")]
    )
    assert attack.columns["mitigation_id"] == "A"
    assert own.columns["reference"] == "A"
    assert [control.mitigations for control in mapped.controls] == [(), ()]


def test_an_unnamed_column_of_ids_is_taken() -> None:
    rows = [
        ("ID", "Control", "Maps to", "Status"),
        ("C-1", "Okta", "M1032", "Yes"),
        ("C-2", "Duo", "M1027; M1017", "No"),
    ]
    found = understood(rows)
    assert [control.mitigations for control in found.controls] == [("M1032",), ("M1027", "M1017")]
    assert [control.text for control in found.controls] == ["Okta", "Duo"]


def test_the_mapping_type_is_no_status() -> None:
    rows = [("Mitigation ID", "Mapping Type", "Technique ID"), ("M1032", "mitigates", "T1110")]
    with pytest.raises(FileRefused, match="no column says what is deployed"):
        understood(rows)


def test_prose_under_implementation_is_no_status() -> None:
    prose = "Okta asks for a second factor at each sign-in from an unknown device, see the policy."
    rows = [("Control", "Implementation", "State"), ("MFA", prose, "Yes"), ("DLP", prose, "No")]
    assert understood(rows).columns["status"] == "C"


def test_a_second_column_of_the_kind_is_named() -> None:
    rows = [("Control", "Status (2025)", "Status (2026)"), ("MFA", "No", "Yes"), ("DLP", "No", "Yes")]
    found = understood(rows)
    assert found.columns["status"] == "B"
    assert ("other-columns", "Controls!1:B") in codes(found)


def test_dates_are_no_status_whatever_stands_above_them() -> None:
    rows = [("Control", "Assessment", "State"), ("MFA", date(2026, 1, 1), "Yes"), ("DLP", date(2026, 1, 2), "No")]
    assert understood(rows).columns["status"] == "C"


def test_the_column_whose_values_can_be_read_wins() -> None:
    rows = [("Control", "Status", "Implemented?"), ("MFA", "Open", "Yes"), ("Backup", "Closed", "No")]
    assert levels(rows) == {"M1032": 1.0, "M1053": 0.0}


def test_a_column_of_status_words_without_a_telling_header_is_taken_with_a_warning() -> None:
    rows = [("Control", "Where we are"), ("MFA", "Implemented"), ("Backup", "Planned")]
    found = understood(rows)
    assert found.columns["status"] == "B"
    assert ("guessed-column", "Controls!1:B") in codes(found)


@pytest.mark.parametrize("header", ["Critical?", "Automated", "Colour"])
def test_a_yes_or_no_to_another_question_is_no_status(header: str) -> None:
    with pytest.raises(FileRefused):
        understood([("Mitigation", header), ("M1032", "Yes"), ("M1027", "No")])


def test_a_bare_level_of_group_numbers_is_no_status() -> None:
    with pytest.raises(FileRefused):
        understood([("Mitigation", "Level"), ("M1032", 1), ("M1027", 2), ("M1017", 0)])


def test_the_best_sheet_is_read_and_the_others_are_named() -> None:
    found = understood({
        "Read me": [("How to fill in the sheet Controls",), ("Status", "Meaning"), ("Implemented", "It is there")],
        "Network": [HEADER, ("M1030", "Yes")],
        "Controls": PLAIN,
        "Lists": [("Implemented",), ("Partial",), ("Planned",)],
    })  # fmt: skip
    assert found.sheet == "Controls"
    assert codes(found) == [("other-sheets", "Controls")]
    assert "“Network”" in found.issues[0].message


def test_a_sheet_without_status_gives_way_to_one_with() -> None:
    catalogue = [("ID", "name", "description"), *((f"M10{at}", "Any", "Text") for at in range(16, 56))]
    found = understood({"mitigations": catalogue, "Sheet2": PLAIN})
    assert found.sheet == "Sheet2"


def test_a_hidden_sheet_is_read_only_where_nothing_else_will_do() -> None:
    long = [*PLAIN, *(("M1053", "Yes") for _ in range(50))]
    both = understood({"Controls": PLAIN, "Old": long}, hidden={"Old"})
    alone = understood({"Controls": PLAIN, "Cover": [("Hello",)]}, hidden={"Controls"})
    assert (both.sheet, alone.sheet) == ("Controls", "Controls")


def test_a_merged_banner_and_grouped_names_are_read_as_they_look() -> None:
    rows = [("Controls",), HEADER, ("M1032", "Yes"), ("M1032", "Partial"), ("M1027", "No")]
    merged = (
        Merge(first_row=1, last_row=1, first_column=0, last_column=1),
        Merge(first_row=3, last_row=4, first_column=0, last_column=0),
    )
    grid = Book(format=Format.XLSX, sheets=(sheet(rows, merged=merged),))
    found = normalise(grid, vocabulary(), name="controls", digest="sha256:0")
    assert [(control.mitigations, control.level) for control in found.controls] == [
        (("M1032",), 1.0), (("M1032",), 0.5), (("M1027",), 0.0),
    ]  # fmt: skip


def test_a_header_of_two_rows_is_read_by_its_lower_one() -> None:
    rows = [("Control", None, "Deployment", None), ("ID", "Name", "Status", "%"), ("C-1", "MFA", "Partial", 40)]
    assert levels(rows) == {"M1032": 0.4}


def test_a_hidden_column_gives_way_to_a_visible_one() -> None:
    rows = [("Mitigation", "Status", "Status"), ("M1032", "Yes", "No"), ("M1027", "Yes", "No")]
    grid = Book(format=Format.XLSX, sheets=(sheet(rows, hidden_columns=frozenset({1})),))
    assert normalise(grid, vocabulary(), name="controls", digest="sha256:0").columns["status"] == "C"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("Hello",), ("World",)], "no sheet holds a list of controls"),
        (
            [("Mitigation", "Description"), ("M1032", "Two factors"), ("M1027", "Long ones")],
            "no column says what is deployed",
        ),
        ([("Mitigation",), ("MFA",), ("Backup",)], "no column says what is deployed"),
        ([("Technique", "Detection"), ("T1110", "Many tries"), ("T1078", "At night")], "ATT&CK techniques"),
        ([("T1110", "Many tries"), ("T1078", "At night")], "ATT&CK techniques"),
        ([("Control", "Technique ID"), ("AC-1", "T1110"), ("AC-2", "T1078")], "ATT&CK techniques"),
    ],
)
def test_what_says_nothing_of_deployment_is_refused_with_the_remedy(rows: object, says: str) -> None:
    with pytest.raises(FileRefused, match=says) as refusal:
        understood(rows)  # type: ignore[arg-type]
    assert "“controls”" in refusal.value.message
    assert "“Status”" in refusal.value.message


def test_an_empty_book_is_refused() -> None:
    with pytest.raises(FileRefused):
        normalise(book({}), vocabulary(), name="controls", digest="sha256:0")


def test_controls_of_another_framework_without_status_are_listed_and_count_nothing() -> None:
    found = understood([("ID", "Recommendation"), ("NS-1", "Establish boundaries"), ("NS-2", "Secure cloud services")])
    assert [control.level for control in found.controls] == [None, None]
    assert codes(found) == [
        ("missing-status", "Controls"), ("unresolved", "Controls!2:B"), ("unresolved", "Controls!3:B"),
    ]  # fmt: skip


def test_a_column_for_each_status_is_read_as_one() -> None:
    rows = [
        ("Control", "Implemented", "Partially implemented", "Planned", "Not applicable"),
        ("MFA", "x"),
        ("Backup", None, "X"),
        ("EDR", None, None, "x"),
        ("Firewall", None, None, None, "x"),
        ("User Training",),
    ]
    found = understood(rows)
    assert found.columns == {"mitigation": "A", "status": "B"}
    assert [control.status and control.status.value for control in found.controls] == [
        "implemented", "partial", "planned", "not-applicable", None,
    ]  # fmt: skip
    assert codes(found) == [("missing-status", "Controls!6:B")]


def test_columns_of_two_questions_are_not_taken_for_one() -> None:
    rows = [("Control", "Implemented", "Planned"), ("MFA", "x", "x"), ("Backup", None, "x")]
    assert levels(rows) == {"M1032": 1.0, "M1053": 0.0}


def test_two_tables_of_one_shape_are_read_as_one() -> None:
    rows = [
        ("Identity",),
        HEADER,
        ROWS[0],
        ROWS[1],
        (),
        ("People",),
        ("Mitigation name", "Implementation status"),
        ROWS[2],
    ]
    assert levels(rows) == LEVELS
    assert ("repeated-header", "Controls!7") in codes(understood(rows))


def test_a_legend_beneath_the_table_is_skipped() -> None:
    rows = [*PLAIN, (), ("Legend:",), ("Yes", "The control is deployed"), ("No", "It is not"), ("Kept by the SOC",)]
    assert levels(rows) == LEVELS
    assert codes(understood(rows)) == [("section", "Controls!6")]


def test_the_column_that_names_mitigations_is_preferred_to_the_one_that_names_products() -> None:
    rows = [("Product", "Capability", "Deployed?"), ("Okta", "MFA", "Yes"), ("Veeam", "Backup", "No")]
    assert levels(rows) == {"M1032": 1.0, "M1053": 0.0}


def test_a_total_does_not_tell_how_numbers_are_read() -> None:
    assert levels([("Mitigation", "Coverage"), ("MFA", 0.6), ("Backup", 1), ("Total", 160)]) == {
        "M1032": 0.6,
        "M1053": 1.0,
    }


def test_a_column_of_shares_beside_the_words_says_how_far() -> None:
    rows = [("Mitigation", "State", "% done"), ("MFA", "Partially implemented", 0.6), ("Backup", "In progress", 0.4)]
    assert levels(rows) == {"M1032": 0.6, "M1053": 0.4}


def test_headings_and_totals_do_not_hide_a_column_of_ids() -> None:
    rows = [("ID", "Control", "Status"), ("Identity",), ("M1032", "MFA", "Yes"),
            ("M1027", "Passwords", "No"), ("Subtotal", None, "50 %"), ("Network",), ("M1030", "Segmentation", "Yes"),
            ("Total", None, "67 %")]  # fmt: skip
    assert levels(rows) == {"M1032": 1.0, "M1027": 0.0, "M1030": 1.0}


def test_numbers_of_ones_own_that_look_like_ids_give_way_to_the_column_of_mitigations() -> None:
    rows = [("ID", "Control", "ATT&CK mitigation", "Status"), ("M1016", "MFA", "M1032", "Yes"),
            ("M1017", "Backup", "M1053", "No")]  # fmt: skip
    assert levels(rows) == {"M1032": 1.0, "M1053": 0.0}


def test_every_column_of_mitigations_is_read() -> None:
    rows = [("Control", "Primary mitigation", "Secondary mitigation", "Status"), ("AD", "M1026", "M1018", "Yes"),
            ("FW", "M1037", None, "No")]  # fmt: skip
    assert levels(rows) == {"M1026": 1.0, "M1018": 1.0, "M1037": 0.0}


def test_a_recommended_mitigation_is_not_deployed() -> None:
    rows = [("Mitigation", "Recommended mitigation", "Status"), ("M1026", "M1018", "Yes")]
    assert levels(rows) == {"M1026": 1.0}


@pytest.mark.parametrize("groups", [("Current", "Target"), ("Target", "Current")])
def test_columns_of_one_name_are_told_apart_by_what_stands_above_them(groups: tuple[str, str]) -> None:
    rows = [(None, *groups), ("Mitigation", "Status", "Status"), ("MFA", "No", "No"), ("Backup", "Yes", "Yes")]
    rows[2:] = [("MFA", *(("No", "Yes") if groups[0] == "Current" else ("Yes", "No")))]
    assert levels(rows) == {"M1032": 0.0}


def test_a_header_that_is_known_and_says_nothing_is_still_a_header() -> None:
    found = understood([("Mitigation", "Coverage"), ("MFA", "Planned"), ("Backup", "Partially implemented")])
    assert (found.header_row, len(found.controls)) == (1, 2)


def test_a_total_beneath_ticks_does_not_undo_them() -> None:
    header = ("Mitigation", "Implemented", "Partially", "Planned")
    rows = [header, ("MFA", "x"), ("M1027", None, "x"), ("Backup", None, None, "x"), ("Total", 1, 1, 1)]
    assert levels(rows) == {"M1032": 1.0, "M1027": 0.5, "M1053": 0.0}


def test_a_row_ticked_twice_is_named_and_does_not_undo_the_others() -> None:
    header = ("Mitigation", "Implemented", "Partially")
    rows = [header, ("MFA", "x"), ("M1027", None, "x"), ("Backup", "x"), ("EDR", "x"), ("AV", None, "x"), ("DLP", "x"),
            ("Audit", "x", "x")]  # fmt: skip
    found = understood(rows)
    assert levels(rows) | {"M1047": None} == levels(rows)
    assert ("unknown-status", "Controls!8:B") in codes(found)


def test_a_maturity_may_say_that_it_does_not_apply() -> None:
    found = understood([("Mitigation", "Maturity (0-4)"), ("MFA", 3), ("Backup", "N/A")])
    assert [(control.status, control.level) for control in found.controls] == [
        (Status.PARTIAL, 0.75),
        (Status.NOT_APPLICABLE, None),
    ]


def test_a_title_is_no_part_of_the_header_beneath_it() -> None:
    rows = [("Risk register",), ("Mitigation", "Status", "Status"), ("MFA", "Yes", "No")]
    found = understood(rows)
    assert found.columns == {"mitigation": "A", "status": "B"}
    assert codes(found) == [("other-columns", "Controls!2:B")]
