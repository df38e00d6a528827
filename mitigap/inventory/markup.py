"""One XML part, read once, element by element, and within limits that no honest part comes near."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from mitigap.errors import FileRefused
from mitigap.inventory import clean, limits
from mitigap.inventory.refusals import damaged, too_large, unsafe

Attributes = dict[str, str]
Start = Callable[[Attributes], None]
End = Callable[[], None]

SOUND_EXPAT = (2, 6, 0)

_FAULTS = (expat.ExpatError, LookupError, ValueError)
"""Not well-formed, an unknown encoding, an attribute that must be there and is not, a number that is none."""


class Markup:
    """Calls `starts[tag](attributes)` and `ends[tag]()` for the elements a reader cares for.

    A tag is `namespace}name`. Text is kept between `collect` and `take` only.
    """

    def __init__(self, part: str) -> None:
        self.starts: dict[str, Start] = {}
        self.ends: dict[str, End] = {}
        self._part = clean.label(part)
        self.depth = 0
        self._pieces: list[str] | None = None
        self._length = 0
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def collect(self, _attributes: Attributes | None = None) -> None:
        self._pieces = []
        self._length = 0

    def insert(self, text: str) -> None:
        """For elements that stand for a character."""
        self._characters(text)

    def take(self) -> str:
        pieces, self._pieces = self._pieces, None
        return "".join(pieces) if pieces else ""

    def read(self, chunks: Iterable[bytes]) -> None:
        """Raises FileRefused."""
        fed = 0
        for chunk in chunks:
            self._parse(chunk, final=False)
            fed += len(chunk)
            if fed - self._parser.CurrentByteIndex > limits.TOKEN:
                raise unsafe(f"its part {self._part} has a tag of more than a million characters")
        self._parse(b"", final=True)

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except _FAULTS as fault:
            line = self._parser.CurrentLineNumber
            raise damaged(f"line {line} of its part {self._part} is not what it should be") from fault

    def _start(self, tag: str, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth > limits.DEPTH or len(attributes) > limits.ATTRIBUTES:
            raise unsafe(f"its part {self._part} is nested or attributed beyond all measure")
        start = self.starts.get(tag)
        if start is not None:
            start(attributes)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        end = self.ends.get(tag)
        if end is not None:
            end()

    def _characters(self, piece: str) -> None:
        if self._pieces is None:
            return
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > limits.ELEMENT_TEXT:
            raise too_large("one of its cells holds a whole book", f"{limits.CHARACTERS:,} characters")


class _RootSeen(Exception):
    """The part's first element has begun: no DOCTYPE can follow."""


def check_head(head: bytes) -> None:
    """For a part that will not be read: refuses one whose first bytes declare a DOCTYPE, and looks no further."""
    parser = _parser()
    parser.StartElementHandler = _root_seen
    try:
        parser.Parse(head, False)
    except (_RootSeen, *_FAULTS):
        return  # as it should be; or damaged, and not needed


def _root_seen(_tag: str, _attributes: Attributes) -> None:
    raise _RootSeen


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise FileRefused(
        "The file is not read, for safety: one of its parts declares a DOCTYPE, which no spreadsheet needs."
    )


def aged() -> str | None:
    """What to say where this Python's expat is older than the one that reads unfinished tokens but once."""
    if expat.version_info >= SOUND_EXPAT:
        return None
    wanted = ".".join(map(str, SOUND_EXPAT))
    return f"{expat.EXPAT_VERSION} is older than {wanted}; uploads are read within limits all the same"
