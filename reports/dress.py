"""A workspace's own look on an HTML report: a few more lines of style, and its logo as data inside the page."""

from base64 import b64encode

from mitigap import branding
from mitigap.branding import INKS, PLAIN, Branding

_LOGO = (
    ".logo { height: 2.25rem; max-width: 12rem; object-fit: contain; vertical-align: middle; margin-right: .6rem; }\n"
)


def style(found: Branding) -> str:
    """Empty where nothing is set. Colours and markings are of closed forms: no word of a user's stands in it."""
    if found == PLAIN:
        return ""
    return _accent(found) + (_LOGO if found.logo else "") + _marking(found)


def logo(found: Branding) -> str:
    """As an address that holds the picture itself; empty where there is none."""
    picture = found.logo
    return f"data:{picture.media_type};base64,{b64encode(picture.data).decode()}" if picture else ""


def _accent(found: Branding) -> str:
    if not found.accent:
        return ""
    night = branding.at_night(found.accent)
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {night}; }} }}"
    return f":root {{ --accent: {found.accent}; }}\n{dark}\n"


def _marking(found: Branding) -> str:
    """On the page at its head and its foot; on paper in the margins of each sheet."""
    if not found.marking:
        return ""
    ink = f"color: {INKS[found.marking]}; background: #000;"
    box = f'content: "{found.marking}"; font: 700 9pt sans-serif; {ink} padding: 0 4pt;'
    return (
        f".marking {{ max-width: 66rem; margin: .75rem auto 0; padding: 0 2rem; text-align: right; }}\n"
        f".marking strong {{ display: inline-block; padding: .1rem .6rem; {ink}"
        " print-color-adjust: exact; -webkit-print-color-adjust: exact; }\n"
        f"@page {{ @top-right {{ {box} margin: 5mm 0; }} @bottom-left {{ {box} margin: 5mm 0; }} }}\n"
        "@media print { .marking { display: none; } }\n"
    )
