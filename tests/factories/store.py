"""Small rows to start from."""

from typing import Any

from sqlalchemy.orm import Session

from mitigap.store import accounts, jobs, uploads
from mitigap.store.requests import AssessRequest, Request
from mitigap.store.schema import Job


def a_workspace(session: Session, name: str = "SOC") -> str:
    """Its id."""
    return accounts.ensure_workspace(session, name).id


def a_request(**changes: Any) -> AssessRequest:
    return AssessRequest(**{"catalogue": "c1", "groups": ("G0077",), "upload": "u1", **changes})


def a_job(session: Session, request: Request | None = None, **changes: Any) -> Job:
    """A pending job of the workspace `SOC`."""
    told = {"workspace_id": a_workspace(session), "user_id": None, **changes}
    return jobs.create(session, request or a_request(), **told)


def an_upload(session: Session, data: bytes = b"M1032,yes\n", filename: str = "controls.csv") -> str:
    """Its id."""
    return uploads.add(session, a_workspace(session), filename, data).id
