import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from mitigap import logs
from mitigap.settings import Settings


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    structlog.reset_defaults()


def say(form: str) -> None:
    logs.configure(Settings(log_format=form))
    structlog.get_logger("ours").info("job done", job="j1")
    logging.getLogger("theirs").warning("odd %s", "thing")
    structlog.get_logger("ours").error("stumbled", exc_info=ZeroDivisionError("by nothing"))


def test_text_is_one_line_an_event_with_the_trace_beneath(capsys: pytest.CaptureFixture[str]) -> None:
    say("text")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("info ours: job done job=j1")
    assert lines[1].endswith("warning theirs: odd thing")
    assert lines[2].endswith("error ours: stumbled")
    assert lines[-1] == "ZeroDivisionError: by nothing"


def test_json_is_one_object_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    say("json")
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(each["level"], each["logger"], each["event"]) for each in told] == [
        ("info", "ours", "job done"),
        ("warning", "theirs", "odd thing"),
        ("error", "ours", "stumbled"),
    ]
    assert told[0]["job"] == "j1"
    assert "ZeroDivisionError: by nothing" in told[2]["exception"]
