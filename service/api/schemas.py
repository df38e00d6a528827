"""What the API takes and gives, field by field; the OpenAPI description is made from these."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from apiflask import Schema, fields
from apiflask.validators import Length, OneOf, Range

from mitigap.store.requests import PolicyRequest
from mitigap.store.schema import Kind, State
from service import policies
from service.text import LONGEST

MOST_GROUPS = 1000
HEAVIEST = 1000.0
"""The most that one group may weigh."""
MOST_REVISIONS = 2**31 - 1


class Moment(fields.AwareDateTime):
    """With its time zone, and handed on in UTC; 9999-12-31T23:59-23:59 is no moment there."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment: datetime = super()._deserialize(value, attr, data, **kwargs)
            return moment.astimezone(UTC)
        except OverflowError as fault:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from fault


class RevisionField(fields.Integer):
    """The number of a revision: a whole one, and no greater than a database keeps."""

    def __init__(self, **told: Any) -> None:
        super().__init__(strict=True, validate=Range(min=1, max=MOST_REVISIONS), **told)


class PolicyField(fields.Field[PolicyRequest]):
    """A policy by name, or as an object with its switches."""

    default_error_messages = {  # noqa: RUF012 - as marshmallow reads it
        "unknown": "There is no policy “{name}”; there are {names}.",
        "shape": "{fault}",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> PolicyRequest:  # noqa: ARG002
        try:
            policy = msgspec.convert({"name": value} if isinstance(value, str) else value, PolicyRequest)
        except msgspec.ValidationError as fault:
            raise self.make_error("shape", fault=str(fault)) from fault
        if policy.name not in policies.NAMES:
            raise self.make_error("unknown", name=policy.name, names=", ".join(policies.NAMES))
        return policy


SWITCH = {"type": "boolean", "default": False}
POLICY_SPEC = {
    "description": "A policy by name, or with its switches.",
    "oneOf": [
        {"type": "string", "enum": list(policies.NAMES)},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "enum": list(policies.NAMES)},
                "software": SWITCH,
                "campaigns": SWITCH,
                "inherit": SWITCH,
            },
        },
    ],
}


class UploadIn(Schema):
    file = fields.File(  # type: ignore[no-untyped-call]
        required=True, metadata={"description": "xlsx, csv or ods"}
    )
    name = fields.String(validate=Length(max=LONGEST), metadata={"description": "The file's name where none is given."})
    catalog = fields.String(validate=Length(max=400), metadata={"description": "Whose words the file is read by."})
    choices = fields.String(
        validate=Length(max=1024 * 1024),
        metadata={"description": "How it is to be read where it is not understood by itself: JSON, a `Choices`."},
    )


class BundleIn(Schema):
    bundle = fields.File(  # type: ignore[no-untyped-call]
        required=True, metadata={"description": "A STIX bundle, or one group document."}
    )
    version = fields.String(validate=Length(max=40), metadata={"description": "Where the file does not say."})
    domain = fields.String(validate=OneOf(["enterprise-attack", "mobile-attack", "ics-attack"]))


class WeightField(fields.Float):
    """A number, and not a text or a truth value that could be taken for one."""

    def __init__(self, **told: Any) -> None:
        super().__init__(validate=Range(min=0, min_inclusive=False, max=HEAVIEST), **told)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class WeightsField(fields.Dict):
    """Group, by id, name or alias, to what it counts."""

    def __init__(self, **told: Any) -> None:
        name = fields.String(validate=Length(min=1, max=LONGEST))
        super().__init__(keys=name, values=WeightField(), validate=Length(max=MOST_GROUPS), **told)


class AssessmentIn(Schema):
    inventory = fields.UUID(required=True)
    revision = RevisionField(metadata={"description": "The latest where none is given."})
    groups = fields.List(fields.String(validate=Length(min=1, max=LONGEST)), validate=Length(min=1, max=MOST_GROUPS))
    all_groups = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    watchlist = fields.UUID(metadata={"description": "Instead of `groups`: its groups and weights of now."})
    weights = WeightsField(metadata={"description": "Group to weight in the score over all, else 1."})
    catalog = fields.String(validate=Length(max=400))
    policy = PolicyField(metadata=POLICY_SPEC)
    name = fields.String(validate=Length(max=LONGEST))
    notify = fields.Dict(metadata={"description": "Who is told of its end, by `channels`, and when, by `rules`."})


class PageQuery(Schema):
    before = Moment(format="iso", metadata={"description": "Of the page before: its `next` names it."})
    limit = fields.Integer(load_default=50, validate=Range(min=1, max=200))


