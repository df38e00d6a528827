import pytest

from mitigap.catalog import release
from mitigap.errors import VersionUnknown


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("enterprise-attack-15.1.json", "15.1"),
        ("enterprise-attack_v15.1.json", "15.1"),
        ("ICS-ATTACK-V8.0.JSON", "8.0"),
        ("/data/14.1/mobile-attack-15.1 (2).json", "15.1"),
        (r"C:\bundles\enterprise-attack@15.1.json", "15.1"),
        ("enterprise-attack.json", None),
        ("enterprise-attack-15.json", None),
        ("enterprise-attack-2024.11.json", None),
        ("enterprise-attack-15.1.json.bak", None),
        ("/data/enterprise-attack-15.1/bundle.json", None),
        ("bundle15.1.json", None),
    ],
)
def test_a_file_name_may_tell_the_version(name: str, version: str | None) -> None:
    assert release.in_file_name(name) == version


def test_the_version_given_counts_first() -> None:
    assert release.version("x-14.1.json", given="v15.1", collected=["15.1"]) == ("15.1", ())
    number, notes = release.version("x-14.1.json", given="15.1", collected=["16.0"])
    assert (number, notes) == ("15.1", ("The bundle calls itself 16.0; 15.1 was asked for and is used.",))


def test_then_the_collection_with_a_note_where_the_name_disagrees() -> None:
    assert release.version("x.json", given=None, collected=["15.1", "15.1", ""]) == ("15.1", ())
    assert release.version("x-15.1.json", given=None, collected=["15.1"]) == ("15.1", ())
    number, notes = release.version("x-14.1.json", given=None, collected=["15.1"])
    assert number == "15.1"
    assert notes == ("The file name of x-14.1.json says 14.1, the bundle itself 15.1; the bundle is believed.",)


def test_then_the_file_name_with_a_note() -> None:
    number, notes = release.version("x-15.1.json", given=None, collected=[])
    assert number == "15.1"
    assert notes == ("x-15.1.json carries no release number inside; 15.1 is taken from its file name.",)


def test_else_the_reader_is_told_how_to_give_it() -> None:
    with pytest.raises(VersionUnknown, match=r"bundle.json .*-15\.1\.json, or beside the file"):
        release.version("bundle.json", given=None, collected=[])


def test_the_file_name_that_is_proposed_would_do() -> None:
    with pytest.raises(VersionUnknown, match=r"as in bundle-15\.1\.json"):
        release.version("bundle.json", given=None, collected=[])
    assert release.in_file_name("bundle-15.1.json") == "15.1"


def test_several_collections_that_disagree_are_a_question() -> None:
    with pytest.raises(VersionUnknown, match=r"15\.1, 16\.0"):
        release.version("x.json", given=None, collected=["15.1", "16.0"])


@pytest.mark.parametrize("given", ["", "latest", "15 1", "15@1", "../15", "1" * 40])
def test_a_version_that_is_no_number_is_refused(given: str) -> None:
    with pytest.raises(VersionUnknown, match="not the number"):
        release.version("x-15.1.json", given=given, collected=[])


@pytest.mark.parametrize(
    ("statements", "holder"),
    [
        (["Copyright 2015-2024, The MITRE Corporation."], "© 2024 The MITRE Corporation."),
        (["Copyright 2017, The MITRE Corporation", "Copyright 2019, The MITRE Corporation"], "© 2019 "),
        (["Copyright 2031, Somebody Else"], "© The MITRE Corporation."),
        (["Copyright, The MITRE Corporation"], "© The MITRE Corporation."),
        ([], "© The MITRE Corporation."),
    ],
)
def test_the_copyright_line_bears_the_last_year_that_is_named(statements: list[str], holder: str) -> None:
    line = release.copyright_line(statements)
    assert line.startswith(holder)
    assert line.endswith(f" {release.PERMISSION}")
