"""A caller of the API waits a while for its file to be read, and never at the cost of all others."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from factories.desk import House, Program

from service import waiting
from service.app import create_app

LONG = 30.0


@pytest.fixture
def all_seats_taken() -> Iterator[None]:
    with ExitStack() as seats:
        while waiting.SEATS.acquire(blocking=False):
            seats.callback(waiting.SEATS.release)
        yield


@pytest.fixture
def patient(house: House) -> Program:
    """Calls a desk that lets its callers wait long for a worker that never comes."""
    house.app = create_app(house.settings, engine=house.engine, enqueue=id, broker_answers=lambda: True, read_wait=LONG)
    return Program(house, house.token())


@pytest.mark.usefixtures("all_seats_taken")
def test_where_many_wait_the_next_is_soon_sent_to_the_job(patient: Program) -> None:
    begun = time.monotonic()
    answer = patient.upload()
    assert time.monotonic() - begun < LONG / 2
    assert (answer.status_code, answer.json["state"]) == (202, "pending")
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"


def test_a_seat_is_given_back(program: Program) -> None:
    for _ in range(8):
        assert program.upload().status_code == 201
    assert waiting.SEATS.acquire(blocking=False)
    waiting.SEATS.release()
