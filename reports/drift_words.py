"""The sentences in which every format tells what moved and why."""

from collections.abc import Mapping, Sequence

from mitigap.assessment.drift import (
    Cause,
    Drift,
    EdgeChange,
    Expiry,
    Kind,
    Move,
    Row,
    RowChange,
    Side,
    TechniqueChange,
    Why,
)
from mitigap.assessment.model import Status
from reports import figures, palette, provenance, summary

CAUSES: Mapping[Cause, str] = {
    Cause.GROUP: "Group",
    Cause.CATALOGUE: "Catalogue",
    Cause.POLICY: "Policy",
    Cause.INVENTORY: "Controls",
    Cause.EXPIRY: "Expiry",
}

MOVES: Mapping[Move, str] = {
    Move.WORSE: "Worse",
    Move.ADDED: "Newly used",
    Move.UNMITIGABLE: "No longer mitigable",
    Move.REMOVED: "No longer used",
    Move.MITIGABLE: "Now mitigable",
    Move.BETTER: "Better",
    Move.SAME: "Same coverage",
}

MOVE_LOOKS: Mapping[Move, Status] = {
    Move.WORSE: Status.GAP,
    Move.ADDED: Status.PARTIAL,
    Move.UNMITIGABLE: Status.UNMITIGABLE,
    Move.REMOVED: Status.UNMITIGABLE,
    Move.MITIGABLE: Status.PARTIAL,
    Move.BETTER: Status.COVERED,
    Move.SAME: Status.UNMITIGABLE,
}
"""The colours that the palette has for a status, lent to what became of a technique."""

MOVE_GLYPHS: Mapping[Move, str] = {
    Move.WORSE: "▼",
    Move.ADDED: "+",
    Move.UNMITIGABLE: "⊘",
    Move.REMOVED: figures.MINUS,
    Move.MITIGABLE: "◌",
    Move.BETTER: "▲",
    Move.SAME: "=",
}

KINDS: Mapping[Kind, str] = {Kind.ADDED: "added", Kind.REMOVED: "removed", Kind.CHANGED: "changed"}

EXACT = "The parts are rounded here; the JSON document has each as a fraction, and they add up exactly."

ORDER = (
    "From before to now, one cause is exchanged after the other, in this order, and each bears the difference that "
    "its exchange makes."
)

_WHYS: Mapping[tuple[Kind, Why], str] = {
    (Kind.ADDED, Why.NEW): "{base} does not have it",
    (Kind.ADDED, Why.REVOKED): "takes the place of {related}",
    (Kind.ADDED, Why.LINKED): "linked anew in {now}",
    (Kind.ADDED, Why.TECHNIQUE): "comes with the technique",
    (Kind.REMOVED, Why.REVOKED): "revoked in {now}, replaced by {related}",
    (Kind.REMOVED, Why.DEPRECATED): "deprecated in {now}",
    (Kind.REMOVED, Why.GONE): "{now} does not have it",
    (Kind.REMOVED, Why.UNLINKED): "no longer linked in {now}",
    (Kind.REMOVED, Why.TECHNIQUE): "goes with the technique",
}


def title(drifts: Sequence[Drift]) -> str:
    first = drifts[0].now.group
    return f"{len(drifts)} groups: drift report" if len(drifts) > 1 else f"{first.name} ({first.id}): drift report"


def headline(drift: Drift) -> str:
    """Up or down, by how much and between which scores; or that there is no such number."""
    name, before, after = drift.now.group.name, drift.base.score, drift.now.score
    if before is None and after is None:
        return f"{name}: nothing to assess, then or now"
    if before is None:
        return f"{name}: {figures.percent(after)} is covered; before, there was nothing to assess"
    if after is None:
        return f"{name}: nothing to assess any more; before, {figures.percent(before)} was covered"
    if not drift.changed:
        return f"{name}: nothing has changed, {figures.percent(after)} is covered"
    if before == after:
        return f"{name}: the score stays at {figures.percent(after)}"
    way = "up" if after > before else "down"
    size = figures.change(abs(after - before)).removeprefix("+")
    return f"{name}: {way} {size}, from {figures.percent(before)} to {figures.percent(after)}"


def overview(drifts: Sequence[Drift]) -> str:
    """The headline over several groups."""
    moved = [each.delta for each in drifts if each.delta]
    fallen = sum(each < 0 for each in moved)
    groups = figures.count(len(drifts), "group")
    changed = sum(each.changed for each in drifts)
    if not changed:
        return f"{groups}: nothing has changed"
    return f"{groups}: {fallen} down, {len(moved) - fallen} up, {len(drifts) - len(moved)} neither"


def points(delta: float | None) -> str:
    return figures.ABSENT if delta is None else figures.change(delta)


def side(found: Side) -> str:
    """`enterprise-attack@18.1, controls.xlsx (revision 3, by first@example.test), policy “mean”, as of 2026-11-24`."""
    about = [f"revision {found.revision}"] if found.revision is not None else []
    about += [f"by {found.by}"] if found.by else []
    upload = f"{found.inventory.name} ({', '.join(about)})" if about else found.inventory.name
    return f"{provenance.label(found.catalog)}, {upload}, policy “{found.policy.name}”, as of {found.as_of}"


