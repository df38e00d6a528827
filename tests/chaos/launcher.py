"""`mitigap` with `chaos.skewed` for its workshop, and nothing else about it changed."""

import sys
from pathlib import Path

from cli import main as program
from cli import parts

PROGRAM = "import sys; from chaos.launcher import main; sys.argv[0] = 'mitigap'; sys.exit(main())"
PLACES = {"PYTHONPATH": str(Path(__file__).parents[1])}


def main() -> int | None:
    parts.SCHEDULE = "chaos.skewed:SkewedTick"
    parts.WORKSHOP = ("--quiet", "--app", "chaos.skewed")
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
