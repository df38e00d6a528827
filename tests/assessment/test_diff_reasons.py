"""What the catalogue or the choice of group did to techniques and links, and what may not be compared at all."""

from fractions import Fraction

import pytest
from factories.assessment import GROUP, a_catalogue, a_control, an_inventory, of_controls
from factories.drift import a_release, a_subject, changed, dead, parts, reasons, two_groups

from mitigap.assessment.diff import diff, preview
from mitigap.assessment.drift import Cause, Kind, Move, Why
from mitigap.catalog.model import Domain, Group
from mitigap.errors import GroupUnknown, UserError


def test_what_became_of_each_technique_is_told() -> None:
    base = a_subject(catalogue=a_release({each: ["M1011"] for each in ("T1001", "T1002", "T1003", "T1004")}, "1"))
    after = {each: ["M1011"] for each in ("T1001", "T1005", "T1006", "T1007")}
    catalogue = a_release(
        after,
        "2",
        techniques=a_catalogue({**after, "T1002": []}).techniques,
        retired_techniques=dead("T1003", "T1005") | dead("T1004"),
    )

    assert reasons(diff(base, changed(base, catalogue=catalogue))) == {
        "T1002": (Move.REMOVED, Cause.CATALOGUE, Why.UNLINKED, ()),
        "T1003": (Move.REMOVED, Cause.CATALOGUE, Why.REVOKED, ("T1005",)),
        "T1004": (Move.REMOVED, Cause.CATALOGUE, Why.DEPRECATED, ()),
        "T1005": (Move.ADDED, Cause.CATALOGUE, Why.REVOKED, ("T1003",)),
        "T1006": (Move.ADDED, Cause.CATALOGUE, Why.NEW, ()),
        "T1007": (Move.ADDED, Cause.CATALOGUE, Why.NEW, ()),
    }


def test_a_technique_that_the_group_takes_up_and_one_that_is_nowhere_any_more() -> None:
    base = a_subject(catalogue=a_catalogue({"T1001": [], "T1002": []}, uses={GROUP: ("T1001",)}))
    now = changed(base, catalogue=a_release({"T1002": []}, "2"))

    assert reasons(diff(base, now)) == {
        "T1001": (Move.REMOVED, Cause.CATALOGUE, Why.GONE, ()),
        "T1002": (Move.ADDED, Cause.CATALOGUE, Why.LINKED, ()),
    }


def test_what_became_of_each_link_is_told() -> None:
    base = a_subject(catalogue=a_release({"T1001": ["M1011", "M1012", "M1013", "M1014"], "T1002": ["M1011"]}, "1"))
    after = {"T1001": ["M1015", "M1016"], "T1003": ["M1014"]}
    named_still = {"T9999": ["M1011"]}
    catalogue = a_release(
        after,
        "2",
        mitigations=a_catalogue({**after, **named_still}).mitigations,
        retired_mitigations=dead("M1012", "M1015") | dead("M1013"),
    )

    drift = diff(base, changed(base, catalogue=catalogue))

    assert {(each.technique, each.mitigation): (each.kind, each.why, each.related) for each in drift.edges} == {
        ("T1001", "M1011"): (Kind.REMOVED, Why.UNLINKED, ()),
        ("T1001", "M1012"): (Kind.REMOVED, Why.REVOKED, ("M1015",)),
        ("T1001", "M1013"): (Kind.REMOVED, Why.DEPRECATED, ()),
        ("T1001", "M1014"): (Kind.REMOVED, Why.UNLINKED, ()),
        ("T1001", "M1015"): (Kind.ADDED, Why.REVOKED, ("M1012",)),
        ("T1001", "M1016"): (Kind.ADDED, Why.NEW, ()),
        ("T1002", "M1011"): (Kind.REMOVED, Why.TECHNIQUE, ()),
        ("T1003", "M1014"): (Kind.ADDED, Why.TECHNIQUE, ()),
    }