def counts(drift: Drift) -> str:
    """What the boxes do not say."""
    found = drift.counts
    keep = "keeps its" if found.unchanged == 1 else "keep their"
    said = [f"{figures.count(found.unchanged, 'technique')} on both sides {keep} coverage"]
    said += [f"{found.mitigable} now mitigable"] if found.mitigable else []
    said += [f"{found.unmitigable} no longer mitigable"] if found.unmitigable else []
    return f"{'; '.join(said)}."


def because(drift: Drift, cause: Cause) -> str:
    """What a cause consisted of, in a few words."""
    return {
        Cause.GROUP: f"{drift.base.group.id} is replaced by {drift.now.group.id}",
        Cause.CATALOGUE: f"{_catalogues(drift)}: {_links(drift)}",
        Cause.POLICY: f"“{drift.base.policy.name}” → “{drift.now.policy.name}”",
        Cause.INVENTORY: _uploaded(drift),
        Cause.EXPIRY: f"{figures.count(len(drift.expiries), 'control')}: {drift.base.as_of} → {drift.now.as_of}",
    }[cause]


def policies(drift: Drift) -> tuple[str, ...]:
    """The rule before and after, where it is another."""
    if drift.policy is None:
        return ()
    return (f"Before: {summary.rule(drift.policy.before)}", f"Now: {summary.rule(drift.policy.after)}")


def presence(drift: Drift, change: TechniqueChange) -> tuple[str, ...]:
    """Why the group has begun or ceased to use a technique; empty where it has not."""
    if change.cause is None:
        return ()
    kind = Kind.ADDED if change.before is None else Kind.REMOVED
    return (f"{MOVES[change.move]}: {_why(drift, change.cause, kind, change.why, change.related)}",)


def edge(drift: Drift, change: EdgeChange) -> str:
    """Why a link is new or gone."""
    return _why(drift, change.cause, change.kind, change.why, change.related)


def expiry(found: Expiry) -> str:
    return f"expired on {found.on}" if found.expired else f"not expired yet: good until {found.on}"


def row(change: RowChange) -> tuple[str, ...]:
    """What changed in it, field by field."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ()
    said = {
        "text": (before.text, after.text),
        "mitigations": (", ".join(before.mitigations) or "none", ", ".join(after.mitigations) or "none"),
        "owner": (before.owner or "nobody", after.owner or "nobody"),
        "expires": (str(before.expires or "never"), str(after.expires or "never")),
    }
    shown = [f"{field}: {said[field][0]} → {said[field][1]}" for field in change.fields if field in said]
    silent = [each for each in change.fields if each not in {*said, "status", "level"}]
    return (*shown, *([f"also changed: {figures.listed(tuple(silent))}"] if silent else []))


def others(drift: Drift) -> str:
    if not drift.other_rows:
        return ""
    verb = "does not concern" if drift.other_rows == 1 else "do not concern"
    return f"{figures.count(drift.other_rows, 'more changed row')} {verb} this group."


def _why(drift: Drift, cause: Cause, kind: Kind, why: Why | None, related: tuple[str, ...]) -> str:
    if why is None:
        return f"{CAUSES[cause].lower()}: {because(drift, cause)}"
    words = _WHYS[kind, why] if related or why is not Why.REVOKED else "revoked in {now}"
    base, now = provenance.label(drift.base.catalog), provenance.label(drift.now.catalog)
    return words.format(base=base, now=now, related=figures.listed(related) if related else "")


def _catalogues(drift: Drift) -> str:
    base, now = provenance.label(drift.base.catalog), provenance.label(drift.now.catalog)
    return f"{base} → {now}" if base != now else base


def _uploaded(drift: Drift) -> str:
    """`2 rows changed, in revision 3 by first@example.test`."""
    said = _kinds([each.kind for each in drift.rows if each.cause is Cause.INVENTORY], "row")
    revision = f", in revision {drift.now.revision}" if drift.now.revision is not None else ""
    by = f" by {drift.now.by}" if drift.now.by else ""
    return f"{said}{revision}{by}"


def _links(drift: Drift) -> str:
    said = [_kinds([each.kind for each in drift.edges if each.cause is Cause.CATALOGUE], "link")]
    read = sum(each.cause is Cause.CATALOGUE for each in drift.rows)
    said += [f"{figures.count(read, 'row')} read otherwise"] if read else []
    return ", ".join(said)


def _kinds(found: list[Kind], noun: str) -> str:
    """`2 links added, 1 link removed`."""
    said = [f"{figures.count(found.count(kind), noun)} {word}" for kind, word in KINDS.items() if kind in found]
    return ", ".join(said) or f"no {noun} changed"


def state(found: Row) -> str:
    """`partial, 60 %`."""
    if found.status is None:
        return "no status given"
    word = palette.CONTROL_STATUSES[found.status]
    return word if found.level in {None, 0, 1} else f"{word}, {figures.percent(found.level)}"
