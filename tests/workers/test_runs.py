"""The three kinds of run, each called as the function it is and through the job's row."""

from datetime import UTC, datetime

import msgspec
import pytest
from factories.line import CONTROLS, SEED, Line, a_line
from factories.store import a_workspace
from factories.workers import a_context
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import CatalogueUnknown
from mitigap.store import catalogs, inventories, jobs, results, uploads
from mitigap.store.requests import PolicyRequest
from mitigap.store.schema import Job, State
from reports.render import RENDERERS
from workers import ahead, tasks
from workers.assess import NOT_OURS
from workers.context import Context

NOTHING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def context(engine: Engine) -> Context:
    return a_context(engine)


@pytest.fixture
def line(sessions: sessionmaker[Session]) -> Line:
    return a_line(sessions)


def done(context: Context, job: Job) -> Job:
    tasks.work(context, job.id)
    with context.readers() as session:
        return jobs.get(session, job.workspace_id, job.id)


def document(context: Context, job: Job) -> object:
    with context.readers() as session:
        return msgspec.json.decode(results.document(session, job.workspace_id, job.id))


def test_reading_makes_an_inventory_with_its_first_revision(context: Context, line: Line) -> None:
    job = done(context, line.read(name="Controls of the SOC"))
    with context.readers() as session:
        [inventory] = inventories.listing(session, line.workspace)
        revision = inventories.revision(session, line.workspace, inventory.id)
        reading = inventories.reading(session, line.workspace, revision.id)
        assert results.document(session, line.workspace, job.id) == reading
    assert (inventory.name, inventory.latest, revision.number) == ("Controls of the SOC", 1, 1)
    assert job.summary["revision"] == {"inventory": inventory.id, "id": revision.id, "number": 1}
    assert (revision.summary["controls"], revision.summary["unresolved"]) == (3, 1)
    assert msgspec.json.decode(reading)["levels"] == {"M1027": 0.5, "M1032": 1.0}


def test_inventory_without_a_name_is_called_after_its_file(context: Context, line: Line) -> None:
    assert done(context, line.read()).summary["inventory"]["name"] == "controls"


def test_reading_again_is_the_next_revision(context: Context, line: Line) -> None:
    first = done(context, line.read(name="Controls")).summary["revision"]
    second = done(context, line.read(inventory=first["inventory"])).summary["revision"]
    assert (second["inventory"], second["number"]) == (first["inventory"], 2)
    with context.readers() as session:
        assert [each.number for each in inventories.revisions(session, line.workspace, first["inventory"])] == [2, 1]


def test_file_that_cannot_be_read_fails_with_its_reason_and_leaves_no_inventory(context: Context, line: Line) -> None:
    with context.sessions.begin() as session:
        upload = uploads.add(session, line.workspace, "controls.xlsx", b"not a workbook").id
    failed = done(context, line.read(upload=upload))
    assert failed.state is State.FAILED
    assert failed.error
    with context.readers() as session:
        assert inventories.listing(session, line.workspace) == []


def test_upload_of_another_workspace_is_not_there(context: Context, line: Line) -> None:
    with context.sessions.begin() as session:
        other = uploads.add(session, a_workspace(session, "Lab"), "controls.csv", CONTROLS).id
    assert done(context, line.read(upload=other)).state is State.FAILED


def test_assessing_an_upload_files_everything_at_once(context: Context, line: Line) -> None:
    job = done(context, line.assess())
    with context.readers() as session:
        files = results.artifacts(session, line.workspace, job.id)
        [inventory] = inventories.listing(session, line.workspace)
    assert {each.format for each in files} == {*RENDERERS, ahead.FORM} - NOT_OURS
    assert all(each.size for each in files)
    assert job.summary["revision"]["inventory"] == inventory.id
    [group] = job.summary["groups"]
    assert (group["id"], group["counts"]["techniques"], group["counts"]["edges"]) == ("G0077", 17, 45)
    assert group["ceiling"]["techniques"] == 15
    assert document(context, job)["score"] == group["score"]


def test_date_of_an_assessment_is_the_day_it_was_asked_for(context: Context, line: Line) -> None:
    job = line.assess()
    with context.sessions.begin() as session:
        session.get(Job, job.id).created_at = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    assert document(context, done(context, job))["as_of"] == "2026-03-01"


def test_assessing_a_revision_gives_the_same_bytes_as_assessing_its_file(context: Context, line: Line) -> None:
    fresh = done(context, line.assess())
    kept = done(context, line.assess(upload=None, revision=fresh.summary["revision"]["id"]))
    assert document(context, kept) == document(context, fresh)
    assert "revision" not in kept.summary


def test_every_group_is_a_list_where_there_are_several(context: Context, line: Line) -> None:
    assert done(context, line.assess(groups=None)).summary["groups"][0]["id"] == "G0077"


def test_policy_and_its_switches_are_followed(context: Context, line: Line) -> None:
    job = done(context, line.assess(policy=PolicyRequest(name="any", inherit=True)))
    assert (job.summary["policy"]["name"], job.summary["policy"]["inherit"]) == ("any", True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"groups": ()}, "no group"),
        ({"groups": ("G9999",)}, "G9999"),
        ({"policy": PolicyRequest(name="luck")}, "luck"),
        ({"catalogue": NOTHING}, "no catalogue"),
        ({"upload": None, "revision": NOTHING}, "no such thing"),
    ],
)
def test_what_cannot_be_assessed_says_why(
    context: Context, line: Line, changes: dict[str, object], reason: str
) -> None:
    failed = done(context, line.assess(**changes))
    assert failed.state is State.FAILED
    assert reason in failed.error


def test_bundle_or_document_becomes_a_catalogue_of_its_workspace(context: Context, line: Line) -> None:
    text = SEED.read_bytes() + b"\nA line of our own.\n"
    job = done(context, line.compile(text, "ours.md"))
    with context.readers() as session:
        row = catalogs.get(session, line.workspace, job.summary["catalogue"])
        [group] = catalogs.groups(session, row.id)
        assert catalogs.template(session, row.id).startswith(b"PK")
        with pytest.raises(CatalogueUnknown):
            catalogs.get(session, a_workspace(session, "Lab"), row.id)
    assert (group["id"], group["techniques"], group["mitigable"]) == ("G0077", 17, 15)
    assert (row.source, row.builtin) == ("ours.md", False)


def test_what_is_no_catalogue_fails_with_its_reason(context: Context, line: Line) -> None:
    failed = done(context, line.compile(b"# Nothing\n", "nothing.md"))
    assert failed.state is State.FAILED
    assert "nothing.md" in failed.error
