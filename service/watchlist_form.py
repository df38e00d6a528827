"""The form of a watch-list: its name, and its groups in one field, each with what it counts."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from service import planning
from service.api.schemas import HEAVIEST, MOST_GROUPS
from service.text import LONGEST, clean

LONGEST_GROUPS = 20_000
WRONG = f"Write a weight as a number above 0 and up to {HEAVIEST:.0f}, as in “Leafminer = 2”."


class WatchlistForm(FlaskForm):  # type: ignore[misc]
    """Groups by id, name or alias, with commas between; `= 2` behind one is its weight."""

    name = StringField(
        filters=[lambda text: clean(text or "", LONGEST + 1)],
        validators=[InputRequired("Give it a name."), Length(max=LONGEST)],
    )
    groups = StringField(validators=[InputRequired("Name at least one group."), Length(max=LONGEST_GROUPS)])
    catalog = StringField()

    def validate_groups(self, _field: StringField) -> None:
        if not 0 < len(self.parts) <= MOST_GROUPS:
            raise ValidationError("Name at least one group.")
        if any(weight is None for _, weight in self.parts):
            raise ValidationError(WRONG)

    @property
    def parts(self) -> list[tuple[str, float | None]]:
        """Each name with its weight, 1 where none is told, None where it is no weight."""
        return [_part(text) for text in planning.texts(self.groups.data or "")]

    @property
    def texts(self) -> list[str]:
        return [name for name, _ in self.parts]

    @property
    def weights(self) -> dict[str, float]:
        return {name: weight for name, weight in self.parts if weight is not None}


def _part(text: str) -> tuple[str, float | None]:
    name, sign, number = text.rpartition("=")
    if not sign:
        return text.strip(), 1.0
    try:
        weight = float(number)
    except ValueError:
        return name.strip(), None
    return name.strip(), weight if 0 < weight <= HEAVIEST else None
