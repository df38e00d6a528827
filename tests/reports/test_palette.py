"""Every colour that text is read in keeps WCAG's contrast of 4.5 on what it stands on."""

import re
from pathlib import Path

import pytest

import reports
from reports.palette import ACCENT, LOOKS

READABLE = 4.5
STYLE = (Path(reports.__file__).parent / "templates" / "report.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in STYLE.split("* {")[0].split("@media screen")
)
PAIRS = [
    *((name, f"{name}-paper") for name in ("gap", "partial", "covered", "unmitigable", "accent")),
    *((name, "sheet") for name in ("ink", "quiet", "accent", "gap", "partial", "covered")),
    ("quiet", "page"),
]


@pytest.mark.parametrize(("ink", "paper"), PAIRS)
@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
def test_the_page_is_readable(mode: dict[str, str], ink: str, paper: str) -> None:
    assert contrast(mode[ink], mode[paper]) >= READABLE


@pytest.mark.parametrize("look", LOOKS.values(), ids=lambda look: look.label)
def test_the_workbook_is_readable(look: object) -> None:
    assert contrast(look.ink, look.paper) >= READABLE
    assert contrast("#FFFFFF", ACCENT) >= READABLE


def test_no_two_statuses_look_or_sound_alike() -> None:
    for words in ("label", "glyph", "solid", "meaning"):
        assert len({getattr(look, words) for look in LOOKS.values()}) == len(LOOKS)


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
