"""Group documents as people write them: what is understood, what is noted, what is refused."""

from pathlib import Path

import pytest
from factories.catalog import DRAWN, LISTED, document
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import seeds
from mitigap.catalog.model import Catalogue, Domain, Group, Mitigation, Technique
from mitigap.errors import CatalogueUnreadable, UserError, VersionUnknown


def read(data: bytes | str) -> Catalogue:
    return seeds.read(data if isinstance(data, bytes) else data.encode(), "fox.md")


def faults(data: bytes | str) -> list[str]:
    with pytest.raises(CatalogueUnreadable) as refusal:
        read(data)
    return [fault.removeprefix("fox.md:") for fault in refusal.value.faults]


def notes(data: bytes | str) -> list[str]:
    return [note.removeprefix("fox.md:") for note in read(data).notes]


def test_the_founding_document(seed_path: Path) -> None:
    found = seeds.read(seed_path.read_bytes(), "G0077-leafminer.md")
    assert found.notes == ()
    assert (found.domain, found.version, found.label) == (Domain.ENTERPRISE, None, "G0077-leafminer.md")
    assert found.groups["G0077"].name == "Leafminer"
    assert found.groups["G0077"].description.startswith("[Leafminer](https://attack.mitre.org/groups/G0077) is an ")
    assert len(found.uses["G0077"]) == len(found.techniques) == 17
    assert sum(map(len, found.mitigates.values())) == 45
    assert len(found.mitigates) == 15
    assert found.mitigates["T1003.005"] == ("M1015", "M1017", "M1027", "M1028", "M1026")
    assert found.techniques["T1055.013"] == Technique(id="T1055.013", name="Process Doppelgänging")
    assert found.tactics == {}


def test_a_small_document_is_read_whole() -> None:
    found = read(document())
    assert found.groups == {"G0001": Group(id="G0001", name="Quiet Fox", description="A group of nobody's.")}
    assert found.uses == {"G0001": ("T1588.002", "T1059.007")}
    assert found.mitigates == {"T1588.002": ("M1056",), "T1059.007": ("M1038",)}
    assert found.mitigations["M1038"] == Mitigation(id="M1038", name="Execution Prevention")
    assert found.copyright.startswith("© The MITRE Corporation. ")
    assert found.notes == ()


def same(data: bytes | str) -> bool:
    """Whether it says what `document()` says, whatever its bytes."""
    found, plain = read(data), read(document())
    fields = ("groups", "techniques", "mitigations", "uses", "mitigates", "domain", "version", "notes")
    return all(getattr(found, field) == getattr(plain, field) for field in fields)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_newlines_and_encodings_make_no_difference(newline: str, encoding: str) -> None:
    assert same(document().decode().replace("\n", newline).encode(encoding))


def test_front_matter_may_be_absent() -> None:
    assert same(document().split(b"---\n")[-1])


def test_text_may_follow_the_graph() -> None:
    assert same(document() + b"\n\n## References\n* [Other](techniques/T1001)\n```python\nA --> B\n```\n")


@pytest.mark.parametrize(
    "listed",
    [
        ("- [Tool](https://attack.mitre.org/techniques/T1588/002/)", "+ [JavaScript](/mitre/techniques/T1059.007)"),
        ("", "  *   [Tool](techniques/T1588/002)  ", "As of today:", "* [JavaScript](techniques/T1059/007)"),
    ],
)
def test_the_list_may_be_written_otherwise(listed: tuple[str, ...]) -> None:
    assert same(document(listed=listed))


@pytest.mark.parametrize(
    "drawn",
    [
        [each.replace("group[Quiet Fox]", 'G0001(("Quiet Fox"))') for each in DRAWN],
        [each.replace(".", "_", 1) for each in DRAWN],
        [each.replace("T1588.002[Tool]", 'T1588-002{{"Tool"}}') for each in DRAWN],
        [each.lower().split("[")[0] + each[each.index("[") :] if each[0] == "T" else each for each in DRAWN],
        [f"  {each.replace('-->', '-.->|by|')};" for each in DRAWN],
        [
            *("T1588.002[Tool]; T1059.007[JavaScript]", "M1056[Pre-compromise]", "M1038[Execution Prevention]"),
            *("subgraph fox", "f[Quiet Fox] --> T1588.002 & T1059.007", "end", "T1588.002 --> M1056"),
            "T1059.007 --> M1038",
        ],
        [
            "x[Quiet Fox] --> T1588.002[Tool] --> M1056[Pre-compromise]",
            "x --> T1059.007[JavaScript] --> M1038[Execution Prevention]",
        ],
    ],
)
def test_the_graph_may_be_drawn_otherwise(drawn: list[str]) -> None:
    assert same(document(drawn=drawn))


