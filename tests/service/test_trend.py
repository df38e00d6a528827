"""The score over a schedule's runs: the drawing, its words, and the table."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from factories.desk import CONTROLS, House, Program, a_file
from flask.testing import FlaskClient

from mitigap.store.schema import Job, Kind, State
from service import chart, trend
from service.chart import NARROW, WIDE

FIRST = datetime(2026, 9, 28, 6, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
SVG = "{http://www.w3.org/2000/svg}"


def a_run(week: int, version: str = "18.1", state: State = State.SUCCEEDED, **scores: float | None) -> Job:
    """`a_run(2, Leafminer=0.5)`: a group's id is its name."""
    at = FIRST + timedelta(weeks=week)
    groups = [{"id": name, "name": name, "score": score} for name, score in scores.items()]
    catalog = {"domain": "enterprise-attack", "version": version, "source": "bundle.json"}
    told = {"as_of": f"{at:%Y-%m-%d}", "catalog": catalog, "groups": groups, "policy": {"name": "mean"}}
    return Job(
        id=str(week), kind=Kind.ASSESS, state=state, created_at=at, summary=told if state is State.SUCCEEDED else {}
    )


def drawn(*jobs: Job, layout: chart.Layout = WIDE) -> chart.Chart:
    found = trend.trend(jobs)
    assert found
    return chart.chart(found, layout)


def words(jobs: list[Job]) -> str:
    return trend.words(trend.trend(jobs))


def runs(program: Program, schedule: str, number: int) -> None:
    for _ in range(number):
        assert program.post(f"/schedules/{schedule}/run").status_code == 202


def test_runs_are_told_from_the_oldest_to_the_newest() -> None:
    jobs = [a_run(2, Leafminer=0.4), a_run(0, Leafminer=0.5), a_run(1, state=State.FAILED), a_run(3, Leafminer=None)]
    assert words(jobs) == (
        "Score over 3 runs from 28 Sep 2026 to 19 Oct 2026. Leafminer: 50 %, 40 %, none."  # the failed one has none
    )


def test_one_run_is_a_dot_in_the_middle() -> None:
    [curve] = drawn(a_run(0, Leafminer=0.5)).curves
    assert curve.dots == (((WIDE.left + WIDE.width - WIDE.right) / 2, curve.dots[0][1]),)
    assert words([a_run(0, Leafminer=0.5)]) == "Score over one run on 28 Sep 2026. Leafminer: 50 %."


def test_where_nothing_has_a_score_there_is_nothing_to_draw() -> None:
    assert trend.trend([]) is None
    assert trend.trend([a_run(0, Leafminer=None), a_run(1, state=State.RUNNING)]) is None
    assert words([]) == ""


def test_a_run_without_a_score_breaks_the_line() -> None:
    found = drawn(a_run(0, A=0.5), a_run(1, A=None), a_run(2, A=0.6), a_run(3, A=0.6))
    assert found.curves[0].path.count("M") == 2
    assert len(found.curves[0].dots) == 3


def test_of_many_groups_the_lowest_the_middle_and_the_highest_are_drawn() -> None:
    scores = {name: (number + 1) / 10 for number, name in enumerate("ABCDEF")}
    found = drawn(a_run(0, **scores), a_run(1, **{**scores, "F": 1.0}))
    assert [curve.label for curve in found.curves] == ["Highest 100 %", "Median 35 %", "Lowest 10 %"]
    assert found.band
    assert found.told.endswith("Highest: 60 %, 100 %. Median: 35 %, 35 %. Lowest: 10 %, 10 %.")


def test_long_series_are_told_by_their_end() -> None:
    jobs = [a_run(week, Leafminer=week / 100) for week in range(20)]
    assert words(jobs).endswith("Leafminer: …, " + ", ".join(f"{week} %" for week in range(8, 20)) + ".")


