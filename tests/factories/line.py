"""The line from upload to report, up to where the workshop takes over."""

from pathlib import Path

import msgspec
from factories.store import a_job, a_workspace, an_upload
from sqlalchemy.orm import Session, sessionmaker

from mitigap.catalog import seeds
from mitigap.store.requests import AssessRequest, CatalogRequest, ReadRequest, Request
from mitigap.store.schema import Job
from workers import load_catalog

SEED = Path(__file__).parents[2] / "seeds" / "G0077-leafminer.md"

CONTROLS = b"""Control,Mitigation,Status
Sign-in with a second factor,M1032,Implemented
Password rules,Password Policies,50 %
A guard at the gate,Something of our own,Implemented
"""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace with the Leafminer document as its catalogue, and an uploaded spreadsheet."""

    sessions: sessionmaker[Session]
    workspace: str
    catalogue: str
    upload: str

    def accept(self, request: Request) -> Job:
        with self.sessions.begin() as session:
            return a_job(session, request)

    def read(self, **changes: str) -> Job:
        return self.accept(ReadRequest(**{"upload": self.upload, "catalogue": self.catalogue, **changes}))

    def assess(self, **changes: object) -> Job:
        told = {"upload": self.upload, "catalogue": self.catalogue, "groups": ("G0077",), "name": "Controls"}
        return self.accept(AssessRequest(**{**told, **changes}))

    def compile(self, data: bytes, filename: str, **changes: str) -> Job:
        with self.sessions.begin() as session:
            upload = an_upload(session, data, filename)
        return self.accept(CatalogRequest(upload=upload, **changes))


def a_line(sessions: sessionmaker[Session]) -> Line:
    keep = load_catalog.keeper(seeds.read(SEED.read_bytes(), SEED.name), builtin=True)
    with sessions.begin() as session:
        return Line(
            sessions=sessions,
            workspace=a_workspace(session),
            catalogue=keep(session).id,
            upload=an_upload(session, CONTROLS, "controls.csv"),
        )
