"""Bytes of a text file to text, and what had to be assumed."""

import codecs

from mitigap.errors import FileRefused
from mitigap.inventory import clean

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, with whose mark it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_FEW = 8
_MANY = 0.05
_WIDE_NULS = 0.02

_DAMAGED = f"Some bytes of the file are no text and are shown as {clean.REPLACEMENT}."
_ASSUMED = (
    "The file does not say how its text is encoded and was read as {}. If letters look wrong, save it as “CSV UTF-8”."
)


def decode(data: bytes) -> tuple[str, str | None]:
    """The text, clean and without a byte order mark, and a sentence where something was assumed or lost."""
    encoding, body, note = _encoding(data)
    text = clean.text(body.decode(encoding, "replace"))
    if _is_gibberish(text[:_SAMPLE]):
        raise FileRefused("This is named as text and is none. Upload a spreadsheet, as .xlsx, .ods, .csv or .tsv.")
    if note is None and clean.REPLACEMENT in text:
        note = _DAMAGED
    return text, note


def _encoding(data: bytes) -> tuple[str, bytes, str | None]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, data.removeprefix(mark), None
    wide = _wide(data[:_SAMPLE])
    if wide:
        return wide, data, _ASSUMED.format(wide.removesuffix("-le").removesuffix("-be").upper())
    try:
        data.decode()
    except UnicodeDecodeError:
        return _narrow(data)
    return "utf-8", data, None


def _wide(sample: bytes) -> str | None:
    """UTF-16 without its mark: its delimiters and line ends, whatever the script, have a NUL beside them."""
    if sample.count(0) < _WIDE_NULS * len(sample):
        return None
    sample = sample[: len(sample) // 2 * 2]
    readings = {encoding: sample.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be")}
    encoding = max(readings, key=lambda name: _ascii(readings[name]))
    text = clean.text(readings[encoding])
    lines_kept = "\n" in text or not {10, 13} & set(sample)
    return encoding if lines_kept and not _is_gibberish(text) else None


def _narrow(data: bytes) -> tuple[str, bytes, str]:
    """Not UTF-8 as it stands: UTF-8 with a few bytes damaged, or an encoding of Windows."""
    text = data.decode("utf-8", "replace")
    lost = text.count(clean.REPLACEMENT)
    kept = len(text) - _ascii(text) - lost
    return ("utf-8", data, _DAMAGED) if kept > lost else ("cp1252", data, _ASSUMED.format("Windows-1252"))


def _ascii(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _is_gibberish(text: str) -> bool:
    lost = text.count(clean.REPLACEMENT)
    return lost > _FEW and lost > _MANY * len(text)
