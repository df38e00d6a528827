from collections.abc import Callable

from factories import workbooks

from mitigap.assessment.drift import Drift
from reports.drift_report import render

Golden = Callable[[str, str], None]
Drifts = tuple[Drift, ...]


def test_html(golden: Golden, drift: Drifts) -> None:
    golden("drift.html", render("html", drift).decode())


def test_markdown(golden: Golden, drift: Drifts) -> None:
    golden("drift.md", render("md", drift).decode())


def test_json(golden: Golden, drift: Drifts) -> None:
    golden("drift.json", render("json", drift).decode())


def test_workbook(golden: Golden, drift: Drifts) -> None:
    golden("drift.xlsx.txt", workbooks.as_text(render("xlsx", drift)))


def test_html_of_several_groups(golden: Golden, drifts: Drifts) -> None:
    golden("drifts.html", render("html", drifts).decode())


def test_markdown_of_several_groups(golden: Golden, drifts: Drifts) -> None:
    golden("drifts.md", render("md", drifts).decode())


def test_workbook_of_several_groups(golden: Golden, drifts: Drifts) -> None:
    golden("drifts.xlsx.txt", workbooks.as_text(render("xlsx", drifts)))