def test_several_graphs_are_one() -> None:
    assert same(document(drawn=[*DRAWN[:2], "```", "~~~mermaid", "graph TD", *DRAWN[2:], "~~~", "```mermaid"]))


def test_front_matter_names_domain_and_version() -> None:
    found = read(document(matter=["domain: 'mobile-attack'", "attack_version: v15.1", "version: 2", "x"]))
    assert (found.domain, found.version, found.label) == (Domain.MOBILE, "15.1", "mobile-attack@15.1")
    assert read(document(matter=["Version: 14.1"])).version == "14.1"


def test_the_caller_may_name_them_too() -> None:
    found = seeds.read(document(matter=["domain: mobile-attack"]), "x", version="v9.0", domain="ics-attack")
    assert (found.domain, found.version) == (Domain.ICS, "9.0")
    with pytest.raises(VersionUnknown):
        seeds.read(document(), "x", version="new")
    with pytest.raises(CatalogueUnreadable, match="not an ATT&CK domain"):
        seeds.read(document(), "x", domain="new")


def test_the_domain_is_told_by_the_ids_else() -> None:
    ics = ("* [Tool](techniques/T0801)",), ("g[Quiet Fox] --> T0801[Tool]",)
    assert read(document(listed=ics[0], drawn=ics[1])).domain is Domain.ICS
    mobile = document(drawn=[*DRAWN, "T1588.002 --> M1059[Do Not Mitigate]"])
    assert read(mobile).domain is Domain.MOBILE


def test_a_group_may_use_nothing() -> None:
    found = read(document(listed=(), drawn=()))
    assert (found.uses, found.techniques, found.notes) == ({}, {}, ())


def test_a_list_without_a_heading_is_only_prose() -> None:
    found = read(document().replace(b"## Techniques Used By Group\n", b"## Overview\n"))
    assert set(found.uses["G0001"]) == {"T1588.002", "T1059.007"}
    assert found.notes == ("fox.md:1: there is no list of techniques; those that the graph draws count as used",)


@pytest.mark.parametrize(
    ("listed", "drawn", "said"),
    [
        (
            (LISTED[0], "* [More](techniques/T1001)", LISTED[1]),
            DRAWN,
            ["9: T1001 is listed, but the graph does not draw"],
        ),
        (LISTED, (*DRAWN, "group --> T1001[More]"), ["18: T1001 is drawn, but the list does not name it"]),
        ((LISTED[0].replace("Tool", "Tools"), LISTED[1]), DRAWN, ['14: T1588.002 is called "Tool" here and "Tools"']),
        ((*LISTED, LISTED[0]), DRAWN, ["10: T1588.002 is listed in line 8 already"]),
        (LISTED, (*DRAWN, DRAWN[2]), ["18: the edge from T1588.002 to M1056 stands in line 16 already"]),
        (
            LISTED,
            (*DRAWN, "T1588.002 --> M1038[Other]"),
            ['18: M1038 is called "Other" here and "Execution Prevention"'],
        ),
        (LISTED, (*DRAWN, "T1588.002 --> M1001"), ["18: M1001 has no name in this document"]),
        (
            LISTED,
            [each.replace("Quiet", "Red") for each in DRAWN],
            ['14: the graph calls the group "Red Fox", the title'],
        ),
    ],
)
def test_every_disagreement_is_noted_with_its_line(
    listed: tuple[str, ...], drawn: tuple[str, ...], said: list[str]
) -> None:
    found = notes(document(listed=listed, drawn=drawn))
    assert len(found) == len(said)
    assert all(note.startswith(words) for note, words in zip(found, said, strict=True))


