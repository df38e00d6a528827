"""Who is told of a schedule's runs, and when: as a form asks for it, and as its page shows it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, DecimalField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, ValidationError

from mitigap.errors import DestinationRefused
from mitigap.store import channels, rules
from mitigap.store.rules import Notify, On
from mitigap.store.schema import Schedule

WORDS: Mapping[On, str] = {
    On.REGRESSION: "any technique or a score got worse",
    On.FAILURE: "a run failed",
    On.BELOW: "something moved and a score is below",
    On.ALWAYS: "every run, whatever came of it",
}
HUNDRED = 100


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    label: str
    chosen: bool


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """`below` is in percent. `anybody`: whether the schedule tells a channel that is still there."""

    channels: tuple[Choice, ...]
    rules: tuple[Choice, ...]
    below: str
    excel: bool

    @property
    def anybody(self) -> bool:
        return any(each.chosen for each in self.channels)


class NotifyForm(FlaskForm):  # type: ignore[misc]
    tell = SelectMultipleField(validate_choice=False)
    on = SelectMultipleField(validate_choice=False)
    below = DecimalField(validators=[Optional(), NumberRange(0, HUNDRED, "A score lies between 0 and 100 %%.")])
    excel = BooleanField()

    def validate_on(self, field: SelectMultipleField) -> None:
        missing = self.below.data is None and not self.below.process_errors
        if missing and On.BELOW in (field.data or ()):
            raise ValidationError("Say below which score.")

    @property
    def fault(self) -> str:
        """The first one."""
        return next((each for faults in self.errors.values() for each in faults), "")

    def asked(self) -> dict[str, Any]:
        """As the API would be asked."""
        return {
            "channels": self.tell.data or [],
            "rules": [self._rule(on) for on in self.on.data or []],
            "excel": bool(self.excel.data),
        }

    def _rule(self, on: str) -> dict[str, Any]:
        return {"on": on, "score": float(self.below.data) / HUNDRED} if on == On.BELOW else {"on": on}


def of(cabinet: Session, row: Schedule) -> Telling:
    told = _read(row.notify)
    scores = {rule.on: rule.score for rule in told.rules}
    known = channels.listing(cabinet, row.workspace_id)
    below = scores.get(On.BELOW)
    return Telling(
        channels=tuple(Choice(value=each.id, label=each.name, chosen=each.id in told.channels) for each in known),
        rules=tuple(Choice(value=on, label=label, chosen=on in scores) for on, label in WORDS.items()),
        below="" if below is None else f"{HUNDRED * below:g}",
        excel=told.excel,
    )


def _read(plain: Mapping[str, Any]) -> Notify:
    try:
        return rules.read(plain)
    except DestinationRefused:  # written by another version
        return Notify()