def test_a_group_that_was_merged_is_compared_with_the_one_that_took_it_in() -> None:
    """In the old release both stand side by side: what they differ in is not the new release's doing."""
    merged = a_release(
        {"T1001": ["M1011"], "T1002": ["M1012", "M1011"]},
        "2",
        groups={"G0002": Group(id="G0002", name="Group G0002")},
        uses={"G0002": ("T1001", "T1002")},
        retired_groups=dead("G0001", "G0002"),
    )
    base = a_subject(catalogue=two_groups(), inventory=an_inventory({"M1011": 1.0}))

    drift = diff(base, changed(base, catalogue=merged))

    assert (drift.base.group.id, drift.now.group.id) == ("G0001", "G0002")
    assert parts(drift) == {"group": "-1/2", "catalogue": "1/4"}
    assert reasons(drift) == {"T1002": (Move.ADDED, Cause.GROUP, None, ())}
    assert [(each.mitigation, each.cause, each.why) for each in drift.edges] == [
        ("M1011", Cause.CATALOGUE, Why.LINKED),
        ("M1012", Cause.GROUP, None),
    ]
    back = diff(changed(base, catalogue=merged, group_id="G0002"), base)
    assert Fraction(back.exact or 0) == Fraction(1, 4)
    assert diff(changed(base, catalogue=merged), changed(base, catalogue=merged, group_id="G0002")).changed is False


def test_a_group_whose_heir_is_new_is_the_catalogues_doing() -> None:
    heir = a_release(
        {"T1002": ["M1012"]},
        "2",
        groups={"G0009": Group(id="G0009", name="Heir")},
        uses={"G0009": ("T1002",)},
        retired_groups=dead("G0001", "G0009"),
    )
    base = a_subject(catalogue=two_groups(), inventory=an_inventory({"M1011": 1.0}))

    drift = diff(base, changed(base, catalogue=heir))

    assert parts(drift) == {"catalogue": "-1"}
    assert {each.cause for each in drift.techniques} == {Cause.CATALOGUE}


def test_a_merger_alone_is_a_change() -> None:
    catalogue = two_groups(retired_groups={})
    same = a_release(
        {"T1001": ["M1011"]},
        "2",
        groups={"G0002": Group(id="G0002", name="Group G0002")},
        uses={"G0002": ("T1001",)},
        retired_groups=dead("G0001", "G0002"),
    )
    assert diff(a_subject(catalogue=catalogue), a_subject(catalogue=same)).changed


def test_the_same_upload_in_the_words_of_another_release_is_the_catalogues_doing() -> None:
    """M1011 was replaced by M1012: the row that named the one now means the other."""
    base = a_subject(catalogue=a_release({"T1001": ["M1011"]}, "1"), levels={"M1011": 1.0})
    catalogue = a_release({"T1001": ["M1012"]}, "2", retired_mitigations=dead("M1011", "M1012"))
    bridge = an_inventory({"M1012": 1.0})
    read = of_controls([a_control(2, "M1012", 1.0, text="control 2")])

    drift = diff(base, changed(base, catalogue=catalogue, inventory=read), bridge=bridge)

    assert drift.exact == "0"
    assert [(each.kind, each.cause, each.fields) for each in drift.rows] == [
        (Kind.CHANGED, Cause.CATALOGUE, ("mitigations",))
    ]
    assert {each.id: [step.cause for step in each.steps] for each in drift.mitigations} == {
        "M1011": [Cause.CATALOGUE],
        "M1012": [Cause.CATALOGUE],
    }
    assert drift == preview(base, catalogue, bridge=bridge)


def test_two_groups_are_not_compared() -> None:
    base = a_subject(catalogue=two_groups())
    with pytest.raises(UserError, match=r"G0001 \(Group G0001\) and G0002 \(Group G0002\) are two groups: drift"):
        diff(base, changed(base, group_id="G0002"))


def test_two_domains_are_not_compared() -> None:
    with pytest.raises(UserError, match=r"enterprise-attack@99.0 and mobile-attack@99.0 are two domains"):
        diff(a_subject(), a_subject(catalogue=a_catalogue({"T1001": []}, domain=Domain.MOBILE)))


def test_a_group_that_one_side_does_not_know_is_an_error() -> None:
    with pytest.raises(GroupUnknown):
        diff(a_subject(), a_subject(catalogue=a_catalogue({}, groups={})))


def test_the_groups_may_be_named_as_people_name_them() -> None:
    assert not diff(a_subject(), a_subject(group_id="quiet group")).changed
