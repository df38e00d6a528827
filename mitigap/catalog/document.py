"""A catalogue compiled to one JSON document, so that nobody reads STIX twice."""

import msgspec

from mitigap.catalog.model import Catalogue
from mitigap.errors import CatalogueUnreadable

SCHEMA = "mitigap/catalog/1"


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    schema: str
    catalogue: Catalogue


def dump(catalogue: Catalogue) -> bytes:
    """Byte-equal for equal catalogues. The order of every map and list is the catalogue's own."""
    return msgspec.json.encode(_Document(schema=SCHEMA, catalogue=catalogue))


def load(data: bytes) -> Catalogue:
    """Raises CatalogueUnreadable for anything that `dump` of this schema has not made."""
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise CatalogueUnreadable(f"This is not a compiled catalogue: {error}.") from error
    if document.schema != SCHEMA:
        raise CatalogueUnreadable(
            f"This catalogue was compiled as {document.schema!r}, not as {SCHEMA}. Import it anew."
        )
    return document.catalogue


def recognises(data: bytes) -> bool:
    """Whether this looks like what `dump` makes."""
    return data.startswith(b'{"schema":"mitigap/catalog/')
