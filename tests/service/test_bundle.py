"""Everything as one ZIP: complete, checkable, the same bytes each time, and of this workspace alone."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from factories.desk import CONTROLS, THEIRS, House, Program, Standing, a_file, csrf
from sqlalchemy import delete

from mitigap.store.schema import Artifact, Role
from service import bundle
from service.bundle import MANIFEST
from service.downloads import FORMATS


def files(data: bytes) -> dict[str, bytes]:
    """In the archive's order."""
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {each.filename: archive.read(each) for each in archive.infolist()}


def test_it_holds_every_format_the_forecast_and_the_upload(standing: Standing) -> None:
    answer = standing.program.get(f"/assessments/{standing.assessment}/report.zip")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    found = files(answer.data)
    for extension in FORMATS.keys() - {"zip"}:
        alone = standing.program.get(f"/assessments/{standing.assessment}/report.{extension}").data
        assert [name for name, data in found.items() if data == alone and name.endswith(f".{extension}")]
    assert found["upload/controls.csv"] == CONTROLS.encode()
    assert [name for name in found if "forecast" in name]


def test_its_manifest_has_the_digest_of_each_file(standing: Standing) -> None:
    found = files(standing.program.get(f"/assessments/{standing.assessment}/report.zip").data)
    said = dict(reversed(line.split("  ", 1)) for line in found[MANIFEST].decode().splitlines())
    assert said == {name: hashlib.sha256(data).hexdigest() for name, data in found.items() if name != MANIFEST}
    assert list(found)[-1] == MANIFEST
    assert list(said) == sorted(said)


def test_equal_contents_give_equal_bytes_and_one_tag(standing: Standing) -> None:
    path = f"/assessments/{standing.assessment}/report.zip"
    once, again = standing.program.get(path), standing.visitor.get(path)
    assert once.data == again.data
    assert once.headers["ETag"] == again.headers["ETag"]
    unchanged = standing.program.get(path, headers={"If-None-Match": once.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_a_run_that_was_compared_brings_what_moved(house: House, program: Program) -> None:
    schedule = program.schedule()
    runs = [program.post(f"/schedules/{schedule}/run").json["id"] for _ in range(2)]
    found = files(program.get(f"/assessments/{runs[-1]}/report.zip").data)
    drift = {name.rpartition(".")[2] for name in found if name.startswith("mitigap-drift")}
    assert drift == {"html", "xlsx", "md", "json"}


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd.csv", "passwd.csv"), ("a:b*c?.csv", "a_b_c_.csv"), ("übersicht 🔐.csv", "übersicht 🔐.csv")],
)
def test_the_uploads_name_can_be_unpacked_anywhere(house: House, name: str, kept: str) -> None:
    visitor = house.visitor(Role.ANALYST)
    form = a_file(CONTROLS, name, groups="G0077")
    token = {"csrf_token": csrf(visitor)}
    job = visitor.post("/", data={**form, **token}).headers["Location"].rpartition("/")[2]
    found = files(visitor.get(f"/assessments/{job}/report.zip").data)
    assert f"upload/{kept}" in found


def test_the_page_offers_it(standing: Standing) -> None:
    assert "Everything as one ZIP" in standing.visitor.get(f"/assessments/{standing.assessment}").text


def test_another_workspace_s_is_not_there(house: House, program: Program) -> None:
    assessment = program.assessment()
    theirs = Program(house, house.token(Role.ADMIN, THEIRS))
    assert theirs.get(f"/assessments/{assessment}/report.zip").status_code == 404


def test_files_that_were_let_go_are_not_there(house: House, program: Program) -> None:
    assessment = program.assessment()
    with house.context.sessions.begin() as session:
        session.execute(delete(Artifact).where(Artifact.job_id == assessment))
    assert program.get(f"/assessments/{assessment}/report.zip").status_code == 404
    assert "Everything as one ZIP" not in house.visitor(Role.VIEWER).get(f"/assessments/{assessment}").text


def test_one_file_is_in_memory_at_a_time() -> None:
    given: list[str] = []

    def some() -> Iterator[tuple[str, bytes]]:
        for name in ("a", "b", "c"):
            given.append(name)
            yield name, b"x" * 1000

    pieces = bundle.stream(some())
    assert next(pieces)
    assert given == ["a"]
    assert set(files(b"".join([*bundle.stream(some())]))) == {"a", "b", "c", MANIFEST}
