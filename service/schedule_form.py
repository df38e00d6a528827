"""The form of a new schedule: what is asked, and every fault beside its field."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from mitigap import cadence, zones
from mitigap.errors import ScheduleRefused
from mitigap.store.requests import PolicyRequest
from service import planning, policies
from service.text import LONGEST, clean

OWN = "cron"
"""Instead of a preset: an expression of one's own."""
LONGEST_CRON = 200
LONGEST_GROUPS = 20_000


class ScheduleForm(FlaskForm):  # type: ignore[misc]
    """An inventory, adversaries, and when."""

    name = StringField(filters=[lambda text: clean(text or "", LONGEST + 1)], validators=[Length(max=LONGEST)])
    inventory = StringField()
    catalog = StringField(default=planning.LATEST)
    groups = StringField(validators=[Length(max=LONGEST_GROUPS)])
    watchlist = StringField()
    all = BooleanField()
    policy = StringField(default=policies.NAMES[0], validators=[AnyOf(policies.NAMES, "There is no such rule.")])
    preset = StringField(default="weekly", validators=[AnyOf([*cadence.PRESETS, OWN], "Choose one of these.")])
    cron = StringField(filters=[lambda text: clean(text or "", LONGEST_CRON + 1)])
    timezone = StringField(default="UTC", validators=[AnyOf(zones.names(), "There is no such time zone.")])
    ends = DateField(validators=[Optional()])

    @property
    def expression(self) -> str:
        """The cron expression that is meant, whether by name or in full."""
        return cadence.PRESETS.get(self.preset.data or "", self.cron.data or "")

    def validate_inventory(self, field: StringField) -> None:
        try:
            field.data = str(UUID(field.data or ""))
        except ValueError as error:
            raise ValidationError("Choose an inventory.") from error

    def validate_groups(self, field: StringField) -> None:
        named = bool(planning.texts(field.data or ""))
        if named + bool(self.watchlist.data) + bool(self.all.data) != 1:
            raise ValidationError("Name at least one group, or choose a watch-list, or all of them.")

    def validate_watchlist(self, field: StringField) -> None:
        if field.data:
            try:
                field.data = str(UUID(field.data))
            except ValueError as error:
                raise ValidationError("Choose a watch-list.") from error

    def validate_cron(self, _field: StringField) -> None:
        try:
            cadence.read(self.expression, "UTC")
        except ScheduleRefused as fault:
            raise ValidationError(fault.message) from fault

    def asked(self) -> dict[str, Any]:
        """As the API would be asked. A domain stands for the latest of it."""
        pinned, _, domain = (self.catalog.data or planning.LATEST).partition(":")
        return {
            "name": self.name.data,
            "inventory": self.inventory.data,
            "catalog": pinned if pinned == planning.LATEST else self.catalog.data,
            "domain": domain or None,
            "groups": None if self.all.data else planning.texts(self.groups.data or ""),
            "watchlist": self.watchlist.data or None,
            "all_groups": bool(self.all.data),
            "policy": PolicyRequest(name=self.policy.data),
            "cron": self.expression,
            "timezone": self.timezone.data,
            "ends_at": self._end(),
        }

    def _end(self) -> datetime | None:
        """The last minute of its last day, by the schedule's own clock."""
        if self.ends.data is None:
            return None
        return datetime.combine(self.ends.data, time(23, 59), zones.zone(self.timezone.data))
