import subprocess
import sys

import msgspec
import pytest

from mitigap.assessment import document
from reports.render import RENDERERS, render
from reports.report import Report


def test_the_formats_are_those_of_the_contract() -> None:
    assert {form: each.extension for form, each in RENDERERS.items()} == {
        "html": "html",
        "xlsx": "xlsx",
        "csv": "csv",
        "md": "md",
        "json": "json",
        "portfolio": "portfolio.json",
        "layer": "layer.json",
        "gaps": "gaps.layer.json",
        "threat": "threat.layer.json",
        "poam": "poam.json",
    }


@pytest.mark.parametrize("form", RENDERERS)
def test_every_format_prints_the_same_bytes_from_a_stored_document(form: str, leafminer: Report) -> None:
    stored = document.load(document.dump(leafminer.assessments))
    assert render(form, msgspec.structs.replace(leafminer, assessments=stored)) == render(form, leafminer)


def test_json_is_one_document_for_one_group_and_a_list_for_several(leafminer: Report, three: Report) -> None:
    assert render("json", leafminer) == document.dump(leafminer.assessments[0])
    assert render("json", three) == document.dump(three.assessments)


def test_an_unknown_format_is_an_error(leafminer: Report) -> None:
    with pytest.raises(KeyError):
        render("pdf", leafminer)


def test_the_table_loads_no_format_until_it_is_asked_for() -> None:
    code = "import sys, reports.render; print(sorted({'jinja2', 'openpyxl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
