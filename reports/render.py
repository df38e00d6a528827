"""The formats a report is printed in: a new one is a file, a row here and a test."""

from collections.abc import Mapping
from importlib import import_module
from typing import Generic, TypeVar

import msgspec

from reports.report import Report

Printed = TypeVar("Printed")
"""What is printed: a report of assessments, or drifts."""


class Renderer(msgspec.Struct, Generic[Printed], frozen=True, kw_only=True):
    """`extension` is without its dot. The module is loaded when it is first needed: each brings its own library."""

    module: str
    extension: str
    media_type: str

    def render(self, report: Printed) -> bytes:
        """Equal reports give equal bytes."""
        printed: bytes = import_module(self.module).render(report)
        return printed


RENDERERS: Mapping[str, Renderer[Report]] = {
    "html": Renderer(module="reports.html", extension="html", media_type="text/html; charset=utf-8"),
    "xlsx": Renderer(
        module="reports.excel",
        extension="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": Renderer(module="reports.csv", extension="csv", media_type="text/csv; charset=utf-8"),
    "md": Renderer(module="reports.md", extension="md", media_type="text/markdown; charset=utf-8"),
    "json": Renderer(module="reports.json", extension="json", media_type="application/json"),
    "portfolio": Renderer(module="reports.portfolio_json", extension="portfolio.json", media_type="application/json"),
    "layer": Renderer(module="reports.navigator", extension="layer.json", media_type="application/json"),
    "gaps": Renderer(module="reports.navigator_gaps", extension="gaps.layer.json", media_type="application/json"),
    "threat": Renderer(module="reports.navigator_threat", extension="threat.layer.json", media_type="application/json"),
    "poam": Renderer(module="reports.poam", extension="poam.json", media_type="application/json"),
}


def render(form: str, report: Report) -> bytes:
    """KeyError for a format that is not in RENDERERS."""
    return RENDERERS[form].render(report)
