"""How a workspace's reports look and how far they may be passed on: a title, a colour, a logo, a TLP marking."""

import re
from enum import StrEnum

import msgspec

from mitigap import pictures
from mitigap.errors import UserError
from mitigap.pictures import Picture

LONGEST_TITLE = 120
CONTRAST = 4.5
"""Of WCAG 2.2 AA for text: the colour is that of links and headers, on white."""

PAPER, NIGHT = "#FFFFFF", "#1A2028"
"""What a report is read on, by day and in the dark."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class Marking(StrEnum):
    """The Traffic Light Protocol, version 2.0 of FIRST."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


MEANINGS: dict[Marking, str] = {
    Marking.CLEAR: "There is no limit on disclosure.",
    Marking.GREEN: "Limited disclosure: recipients may share it within their community.",
    Marking.AMBER: "Limited disclosure: need-to-know within the recipients' organisation and its clients.",
    Marking.AMBER_STRICT: "Limited disclosure: need-to-know within the recipients' organisation only.",
    Marking.RED: "For the eyes and ears of individual recipients only, no further disclosure.",
}

INKS: dict[Marking, str] = {
    Marking.CLEAR: "#FFFFFF",
    Marking.GREEN: "#33FF00",
    Marking.AMBER: "#FFC000",
    Marking.AMBER_STRICT: "#FFC000",
    Marking.RED: "#FF2B2B",
}
"""The protocol's own colours; it has them on black."""


class Branding(msgspec.Struct, frozen=True, kw_only=True):
    """What is empty or None is as Mitigap has it. `accent` is `#RRGGBB`, readable on white."""

    title: str = ""
    accent: str = ""
    logo: Picture | None = None
    marking: Marking | None = None


PLAIN = Branding()


def accent(words: str) -> str:
    """A colour in capitals, or empty where none is named. UserError where it is none, or too light to be read."""
    colour = words.strip().upper()
    if not colour:
        return ""
    if not _COLOUR.fullmatch(colour):
        raise UserError("Write the colour as # and six digits or letters A to F, such as #22577A.")
    if (found := contrast(colour, PAPER)) < CONTRAST:
        raise UserError(f"This colour is too light to be read on white: its contrast is {found:.1f}, not {CONTRAST}.")
    return colour


def logo(data: bytes) -> Picture:
    """Raises UserError where the bytes are not a PNG or JPEG picture of a decent size."""
    return pictures.read(data)


def at_night(colour: str) -> str:
    """The same hue, as light as it must be to be read on the dark page."""
    for part in range(11):
        found = _mixed(colour, PAPER, part / 10)
        if contrast(found, NIGHT) >= CONTRAST:
            return found
    return PAPER


def contrast(one: str, other: str) -> float:
    """From 1 to 21, by WCAG's formula."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(each / 255) for each in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own


def _mixed(one: str, other: str, part: float) -> str:
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * part):02X}" for mine, theirs in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))
