"""Writes an inventory of so many rows, the same for the same number: `python -m benchmarks.workbook ROWS PATH`."""

import random
import sys
from datetime import date, timedelta

from openpyxl import Workbook

HEADER = ("Control", "Mitigation", "Status", "Owner", "Evidence", "Review date")
MITIGATIONS = tuple(f"M{number}" for number in range(1025, 1055))
NAMES = ("MFA", "Multi-factor Authentication", "EDR", "patch management", "Network Segmentation", "User Training")
STATUSES = ("Implemented", "Partially implemented", "Planned", "Not implemented", "60 %", "N/A")
OWNERS = ("IAM team", "SOC", "Network team", "Workplace team")


def rows(count: int) -> list[tuple[object, ...]]:
    chance = random.Random(count)
    started = date(2025, 1, 1)
    return [
        (
            f"C-{number:05} keeps the estate in order",
            chance.choice(MITIGATIONS if chance.random() < 0.8 else NAMES),
            chance.choice(STATUSES),
            chance.choice(OWNERS),
            f"ticket {chance.randrange(10**6):06}",
            started + timedelta(days=chance.randrange(700)),
        )
        for number in range(1, count + 1)
    ]


def write(count: int, path: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Controls")
    for row in (HEADER, *rows(count)):
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
