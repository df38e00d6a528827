import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import label, mermaid, text
from mitigap.catalog.mermaid import Edge, Fault, Graph, Node


def parse(*lines: str, header: str = "flowchart LR") -> Graph:
    graph = Graph()
    mermaid.parse(enumerate((header, *lines), start=1), graph)
    return graph


def edges(*lines: str) -> list[tuple[str, str]]:
    graph = parse(*lines)
    assert graph.faults == []
    return [(edge.source, edge.target) for edge in graph.edges]


def test_an_edge_and_its_nodes_bear_their_line() -> None:
    graph = parse("", "A[One] --> B")
    assert graph.edges == [Edge(line=3, source="A", target="B")]
    assert graph.nodes == [Node(line=3, id="A", label="One"), Node(line=3, id="B")]


@pytest.mark.parametrize(
    "arrow",
    [
        *("-->", "---", "----", "---->", "-.->", "-.-", "-..->", "==>", "===", "--x", "--o", "<-->", "x--x", "o--o"),
        *("-->|mitigated by|", '-->|"by | all"|', "--- |by|", "-- mitigated by -->", "-- by ---", '-- "by" -->'),
        *("-. by .->", "-. by .-", "== by ==>", "== by ===", "--by-->"),
    ],
)
def test_every_arrow_is_an_edge(arrow: str) -> None:
    assert edges(f"A {arrow} B") == [("A", "B")]


@pytest.mark.parametrize("arrow", ["-->", "---", "-.->", "==>", "-->|by|"])
def test_arrows_need_no_spaces(arrow: str) -> None:
    assert edges(f"T1003.001[x]{arrow}M-1") == [("T1003.001", "M-1")]


def test_an_invisible_link_is_no_edge() -> None:
    assert edges("A ~~~ B --> C") == [("B", "C")]


def test_chains_and_lists_of_nodes() -> None:
    assert edges("A --> B -- b --> C") == [("A", "B"), ("B", "C")]
    assert edges("A & B[x] --> C & D") == [("A", "C"), ("A", "D"), ("B", "C"), ("B", "D")]


def test_semicolons_end_statements() -> None:
    assert edges("A --> B; C --> D ;; E[a;b] --> F;") == [("A", "B"), ("C", "D"), ("E", "F")]
    assert parse(header="graph TD;A-->B").edges == [Edge(line=1, source="A", target="B")]


@pytest.mark.parametrize("header", ["flowchart LR", "flowchart", "graph TD", "graph", "flowchart TB;", "graph >"])
def test_every_header_is_known(header: str) -> None:
    assert parse("A --> B", header=header).edges == [Edge(line=2, source="A", target="B")]


@pytest.mark.parametrize(
    "line",
    [
        *("%% A --> B", "%%{init: {}}%%", "subgraph one", "subgraph T1 [A --> B]", "end", "end;", "direction LR"),
        *("classDef red fill:#f00,stroke:#333", "class A,B red", "style A fill:#f9f", "linkStyle 0 stroke:#f00"),
        *('click A "https://attack.mitre.org/?a;b" _blank', "accTitle: A --> B", "accDescr: so"),
    ],
)
def test_what_draws_nothing_is_passed_over(line: str) -> None:
    graph = parse(f"  {line}", "A --> B")
    assert (graph.nodes, graph.faults) == ([Node(line=3, id="A"), Node(line=3, id="B")], [])


def test_a_statement_behind_a_style_is_read() -> None:
    assert edges("style A fill:#f9f; A --> B", "A:::red --> B:::blue %% why") == [("A", "B"), ("A", "B")]


def test_nodes_may_bear_the_names_of_keywords() -> None:
    assert edges("click --> B", "style-->B", "end_ --> B") == [("click", "B"), ("style", "B"), ("end_", "B")]


def test_front_matter_and_comments_may_stand_before_the_header() -> None:
    graph = Graph()
    mermaid.parse(enumerate(["---", "title: x", "---", "%% c", "graph LR", "A --> B"], start=5), graph)
    assert (graph.edges, graph.faults) == ([Edge(line=10, source="A", target="B")], [])


