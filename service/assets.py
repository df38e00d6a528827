"""Our own style sheet and scripts, with their digest in the URL: kept for ever, and new the moment they change."""

import hashlib
from functools import cache
from pathlib import Path

from flask import url_for

FOLDER = Path(__file__).parent / "static"
LETTERS = 12


def asset(name: str) -> str:
    """The URL of one file of `static/`."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:LETTERS]
