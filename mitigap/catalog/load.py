"""Any file that holds a catalogue, told apart by its content: bundle, compiled catalogue or group document."""

from mitigap.catalog import builtin, document, seeds, stix, text
from mitigap.catalog.complete import complete
from mitigap.catalog.model import Catalogue
from mitigap.errors import CatalogueUnreadable


def read(data: bytes, source: str, *, version: str | None = None, domain: str | None = None) -> Catalogue:
    """Raises CatalogueUnreadable, and VersionUnknown for a bundle that does not say which release it is."""
    begin = _beginning(data)
    if not begin:
        raise CatalogueUnreadable(f"{source} is empty.")
    if document.recognises(begin):
        return document.load(data)
    if begin[:1] in (b"{", b"["):
        return stix.read(data, source, version=version, domain=domain)
    return complete(seeds.read(data, source, version=version, domain=domain), builtin.default())


def _beginning(data: bytes) -> bytes:
    try:
        return text.utf8(data)[:100].lstrip()
    except UnicodeError:
        return data[:100]
