"""Native charts of a workbook's own cells, each with words for those who do not see it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from reports import text
from reports.palette import ACCENT
from reports.pens import rgb

_GRID = "DDE2E8"


class Bars(msgspec.Struct, frozen=True, kw_only=True):
    """Horizontal bars: the rows from `first` to `last`, named by one column and as long as another (from 1).

    `colours` has one for each row, or is empty; `percent` says that the whole scale is 1. `words` say it in a sentence.
    The cells are those of the chart's own sheet where no other is named.
    """

    title: str
    words: str
    first: int
    last: int
    names: int
    values: int
    colours: Sequence[str] = ()
    percent: bool = False
    sheet: str = ""


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that is still to come: its name is all that a reference needs."""

    title: str


def draw(sheet: Any, bars: Bars, place: str, *, width: float, height: float) -> None:
    """Width and height in centimetres."""
    chart: Any = BarChart()  # what it takes is wider than its stubs say
    chart.type, chart.style, chart.legend = "bar", 10, None
    chart.title = _title(bars.title)
    chart.width, chart.height, chart.gapWidth = width, height, 40
    chart.add_data(_reference(sheet, bars, bars.values))
    chart.set_categories(_reference(sheet, bars, bars.names))
    _colour(chart.series[0], bars)
    _axes(chart, bars)
    chart.words = (bars.title, text.one_line(bars.words))
    sheet.add_chart(chart, place)


def _reference(sheet: Any, bars: Bars, column: int) -> Reference:
    source: Any = _Named(title=bars.sheet) if bars.sheet else sheet
    return Reference(source, min_col=column, min_row=bars.first, max_row=bars.last)


def _colour(series: Any, bars: Bars) -> None:
    series.graphicalProperties = GraphicalProperties(solidFill=rgb(ACCENT))
    for index, colour in enumerate(bars.colours):
        series.dPt.append(DataPoint(idx=index, spPr=GraphicalProperties(solidFill=rgb(colour))))
    series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)


def _axes(chart: Any, bars: Bars) -> None:
    """The first row stands at the top."""
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete, chart.y_axis.delete = False, not bars.percent
    chart.y_axis.scaling.min = 0
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line())
    chart.y_axis.crosses = "max"
    if bars.percent:
        chart.y_axis.scaling.max, chart.y_axis.majorUnit, chart.y_axis.number_format = 1, 0.25, "0%"
    chart.layout = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.3, y=0.15, w=0.64, h=0.72))


def _title(words: str) -> Title:
    """Small, so that it leaves the room to the bars."""
    small = CharacterProperties(sz=1100, b=True)
    run = RegularTextRun(t=words, rPr=small)
    return Title(tx=Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=small), r=[run])])), overlay=False)


def _line() -> Any:
    return LineProperties(solidFill=_GRID)
