"""Pictures made byte by byte."""

import struct
import zlib


def a_png(width: int = 3, height: int = 2, *extra: tuple[bytes, bytes], body: bytes | None = None) -> bytes:
    """Blue, with further chunks before the picture itself."""
    rows = b"".join(b"\x00" + b"\x22\x57\x7a" * width for _ in range(height)) if body is None else body
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def a_jpeg(width: int = 3, height: int = 2, comment: bytes = b"") -> bytes:
    """Its frame says how large it is; what follows is no real picture."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    said = _segment(0xFE, comment) if comment else b""
    return b"\xff\xd8" + said + _segment(0xC0, frame) + _segment(0xDA, b"\x01\x01\x00\x00?\x00") + b"\x00\xff\xd9"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _segment(mark: int, data: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(data) + 2) + data
