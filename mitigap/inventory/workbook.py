"""Reads .xlsx and .xlsm: finds the parts of the package, and gives each sheet's XML its texts and number formats.

The rows come from our own pass over the XML and not from openpyxl's reader, because that pass is needed anyway (depth,
tokens, merges, hidden rows, formulas without a value) and has the values at a third of the cost; openpyxl is asked what
a number format means.
"""

import posixpath
from collections.abc import Mapping, Sequence

import msgspec

from mitigap.errors import FileRefused
from mitigap.inventory import clean
from mitigap.inventory.book import Book, Format, Sheet
from mitigap.inventory.cellstyles import Decode, decoder, format_of
from mitigap.inventory.cellvalues import Values, unescaped
from mitigap.inventory.gather import Budget, Gatherer, Notes
from mitigap.inventory.guard import Archive
from mitigap.inventory.markup import Attributes, Markup
from mitigap.inventory.refusals import damaged
from mitigap.inventory.scalars import plain
from mitigap.inventory.sniff import has_macros
from mitigap.inventory.worksheet import RichText, Worksheet, tags

_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RELATION_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_TRUE = {"1", "true"}


class _Relation(msgspec.Struct, frozen=True):
    kind: str
    target: str


class _Entry(msgspec.Struct, frozen=True):
    """A sheet as the workbook lists it."""

    name: str
    relation: str
    hidden: bool


class _Workbook(Markup):
    """xl/workbook.xml: which sheets there are, and how dates count."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.sheets: list[_Entry] = []
        self.epoch_1904 = False
        self.never_calculated = False
        for name, start in {"sheet": self._sheet, "workbookPr": self._settings, "calcPr": self._calculation}.items():
            self.starts |= dict.fromkeys(tags(name), start)

    def _sheet(self, attributes: Attributes) -> None:
        relation = next((attributes[key] for key in _RELATION_IDS if key in attributes), "")
        name = clean.label(attributes["name"])
        if any(name.lower() == known.name.lower() for known in self.sheets):
            raise damaged(f"it has two sheets named “{name}”")
        self.sheets.append(_Entry(name, relation, attributes.get("state", "visible") != "visible"))

    def _settings(self, attributes: Attributes) -> None:
        self.epoch_1904 = attributes.get("date1904") in _TRUE

    def _calculation(self, attributes: Attributes) -> None:
        self.never_calculated = attributes.get("fullCalcOnLoad") in _TRUE


class _Strings(RichText):
    """xl/sharedStrings.xml."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.texts: list[str | None] = []
        for tag in tags("si"):
            self.starts[tag], self.ends[tag] = self.open_text, self._add

    def _add(self) -> None:
        self.texts.append(clean.cell(unescaped(self.close_text())))


class _Styles(Markup):
    """xl/styles.xml: the number format of each cell style, in order."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.custom: dict[int, str] = {}
        self.used: list[int] = []
        self._inside = False
        for tag in tags("numFmt"):
            self.starts[tag] = self._format
        for tag in tags("cellXfs"):
            self.starts[tag], self.ends[tag] = self._enter, self._leave
        for tag in tags("xf"):
            self.starts[tag] = self._style

    def _format(self, attributes: Attributes) -> None:
        self.custom[int(attributes["numFmtId"])] = attributes["formatCode"]

    def _enter(self, _attributes: Attributes) -> None:
        self._inside = True

    def _leave(self) -> None:
        self._inside = False

    def _style(self, attributes: Attributes) -> None:
        if self._inside:
            self.used.append(int(attributes.get("numFmtId", 0)))


class _Relations(Markup):
    def __init__(self, part: str, folder: str) -> None:
        super().__init__(part)
        self.by_id: dict[str, _Relation] = {}
        self._folder = folder
        self.starts[_RELATION] = self._relation

    def _relation(self, attributes: Attributes) -> None:
        if attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", self._folder, attributes["Target"])).lstrip("/")
            self.by_id[attributes["Id"]] = _Relation(attributes["Type"].rpartition("/")[2], target)


def read(archive: Archive, form: Format) -> Book:
    """Raises FileRefused."""
    package = _relations(archive, "")
    part = _target(package, "officeDocument") or "xl/workbook.xml"
    if part not in archive:
        raise damaged("it has no workbook inside")
    workbook = _Workbook(part)
    workbook.read(archive.chunks(part))
    relations = _relations(archive, part)
    notes = Notes()
    if has_macros(archive):
        notes.add("macros", "The workbook holds macros. They were not read.", sheet="")
    sheets = _sheets(archive, workbook, relations, notes)
    if not sheets:
        raise FileRefused(
            "The workbook holds no worksheet, only charts or macro sheets. Upload one with a table in it."
        )
    return Book(format=form, sheets=sheets, notes=notes.all())


def _relations(archive: Archive, part: str) -> Mapping[str, _Relation]:
    """What `part` points to; the package itself is the part without a name."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive:
        return {}
    relations = _Relations(path, folder)
    relations.read(archive.chunks(path))
    return relations.by_id


def _target(relations: Mapping[str, _Relation], kind: str) -> str | None:
    return next((relation.target for relation in relations.values() if relation.kind == kind), None)


def _sheets(
    archive: Archive, workbook: _Workbook, relations: Mapping[str, _Relation], notes: Notes
) -> tuple[Sheet, ...]:
    strings = _strings(archive, _target(relations, "sharedStrings"))
    decoders = _decoders(archive, _target(relations, "styles"), epoch_1904=workbook.epoch_1904)
    budget = Budget()
    sheets = []
    for entry in workbook.sheets:
        relation = relations.get(entry.relation)
        if relation is None or relation.target not in archive:
            raise damaged(f"the contents of its sheet “{entry.name}” are missing")
        if relation.kind == "worksheet":
            rows = Gatherer(entry.name, notes, budget, hidden=entry.hidden)
            worksheet = Worksheet(relation.target, rows, Values(rows, strings, decoders))
            worksheet.read(archive.chunks(relation.target))
            if workbook.never_calculated and worksheet.calculated:
                _note_stale(notes, entry.name, worksheet.calculated)
            sheets.append(rows.sheet())
    return tuple(sheets)


def _note_stale(notes: Notes, sheet: str, formulas: int) -> None:
    text = f"The results of {formulas:,} formulas were stored by a program that does not calculate, and may be wrong."
    notes.add("formula-not-calculated", f"{text} Open the file in a spreadsheet program and save it.", sheet)


def _strings(archive: Archive, part: str | None) -> Sequence[str | None]:
    if part is None or part not in archive:
        return ()
    strings = _Strings(part)
    strings.read(archive.chunks(part))
    return strings.texts


def _decoders(archive: Archive, part: str | None, *, epoch_1904: bool) -> Mapping[str | None, Decode]:
    """Style number, as text, to what it makes of a number; plain ones are left out."""
    if part is None or part not in archive:
        return {}
    styles = _Styles(part)
    styles.read(archive.chunks(part))
    try:
        known = {
            number: decoder(format_of(number, styles.custom), epoch_1904=epoch_1904) for number in set(styles.used)
        }
    except ValueError as fault:
        raise damaged("one of its number formats is longer than any program writes") from fault
    return {str(index): known[number] for index, number in enumerate(styles.used) if known[number] is not plain}
