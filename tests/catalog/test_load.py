import pytest
from factories.catalog import catalogue, document, smallest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import document as compiled
from mitigap.catalog import load
from mitigap.catalog.model import Domain
from mitigap.errors import CatalogueUnreadable, UserError, VersionUnknown

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_bundle_is_told_by_its_content(encoding: str) -> None:
    data = f"\n {smallest().decode()}".encode(encoding)
    found = load.read(data, "anything.md", version="15.1", domain="enterprise-attack")
    assert (found.label, list(found.groups)) == ("enterprise-attack@15.1", ["G0001"])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_group_document_is_told_by_its_content(encoding: str) -> None:
    data = document().decode().encode(encoding)
    found = load.read(data, "anything.json", version="15.1", domain="ics-attack")
    assert (found.version, found.domain) == ("15.1", Domain.ICS)
    assert found.notes == ()


def test_a_compiled_catalogue_is_told_by_its_content() -> None:
    held = catalogue({"G0001": ("T1001",)})
    assert load.read(compiled.dump(held), "x") == held


def test_a_bundle_without_a_version_is_a_question() -> None:
    with pytest.raises(VersionUnknown):
        load.read(smallest(), "x.json")


@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    with pytest.raises(CatalogueUnreadable, match=r"\Ax\.json is empty\.\Z"):
        load.read(data, "x.json")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"<html>", b"Name;Status\nMFA;yes\n", b"\xff\xfe\x00\xd8", b"\x89PNG\xff"]
)
def test_other_files_are_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(CatalogueUnreadable, match=r"\Ax\.bin is [^\n]*\Z"):
        load.read(data, "x.bin")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_arbitrary_files_raise_nothing_but_our_errors(data: bytes) -> None:
    with pytest.raises(UserError):
        load.read(data, "x")


BUNDLE = b'{"type": "bundle", "id": "bundle--1", "objects": [%s]}'


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000 + b"]" * 100_000,
        BUNDLE % (b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
        BUNDLE % b'{"type": "intrusion-set", "name": NaN}',
        BUNDLE % b'{"type": "intrusion-set", "name": "\\ud800"}',
        BUNDLE % (b'{"type": ' + b"9" * 6_000 + b"}"),
        BUNDLE % b'{"type": "intrusion-set", "created": 1e400}',
        BUNDLE % b"",
        BUNDLE[:-2],
    ],
    ids=["deep", "deep-inside", "nan", "surrogate", "digits", "infinite", "no-objects", "cut-short"],
)
def test_r11_json_that_means_harm_is_the_users_fault(data: bytes) -> None:
    with pytest.raises(UserError):
        load.read(data, "x.json", version="1.0", domain="enterprise-attack")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "<div>" * 20_000,
        "* " * 3_000,
        "|" * 20_000 + "\n" + "|-" * 20_000,
        "# G0001 <script>alert(1)</script>\n\n```mermaid\n%%{init: {'securityLevel': 'loose'}}%%\ngraph TD\n```\n",
        "```mermaid\n" + "A-->B\n" * 3 + "click A call alert(1)\n```",
    ],
    ids=["brackets", "tags", "lists", "a-wide-table", "a-loose-diagram", "a-diagram-that-clicks"],
)
def test_r10_markdown_that_means_harm_is_the_users_fault(text: str) -> None:
    with pytest.raises(UserError):
        load.read(text.encode(), "x.md")
