"""What the API takes and tells of the words that a workspace knows."""

from apiflask import Schema, fields
from apiflask.validators import Length


class WordsQuery(Schema):
    domain = fields.String(load_default="enterprise-attack", validate=Length(max=40))


class WordsIn(Schema):
    """All that is known from now on: names for one domain, status words and headers for every one."""

    domain = fields.String(load_default="enterprise-attack", validate=Length(max=40))
    names = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), metadata={"description": "Text to mitigation ids."}
    )
    statuses = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "Word to status."})
    headers = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "Header to field."})


class WordsOut(Schema):
    domain = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    statuses = fields.Dict(keys=fields.String(), values=fields.String())
    headers = fields.Dict(keys=fields.String(), values=fields.String())
