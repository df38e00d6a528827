"""What is told by e-mail of an assessment's end: a subject, the text, and the same as HTML, with nothing to fetch."""

from collections.abc import Iterator

import msgspec

from reports import figures, text
from reports.templating import environment

LONGEST_SUBJECT = 120
GROUPS_SHOWN = 30
"""The most telling ones; the assessment itself has them all."""

FALLBACK = "Mitigap"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One group: its score, that of the run before where there was one, and the first techniques that are worse."""

    name: str
    score: float | None
    before: float | None = None
    compared: bool = False
    worse: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()

    @property
    def scores(self) -> str:
        """`70 % → 66 %`, or the score alone."""
        now = figures.percent(self.score)
        return f"{figures.percent(self.before)} → {now}" if self.compared else now


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`headline` says what happened, `name` to which assessment, `error` why it failed, `link` where it is shown."""

    headline: str
    name: str
    made_from: str = ""
    finished: str = ""
    lines: tuple[Line, ...] = ()
    error: str = ""
    link: str = ""
    reason: str = ""

    @property
    def shown(self) -> tuple[Line, ...]:
        return self.lines[:GROUPS_SHOWN]

    @property
    def more(self) -> int:
        return len(self.lines) - len(self.shown)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    text: str
    html: str


def letter(notice: Notice) -> Letter:
    return Letter(
        subject=_subject(notice),
        text="\n".join(_lines(notice)) + "\n",
        html=environment().get_template("notice.html").render(notice=notice),
    )


def _subject(notice: Notice) -> str:
    """One line, whatever a name holds: a subject must not end the header it stands in."""
    whole = text.one_line(f"{notice.headline}: {notice.name}" if notice.name else notice.headline)
    return f"[{FALLBACK}] {whole if len(whole) <= LONGEST_SUBJECT else whole[: LONGEST_SUBJECT - 1] + '…'}"


def _lines(notice: Notice) -> Iterator[str]:
    yield from (text.one_line(each) for each in (notice.headline, notice.name) if each)
    yield ""
    if notice.error:
        yield from (*text.marked(notice.error).splitlines(), "")
    for line in notice.shown:
        yield f"{text.one_line(line.name)}: {line.scores}"
        yield from (f"    {text.one_line(each)}" for each in _details(line))
    if notice.more:
        yield f"and {notice.more} more"
    if notice.shown:
        yield ""
    facts = (("Made from", notice.made_from), ("Finished", notice.finished), ("See it", notice.link))
    yield from (f"{name}: {text.one_line(told)}" for name, told in facts if told)
    if notice.reason:
        yield from ("", text.one_line(notice.reason))


def _details(line: Line) -> Iterator[str]:
    if line.causes:
        yield f"by cause: {', '.join(line.causes)}"
    if line.worse:
        yield f"worse: {', '.join(line.worse)}"
