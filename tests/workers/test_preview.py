"""What another release would change, told before it is accepted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from factories.line import SEED, Line
from factories.workers import done
from sqlalchemy import select

from mitigap.assessment import drift_document
from mitigap.assessment.drift import Cause, Drift
from mitigap.catalog import seeds, stix
from mitigap.catalog.model import Catalogue
from mitigap.store import results
from mitigap.store.requests import PreviewRequest
from mitigap.store.schema import Drift as DriftRow
from mitigap.store.schema import Job, State
from reports.drift_report import DRIFT_RENDERERS
from workers import load_catalog
from workers.context import Context

NOTHING = "00000000-0000-4000-8000-000000000000"
LINK = b"T1136.001[Local Account] --> M1032[Multi-factor Authentication]\n"


def keep(context: Context, line: Line, catalogue: Catalogue) -> str:
    """Its id, among the catalogues of the workspace."""
    kept = load_catalog.keeper(catalogue, workspace_id=line.workspace)
    with context.sessions.begin() as session:
        return kept(session).id


def newer(context: Context, line: Line) -> str:
    """The Leafminer document, without one link."""
    text = SEED.read_bytes()
    assert LINK in text
    return keep(context, line, seeds.read(text.replace(LINK, b""), "G0077-later.md"))


def told(context: Context, job: Job) -> tuple[Drift, ...]:
    with context.readers() as session:
        return drift_document.load(results.document(session, job.workspace_id, job.id))


def preview(context: Context, line: Line, assessment: str, catalogue: str) -> Job:
    return done(context, line.accept(PreviewRequest(assessment=assessment, catalogue=catalogue)))


def test_nothing_but_the_catalogue_is_another(context: Context, line: Line) -> None:
    base = done(context, line.assess())
    job = preview(context, line, base.id, newer(context, line))
    [drift] = told(context, job)
    assert job.state is State.SUCCEEDED
    assert (drift.base.catalog.source, drift.now.catalog.source) == (SEED.name, "G0077-later.md")
    assert [(each.technique, each.mitigation, each.cause) for each in drift.edges] == [
        ("T1136.001", "M1032", Cause.CATALOGUE)
    ]
    assert (drift.base.policy, drift.base.as_of, drift.base.inventory) == (
        drift.now.policy,
        drift.now.as_of,
        drift.now.inventory,
    )
    assert job.summary["groups"] == [{"id": "G0077", "name": "Leafminer"}]
    assert job.summary["catalog"]["source"] == "G0077-later.md"
    with context.readers() as session:
        files = {each.format for each in results.artifacts(session, line.workspace, job.id)}
    assert files == {f"drift.{form}" for form in DRIFT_RENDERERS if form != "json"}


def test_it_is_kept_as_no_run(context: Context, line: Line) -> None:
    base = done(context, line.assess())
    preview(context, line, base.id, newer(context, line))
    with context.readers() as session:
        assert list(session.scalars(select(DriftRow))) == []


def test_groups_that_the_other_catalogue_does_not_know_are_left_out(context: Context, line: Line) -> None:
    theirs = keep(context, line, seeds.read(SEED.read_bytes().replace(b"G0077", b"G9999"), "G9999-ours.md"))
    failed = preview(context, line, done(context, line.assess()).id, theirs)
    assert (failed.state, failed.error) == (State.FAILED, "G9999-ours.md knows none of its groups.")


@pytest.mark.parametrize("which", ["same", "unfinished", "reading", "nothing"])
def test_what_cannot_be_previewed_says_why(context: Context, line: Line, which: str) -> None:
    assessment = {
        "same": lambda: done(context, line.assess()).id,
        "unfinished": lambda: line.assess().id,
        "reading": lambda: done(context, line.read()).id,
        "nothing": lambda: NOTHING,
    }[which]()
    failed = preview(context, line, assessment, line.catalogue)
    assert failed.state is State.FAILED
    assert failed.error


@pytest.mark.bundles
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_release_is_blamed_for_everything_and_lost_groups_are_named(
    context: Context, line: Line, bundle_path: Callable[[str], Path]
) -> None:
    releases = {}
    for version in ("15.1", "18.1"):
        path = bundle_path(f"enterprise-attack-{version}")
        releases[version] = keep(context, line, stix.read(path.read_bytes(), path.name))
    base = done(context, line.assess(catalogue=releases["18.1"], groups=("G0007", "G0016", "G1053")))
    job = preview(context, line, base.id, releases["15.1"])
    found = told(context, job)
    assert [each.now.group.id for each in found] == ["G0007", "G0016"]
    assert job.summary["left_out"] == ["G1053"]
    assert job.summary["changed"]
    assert {step.cause for each in found for step in each.steps} == {Cause.CATALOGUE}
    assert "because of catalogue" in job.summary["sentence"]
