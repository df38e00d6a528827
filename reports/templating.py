"""The paper of every HTML report: our templates, our style sheet, and the policy that allows nothing else."""

import hashlib
from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import figures, links, text

LINES_SHOWN = 4
"""Control rows told behind one mitigation of one technique; the workbook has them all."""

NAMES_SHOWN = 8
"""Techniques named in one recommendation's sentence."""

ROWS_SHOWN = 200
"""Rows of a list that may be long, told on the page; the workbook has them all."""


def policy(style: str, *, pictures: bool = False) -> str:
    """The page's own content security policy: its style by its hash, pictures inside the page, and nothing else."""
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    shown = "img-src data:; " if pictures else ""
    return f"default-src 'none'; style-src 'sha256-{digest}'; {shown}base-uri 'none'; form-action 'none'"


@cache
def style(*sheets: str) -> str:
    """Ours alone, and so the one thing that the template prints as it is: no word of a user's ever stands in it."""
    return "".join(environment().get_template(each).render() for each in sheets)


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"percent": figures.percent, "points": figures.points, "listed": figures.listed}
    made.globals |= {
        "address": links.address,
        "counted": figures.count,
        "lines_shown": LINES_SHOWN,
        "names_shown": NAMES_SHOWN,
        "rows_shown": ROWS_SHOWN,
    }
    return made


def _shown(value: object) -> object:
    """Every expression of every template passes here, so no text can reach the page unmarked."""
    return text.marked(value) if type(value) is str else value
