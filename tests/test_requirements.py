"""Every requirement of the security list is kept by a test that bears its number: `test_r13_…` for R13."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
REQUIREMENTS = set(range(1, 25))


def test_each_has_a_test_that_names_it() -> None:
    texts = (path.read_text() for path in TESTS.rglob("test_*.py"))
    named = {int(number) for text in texts for number in re.findall(r"^def test_r(\d+)_", text, re.MULTILINE)}
    assert named == REQUIREMENTS
