import pytest
from factories.catalog import catalogue, document
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import document as compiled
from mitigap.catalog import seeds
from mitigap.catalog.model import Fate, Retired, Tactic
from mitigap.errors import CatalogueUnreadable

HELD = catalogue(
    {"G0001": ("T1002", "T1001")},
    {"T1001": ("M1002", "M1001")},
    employs={"G0001": ("S0001",)},
    attributed={"G0001": ("C0001",)},
    tactics={each: Tactic(id=each, name=f"Name of {each}", shortname=each.lower()) for each in ("TA0002", "TA0001")},
    retired_groups={"G0009": Retired(id="G0009", name="Dodo", fate=Fate.DEPRECATED, aliases=("Raphus",))},
    notes=("Said so.",),
)


def test_what_is_dumped_is_loaded_again() -> None:
    loaded = compiled.load(compiled.dump(HELD))
    assert loaded == HELD
    assert list(loaded.tactics) == ["TA0002", "TA0001"]
    assert compiled.dump(loaded) == compiled.dump(HELD)


def test_a_group_document_compiles_too() -> None:
    found = seeds.read(document(), "fox.md")
    assert compiled.load(compiled.dump(found)) == found


def test_another_schema_is_refused() -> None:
    other = compiled.dump(HELD).replace(b"mitigap/catalog/1", b"mitigap/catalog/9")
    with pytest.raises(CatalogueUnreadable, match="mitigap/catalog/9"):
        compiled.load(other)


@given(st.binary(max_size=100) | st.sampled_from([b"[" * 100_000, b"{}", b"null", b'"\xff"', compiled.dump(HELD)[:-3]]))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(CatalogueUnreadable):
        compiled.load(data)
