"""Any group of any catalogue can be written as a document that reads the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SHARED
from factories.catalog import catalogue
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import seeds, stix, text
from mitigap.catalog.model import Catalogue, Domain, Group, Mitigation, Technique
from mitigap.errors import GroupUnknown

BUNDLES = ["enterprise-attack-15.1", "enterprise-attack-18.1", "mobile-attack-18.1", "ics-attack-18.1"]


def excerpt(held: Catalogue, group_id: str) -> dict[str, object]:
    """What a document can say of one group."""
    used = held.uses.get(group_id, ())
    stops = {each: held.mitigates[each] for each in used if each in held.mitigates}
    group = held.groups[group_id]
    return {
        "domain": held.domain,
        "group": (group.id, group.name, group.description),
        "uses": {each: held.techniques[each].name for each in used},
        "mitigates": stops,
        "mitigations": {each: held.mitigations[each] for found in stops.values() for each in found},
    }


def test_a_document_is_written_line_by_line() -> None:
    held = catalogue({"G0001": ("T1001", "T1003.001")}, {"T1003.001": ("M1001", "M1002")}, domain=Domain.ICS)
    assert seeds.write(held, "G0001").split("\n") == [
        *("---", "domain: ics-attack", "tags:", "   - groups", "---"),
        *("# Name of G0001", "## ID:G0001", "", "## Techniques Used By Group"),
        *("* [Name of T1001](techniques/T1001)", "* [Name of T1003.001](techniques/T1003/001)", ""),
        *("# Summary of Techniques and Mitigations", "```mermaid", "flowchart LR"),
        "group[Name of G0001] --> T1001[Name of T1001]",
        "group[Name of G0001] --> T1003.001[Name of T1003.001]",
        "T1003.001[Name of T1003.001] --> M1001[Name of M1001]",
        "T1003.001[Name of T1003.001] --> M1002[Name of M1002]",
        "```",
    ]


def test_a_group_that_is_not_there_cannot_be_written() -> None:
    with pytest.raises(GroupUnknown, match=r"enterprise-attack@99\.0 has no group G0009"):
        seeds.write(catalogue({}), "G0009")


def test_the_founding_document_is_written_as_it_was_read(seed_path: Path) -> None:
    data = seed_path.read_bytes()
    assert seeds.write(seeds.read(data, "x.md"), "G0077").encode() == data


WORDS = (st.text(alphabet='Ab [](){}<>|"#;&%`~/\\=-.:35', max_size=20) | st.text(max_size=30)).map(text.name)
NAMES = WORDS.filter(bool)
PROSE = st.lists(
    st.sampled_from(["# ID:G0002", "## Techniques", "```mermaid", "~~~", "\\# x", "* [x](techniques/T1)"]) | WORDS
)


@given(NAMES, NAMES, NAMES, PROSE.map("\n".join))
def test_no_name_and_no_description_is_misread(group: str, technique: str, mitigation: str, prose: str) -> None:
    held = catalogue(
        {"G0001": ("T1001", "T1003.001")},
        {"T1001": ("M1001",)},
        groups={"G0001": Group(id="G0001", name=group, description=prose)},
        techniques={i: Technique(id=i, name=technique) for i in ("T1001", "T1003.001")},
        mitigations={"M1001": Mitigation(id="M1001", name=mitigation)},
    )
    found = seeds.read(seeds.write(held, "G0001").encode(), "x.md")
    assert found.notes == ()
    assert excerpt(found, "G0001") == excerpt(held, "G0001")


@pytest.mark.bundles
@pytest.mark.parametrize("path", sorted((SHARED / "groups").glob("G*.md")), ids=lambda path: path.stem)
def test_groups_of_15_1_are_written_byte_for_byte(path: Path, bundle_path: Callable[[str], Path]) -> None:
    bundle = bundle_path("enterprise-attack-15.1")
    held = stix.read(bundle.read_bytes(), bundle.name)
    assert seeds.write(held, path.name[:5]).encode() == path.read_bytes()


@pytest.mark.bundles
@pytest.mark.parametrize("name", BUNDLES)
def test_every_group_is_read_as_it_was_written(name: str, bundle_path: Callable[[str], Path]) -> None:
    path = bundle_path(name)
    held = stix.read(path.read_bytes(), path.name)
    for group_id in held.groups:
        found = seeds.read(seeds.write(held, group_id).encode(), "x.md")
        assert found.notes == ()
        assert excerpt(found, group_id) == excerpt(held, group_id)
