"""The formats a drift is printed in: a new one is a file, a row here and a test."""

from collections.abc import Mapping, Sequence

from mitigap.assessment.drift import Drift
from reports.render import Renderer

Drifts = Sequence[Drift]
"""One or more, of one pair of sides; a group each."""


DRIFT_RENDERERS: Mapping[str, Renderer[Drifts]] = {
    "html": Renderer(module="reports.drift_html", extension="html", media_type="text/html; charset=utf-8"),
    "xlsx": Renderer(
        module="reports.drift_excel",
        extension="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "md": Renderer(module="reports.drift_md", extension="md", media_type="text/markdown; charset=utf-8"),
    "json": Renderer(module="reports.drift_json", extension="json", media_type="application/json"),
}


def render(form: str, drifts: Drifts) -> bytes:
    """KeyError for a format that is not in DRIFT_RENDERERS."""
    return DRIFT_RENDERERS[form].render(drifts)
