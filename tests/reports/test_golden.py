from collections.abc import Callable

from factories import workbooks

from reports.render import render
from reports.report import Report

Golden = Callable[[str, str], None]


def test_html(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.html", render("html", leafminer).decode())


def test_markdown(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.md", render("md", leafminer).decode())


def test_csv(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.csv", render("csv", leafminer).decode())


def test_json(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.json", render("json", leafminer).decode())


def test_layer(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.layer.json", render("layer", leafminer).decode())


def test_layer_of_gaps(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.gaps.layer.json", render("gaps", leafminer).decode())


def test_layer_of_threat(golden: Golden, three: Report) -> None:
    golden("three.threat.layer.json", render("threat", three).decode())


def test_workbook(golden: Golden, leafminer: Report) -> None:
    golden("leafminer.xlsx.txt", workbooks.as_text(render("xlsx", leafminer)))


def test_html_of_several_groups(golden: Golden, three: Report) -> None:
    golden("three.html", render("html", three).decode())


def test_markdown_of_several_groups(golden: Golden, three: Report) -> None:
    golden("three.md", render("md", three).decode())


def test_workbook_of_several_groups(golden: Golden, three: Report) -> None:
    golden("three.xlsx.txt", workbooks.as_text(render("xlsx", three)))


def test_layer_of_several_groups(golden: Golden, three: Report) -> None:
    golden("three.layer.json", render("layer", three).decode())