def test_list_and_graph_are_joined_and_the_lists_name_counts() -> None:
    listed = (LISTED[0].replace("Tool", "Tools"), "* [More](techniques/T1001)")
    found = read(document(listed=listed))
    assert found.uses["G0001"] == ("T1588.002", "T1001", "T1059.007")
    assert found.techniques["T1588.002"].name == "Tools"
    assert found.mitigates.get("T1001") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            document(drawn=(*DRAWN, "T1588.002 -> M1001")),
            ["18: this cannot be read as nodes and edges: T1588.002 -> M"],
        ),
        (document().split(b"# Summary")[0], ["1: no Mermaid graph says which mitigations"]),
        (document(drawn=()), ["12: the graph draws no technique, but the list names 2"]),
        (
            document().replace(b"flowchart LR\n", b"").replace(b"```mermaid", b"```mermaid\npie"),
            ["13: a Mermaid graph begins"],
        ),
        (document(drawn=(*DRAWN, "M1001[Alone]")), ["18: M1001 belongs to no technique"]),
        (document(drawn=(*DRAWN, "group --> M1001")), ["18: an edge runs from the group to a technique or"]),
        (document(drawn=(*DRAWN, "M1038 --> T1588.002")), ["18: an edge runs"]),
        (document(drawn=(*DRAWN, "T1588.002 --> T1059.007")), ["18: an edge runs"]),
        (document(drawn=(*DRAWN, "T1588.002 --> M10380")), ["18: an edge runs"]),
        (document(drawn=(*DRAWN, "T1001[More] --> M1038")), ["18: T1001 is neither listed nor drawn as used"]),
        (document(drawn=(*DRAWN, "T1001[More]")), ["18: T1001 is neither listed nor drawn as used"]),
        (document(drawn=(*DRAWN, "owl[Owl] --> T1588.002")), ["18: owl is a second group beside group"]),
        (document(drawn=(*DRAWN, "G0001 --> T1588.002")), ["18: G0001 is a second group beside group"]),
        (document(identity="## ID:G0001\n## ID:G0002"), ["6: a second group, G0002, begins here"]),
        (document() + b"\n" + document(identity="## ID: G0002"), ["23: a second group, G0002, begins here"]),
        (document(identity="## ID:Fox"), ['5: "Fox" is not the id of a group']),
        (document(identity="Nobody"), ["1: no line such as `## ID:G0077` says"]),
        (document(drawn=[each.replace("group", "G0002") for each in DRAWN]), ["14: the graph draws G0002, but line 5"]),
        (
            document(listed=(*LISTED, "* T1001 More", "- [X](groups/G0001)")),
            ["10: this item should", "11: this item should"],
        ),
        (document(listed=(*LISTED, "* [X](techniques/T12)")), ["10: this item should name a technique"]),
        (document()[:-4], ["12: what begins here is not closed"]),
        (document().replace(b"\n---\n", b"\n", 1), ["1: the front matter is not closed"]),
        (document(matter=["domain: enterprise"]), ['2: "enterprise" is not an ATT&CK domain']),
        (document(matter=["", "version: latest"]), ['3: "latest" is not the number of an ATT&CK release']),
    ],
)
def test_what_cannot_be_trusted_is_a_fault_with_its_line(data: bytes, said: list[str]) -> None:
    found = faults(data)
    assert len(found) == len(said)
    assert all(fault.startswith(words) for fault, words in zip(found, said, strict=True))


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    broken = document(listed=(*LISTED, "* nothing"), drawn=("group => T1", *DRAWN, "M1001"), identity="## ID:x")
    assert [fault.split(":")[0] for fault in faults(broken)] == ["5", "10", "15", "20"]


def test_faults_beyond_a_hundred_are_counted() -> None:
    found = faults(document(drawn=["?"] * 150))
    assert (len(found), found[-1]) == (101, " and 50 more")


def test_an_empty_graph_is_never_all_unmitigated() -> None:
    for body in (b"", b"flowchart LR\n", b"%% nothing\n"):
        assert faults(document().split(b"flowchart")[0] + body + b"```")


def test_a_huge_document_is_refused() -> None:
    with pytest.raises(CatalogueUnreadable, match="larger than 1 MB"):
        read(document() + b" " * seeds.LARGEST)


FRAGMENTS = st.sampled_from(
    [*document().decode().split("\n"), "```", "```mermaid", "graph TD", "A --> B", "## ID:G0002", "* [", "---", "# "]
)


@given(st.lists(FRAGMENTS | st.text(max_size=20), max_size=30).map("\n".join))
def test_arbitrary_documents_raise_nothing_but_our_errors(text: str) -> None:
    try:
        found = read(text.encode("utf-8", "replace"))
    except UserError:
        return
    (group_id,) = found.groups
    assert set(found.uses.get(group_id, ())) == set(found.techniques) >= set(found.mitigates)


def test_the_example_of_the_contract_is_a_document(seed_path: Path) -> None:
    contract = (seed_path.parent / "README.md").read_text(encoding="utf-8")
    example = contract.split("````\n")[1]
    found = read(example)
    assert found.mitigates == {"T1588.002": ("M1056",), "T1059.007": ("M1038", "M1021")}
    assert found.notes == ()
    assert seeds.write(found, "G0001") == example.rstrip("\n")
