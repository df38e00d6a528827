from datetime import date

import pytest
from factories import reports as made

from mitigap.assessment.model import MitigationResult
from mitigap.inventory.model import Severity, Status, Suggestion
from reports.evidence import Evidence, Line, Puzzle, Remark, puzzles, remarks, state


def an_edge(*controls: str, expired: tuple[str, ...] = ()) -> MitigationResult:
    return MitigationResult(id="M1032", name="MFA", level=0.5, controls=controls, pre_compromise=False, expired=expired)


def test_the_rows_that_count_most_come_first_and_expired_ones_last() -> None:
    controls = (
        made.a_control(5, "old", "M1032", status=Status.IMPLEMENTED, level=1.0, expires=date(2020, 1, 1)),
        made.a_control(6, "plan", "M1032", status=Status.PLANNED, level=0.0),
        made.a_control(7, "half", "M1032", status=Status.PARTIAL, level=0.5, owner="SOC"),
    )
    found = Evidence(made.an_inventory(controls)).behind(
        an_edge("Controls!5", "Controls!6", "Controls!7", expired=("Controls!5",))
    )
    assert found == (
        Line(location="Controls!7", text="half", state="partial, 50 %", owner="SOC"),
        Line(location="Controls!6", text="plan", state="planned", owner=""),
        Line(
            location="Controls!5",
            text="old",
            state="implemented",
            owner="",
            expired="expired on 2020-01-01, counts 0",
        ),
    )
    assert str(found[2]) == "Controls!5 “old” (implemented, expired on 2020-01-01, counts 0)"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"status": Status.IMPLEMENTED, "level": 1.0}, "implemented"),
        ({"status": Status.PARTIAL, "level": 0.999}, "partial, 99.9 %"),
        ({"status": Status.ABSENT, "level": 0.0}, "not implemented"),
        ({"status": Status.NOT_APPLICABLE}, "not applicable"),
        ({"status_text": "perhaps"}, "status not understood: perhaps"),
        ({}, "no status given"),
    ],
)
def test_the_state_of_a_row(more: dict[str, object], words: str) -> None:
    assert state(made.a_control(5, "MFA", **more)) == words


def test_an_unresolved_row_comes_with_what_it_may_have_meant() -> None:
    near = (Suggestion(id="M1032", name="Multi-factor Authentication", confidence=0.5),)
    inventory = made.an_inventory(
        [made.a_control(5, "strong sign-in", owner="IAM team"), made.a_control(6, "MFA", "M1032")],
        [made.an_issue(5, "It names no mitigation.", suggestions=near)],
    )
    assert puzzles(inventory) == (
        Puzzle(
            location="Controls!5",
            text="strong sign-in",
            owner="IAM team",
            messages=("It names no mitigation.",),
            suggestions=("M1032 Multi-factor Authentication (50 % alike)",),
        ),
    )
    assert remarks(inventory) == ()


def test_other_remarks_stand_with_the_errors_first() -> None:
    inventory = made.an_inventory(
        [made.a_control(6, "MFA", "M1032")],
        [made.an_issue(6, "Look.", severity=Severity.WARNING), made.an_issue(6, "Mend.")],
    )
    assert remarks(inventory) == (
        Remark(location="Controls!6:B", severity="error", message="Mend.", suggestions=()),
        Remark(location="Controls!6:B", severity="warning", message="Look.", suggestions=()),
    )
