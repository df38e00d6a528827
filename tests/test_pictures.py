import pytest
from factories.pictures import a_jpeg, a_png
from hypothesis import given
from hypothesis import strategies as st

from mitigap import pictures
from mitigap.errors import UserError
from mitigap.pictures import Format, Picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_a_png_is_known_by_its_bytes() -> None:
    assert pictures.read(a_png()) == Picture(format=Format.PNG, width=3, height=2, data=a_png())


def test_a_jpeg_is_known_by_its_bytes() -> None:
    assert pictures.read(a_jpeg()) == Picture(format=Format.JPEG, width=3, height=2, data=a_jpeg())


def test_what_is_no_picture_is_left_out() -> None:
    said = a_png(3, 2, (b"tEXt", b"Author\x00me"), (b"iCCP", b"x" * 50))
    assert pictures.read(said + SVG).data == a_png()
    assert pictures.read(a_jpeg(comment=b"taken at home") + SVG).data == a_jpeg()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        SVG,
        b"GIF89a\x01\x00\x01\x00",
        a_png()[:-5],
        a_png()[:20],
        a_jpeg()[:-2],
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match="PNG or JPEG"):
        pictures.read(data)


def test_a_changed_byte_is_noticed() -> None:
    spoilt = bytearray(a_png())
    spoilt[18] ^= 1
    with pytest.raises(UserError, match="damaged"):
        pictures.read(bytes(spoilt))


@pytest.mark.parametrize("data", [a_png(2001, 1), a_png(0, 1, body=b""), a_jpeg(1, 60_000), a_png() + b"0" * 200_000])
def test_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match="too large"):
        pictures.read(data)


@given(st.binary(max_size=400), st.sampled_from([b"", a_png(), a_jpeg(), a_png()[:40], a_jpeg()[:20]]))
def test_no_bytes_do_harm(tail: bytes, head: bytes) -> None:
    try:
        found = pictures.read(head + tail)
    except UserError:
        return
    assert pictures.read(found.data) == found
