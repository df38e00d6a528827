import json

import msgspec
import pytest
from factories.assessment import assessed, inventories, mappings, policies
from hypothesis import given

from mitigap.assessment import document
from mitigap.assessment.model import SCHEMA
from mitigap.assessment.policy import Policy
from mitigap.errors import DocumentUnreadable

MAPPED = {"T1002": ["M1017", "M1056"], "T1001": ["M1017"]}


def test_the_document_reads_as_the_contract_says() -> None:
    text = document.dump(assessed(MAPPED, {"M1017": 1.0})).decode()

    content = json.loads(text)
    assert text == json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert content["schema"] == "mitigap/assessment/1"
    assert content["group"] == {"id": "G0001", "name": "Quiet Group"}
    assert content["score"] == 0.75
    assert content["techniques"][1]["mitigations"][1] == {
        "id": "M1056",
        "name": "Mitigation M1056",
        "level": 0.0,
        "controls": [],
        "pre_compromise": True,
        "expired": [],
        "alternative": False,
        "inherited_from": None,
    }


def test_one_is_an_object_and_several_are_a_list() -> None:
    one = assessed(MAPPED, {})

    assert isinstance(json.loads(document.dump(one)), dict)
    assert json.loads(document.dump([one, one])) == [json.loads(document.dump(one))] * 2


@given(mappings, inventories, policies)
def test_what_is_written_is_read_back(mapped: dict, levels: dict, policy: Policy) -> None:
    one = assessed(mapped, levels, policy)

    assert document.load(document.dump(one)) == (one,)
    assert document.load(document.dump((one, one))) == (one, one)
    assert document.dump(document.load(document.dump(one))[0]) == document.dump(one)


def test_another_schema_is_refused_by_name() -> None:
    later = msgspec.structs.replace(assessed(MAPPED, {}), schema="mitigap/assessment/9")

    with pytest.raises(DocumentUnreadable, match=f"mitigap/assessment/9; this version reads {SCHEMA}"):
        document.load(document.dump(later))


@pytest.mark.parametrize("data", [b"", b"{}", b'"text"', b"[1]", b"\xff", b'{"unknown": ' + b"[" * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        document.load(data)
