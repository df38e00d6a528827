"""The marks of Markdown, and other people's text with nothing in it that would act as one."""

import re
from collections.abc import Iterable, Iterator

from reports import links, text

_MARKUP = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)|(?<!\w)@(?=\w)|:(?=//)|(?i:(?<=www)\.)")


def plain(words: str) -> str:
    """On one line, and as it is written: no markup, no HTML, no entity, no bare address made a link, no @mention."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text.one_line(words))


def link(attack_id: str) -> str:
    """The id, leading to its page at ATT&CK."""
    url = links.address(attack_id)
    return f"[{attack_id}]({url})" if url else plain(attack_id)


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Cells are Markdown already; a blank line follows."""
    yield _row(header)
    yield _row("---" for _ in header)
    yield from map(_row, rows)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
