"""The desk's own copies of what other rooms decide, held to them; and words made fit to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.assessment import policy
from mitigap.errors import GroupAmbiguous, GroupUnknown
from reports import figures
from service import filters, groups, policies, text
from service.groups import GroupEntry

GROUPS = (
    GroupEntry(id="G0001", name="Quiet Fox", aliases=("Fox", "Night Shift")),
    GroupEntry(id="G0002", name="Loud Fox", aliases=("Fox", "Quiet Fox")),
    GroupEntry(id="G0003", name="Night Shift"),
)


@given(st.none() | st.floats(0, 1))
def test_shares_are_written_as_the_reports_write_them(share: float | None) -> None:
    assert filters.percent(share) == figures.percent(share)


def test_policies_are_those_of_the_assessment() -> None:
    assert set(policies.NAMES) == set(policy.POLICIES)
    assert policies.NAMES[0] == policy.HEADLINE


@given(st.text())
def test_cleaned_words_are_one_short_printable_line(words: str) -> None:
    cleaned = text.clean(words)
    assert cleaned.isprintable()
    assert len(cleaned) <= text.LONGEST
    assert cleaned == cleaned.strip() == text.clean(cleaned)
    cleaned.encode()


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("controls.csv", "controls"),
        ("../../etc/passwd", "passwd"),
        ("C:\\\\files\\\\My controls.v2.xlsx", "My controls.v2"),
        (".csv", ".csv"),
        ("", "Inventory"),
    ],
)
def test_an_inventory_is_called_as_its_file(filename: str, name: str) -> None:
    assert text.stem(filename) == name


@pytest.mark.parametrize(
    ("asked", "found"),
    [("g0001", "G0001"), ("quiet  fox", "G0001"), ("NIGHT SHIFT", "G0003"), ("G0003", "G0003")],
)
def test_an_id_beats_a_name_and_a_name_an_alias(asked: str, found: str) -> None:
    assert groups.one(GROUPS, asked, "this catalogue").id == found


def test_an_alias_of_two_names_both() -> None:
    with pytest.raises(GroupAmbiguous, match=r"G0001 \(Quiet Fox\) and G0002 \(Loud Fox\)"):
        groups.one(GROUPS, "fox", "this catalogue")


def test_an_unknown_one_names_the_nearest() -> None:
    with pytest.raises(GroupUnknown, match=r"No group of this catalogue .*G0002 \(Loud Fox\)"):
        groups.one(GROUPS, "lout fox", "this catalogue")


def test_each_is_taken_once_in_the_order_asked() -> None:
    assert groups.resolve(GROUPS, ["G0003", "quiet fox", "g0001"], "") == ("G0003", "G0001")
