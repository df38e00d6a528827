"""Watch-lists as the API takes and gives them, field by field."""

from apiflask import Schema, fields
from apiflask.validators import Length

from service.api.schemas import MOST_GROUPS, WeightsField
from service.text import LONGEST

CATALOG = "By whose words the groups are named; the standard one, or the newest of the list's domain."


class WatchlistFields(Schema):
    """What may be said at the beginning and changed later."""

    weights = WeightsField(metadata={"description": "1 for a group that is not named.", "example": {"G0077": 2}})
    catalog = fields.String(validate=Length(min=1, max=400), metadata={"description": CATALOG})


class WatchlistIn(WatchlistFields):
    name = fields.String(required=True, validate=Length(min=1, max=LONGEST))
    groups = fields.List(
        fields.String(validate=Length(min=1, max=LONGEST)), required=True, validate=Length(min=1, max=MOST_GROUPS)
    )


class WatchlistChange(WatchlistFields):
    name = fields.String(validate=Length(min=1, max=LONGEST))
    groups = fields.List(fields.String(validate=Length(min=1, max=LONGEST)), validate=Length(min=1, max=MOST_GROUPS))


class WatchlistOut(Schema):
    id = fields.UUID()
    name = fields.String()
    domain = fields.String()
    groups = fields.List(fields.String(), metadata={"description": "Ids."})
    weights = fields.Dict(keys=fields.String(), values=fields.Float())
    created_at = fields.String(metadata={"format": "date-time"})
    updated_at = fields.String(metadata={"format": "date-time"})
    links = fields.Dict(keys=fields.String(), values=fields.String())


class WatchlistsOut(Schema):
    watchlists = fields.List(fields.Nested(WatchlistOut))
    next = fields.String(allow_none=True)
