"""Schedules on the page."""

import re

import pytest
from factories.desk import House, Program, press
from flask.testing import FlaskClient
from sqlalchemy import select

from mitigap.store.schema import Role, Schedule

HOSTILE = "<script>alert(1)</script>"


def kept(house: House) -> list[Schedule]:
    with house.context.readers() as session:
        return list(session.scalars(select(Schedule)))


def fill_in(program: Program, **changes: str) -> dict[str, str]:
    told = {"inventory": program.inventory(), "groups": "Leafminer, APT28", "catalog": "latest:enterprise-attack"}
    return {**told, "preset": "weekly", "timezone": "Europe/Berlin", "policy": "mean", **changes}


def test_an_empty_list_says_what_a_schedule_is(visitor: FlaskClient) -> None:
    assert "No schedules yet" in visitor.get("/schedules").text
    assert "There is no inventory to assess yet" in visitor.get("/schedules/new").text


def test_the_form_shows_the_next_six_runs_by_both_clocks(visitor: FlaskClient, program: Program) -> None:
    program.inventory()
    page = visitor.get("/schedules/new?timezone=Europe/Berlin").text
    assert "At 06:00 on Monday, Europe/Berlin" in page
    shown = re.findall(r"<td>Mon \d+ \w+ \d{4}, 06:00 UTC\+[12]</td><td>\d+ \w+ \d{4}, 0[45]:00 UTC</td>", page)
    assert len(shown) == 6


def test_a_schedule_is_kept(house: House, visitor: FlaskClient, program: Program) -> None:
    answer = press(visitor, "/schedules", **fill_in(program, name="Monday's look"))
    assert answer.status_code == 303
    [row] = kept(house)
    assert (row.groups, row.cron, row.timezone, row.catalogue_id) == (
        ["G0077", "G0007"],
        "0 6 * * 1",
        "Europe/Berlin",
        None,
    )
    page = visitor.get(answer.headers["Location"]).text
    assert "Monday&#39;s look" in page
    assert "the latest ATT&amp;CK Enterprise" in page
    assert "It has not run yet." in page
    assert "Monday&#39;s look" in visitor.get("/schedules").text


def test_asking_for_the_next_runs_keeps_nothing(house: House, visitor: FlaskClient, program: Program) -> None:
    told = fill_in(program, preset="cron", cron="30 2 * * *", timezone="America/New_York", preview="1")
    answer = press(visitor, "/schedules", **told)
    assert answer.status_code == 200
    assert "At 02:30 every day, America/New_York" in answer.text
    assert "Leafminer, APT28" in answer.text
    assert kept(house) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"preset": "cron", "cron": "0 6 31 2 *"}, "never comes"),
        ({"preset": "cron", "cron": ""}, "five fields"),
        ({"preset": "hourly"}, "Choose one of these."),
        ({"timezone": "Mars/Olympus"}, "There is no such time zone."),
        ({"groups": " , "}, "Name at least one group"),
        ({"groups": "Fancy Beer"}, "No group of"),
        ({"inventory": "nothing"}, "Choose an inventory."),
        ({"inventory": "00000000-0000-4000-8000-000000000000"}, "not there any more"),
        ({"catalog": "nothing"}, "There is no catalogue"),
        ({"ends": "2020-01-01"}, "It would end before its first run."),
        ({"ends": "some day"}, "Not a valid date"),
        ({"name": "x" * 201}, "Field cannot be longer"),
        ({"policy": "luck"}, "Something below has to be mended."),
    ],
)
def test_what_has_to_be_mended_is_told(
    house: House, visitor: FlaskClient, program: Program, changes: dict[str, str], told: str
) -> None:
    answer = press(visitor, "/schedules", **fill_in(program, **changes))
    assert answer.status_code == 422
    assert told in answer.text
    assert kept(house) == []


def test_an_assessment_is_repeated_with_what_it_was_made_of(house: House, program: Program) -> None:
    assessment = program.assessment("APT28", policy="any")
    visitor = house.visitor(Role.ANALYST)
    path = f"/schedules/new?assessment={assessment}"
    assert path in visitor.get(f"/assessments/{assessment}").text
    page = visitor.get(path).text
    assert "G0007</textarea>" in page
    assert 'value="any" checked' in page
    for nonsense in ("nothing", "00000000-0000-4000-8000-000000000000"):
        assert visitor.get(f"/schedules/new?assessment={nonsense}").status_code == 404


def test_it_is_paused_resumed_run_and_deleted(house: House, visitor: FlaskClient, program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    press(visitor, f"{path}/pause", reason="The team is away.")
    assert "The team is away." in visitor.get(path).text
    press(visitor, f"{path}/resume")
    assert "The team is away." not in visitor.get(path).text
    ran = press(visitor, f"{path}/run")
    assert ran.headers["Location"].startswith("/jobs/")
    assert "asked for by hand" in visitor.get(path).text
    press(visitor, f"{path}/delete")
    assert kept(house) == []
    assert visitor.get(path).status_code == 404


def test_a_second_click_says_that_a_run_is_under_way(house: House, visitor: FlaskClient, program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    house.idle = True
    press(visitor, f"{path}/run")
    refused = press(visitor, f"{path}/run")
    assert refused.headers["Location"] == path
    assert "A run of this schedule is under way." in visitor.get(path).text


def test_viewers_are_offered_nothing_they_may_not_do(house: House, program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    viewer = house.visitor(Role.VIEWER)
    assert "New schedule" not in viewer.get("/schedules").text
    page = viewer.get(path).text
    assert "Run now" not in page
    assert "Delete" not in page


def test_r9_words_from_outside_are_only_words(house: House, program: Program) -> None:
    inventory = program.upload(name=HOSTILE).json["id"]
    schedule = program.schedule(inventory, name=HOSTILE)
    program.patch(f"/schedules/{schedule}", json={"enabled": False, "paused_reason": HOSTILE})
    visitor = house.visitor()
    for path in ("/schedules", f"/schedules/{schedule}", "/schedules/new", f"/schedules/new?name={HOSTILE}"):
        assert "<script>" not in visitor.get(path).text
