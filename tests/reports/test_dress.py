"""A workspace's look on the HTML report: there where it is set, and the very same bytes as before where it is not."""

import re
from html import unescape

import msgspec
import pytest
from factories import reports as made
from factories.pictures import a_jpeg, a_png

from mitigap import branding
from mitigap.branding import PLAIN, Branding, Marking
from reports import dress, html
from reports.report import Report

WHOLE = Branding(title="Acme SOC", accent="#8C1D18", marking=Marking.AMBER_STRICT, logo=branding.logo(a_png()))


def page(report: Report, found: Branding) -> str:
    return html.render(msgspec.structs.replace(report, branding=found)).decode()


def test_title_colour_logo_and_marking_are_shown(leafminer: Report) -> None:
    said = page(leafminer, WHOLE)
    assert "<strong>Acme SOC</strong> gap report" in said
    assert ":root { --accent: #8C1D18; }" in said
    assert f'<img class="logo" src="{dress.logo(WHOLE)}" alt="">' in said
    assert said.count('<p class="marking"><strong>TLP:AMBER+STRICT</strong></p>') == 2


def test_the_page_allows_its_own_style_and_its_own_picture_alone(leafminer: Report) -> None:
    for found, pictures in ((WHOLE, True), (Branding(title="x"), False), (PLAIN, False)):
        said = unescape(page(leafminer, found))
        style = re.search(r"<style>(.*?)</style>", said, re.DOTALL)
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', said)
        assert style
        assert policy
        assert html.templating.policy(style[1], pictures=pictures) == policy[1]
        assert ("img-src data:" in policy[1]) == pictures


def test_where_nothing_is_set_nothing_is_added() -> None:
    assert (dress.style(PLAIN), dress.logo(PLAIN)) == ("", "")


def test_a_jpeg_says_that_it_is_one() -> None:
    assert dress.logo(Branding(logo=branding.logo(a_jpeg()))).startswith("data:image/jpeg;base64,/9j/")


@pytest.mark.parametrize("words", made.HOSTILE)
def test_a_hostile_title_is_text(words: str, leafminer: Report) -> None:
    said = page(leafminer, Branding(title=words))
    assert not re.search(r"<script|<svg/|<img|<h1>owned", said)


@pytest.mark.parametrize("marking", Marking)
def test_each_marking_stands_in_the_margins_of_paper(marking: Marking) -> None:
    assert dress.style(Branding(marking=marking)).count(f'content: "{marking}"') == 2
