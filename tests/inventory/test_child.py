import logging
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from factories.files import csv, pack, parts, sheet, sheet_data, xlsx

from mitigap.errors import FileRefused
from mitigap.inventory import child, limits, read
from mitigap.inventory.model import Vocabulary

VOCABULARY = Vocabulary(
    label="enterprise-attack@99.0",
    domain="enterprise-attack",
    mitigations={"M1032": "Multi-factor Authentication", "M1026": "Privileged Account Management"},
    techniques=frozenset({"T1110"}),
    confirmed={"our second factor": ("M1032",)},
)
ROWS = [["Mitigation", "Status"], ["M1032", "Implemented"], ["our second factor", "Partial"], ["nothing known", "Yes"]]


def python(code: str) -> list[str]:
    """A child that does something else."""
    return [sys.executable, "-I", "-c", code]


def refusal(code: str, request: bytes = b"") -> str:
    with pytest.raises(FileRefused) as refused:
        child._ask(request, python(code))
    return refused.value.message


def limited(code: str) -> subprocess.CompletedProcess[str]:
    """`code` run under the child's limits."""
    under = f"from mitigap.inventory import child, limits\nchild._limit_ourselves()\n{code}"
    return subprocess.run(python(under), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("data", "filename"), [(csv(ROWS), "controls.csv"), (xlsx(ROWS), "controls.xlsx")])
def test_the_child_understands_what_this_process_would(data: bytes, filename: str) -> None:
    inventory = child.read(data, filename, VOCABULARY, name="Our controls")
    assert inventory == read.read(data, filename, VOCABULARY, name="Our controls")
    assert [control.mitigations for control in inventory.controls] == [("M1032",), ("M1032",), ()]


def test_a_refusal_comes_back_word_for_word() -> None:
    with pytest.raises(FileRefused, match=r"^This is a PDF document\. Upload a spreadsheet, as"):
        child.read(b"%PDF-1.7", "controls.pdf", VOCABULARY)


def test_a_file_that_is_too_large_starts_no_child() -> None:
    started = time.monotonic()
    with pytest.raises(FileRefused, match="it has 60 MB"):
        child.read(bytes(60 << 20), "controls.csv", VOCABULARY)
    assert time.monotonic() - started < 1


def test_many_threads_may_read_at_once() -> None:
    files = [csv([*ROWS, ["M1026", f"{share} %"]]) for share in range(0, 100, 10)]
    with ThreadPoolExecutor(4) as pool:
        read_at_once = [*pool.map(lambda data: child.read(data, "controls.csv", VOCABULARY), files)]
    assert [inventory.controls[-1].level for inventory in read_at_once] == [share / 100 for share in range(0, 100, 10)]


def test_a_prefork_worker_may_read() -> None:
    """Its processes are daemons, which may have no children of multiprocessing's making."""
    code = (
        "import billiard\n"
        "from mitigap.inventory import child\n"
        "from mitigap.inventory.model import Vocabulary\n"
        "def work():\n"
        "    vocabulary = Vocabulary(label='', domain='', mitigations={'M1032': 'MFA'})\n"
        "    print(child.read(b'Mitigation,Status\\nM1032,Yes\\n', 'a.csv', vocabulary).controls[0].level)\n"
        "process = billiard.get_context('fork').Process(target=work, daemon=True)\n"
        "process.start()\n"
        "process.join()\n"
    )
    assert subprocess.run(python(code), capture_output=True, text=True, check=True).stdout == "1.0\n"


# the parent's side: however the child ends, the answer is a sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.kill(os.getpid(), 24)", "more than 15 seconds of processor time"),
        ("import os; os.kill(os.getpid(), 9)", "needs more memory than reading may take (700 MB)"),
        ("import os; os.kill(os.getpid(), 11)", "is damaged, or is of a kind"),
        ("import os; os.abort()", "is damaged, or is of a kind"),
        ("raise SystemExit(3)", "is damaged, or is of a kind"),
        ("raise ValueError('private')", "is damaged, or is of a kind"),
        ("print('hello')", "is damaged, or is of a kind"),
        ("import sys; sys.stdout.buffer.write(b'\\x81')", "is damaged, or is of a kind"),
        ("pass", "is damaged, or is of a kind"),
    ],
)
def test_r1_the_death_of_the_child_is_a_refusal(code: str, said: str) -> None:
    message = refusal(code, bytes(1 << 20))
    assert said in message
    assert "private" not in message


def test_r1_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WALL_SECONDS", 0.3)
    started = time.monotonic()
    assert "takes too long" in refusal("import time; time.sleep(60)")
    assert time.monotonic() - started < 5


