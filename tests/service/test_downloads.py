"""What is handed out: names of any letters, types, ETags, and reports in their cage."""

import re
from html import unescape
from io import BytesIO

import pytest
from factories.desk import House, Program, Standing
from openpyxl import load_workbook

from service.downloads import FORMATS


@pytest.mark.parametrize("extension", FORMATS)
def test_files_have_names_types_and_tags(standing: Standing, extension: str) -> None:
    path = f"/assessments/{standing.assessment}/report.{extension}"
    answer = standing.visitor.get(path)
    kind = "inline" if extension == "html" else "attachment"
    assert re.fullmatch(
        rf"{kind}; filename=mitigap-2-groups-[\d-]+\.{extension}", answer.headers["Content-Disposition"]
    )
    assert answer.headers["Content-Type"].count("charset") == (
        "json" not in extension and extension not in {"xlsx", "zip"}
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = standing.visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert standing.program.get(path).headers["ETag"] == answer.headers["ETag"]


def test_the_report_is_shown_in_a_cage(standing: Standing) -> None:
    answer = standing.visitor.get(f"/assessments/{standing.assessment}/report.html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "unsafe" not in policy
    style = re.search(r"style-src ('sha256-[^']+')", unescape(answer.text))
    assert style
    assert style[1] in policy


def test_the_report_can_be_saved_too(standing: Standing) -> None:
    answer = standing.visitor.get(f"/assessments/{standing.assessment}/report.html?download=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_r12_the_original_comes_back_as_it_came(house: House, program: Program) -> None:
    data = "Mitigation;Status\nM1017;ja\n".encode("utf-16")
    inventory = program.upload(data, "../Kontrollen/x.csv").json["id"]
    answer = house.visitor().get(f"/inventories/{inventory}/original")
    assert answer.data == data
    assert answer.mimetype == "application/octet-stream"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename=x.csv"
    other = program.upload(data, "Übersicht \u202exslx.csv").json["id"]
    assert "%C3%9C" in house.visitor().get(f"/inventories/{other}/original").headers["Content-Disposition"]


def test_the_template_of_each_catalogue(standing: Standing) -> None:
    for row in standing.program.get("/catalogs").json["catalogs"]:
        answer = standing.visitor.get(f"/catalogs/{row['id']}/template.xlsx")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=controls-enterprise-attack")
        assert "Controls" in load_workbook(BytesIO(answer.data)).sheetnames[0]


def test_the_template_filled_in_is_read(standing: Standing) -> None:
    row = standing.program.get("/catalogs").json["catalogs"][0]
    answer = standing.visitor.get(f"/catalogs/{row['id']}/template.xlsx")
    read = standing.program.upload(answer.data, "template.xlsx")
    assert read.status_code == 201
    assert not [issue for issue in read.json["issues"] if issue["severity"] == "error"]
