"""What `--catalog` may say, and what is told where it says nothing known."""

from pathlib import Path

import pytest

from cli import cabinet, catalogues
from mitigap.catalog import builtin
from mitigap.errors import CatalogueUnknown


@pytest.fixture(autouse=True)
def no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITIGAP_DATA_DIR", str(tmp_path / "data"))


def test_nothing_said_means_the_release_that_comes_with_us() -> None:
    assert catalogues.resolve(None) is builtin.default()


@pytest.mark.parametrize("text", ["enterprise-attack@18.1", "Enterprise-ATTACK@18.1"])
def test_a_label(text: str) -> None:
    assert catalogues.resolve(text) is builtin.default()


@pytest.mark.parametrize("cut", [slice(None), slice(7, None), slice(7, 15), slice(0, 15)])
def test_a_digest_or_its_beginning(cut: slice) -> None:
    assert catalogues.resolve(builtin.default().digest[cut]) is builtin.default()


def test_seven_digits_of_a_digest_are_too_few() -> None:
    with pytest.raises(CatalogueUnknown):
        catalogues.resolve(builtin.default().digest[7:14])


def test_a_path(seed_path: Path) -> None:
    assert catalogues.resolve(str(seed_path)).groups.keys() == {"G0077"}


def test_a_group_document_of_ours_by_its_file_name() -> None:
    assert catalogues.resolve("G0077-leafminer.md") in builtin.seeds()


def test_an_unknown_one_is_told_what_there_is() -> None:
    with pytest.raises(CatalogueUnknown, match=r"There is no catalogue enterprise-attack@99.*enterprise-attack@18\.1"):
        catalogues.resolve("enterprise-attack@99")


def test_looking_for_an_unknown_one_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnknown):
        catalogues.resolve("enterprise-attack@99")
    assert not (tmp_path / "data").exists()


def test_a_beginning_that_two_digests_share_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seed = builtin.seeds()[0]
    twin = [
        seed,
        type(seed)(**{name: getattr(seed, name) for name in seed.__struct_fields__} | {"digest": seed.digest[:-1]}),
    ]
    monkeypatch.setattr(builtin, "seeds", lambda: twin)
    with pytest.raises(CatalogueUnknown, match=" or "):
        catalogues.resolve(seed.digest[:20])


def test_an_imported_one_by_label(monkeypatch: pytest.MonkeyPatch) -> None:
    seed = builtin.seeds()[0]
    monkeypatch.setattr(
        cabinet, "catalogue", lambda _text, answers: seed if answers("enterprise-attack@15.1") else None
    )
    assert catalogues.resolve("enterprise-attack@15.1") is seed


def test_what_a_document_says_in_two_ways_is_told_with_its_line(
    tmp_path: Path, seed_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ours.md"
    path.write_text(seed_path.read_text().replace("* [JavaScript]", "* [Jscript]"))
    catalogues.resolve(str(path))
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == ["ours.md:44:"]
