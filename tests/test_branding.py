import pytest

from mitigap import branding
from mitigap.branding import INKS, MEANINGS, Marking
from mitigap.errors import UserError


@pytest.mark.parametrize(
    ("words", "kept"), [("#22577a", "#22577A"), (" #000000 ", "#000000"), ("", ""), ("#767676", "#767676")]
)
def test_a_colour_is_kept_in_capitals(words: str, kept: str) -> None:
    assert branding.accent(words) == kept


@pytest.mark.parametrize("words", ["red", "#123", "22577A", "#22577A;}", "#22577g", "#22577A00", "url(x)"])
def test_what_is_no_colour_is_refused(words: str) -> None:
    with pytest.raises(UserError, match="such as #22577A"):
        branding.accent(words)


@pytest.mark.parametrize("words", ["#FFFFFF", "#777777", "#FFC000"])
def test_a_colour_too_light_to_be_read_is_refused(words: str) -> None:
    with pytest.raises(UserError, match="too light"):
        branding.accent(words)


def test_contrast_is_that_of_wcag() -> None:
    assert branding.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert branding.contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("colour", ["#000000", "#22577A", "#8C1D18", "#0000FF"])
def test_every_colour_can_be_read_at_night(colour: str) -> None:
    assert branding.contrast(branding.at_night(colour), branding.NIGHT) >= branding.CONTRAST


def test_every_marking_has_its_words_and_its_colour() -> None:
    assert set(MEANINGS) == set(INKS) == set(Marking)
    assert all(branding.contrast(ink, "#000000") > branding.CONTRAST for ink in INKS.values())