def test_what_the_child_complains_of_is_logged_cut_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        message = refusal("import sys; sys.stderr.write('x' * 100_000 + 'the reason'); raise SystemExit(1)")
    assert "the reason" not in message
    assert "the reason" in caplog.text
    assert len(caplog.text) < 5_000


def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITIGAP_SECRET_KEY", "hush")
    code = (
        "import os, sys, msgspec\n"
        "from mitigap.inventory.child import Refused\n"
        "sys.stdout.buffer.write(msgspec.msgpack.encode(Refused(','.join(os.environ))))"
    )
    reply = child._ask(b"", python(code))
    assert isinstance(reply, child.Refused)
    assert set(reply.message.split(",")) <= {"LC_CTYPE", *child._INHERITED}


# the child's side: the limits are in force

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limits")


@posix
def test_r1_memory_is_limited() -> None:
    assert limited("bytearray(900 << 20)").stderr.splitlines()[-1] == "MemoryError"
    assert limited("bytearray(300 << 20)").returncode == 0


@posix
def test_r1_processor_time_is_limited() -> None:
    spin = "limits.CPU_SECONDS = 1\nchild._limit_ourselves()\nwhile True: pass"
    assert limited(spin).returncode == -24


@posix
@pytest.mark.parametrize(
    "code",
    [
        "open('/dev/null').close(); [open('/dev/null') for _ in range(100)]",
        "import tempfile; t = tempfile.TemporaryFile(); t.write(bytes(2 << 20)); t.flush()",
    ],
)
def test_r1_files_are_limited(code: str) -> None:
    assert "OSError" in limited(code).stderr


@posix
def test_r1_no_core_is_written() -> None:
    assert limited("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))").stdout == "(0, 0)\n"


@posix
def test_a_file_that_needs_too_much_memory_is_told_so() -> None:
    code = (
        "import sys, types\n"
        "from mitigap.inventory import child\n"
        "greedy = types.ModuleType('greedy')\n"
        "greedy.read = lambda *_, **__: bytearray(900 << 20)\n"
        "sys.modules['mitigap.inventory.read'] = greedy\n"
        "child.main()\n"
    )
    request = child.Request(data=b"", filename="a.csv", vocabulary=VOCABULARY, name=None)
    reply = child._ask(msgspec.msgpack.encode(request), python(code))
    assert isinstance(reply, child.Refused)
    assert "needs more memory than reading may take" in reply.message


# whole files, hostile and large


def strings(count: int) -> bytes:
    return pack(parts({"Controls": ""}, strings="<si><t>a</t></si>" * count))


def outcome(data: bytes, filename: str) -> str:
    try:
        return f"{len(child.read(data, filename, VOCABULARY).controls)} controls"
    except FileRefused as refused:
        return refused.message


@pytest.mark.parametrize(
    ("make", "filename"),
    [
        (lambda: sheet("<sheetData>" + "<row/>" * 1_000_000 + "</sheetData>"), "a.xlsx"),
        (lambda: sheet("<sheetData><row>" + "<c/>" * 1_000_000 + "</row></sheetData>"), "a.xlsx"),
        (lambda: sheet(f"<a b='{'c' * 1_000_000}'/>" * 60), "a.xlsx"),
        (lambda: sheet(f"<!--{'c' * 1_000_000}-->" * 60), "a.xlsx"),
        (lambda: sheet(sheet_data([["Mitigation", "Status"], *[["a" * 30_000, "b" * 30_000]] * 100])), "a.xlsx"),
        (lambda: strings(500_000), "a.xlsx"),
        (lambda: b'"' * (1 << 20), "a.csv"),
        (lambda: b"," * (10 << 20), "a.csv"),
        (lambda: b"\n" * (10 << 20), "a.csv"),
        (lambda: (b"a," * 400 + b"\n") * 13_000, "a.csv"),
        (lambda: bytes(range(256)) * 4096, "a.csv"),
    ],
    ids=["rows", "cells", "tags", "remarks", "texts", "strings", "quotes", "commas", "lines", "wide", "noise"],
)
def test_a_file_that_means_harm_is_read_or_refused_within_the_limits(make: Callable[[], bytes], filename: str) -> None:
    said = outcome(make(), filename)
    assert child._DIED not in said  # refused by a check, and not because the child crashed
    assert "takes too long" not in said


def test_a_hundred_thousand_rows_are_read() -> None:
    rows = [["Mitigation", "Status", "Owner", "Notes"]]
    rows += [[f"M10{number % 50:02}", "Implemented", "IAM team", f"row {number}"] for number in range(100_000)]
    inventory = child.read(xlsx(rows), "controls.xlsx", VOCABULARY)
    assert len(inventory.controls) == 100_000