class PreviewIn(Schema):
    catalog = fields.String(required=True, validate=Length(min=1, max=400))


class DriftQuery(Schema):
    base = fields.UUID(required=True, metadata={"description": "The earlier assessment."})


class GroupsQuery(Schema):
    catalog = fields.String(load_default="", validate=Length(max=400))
    q = fields.String(load_default="", validate=Length(max=100))


class CatalogQuery(Schema):
    catalog = fields.String(load_default="", validate=Length(max=400))


class Accepted(Schema):
    """Work that has been taken on: `job` tells how far it is."""

    id = fields.UUID(required=True)
    job = fields.UUID(required=True)


class SuggestionOut(Schema):
    id = fields.String()
    name = fields.String()
    confidence = fields.Float()


class IssueOut(Schema):
    location = fields.String()
    row = fields.Integer(allow_none=True)
    code = fields.String()
    severity = fields.String()
    message = fields.String()
    suggestions = fields.List(fields.Nested(SuggestionOut))


class RevisionOut(Schema):
    number = fields.Integer()
    created_at = fields.String(metadata={"format": "date-time"})
    summary = fields.Dict()


class InventoryOut(Schema):
    """One revision. `levels` maps a mitigation's id to how far it is deployed; null: not applicable."""

    id = fields.UUID()
    name = fields.String()
    revision = fields.Integer()
    created_at = fields.String(metadata={"format": "date-time"})
    digest = fields.String()
    levels = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True))
    issues = fields.List(fields.Nested(IssueOut))


class InventoryWithRevisionsOut(InventoryOut):
    revisions = fields.List(fields.Nested(RevisionOut))


class DifferenceOut(Schema):
    """Rows are as the reading has them; `changed` tells each field before and now."""

    schema = fields.String()
    base = fields.Integer(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    added = fields.List(fields.Dict())
    removed = fields.List(fields.Dict())
    changed = fields.List(fields.Dict())
    levels = fields.List(fields.Dict())


class InventoryRowOut(Schema):
    id = fields.UUID()
    name = fields.String()
    revision = fields.Integer()
    created_at = fields.String(metadata={"format": "date-time"})


class InventoriesOut(Schema):
    inventories = fields.List(fields.Nested(InventoryRowOut))


class JobOut(Schema):
    """`error` is a sentence for people where the state is failed. `links` lead to what came of it."""

    id = fields.UUID()
    kind = fields.Enum(Kind, by_value=True)
    name = fields.String()
    state = fields.Enum(State, by_value=True)
    stage = fields.String()
    progress = fields.Integer()
    attempt = fields.Integer()
    error = fields.String(allow_none=True)
    created_at = fields.String(metadata={"format": "date-time"})
    started_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    finished_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    summary = fields.Dict()
    links = fields.Dict(keys=fields.String(), values=fields.String())


class AssessmentRowOut(Schema):
    """`summary` is null until the job has succeeded; `links.report` then names a file for each format."""

    id = fields.UUID()
    job = fields.UUID()
    name = fields.String()
    state = fields.Enum(State, by_value=True)
    stage = fields.String()
    progress = fields.Integer()
    error = fields.String(allow_none=True)
    created_at = fields.String(metadata={"format": "date-time"})
    finished_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    groups = fields.List(fields.String(), allow_none=True, metadata={"description": "Ids; null: every group."})
    policy = fields.Dict()
    summary = fields.Dict(allow_none=True)
    links = fields.Dict()


class AssessmentOut(AssessmentRowOut):
    pass


class AssessmentsOut(Schema):
    assessments = fields.List(fields.Nested(AssessmentRowOut))
    next = fields.String(allow_none=True)


class GroupOut(Schema):
    id = fields.String()
    name = fields.String()
    aliases = fields.List(fields.String())
    techniques = fields.Integer()
    mitigable = fields.Integer()


class CatalogOut(Schema):
    """`standard`: the one used where none is named."""

    id = fields.UUID()
    label = fields.String()
    domain = fields.String()
    version = fields.String(allow_none=True)
    digest = fields.String()
    source = fields.String()
    builtin = fields.Boolean()
    standard = fields.Boolean()
    created_at = fields.String(metadata={"format": "date-time"})


class CatalogsOut(Schema):
    catalogs = fields.List(fields.Nested(CatalogOut))


class GroupsOut(Schema):
    catalog = fields.Nested(CatalogOut)
    groups = fields.List(fields.Nested(GroupOut))


class GroupWithCatalogOut(GroupOut):
    catalog = fields.Nested(CatalogOut)
