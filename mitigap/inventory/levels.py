"""How far each mitigation is deployed on a date, by all the rows that name it."""

from collections.abc import Iterable, Sequence
from datetime import date

from mitigap.inventory.model import Control, Level, Status


def levels(controls: Iterable[Control], as_of: date) -> dict[str, Level]:
    """Mitigation id to level, by id; the rows of each in the order given.

    The highest row counts. A row past its expiry date counts 0; on that date itself it still stands. Rows that say
    not-applicable take no part, and where all do, `value` is None.
    """
    rows: dict[str, list[Control]] = {}
    for control in controls:
        for each in dict.fromkeys(control.mitigations):
            rows.setdefault(each, []).append(control)
    return {each: _level(rows[each], as_of) for each in sorted(rows)}


def _level(rows: Sequence[Control], as_of: date) -> Level:
    part = [control for control in rows if control.status is not Status.NOT_APPLICABLE]
    standing = [control for control in part if not _expired(control, as_of)]
    value = max((control.level or 0.0 for control in standing), default=0.0)
    bearers = [control for control in standing if value and (control.level or 0.0) == value]
    return Level(
        value=value if part else None,
        controls=tuple(control.location for control in rows),
        expired=tuple(control.location for control in part if _expired(control, as_of)),
        alternative=bool(bearers) and all(control.status is Status.ALTERNATIVE for control in bearers),
    )


def _expired(control: Control, as_of: date) -> bool:
    return control.expires is not None and control.expires < as_of
