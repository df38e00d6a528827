"""Small pictures that users bring: known by their bytes, never by name, and stripped of all but the picture itself."""

import struct
import zlib
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from mitigap.errors import UserError

LARGEST = 200_000
"""Bytes."""

WIDEST = 2000
"""Pixels a side: a few bytes can stand for a picture that fills the memory."""

REFUSAL = "Choose a picture in PNG or JPEG format: this file is neither, or it is damaged."

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"IDAT", b"IEND"})
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_JPEG_LEFT_OUT = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""Places, cameras, thumbnails and comments; not the two that say how colours are meant."""

_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})


class Format(StrEnum):
    PNG = "png"
    JPEG = "jpeg"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """`width` and `height` are pixels."""

    format: Format
    width: int
    height: int
    data: bytes

    @property
    def media_type(self) -> str:
        return f"image/{self.format}"


def read(data: bytes) -> Picture:
    """Raises UserError where the bytes are not a whole PNG or JPEG picture, or too large."""
    if len(data) > LARGEST:
        raise UserError(f"This picture is too large: at most {LARGEST // 1000} kB are kept.")
    try:
        found = _png(data) if data.startswith(_PNG) else _jpeg(data)
    except (struct.error, IndexError, zlib.error) as fault:
        raise UserError(REFUSAL) from fault
    if not (0 < found.width <= WIDEST and 0 < found.height <= WIDEST):
        raise UserError(f"This picture is too large: at most {WIDEST:,} pixels a side are kept.")
    return found


def _png(data: bytes) -> Picture:
    chunks = list(_chunks(data))
    names = [name for name, _ in chunks]
    if names[0] != b"IHDR" or names[-1] != b"IEND" or b"IDAT" not in names:
        raise UserError(REFUSAL)
    width, height = struct.unpack(">II", chunks[0][1][8:16])
    kept = b"".join(whole for name, whole in chunks if name in _PNG_KEPT)
    return Picture(format=Format.PNG, width=width, height=height, data=_PNG + kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each with its length and sum, up to the end mark; what follows that is no picture."""
    at = len(_PNG)
    while True:
        length, name = struct.unpack(">I4s", data[at : at + 8])
        whole = data[at : at + 12 + length]
        if len(whole) != 12 + length or struct.unpack(">I", whole[-4:])[0] != zlib.crc32(whole[4:-4]):
            raise UserError(REFUSAL)
        yield name, whole
        if name == b"IEND":
            return
        at += len(whole)


def _jpeg(data: bytes) -> Picture:
    head, size = bytearray(b"\xff\xd8"), None
    if data[:3] != b"\xff\xd8\xff":
        raise UserError(REFUSAL)
    at = 2
    while (mark := _mark(data, at)) != _SOS:
        whole = data[at : at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]]
        if mark in _JPEG_FRAMES:
            size = struct.unpack(">HH", whole[5:9])
        head += b"" if mark in _JPEG_LEFT_OUT else whole
        at += len(whole)
    end = data.rfind(b"\xff\xd9")
    if size is None or end < at:
        raise UserError(REFUSAL)
    return Picture(format=Format.JPEG, width=size[1], height=size[0], data=bytes(head) + data[at : end + 2])


def _mark(data: bytes, at: int) -> int:
    if data[at] != 0xFF or data[at + 1] in {0x00, _SOI, _EOI, 0xFF}:  # noqa: PLR2004 - the byte before every mark
        raise UserError(REFUSAL)
    return data[at + 1]
