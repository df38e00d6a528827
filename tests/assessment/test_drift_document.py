import json

import msgspec
import pytest
from factories.assessment import a_control, of_controls
from factories.drift import LATER, a_subject, changed

from mitigap.assessment import drift_document
from mitigap.assessment.diff import diff
from mitigap.assessment.drift import SCHEMA, Drift
from mitigap.errors import DocumentUnreadable


def a_drift() -> Drift:
    base = a_subject(inventory=of_controls([a_control(2, "M1011", 1.0, expires=LATER)]))
    return diff(base, changed(base, inventory=of_controls([a_control(2, "M1011", 0.5, text="Écran")])))


def test_the_document_is_sorted_and_reads_as_it_is_spelt() -> None:
    text = drift_document.dump(a_drift()).decode()

    content = json.loads(text)
    assert text == json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert content["schema"] == "mitigap/drift/1"
    assert (content["base"]["score"], content["now"]["score"], content["delta"]) == (0.75, 0.375, -0.375)
    assert content["steps"] == [
        {"cause": "inventory", "before": 0.75, "after": 0.375, "delta": -0.375, "exact": "-3/8"}
    ]
    assert content["rows"][0]["before"]["expires"] == "2027-03-01"


def test_one_is_an_object_and_several_are_a_list() -> None:
    one = a_drift()
    assert json.loads(drift_document.dump([one, one])) == [json.loads(drift_document.dump(one))] * 2
    assert drift_document.load(drift_document.dump([one, one])) == (one, one)


def test_another_schema_is_refused_by_name() -> None:
    later = msgspec.structs.replace(a_drift(), schema="mitigap/drift/9")
    with pytest.raises(DocumentUnreadable, match=f"mitigap/drift/9; this version reads {SCHEMA}"):
        drift_document.load(drift_document.dump(later))


@pytest.mark.parametrize("data", [b"", b"{}", b'"text"', b"[1]", b"\xff", b'{"unknown": ' + b"[" * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        drift_document.load(data)
