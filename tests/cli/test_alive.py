"""A part that was heard lately lives; one that was not is told with how long it has been silent."""

from datetime import timedelta

import pytest

from cli.alive import said
from mitigap.errors import UserError


def test_heard_lately() -> None:
    assert said("worker", "w", {"w": timedelta(seconds=3.2)}) == "The worker was heard 3 s ago."


@pytest.mark.parametrize(
    ("ages", "told"),
    [({}, "has not been heard yet"), ({"w": timedelta(seconds=31)}, "was last heard 31 s ago")],
)
def test_silent(ages: dict[str, timedelta], told: str) -> None:
    with pytest.raises(UserError, match=told):
        said("worker", "w", ages)
