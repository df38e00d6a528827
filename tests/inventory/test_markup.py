"""The expat beneath the reader of markup: an old one is told of at the start."""

from xml.parsers import expat

import pytest

from mitigap.inventory import markup


@pytest.mark.parametrize(("version", "told"), [((2, 5, 0), True), ((2, 6, 0), False), ((2, 7, 1), False)])
def test_r3_an_old_expat_is_told_of(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], told: bool) -> None:
    monkeypatch.setattr(expat, "version_info", version)
    assert bool(markup.aged()) is told