@pytest.mark.parametrize(
    ("scores", "rows"),
    [
        ((0.5, 0.52), ["40 %", "50 %", "60 %", "70 %"]),
        ((0.0, 0.01), ["0 %", "10 %", "20 %"]),
        ((1.0, 0.99), ["80 %", "90 %", "100 %"]),
        ((0.1, 0.9), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
    ],
)
def test_the_scale_is_round_and_makes_no_small_move_look_large(scores: tuple[float, float], rows: list[str]) -> None:
    found = drawn(a_run(0, A=scores[0]), a_run(1, A=scores[1]))
    assert [row.label for row in found.rows] == rows


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_nothing_stands_outside_the_picture_or_on_something_else(layout: chart.Layout) -> None:
    found = drawn(*(a_run(week, A=0.5, B=0.5, C=0.5, D=0.5, E=0.01) for week in range(30)), layout=layout)
    labels = sorted(curve.label_y for curve in found.curves)
    assert all(after - before >= chart.LINE_HEIGHT for before, after in pairwise(labels))
    days = [column.at for column in found.columns]
    assert all(after - before >= chart.BETWEEN_DATES for before, after in pairwise(days))
    assert all(0 < x < layout.width and 0 < y < found.height for curve in found.curves for x, y in curve.dots)
    assert 0 < labels[0] < labels[-1] <= found.height


def test_another_release_is_marked_where_it_begins() -> None:
    found = drawn(a_run(0, "17.1", A=0.5), a_run(1, "17.1", A=0.5), a_run(2, A=0.5), a_run(3, A=0.4))
    assert [(mark.at, mark.label) for mark in found.marks] == [(found.curves[0].dots[2][0], "18.1")]


def test_of_single_assessments_what_was_repeated_by_one_rule_is_told() -> None:
    other = a_run(1, A=0.9)
    other.summary["policy"] = {"name": "any"}
    jobs = [a_run(0, A=0.1, B=0.2), other, a_run(2, B=0.3), a_run(3, A=0.4), a_run(4, C=0.5)]
    assert trend.words(trend.repeated(jobs)) == (
        "Score over 3 runs from 28 Sep 2026 to 19 Oct 2026. A: 10 %, none, 40 %. B: 20 %, 30 %, none."
    )
    assert trend.repeated([]) is None
    assert trend.repeated([a_run(0, A=0.1), other]) is None


def test_an_inventory_shows_the_groups_it_was_assessed_against_again(visitor: FlaskClient, program: Program) -> None:
    inventory = program.inventory()
    page = f"/inventories/{inventory}"
    for group in ("Leafminer", "APT28"):
        program.post("/assessments", json={"inventory": inventory, "groups": [group]})
    program.assessment("Leafminer")
    assert "trend.svg" not in visitor.get(page).text
    assert visitor.get(f"{page}/trend.svg").status_code == 404
    program.post(f"/inventories/{inventory}/revisions", data=a_file(CONTROLS.replace("50%", "yes")))
    program.post("/assessments", json={"inventory": inventory, "groups": ["Leafminer"]})
    assert re.search(r'alt="Score over 2 runs on [^"]+\. Leafminer: \d+ %, \d+ %\."', visitor.get(page).text)
    assert b"Leafminer" in visitor.get(f"{page}/trend.svg").data


def test_the_page_shows_the_drawing_with_its_words(visitor: FlaskClient, program: Program) -> None:
    schedule = program.schedule()
    page = f"/schedules/{schedule}"
    assert "trend.svg" not in visitor.get(page).text
    assert visitor.get(f"{page}/trend.svg").status_code == 404
    runs(program, schedule, 2)
    shown = visitor.get(page).text
    assert re.search(r'alt="Score over 2 runs on \d+ \w+ \d{4}. Leafminer: \d+ %, \d+ %."', shown)
    for address in re.findall(rf'(?:src|srcset)="({page}/trend.svg[^"]*)"', shown):
        drawing = visitor.get(address)
        assert drawing.mimetype == "image/svg+xml"
        assert "default-src 'none'; style-src 'sha256-" in drawing.headers["Content-Security-Policy"]
        root = ET.fromstring(drawing.data)
        assert len(root.findall(f"{SVG}circle")) == 2
    assert visitor.get(f"{page}/trend.svg?size=huge").status_code == 404


def test_the_table_says_what_moved_and_why(visitor: FlaskClient, program: Program) -> None:
    inventory = program.inventory()
    schedule = program.schedule(inventory, groups=["Leafminer", "APT28"])
    runs(program, schedule, 1)
    program.post(f"/inventories/{inventory}/revisions", data=a_file(CONTROLS.replace("50%", "yes")))
    runs(program, schedule, 1)
    page = visitor.get(f"/schedules/{schedule}").text
    assert re.search(
        r"2 groups: 0 down, 2 up, 0 neither; most of all \w+ \(\+\d.\d points\); because of controls\.", page
    )
    assert len(re.findall(r"Leafminer <span class=\"score\">", page)) == 2
    assert re.search(r'href="/assessments/[\w-]+/drift/[\w-]+">What moved<', page)


def test_programs_are_told_the_same(program: Program) -> None:
    schedule = program.schedule()
    runs(program, schedule, 2)
    second, first = program.get(f"/schedules/{schedule}").json["runs"]
    assert (first["sentence"], second["sentence"]) == (None, "Nothing moved.")
    assert first["scores"] == second["scores"]
    assert 0 < first["scores"]["G0077"] < 1


def test_r9_words_from_outside_are_only_words(house: House, visitor: FlaskClient, program: Program) -> None:
    schedule = program.schedule()
    runs(program, schedule, 1)
    with house.context.sessions.begin() as session:
        [job] = (each for each in session.query(Job) if each.schedule_id)
        summary = {**job.summary, "moved": {"sentence": HOSTILE}}
        summary["groups"][0]["name"] = HOSTILE
        summary["catalog"]["version"] = HOSTILE
        job.summary = summary
    for path in (f"/schedules/{schedule}", f"/schedules/{schedule}/trend.svg"):
        assert "<script>alert" not in visitor.get(path).text
