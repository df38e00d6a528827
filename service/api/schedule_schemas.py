"""Schedules as the API takes and gives them, field by field."""

from apiflask import Schema, fields
from apiflask.validators import Length, OneOf

from mitigap import cadence
from mitigap.store.schema import State
from service.api.schemas import MOST_GROUPS, POLICY_SPEC, Moment, PolicyField, RevisionField
from service.text import LONGEST

LONGEST_CRON = 200
LATEST = "`latest` is the newest release of the domain whenever it runs; anything else is pinned."


class TimingQuery(Schema):
    cron = fields.String(validate=Length(max=LONGEST_CRON))
    preset = fields.String(validate=OneOf(list(cadence.PRESETS)))
    timezone = fields.String(load_default="UTC", validate=Length(max=80))


class ScheduleFields(Schema):
    """What may be said at the beginning and changed later."""

    name = fields.String(validate=Length(max=LONGEST))
    revision = RevisionField(allow_none=True, metadata={"description": "Pinned; null: the latest, whenever it runs."})
    groups = fields.List(fields.String(validate=Length(min=1, max=LONGEST)), validate=Length(min=1, max=MOST_GROUPS))
    all_groups = fields.Boolean(truthy={True}, falsy={False})
    watchlist = fields.UUID(metadata={"description": "Instead of `groups`: those of it at the time of each run."})
    catalog = fields.String(validate=Length(min=1, max=400), metadata={"description": LATEST})
    domain = fields.String(validate=Length(max=40), metadata={"description": "Of `latest`."})
    policy = PolicyField(metadata=POLICY_SPEC)
    cron = fields.String(
        validate=Length(max=LONGEST_CRON), metadata={"description": "Five fields, no oftener than every 15 minutes."}
    )
    preset = fields.String(validate=OneOf(list(cadence.PRESETS)), metadata={"description": "Instead of `cron`."})
    ends_at = Moment(format="iso", allow_none=True, metadata={"description": "The last moment to run at."})
    notify = fields.Dict(metadata={"description": "Who is to hear of a run, and of which."})


class ScheduleIn(ScheduleFields):
    inventory = fields.UUID(required=True)
    timezone = fields.String(load_default="UTC", validate=Length(max=80), metadata={"example": "Europe/Berlin"})


class ScheduleChange(ScheduleFields):
    inventory = fields.UUID()
    timezone = fields.String(validate=Length(max=80))
    enabled = fields.Boolean(truthy={True}, falsy={False}, metadata={"description": "false pauses, true resumes."})
    paused_reason = fields.String(validate=Length(max=LONGEST))


class RunMomentOut(Schema):
    """One moment by two clocks."""

    at = fields.String(metadata={"format": "date-time"})
    local = fields.String()


class TimingOut(Schema):
    cron = fields.String()
    timezone = fields.String()
    words = fields.String()
    next_runs = fields.List(fields.Nested(RunMomentOut))


class ScheduleRowOut(Schema):
    """`missed` counts moments nobody kept, `skipped` those at which the run before was still under way."""

    id = fields.UUID()
    name = fields.String()
    inventory = fields.UUID()
    revision = fields.Integer(allow_none=True)
    catalog = fields.String()
    domain = fields.String()
    groups = fields.List(fields.String(), allow_none=True, metadata={"description": "Ids; null: every group."})
    watchlist = fields.UUID(allow_none=True)
    policy = fields.Dict()
    cron = fields.String()
    timezone = fields.String()
    words = fields.String()
    enabled = fields.Boolean()
    paused_reason = fields.String()
    ends_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    next_run_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    next_runs = fields.List(fields.Nested(RunMomentOut))
    last_run_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    failures = fields.Integer()
    missed = fields.Integer()
    skipped = fields.Integer()
    notify = fields.Dict()
    created_at = fields.String(metadata={"format": "date-time"})
    links = fields.Dict(keys=fields.String(), values=fields.String())


class ScheduledRunOut(Schema):
    """One run; its id is its assessment's. `changed` is null where there was no earlier run to compare with."""

    id = fields.UUID()
    state = fields.Enum(State, by_value=True)
    scheduled_for = fields.String(allow_none=True, metadata={"format": "date-time"})
    created_at = fields.String(metadata={"format": "date-time"})
    base = fields.UUID(allow_none=True)
    changed = fields.Boolean(allow_none=True)
    sentence = fields.String(allow_none=True, metadata={"description": "What moved and why, for people."})
    scores = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True))
    links = fields.Dict(keys=fields.String(), values=fields.String())


class ScheduleOut(ScheduleRowOut):
    runs = fields.List(fields.Nested(ScheduledRunOut))


class SchedulesOut(Schema):
    schedules = fields.List(fields.Nested(ScheduleRowOut))
    next = fields.String(allow_none=True)
