"""The formats a drift is printed in: a new one is a file, a row here and a test."""

from collections.abc import Mapping, Sequence
from importlib import import_module

import msgspec

from mitigap.assessment.drift import Drift

Drifts = Sequence[Drift]
"""One or more, of one pair of sides; a group each."""


class DriftRenderer(msgspec.Struct, frozen=True, kw_only=True):
    """`extension` is without its dot. The module is loaded when it is first needed: each brings its own library."""

    module: str
    extension: str
    media_type: str

    def render(self, drifts: Drifts) -> bytes:
        """Equal drifts give equal bytes. ValueError where there is none to print."""
        if not drifts:
            raise ValueError("A drift report needs at least one drift.")
        printed: bytes = import_module(self.module).render(drifts)
        return printed


DRIFT_RENDERERS: Mapping[str, DriftRenderer] = {
    "html": DriftRenderer(module="reports.drift_html", extension="html", media_type="text/html; charset=utf-8"),
    "xlsx": DriftRenderer(
        module="reports.drift_excel",
        extension="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "md": DriftRenderer(module="reports.drift_md", extension="md", media_type="text/markdown; charset=utf-8"),
    "json": DriftRenderer(module="reports.drift_json", extension="json", media_type="application/json"),
}


def render(form: str, drifts: Drifts) -> bytes:
    """KeyError for a format that is not in DRIFT_RENDERERS."""
    return DRIFT_RENDERERS[form].render(drifts)
