"""The Excel report beside openpyxl writing the same cells: `python -m benchmarks.printing RUNS`."""

import sys
from collections.abc import Iterator
from datetime import date
from io import BytesIO

from openpyxl import Workbook, load_workbook

from benchmarks.compared import Compared, in_turn, told
from benchmarks.workbook import HEADER, rows
from mitigap.assessment import assess, policy, vocabulary
from mitigap.catalog import builtin
from mitigap.inventory import read
from reports import excel
from reports.report import Report

AIM = 1.5
CASES = {"100 rows, one group": (100, ("G0077",)), "10,000 rows, five groups": (10_000, None)}
FIVE = ("G0007", "G0016", "G0049", "G0077", "G0032")


def compared(runs: int) -> Iterator[Compared]:
    for name, (count, groups) in CASES.items():
        report = _report(count, groups or FIVE)
        cells = _cells(excel.render(report))
        ours, other = in_turn(lambda told=report: excel.render(told), lambda told=cells: _written(told), runs)
        yield Compared(
            name=f"Excel report, {name}",
            against="openpyxl, write-only, the same cells",
            each="a workbook",
            ours=ours,
            other=other,
            aim=AIM,
        )


def _report(count: int, groups: tuple[str, ...]) -> Report:
    catalogue = builtin.default()
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in (HEADER, *rows(count)))
    inventory = read.read(text.encode(), "controls.csv", vocabulary.of(catalogue))
    found = assess.several(catalogue, groups, inventory, policy=policy.named("mean"), as_of=date(2026, 11, 24))
    return Report(assessments=tuple(found), inventory=inventory)


def _cells(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(BytesIO(data), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def _written(cells: dict[str, list[tuple[object, ...]]]) -> bytes:
    book, target = Workbook(write_only=True), BytesIO()
    for title, content in cells.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(target)
    return target.getvalue()


if __name__ == "__main__":
    told(compared(int(sys.argv[1])))