@pytest.mark.parametrize(
    "line",
    [
        *("A ->", "A --> ", "A -> B", "A --> B C", "A B", "--> B", "A --> [B]", "A[B --> C", "A[B]] --> C", "A => B"),
        *("A -- text", "A --> B & ", "A --> B]", 'A["x] --> B', "A[x]y --> B", "A@{ shape: rect } --> B", "?", "A, B"),
        "A --> " + "B" * 3000,
        f"{'A & ' * 50}A --> {'B & ' * 50}B",
    ],
)
def test_a_line_that_cannot_be_read_is_a_fault_and_draws_nothing(line: str) -> None:
    graph = parse(line, "C --> D")
    assert [fault.line for fault in graph.faults] == [2]
    assert graph.edges == [Edge(line=3, source="C", target="D")]


@pytest.mark.parametrize("header", ["sequenceDiagram", "A --> B", "flowcharts LR", "flowchart XX"])
def test_a_block_that_is_no_flowchart_is_one_fault(header: str) -> None:
    graph = parse("A --> B", header=header)
    assert graph.faults == [Fault(1, "a Mermaid graph begins with a line such as `flowchart LR`")]
    assert graph.edges == []


SHAPES = [
    "[x]",
    "(x)",
    "((x))",
    "(((x)))",
    "{{x}}",
    "{x}",
    "[(x)]",
    "[[x]]",
    ">x]",
    "([x])",
    "[/x/]",
    "[\\x\\]",
    "[/x\\]",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("inside", ["Two  Words ", '"Two Words"', ' "Two Words" ', '"`Two Words`"', "Two<br/>Words"])
def test_every_shape_holds_a_label(shape: str, inside: str) -> None:
    opening, closing = shape.split("x")
    graph = parse(f"A{opening}{inside}{closing} --> B")
    assert (graph.nodes[0].label, graph.faults) == ("Two Words", [])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[Logon Script (Windows)]", "Logon Script (Windows)"),
        ("[(a) b]", "(a) b"),
        ("[AutoHotKey & AutoIT]", "AutoHotKey & AutoIT"),
        ('["a [b] --> c"]', "a [b] --> c"),
        ('["#quot;a#quot; #35;1 #9829; #amp;"]', '"a" #1 ♥ &'),
        ("[#1]", "#1"),
        ("[]", None),
        ('[""]', None),
        ("", None),
    ],
)
def test_labels_are_read_as_they_are_shown(written: str, read: str | None) -> None:
    graph = parse(f"A{written} --> B")
    assert (graph.nodes[0].label, graph.faults) == (read, [])


TELLING = st.text(alphabet='Ab [](){}<>|"#;&%`/\\=-.:35', min_size=1, max_size=20)


@given((TELLING | st.text(min_size=1, max_size=40)).map(text.name).filter(bool))
def test_any_name_written_is_read_again(name: str) -> None:
    graph = parse(f"A{label.bracketed(name)} --> B")
    assert graph.faults == []
    assert graph.nodes == [Node(line=2, id="A", label=name), Node(line=2, id="B")]


@pytest.mark.parametrize("name", ["Tool", "Antivirus/Antimalware", "Logon Script (Windows)", "AutoHotKey & AutoIT"])
def test_plain_names_bear_no_quotes(name: str) -> None:
    assert label.bracketed(name) == f"[{name}]"


@given(st.text(alphabet='AB [](){}<>-=.~|&;:"#%/\\xo\n', max_size=60))
def test_any_text_is_edges_or_faults(body: str) -> None:
    graph = parse(*body.split("\n"))
    assert all(edge.source and edge.target for edge in graph.edges)
    assert len({fault.line for fault in graph.faults}) == len(graph.faults)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("filler", [" ", "-", ".", "A ", "[", "(", '"', "A-", "|", "&", "A --> ", "-.", "x", ";", "%"])
@pytest.mark.parametrize("start", ["A", "A -- ", "A[", "A -->|", "A -. ", "click A"])
def test_hostile_lines_take_no_time(start: str, filler: str) -> None:
    parse(*[start + filler * (1990 // len(filler))] * 20)
