"""Two sides of a comparison, made to measure or drawn at random."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from factories.assessment import (
    GROUP,
    MITIGATIONS,
    TODAY,
    a_catalogue,
    a_control,
    an_inventory,
    deployed,
    of_controls,
)
from hypothesis import strategies as st

from mitigap.assessment.drift import Cause, Drift, Move, Why
from mitigap.assessment.policy import POLICIES, named
from mitigap.assessment.subject import Subject
from mitigap.catalog.model import Catalogue, Fate, Group, Retired, Software
from mitigap.inventory.model import Control, Inventory, Status

MAPPED = {"T1001": ("M1011", "M1012"), "T1002": ("M1011",), "T1003": ()}
LATER = date(2027, 3, 1)


def a_subject(
    mapped: Mapping[str, Any] = MAPPED, levels: Mapping[str, float | None] | None = None, **more: Any
) -> Subject:
    """An inventory of one row a mitigation against the group; `more` puts anything else in its place."""
    content: dict[str, Any] = {
        "catalogue": a_catalogue(mapped) if "catalogue" not in more else None,
        "group_id": GROUP,
        "inventory": an_inventory(levels or {}),
        "policy": POLICIES["mean"],
        "as_of": TODAY,
    }
    return Subject(**(content | more))


def a_release(mapped: Mapping[str, Any], version: str, **more: Any) -> Catalogue:
    return a_catalogue(mapped, version=version, digest=f"sha256:{version}", source=f"{version}.json", **more)


def dead(attack_id: str, heir: str | None = None) -> dict[str, Retired]:
    """Revoked where another takes its place, else deprecated."""
    fate = Fate.REVOKED if heir else Fate.DEPRECATED
    return {attack_id: Retired(id=attack_id, name=f"Former {attack_id}", fate=fate, replaced_by=heir)}


def changed(subject: Subject, **more: Any) -> Subject:
    return msgspec.structs.replace(subject, **more)


def two_groups(**more: Any) -> Catalogue:
    return a_release(
        {"T1001": ["M1011"], "T1002": ["M1012"]},
        "1",
        groups={each: Group(id=each, name=f"Group {each}") for each in ("G0001", "G0002")},
        uses={"G0001": ("T1001",), "G0002": ("T1001", "T1002")},
        **more,
    )


def parts(drift: Drift) -> dict[str, str | None]:
    return {each.cause.value: each.exact for each in drift.steps}


def reasons(drift: Drift) -> dict[str, tuple[Move, Cause | None, Why | None, tuple[str, ...]]]:
    return {each.id: (each.move, each.cause, each.why, each.related) for each in drift.techniques}


days = st.integers(0, 30).map(lambda number: TODAY + timedelta(days=number))
rules = st.builds(
    named, st.sampled_from(sorted(POLICIES)), software=st.booleans(), campaigns=st.booleans(), inherit=st.booleans()
)


_USED = ("T1001", "T1001.001", "T1002", "T1003")
_mapped = st.fixed_dictionaries(dict.fromkeys(_USED, st.frozensets(st.sampled_from(MITIGATIONS), max_size=3)))


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Some techniques are the group's own, some its software's, and some have others for parents."""
    mapped = draw(_mapped)
    direct, carried = (
        draw(st.frozensets(st.sampled_from(_USED), min_size=2)),
        draw(st.frozensets(st.sampled_from(_USED))),
    )
    return a_catalogue(
        mapped,
        uses={GROUP: tuple(sorted(direct)), "S0001": tuple(sorted(carried))},
        employs={GROUP: ("S0001",)},
        software={"S0001": Software(id="S0001", name="Tool")},
        version=str(draw(st.integers(1, 9))),
    )


@st.composite
def controls(draw: st.DrawFn, row: int) -> Control:
    level = draw(st.one_of(st.none(), deployed))
    names = draw(st.frozensets(st.sampled_from(MITIGATIONS), max_size=2))
    status = Status.NOT_APPLICABLE if level is None else draw(st.sampled_from((Status.PARTIAL, Status.ALTERNATIVE)))
    return a_control(
        row,
        None,
        level,
        mitigations=tuple(sorted(names)),
        status=status,
        text=draw(st.sampled_from(("", "MFA", "EDR"))),
        reference=draw(st.sampled_from(("", "", "C-1", "C-2"))),
        expires=draw(st.one_of(st.none(), days)),
    )


@st.composite
def uploads(draw: st.DrawFn) -> Inventory:
    return of_controls(draw(controls(row)) for row in range(2, 2 + draw(st.integers(0, 6))))


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    return Subject(
        catalogue=draw(catalogues()),
        group_id=GROUP,
        inventory=draw(uploads()),
        policy=draw(rules),
        as_of=draw(days),
    )
