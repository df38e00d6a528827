"""The list of assessments, and the groups of one."""

from functools import partial
from operator import attrgetter, itemgetter
from uuid import UUID

from mitigap.store import jobs
from mitigap.store.schema import Job, Kind, State
from mitigap.store.turning import Mark, whole
from service import downloads, presenters
from service.access import principal
from service.desk import desk
from service.listing import Columns, Table, inside, table
from service.pages.assessments import pages
from service.tickets import assessment_job

ASSESSMENTS: Columns = {
    "id": attrgetter("id"),
    "name": attrgetter("name"),
    "against": attrgetter("against"),
    "catalog": attrgetter("catalog"),
    "state": lambda each: str(each.state),
    "score": attrgetter("score"),
    "headline": attrgetter("headline"),
    "created_at": attrgetter("created"),
}
COUNTS = ("techniques", "covered", "partial", "gap", "unmitigable", "edges")
GROUPS: Columns = {
    "id": itemgetter("id"),
    "name": itemgetter("name"),
    "score": itemgetter("score"),
    **{word: inside("counts", word) for word in COUNTS},
    "ceiling": inside("ceiling", "techniques"),
    "ceiling_of": inside("ceiling", "of"),
    "ceiling_without_pre_compromise": inside("ceiling", "without_pre_compromise"),
}


@table(pages, "", "index")
def index_table() -> Table:
    rows = whole(partial(some, principal().workspace_id))
    return Table(name="assessments", columns=ASSESSMENTS, rows=map(presenters.assessment, rows))


@table(pages, "/<uuid:assessment_id>", "show")
def show_table(assessment_id: UUID) -> Table:
    with desk().reading() as cabinet:
        job = assessment_job(cabinet, assessment_id)
    downloads.ready(job)
    return Table(name=f"{job.name} groups", columns=GROUPS, rows=job.summary["groups"])


def some(workspace_id: str, before: Mark | None, limit: int, *, states: tuple[State, ...] = tuple(State)) -> list[Job]:
    """One page of the workspace's assessments, the newest first."""
    with desk().reading() as cabinet:
        return jobs.listing(cabinet, workspace_id, kind=Kind.ASSESS, states=states, before=before, limit=limit)
