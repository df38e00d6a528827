"""Channels and their log as the API takes and gives them, field by field."""

from apiflask import Schema, fields
from apiflask.validators import Length, Range

from mitigap.store.notices import Medium, Posting
from service.text import LONGEST

LONGEST_TARGET = 2000


class ChannelIn(Schema):
    kind = fields.Enum(Medium, by_value=True, required=True)
    name = fields.String(required=True, validate=Length(min=1, max=LONGEST))
    target = fields.String(
        required=True,
        validate=Length(min=1, max=LONGEST_TARGET),
        metadata={"description": "An https:// or http:// address on the public internet, or an e-mail address."},
    )


class ChannelChange(Schema):
    name = fields.String(validate=Length(min=1, max=LONGEST))
    target = fields.String(validate=Length(min=1, max=LONGEST_TARGET))
    enabled = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "false gives up what waits to be sent."}
    )
    new_secret = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "Of a webhook: the answer holds it, once."}
    )


class ChannelRowOut(Schema):
    """`target` is whole only for those who may change channels."""

    id = fields.UUID()
    kind = fields.Enum(Medium, by_value=True)
    name = fields.String()
    target = fields.String()
    enabled = fields.Boolean()
    created_at = fields.String(metadata={"format": "date-time"})
    links = fields.Dict(keys=fields.String(), values=fields.String())


class ChannelOut(ChannelRowOut):
    pass


class ChannelWithSecretOut(ChannelRowOut):
    """`secret` checks a webhook's signatures by Standard Webhooks; it is told when it is made, and never again."""

    secret = fields.String(allow_none=True)


class ChannelsOut(Schema):
    channels = fields.List(fields.Nested(ChannelRowOut))


class TriedOut(Schema):
    """The id of the delivery: the log tells how it went."""

    id = fields.UUID()


class TryOut(Schema):
    number = fields.Integer()
    started_at = fields.String(metadata={"format": "date-time"})
    ended_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    sent = fields.Boolean()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)


class DeliveryOut(Schema):
    """One notification with its tries. The message's id is `msg_` and this id, in every try."""

    id = fields.UUID()
    event = fields.String()
    state = fields.Enum(Posting, by_value=True)
    assessment = fields.UUID(allow_none=True)
    created_at = fields.String(metadata={"format": "date-time"})
    finished_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    next_try_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    note = fields.String(allow_none=True)
    tries = fields.List(fields.Nested(TryOut))


class DeliveriesOut(Schema):
    deliveries = fields.List(fields.Nested(DeliveryOut))


class DeliveriesQuery(Schema):
    limit = fields.Integer(load_default=50, validate=Range(min=1, max=200))
