import pytest
from factories.catalog import catalogue

from mitigap.catalog import find
from mitigap.catalog.model import Fate, Group, Retired
from mitigap.errors import GroupAmbiguous, GroupUnknown


def retired(group_id: str, name: str, heir: str | None, *aliases: str) -> Retired:
    return Retired(id=group_id, name=name, fate=Fate.REVOKED, replaced_by=heir, aliases=aliases)


FOX = Group(id="G0001", name="Quiet Fox", aliases=("Vixen", "Grey Team", "G0002"))
OWL = Group(id="G0002", name="Night Owl", aliases=("Grey Team", "Strix", "Quiet Fox"))
HELD = catalogue(
    {},
    groups={"G0001": FOX, "G0002": OWL},
    retired_groups={
        "G0008": retired("G0008", "Red Fox", "G0001", "Reynard", "Twin"),
        "G0009": retired("G0009", "Dodo", None, "Raphus"),
        "G0010": retired("G0010", "Barn Owl", "G0002", "Twin", "Strix"),
    },
)


@pytest.mark.parametrize("text", ["G0001", "g0001", "VIXEN", " vixen "])
def test_a_group_answers_to_id_name_and_alias_in_any_case(text: str) -> None:
    assert find.group(HELD, text) == (FOX, None)


def test_an_id_beats_an_alias_and_so_does_a_name() -> None:
    assert find.group(HELD, "G0002") == (OWL, None)
    assert find.group(HELD, "Quiet Fox")[0] == FOX


def test_a_name_that_is_anothers_alias_too_is_noted() -> None:
    note = "G0001 is taken for 'Quiet Fox', its name; it is an alias of G0002 (Night Owl) too."
    assert find.group(HELD, "quiet  fox ") == (FOX, note)
    assert find.group(HELD, "Night Owl") == (OWL, None)


def test_an_ambiguous_alias_lists_both() -> None:
    with pytest.raises(GroupAmbiguous, match=r"G0001 \(Quiet Fox\) and G0002 \(Night Owl\)"):
        find.group(HELD, "grey team")


@pytest.mark.parametrize("text", ["G0008", "red fox", "Reynard"])
def test_a_retired_group_leads_to_its_successor_with_a_note(text: str) -> None:
    note = "G0008 (Red Fox) is revoked in enterprise-attack@99.0; G0001 (Quiet Fox) replaces it."
    assert find.group(HELD, text) == (FOX, note)


def test_the_living_are_asked_first() -> None:
    assert find.group(HELD, "Strix") == (OWL, None)


def test_two_retired_groups_of_one_alias_are_ambiguous() -> None:
    with pytest.raises(GroupAmbiguous, match=r"G0001 .* and G0002"):
        find.group(HELD, "Twin")


def test_a_retired_group_without_a_successor_is_unknown_and_says_why() -> None:
    with pytest.raises(GroupUnknown, match=r"G0009 \(Dodo\) is revoked .* nothing replaces it"):
        find.group(HELD, "Raphus")


def test_an_unknown_group_names_the_nearest() -> None:
    with pytest.raises(GroupUnknown, match=r"called 'Quite Fox'.* Did you mean G0001 \(Quiet Fox\)"):
        find.group(HELD, "Quite Fox")
    with pytest.raises(GroupUnknown) as refusal:
        find.group(HELD, "")
    assert refusal.value.message == "No group of enterprise-attack@99.0 is called ''."
