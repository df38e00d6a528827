import json
from datetime import date
from typing import Any

import msgspec
from factories.inventory import understood

from mitigap.inventory.difference import Change, Changed, LevelChange, difference, dump, with_levels
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Inventory

TODAY = date(2026, 11, 24)
HEADER = ("Ref", "Control", "Status", "Owner")


def listed(*rows: tuple[Any, ...]) -> Inventory:
    return understood([HEADER, *rows])


MFA = ("1", "MFA", "Yes", "IAM")
AUDIT = ("2", "Audit", "No", "SOC")


def test_nothing_moves_where_rows_only_change_places() -> None:
    found = difference(listed(MFA, AUDIT), listed(AUDIT, MFA))
    assert (found.added, found.removed, found.changed, found.same) == ((), (), (), 2)


def test_a_row_that_changes_is_told_field_by_field() -> None:
    found = difference(listed(MFA, AUDIT), listed(("1", "MFA", "50 %", "Ops"), AUDIT))
    assert found.changed == (
        Changed(
            text="MFA",
            before="Controls!2",
            now="Controls!2",
            fields=(
                Change(field="status", before="implemented", now="partial"),
                Change(field="level", before=1.0, now=0.5),
                Change(field="owner", before="IAM", now="Ops"),
            ),
        ),
    )


def test_a_row_that_is_renamed_is_known_by_its_id_or_by_what_it_stands_for() -> None:
    by_id = difference(listed(MFA), listed(("1", "Audit", "Yes", "IAM")))
    by_mitigation = difference(listed(("", "MFA", "Yes", "")), listed(("", "Multi-factor Authentication", "Yes", "")))
    assert [change.field for change in by_id.changed[0].fields] == ["text", "mitigations"]
    assert [change.field for change in by_mitigation.changed[0].fields] == ["text"]


def test_rows_come_and_go() -> None:
    found = difference(listed(MFA, AUDIT), listed(AUDIT, ("3", "Backup", "Yes", "")))
    assert [control.text for control in found.added] == ["Backup"]
    assert [control.text for control in found.removed] == ["MFA"]


def test_of_equal_rows_one_more_is_one_added() -> None:
    found = difference(listed(MFA, MFA), listed(MFA, MFA, MFA))
    assert (len(found.added), found.same) == (1, 2)


def test_the_document_tells_levels_and_counts() -> None:
    before, now = listed(MFA), listed(("1", "MFA", "No", "IAM"))
    reached = with_levels(difference(before, now), levels(before.controls, TODAY), levels(now.controls, TODAY))
    assert reached.levels == (LevelChange(id="M1032", before=1.0, now=0.0),)
    told = json.loads(dump(reached, base=4))
    assert (told["base"], told["counts"]) == (4, {"added": 0, "removed": 0, "changed": 1, "same": 0})
    assert msgspec.convert(told["levels"], list[LevelChange]) == [*reached.levels]
