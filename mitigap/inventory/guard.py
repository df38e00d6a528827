"""A ZIP file that has been looked at before any parser sees it, and that is inflated byte by counted byte."""

import stat
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from mitigap.errors import FileRefused
from mitigap.inventory import clean, limits
from mitigap.inventory.refusals import damaged, too_large, unsafe

MAGIC = b"PK\x03\x04"

_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<26xHH")
_ENCRYPTED = 0x1 | 0x40
_FAULTS = (BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError)
"""What zipfile raises over damaged input; RuntimeError is an encrypted entry or (its child) an unknown method."""


class Archive:
    """The parts of one ZIP file, found by name whatever its case. Nothing is inflated until it is asked for."""

    def __init__(self, data: bytes) -> None:
        # zipfile would first build an object for each of a million entries
        if data.count(_DIRECTORY_ENTRY) > 2 * limits.ENTRIES:
            raise too_large("it packs more than a thousand files", f"{limits.ENTRIES}")
        try:
            self._zip = ZipFile(BytesIO(data))
        except _FAULTS as fault:
            raise damaged("its directory cannot be read") from fault
        entries = self._zip.infolist()
        _check_sizes(entries)
        for entry in entries:
            _check_entry(entry)
        _check_overlap(entries, data)
        self._entries = _by_name(entries)
        self._inflated = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    @property
    def names(self) -> tuple[str, ...]:
        """In lower case, in the order of the directory."""
        return tuple(self._entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part's bytes in pieces of 64 KiB; counts what comes out, whatever the directory says."""
        size = 0
        try:
            with self._zip.open(self._entries[name.lower()]) as part:
                while chunk := part.read(limits.CHUNK):
                    size += len(chunk)
                    self._count(name, size, len(chunk))
                    yield chunk
        except _FAULTS as fault:
            raise damaged(f"its part {clean.label(name)} cannot be unpacked") from fault

    def head(self, name: str) -> bytes:
        """The first 64 KiB of a part, not counted."""
        try:
            with self._zip.open(self._entries[name.lower()]) as part:
                return part.read(limits.CHUNK)
        except _FAULTS as fault:
            raise damaged(f"its part {clean.label(name)} cannot be unpacked") from fault

    def _count(self, name: str, size: int, more: int) -> None:
        self._inflated += more
        if size > limits.PART or self._inflated > limits.PARTS:
            raise _inflates(clean.label(name))


def _inflates(what: str) -> FileRefused:
    most = f"{limits.PART // limits.MIB} MB a part and {limits.PARTS // limits.MIB} MB in all"
    return too_large(f"{what} unpacks to more than a spreadsheet holds", most)


def _check_sizes(entries: list[ZipInfo]) -> None:
    if len(entries) > limits.ENTRIES:
        raise too_large(f"it packs {len(entries):,} files", f"{limits.ENTRIES}")
    for entry in entries:
        if entry.file_size > limits.PART:
            raise _inflates(clean.label(entry.filename))
    if sum(entry.file_size for entry in entries) > limits.PARTS:
        raise _inflates("it")


def _check_entry(entry: ZipInfo) -> None:
    name = clean.label(entry.orig_filename)
    if entry.flag_bits & _ENCRYPTED:
        raise FileRefused("The file is protected with a password. Save a copy without the password and upload that.")
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise unsafe(f"its part {name} is packed by a method that spreadsheets do not use")
    if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise unsafe(f"its part {name} is a link or a device")
    if _is_odd(entry.orig_filename):
        raise unsafe(f"one of its parts has the odd name “{name}”")


def _is_odd(name: str) -> bool:
    """Absolute, climbing, with a drive or a backslash, or with characters no part's name has."""
    return (
        not name
        or any(character in name for character in "\\:")
        or not name.isprintable()
        or name.startswith("/")
        or ".." in name.split("/")
    )


def _check_overlap(entries: list[ZipInfo], data: bytes) -> None:
    """Every entry has bytes of its own, and the first begins where the file does."""
    spans = sorted(_span(entry, data) for entry in entries)
    if not spans:
        raise damaged("it is an empty archive")
    if spans[0][0] != 0:
        raise unsafe("something stands before the archive's first part")
    if any(first[1] > second[0] for first, second in pairwise(spans)) or spans[-1][1] > len(data):
        raise unsafe("its parts overlap")


def _span(entry: ZipInfo, data: bytes) -> tuple[int, int]:
    start = entry.header_offset
    if start < 0 or data[start : start + 4] != MAGIC or start + 30 > len(data):
        raise damaged("its directory points to places where nothing is")
    name_length, extra_length = _LOCAL_HEADER.unpack_from(data, start)
    return start, start + _LOCAL_HEADER.size + name_length + extra_length + entry.compress_size


def _by_name(entries: list[ZipInfo]) -> dict[str, ZipInfo]:
    by_name: dict[str, ZipInfo] = {}
    for entry in entries:
        name = entry.filename.lower()  # a package's part names do not know case
        if name in by_name:
            raise unsafe(f"it holds two parts named {clean.label(name)}")
        by_name[name] = entry
    return by_name
