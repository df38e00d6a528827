"""Drifts to print: Leafminer over a release and a quarter, two small groups, and texts that mean harm."""

from datetime import date
from typing import Any

import msgspec
from factories import reports as made

from mitigap.assessment.diff import several
from mitigap.assessment.drift import Drift
from mitigap.assessment.policy import POLICIES
from mitigap.assessment.subject import Subject
from mitigap.catalog import builtin
from mitigap.catalog.model import Catalogue, Fate, Group, Mitigation, Retired, Technique
from mitigap.inventory.model import Control, Inventory, Status

THEN, NOW = date(2026, 8, 24), made.AS_OF

Drifts = tuple[Drift, ...]


def a_side(catalogue: Catalogue, inventory: Inventory, as_of: date, **more: Any) -> Subject:
    content: dict[str, Any] = {
        "catalogue": catalogue,
        "group_id": "",
        "inventory": inventory,
        "policy": POLICIES["mean"],
        "as_of": as_of,
    }
    return Subject(**(content | more))


def the_later_inventory() -> Inventory:
    """The vault got further and another owner, a pilot was given up, backups came, and awareness training ran out."""
    kept = [each for each in made.a_register() if each.row != 11]
    rows = [msgspec.structs.replace(each, level=0.9, owner="SOC") if each.row == 8 else each for each in kept]
    rows += [
        made.a_control(23, "Offline backups", "M1053", owner="Operations", status=Status.IMPLEMENTED, level=1.0),
        made.a_control(
            24, "Browser extensions by list", "M1033", owner="Client team", status=Status.PARTIAL, level=0.5
        ),
    ]
    return made.an_inventory(rows, made.the_issues(), digest="sha256:" + "6a" * 32)


def leafminer() -> Drifts:
    """From the founding document and the register to the release that comes with Mitigap and a later register."""
    base = a_side(builtin.seeds()[0], made.the_inventory(), THEN, by="first@example.test", revision=1)
    now = a_side(builtin.default(), the_later_inventory(), NOW, by="second@example.test", revision=2)
    return tuple(several(base, now, ["G0077"], bridge=made.the_inventory()))


def two_groups() -> Drifts:
    """One worse by its controls and another rule, one that did not move."""
    before = {"G0001": {"T1001": ("M1032",), "T1002": ("M1040", "M1032"), "T1003": ()}, "G0002": {"T1004": ("M1027",)}}
    after = {"G0001": {"T1001": ("M1032",), "T1002": ("M1032",), "T1005": ("M1041",)}, "G0002": {"T1004": ("M1027",)}}
    retired = {"T1003": Retired(id="T1003", name="Former", fate=Fate.REVOKED, replaced_by="T1005")}
    base = a_side(made.a_catalogue(before, version="1"), _held(made.a_control(5, "MFA", "M1032", level=1.0)), THEN)
    now = a_side(
        made.a_catalogue(after, version="2", retired_techniques=retired),
        _held(made.a_control(5, "MFA", "M1032", level=0.5)),
        NOW,
        policy=POLICIES["any"],
    )
    return tuple(several(base, now, ["G0001", "G0002"]))


def _held(*controls: Control) -> Inventory:
    return made.an_inventory(msgspec.structs.replace(each, status=Status.PARTIAL) for each in controls)


def unchanged() -> Drifts:
    side = a_side(made.three_groups(), made.the_inventory(), NOW)
    return tuple(several(side, side, ["G0001"]))


def hostile(words: str) -> Drifts:
    """`words` in every place that other people write, on both sides."""
    base = a_side(_hostile_catalogue(words, "M1032"), _hostile_rows(words, 0.5, ""), THEN, by=words, revision=1)
    now = a_side(_hostile_catalogue(words, "M1027"), _hostile_rows(words, 0.999, words), NOW, by=words, revision=2)
    return tuple(several(base, now, ["G0001"]))


def _hostile_catalogue(words: str, mitigation: str) -> Catalogue:
    return made.a_catalogue(
        {"G0001": {"T1001": ("M1040", mitigation), "T1005": ("M1040",)}},
        source=words,
        version=None,
        digest=words,
        copyright=words,
        notes=(words,),
        techniques={each: Technique(id=each, name=words) for each in ("T1001", "T1005")},
        tactics={},
        mitigations={each: Mitigation(id=each, name=words) for each in ("M1032", "M1027", "M1040")},
        groups={"G0001": Group(id="G0001", name=words)},
    )


def _hostile_rows(words: str, level: float, more: str) -> Inventory:
    said = {"status": Status.PARTIAL, "level": level, "owner": f"{words}{more}", "evidence": more, "notes": more}
    return made.an_inventory(
        (
            made.a_control(5, words, "M1040", location=f"{words}!5", reference=words, **said),
            made.a_control(6, f"{words}{level}", "M1040", location=f"{words}!6", **said),
            made.a_control(7, "until now", "M1040", location=f"{words}!7", **said | {"expires": date(2026, 9, 1)}),
        ),
        name=words,
        digest=words,
    )
