"""The front door of the readers: whatever spreadsheet comes in, the neutral grid goes out.

Hostile files are refused by their structure, but only `child.read` bounds the time and memory this may take.
"""

from mitigap.inventory import markup, sniff
from mitigap.inventory.book import Book, Format
from mitigap.inventory.guard import MAGIC, Archive
from mitigap.inventory.refusals import check_size


def open_book(data: bytes, filename: str) -> Book:
    """Raises FileRefused with a sentence for the person who uploaded the file."""
    check_size(data)
    if data.startswith(MAGIC):
        return _packed(Archive(data), filename)
    sniff.loose(data, filename)
    from mitigap.inventory import delimited  # noqa: PLC0415 - each reader is loaded for its own files only

    return delimited.read(data)


def _packed(archive: Archive, filename: str) -> Book:
    form = sniff.package(archive, filename)
    for name in archive.names:
        if name.endswith((".xml", ".rels", ".vml", ".rdf")):
            markup.check_head(archive.head(name))
    if form is Format.ODS:
        from mitigap.inventory import opendocument  # noqa: PLC0415

        return opendocument.read(archive)
    from mitigap.inventory import workbook  # noqa: PLC0415

    return workbook.read(archive, form)
