"""What stands where on a chart: the template `charts.html` draws it as SVG beside words that wrap on a narrow screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from statistics import median
from typing import Any

from mds.figures.charts import Chart
from mds.figures.table import HIDDEN, FigureTable
from mds.figures.words import heading, shown

WIDTH, HEIGHT = 480, 160
"""The drawing area of a run chart, in its own units."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 12, 28, 24
SHADES = 5
"""Steps of a heat map, from pale to dark."""


@dataclass(frozen=True)
class Bar:
    """A row of bars or dots: where its mark and its range stand, in per cent of the widest."""

    label: str
    text: str
    at: float | None
    """Nothing for a blank or hidden figure."""
    hidden: bool = False
    low: float | None = None
    high: float | None = None
    beside: float | None = None


@dataclass(frozen=True)
class Point:
    x: float
    y: float | None
    label: str
    text: str


@dataclass(frozen=True)
class Run:
    """A run chart: its points, and lines as lists of coordinates."""

    points: list[Point]
    line: str
    middle: float | None = None
    """The height of the median."""
    base: float = 0
    """That of nought."""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Shade:
    text: str
    step: int | None
    """0 is the palest; nothing for a blank or hidden figure."""


@dataclass(frozen=True)
class Panel:
    """One chart, or one of several small ones on the same scale."""

    title: str
    bars: list[Bar] = field(default_factory=list)
    run: Run | None = None


@dataclass(frozen=True)
class Drawing:
    """A table's chart."""

    form: str
    unit: str
    panels: list[Panel] = field(default_factory=list)
    widest: int = 0
    """Characters of the longest text beside a bar: all bars of a chart have one scale."""
    headings: list[str] = field(default_factory=list)
    """Of a heat map: the columns."""
    cells: list[tuple[str, list[Shade]]] = field(default_factory=list)
    """Of a heat map: the rows."""


def drawing(table: FigureTable) -> Drawing | None:
    """The chart of a table, or nothing when it has none or there is nothing to draw."""
    chart = table.shape.chart
    if chart is None or not any(map(_is_number, table.column(chart.value))):
        return None
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    if chart.form == "heat":
        return _heat(chart, rows)
    limits = [row[name] for row in rows for name in (chart.value, chart.low, chart.high, chart.beside) if name]
    most = max((float(value) for value in limits if _is_number(value)), default=0) or 1
    panels = [
        Panel(_with_median(title, chart, group), run=_run(chart, group, most)) if chart.form == "run"
        else Panel(title, _bars(chart, group, most))
        for title, group in _panels(chart, rows)
    ]  # fmt: skip
    widest = max((len(bar.text) for panel in panels for bar in panel.bars), default=0)
    return Drawing(chart.form, chart.unit, panels, widest)


def _with_median(title: str, chart: Chart, rows: list[dict[str, Any]]) -> str:
    limits = "; dotted: limits" if chart.low else ""
    middle = shown(chart.value, _median(rows, chart))
    return f"{title}{': ' if title else ''}dashed: median over time {middle}{limits}" if middle else title


def _is_number(value: Any) -> bool:
    return value is not None and value != HIDDEN and not isinstance(value, str)


def _panels(chart: Chart, rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    if not chart.by:
        return [("", rows)]
    found: dict[str, list[dict[str, Any]]] = {}
    for value, group in groupby(rows, key=lambda row: row[chart.by]):
        found.setdefault(shown(chart.by, value), []).extend(group)
    return list(found.items())


def _text(chart: Chart, row: dict[str, Any]) -> str:
    text = shown(chart.value, row[chart.value])
    if chart.low and _is_number(row[chart.low]):
        text += f" ({shown(chart.low, row[chart.low])} to {shown(chart.high, row[chart.high])})"
    if chart.beside and row[chart.beside] is not None:
        text = f"{text or 'none'} | {shown(chart.beside, row[chart.beside])}"
    return text


def _bars(chart: Chart, rows: list[dict[str, Any]], most: float) -> list[Bar]:
    def place(row: dict[str, Any], name: str) -> float | None:
        return round(100 * float(row[name]) / most, 1) if name and _is_number(row[name]) else None

    return [
        Bar(shown(chart.label, row[chart.label]), _text(chart, row), place(row, chart.value), row[chart.value] == HIDDEN,
            place(row, chart.low), place(row, chart.high), place(row, chart.beside))
        for row in rows
    ]  # fmt: skip


def _run(chart: Chart, rows: list[dict[str, Any]], most: float) -> Run:
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(rows))

    def x(number: int) -> float:
        return round(_LEFT + step * (number + 0.5), 1)

    def y(value: Any) -> float | None:
        inner = HEIGHT - _TOP - _BOTTOM
        return round(HEIGHT - _BOTTOM - inner * float(value) / most, 1) if _is_number(value) else None

    def line(name: str) -> str:
        if not name:
            return ""
        places = [(x(number), y(row[name])) for number, row in enumerate(rows)]
        return " ".join(f"{left},{top}" for left, top in places if top is not None)

    points = [
        Point(x(number), y(row[chart.value]), _when(chart, row[chart.label]), shown(chart.value, row[chart.value]))
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return Run(
        points, line(chart.value), y(_median(rows, chart)), HEIGHT - _BOTTOM, line(chart.low), line(chart.high)
    )  # fmt: skip


def _when(chart: Chart, value: Any) -> str:
    """A period by its first month: "Apr 2026"."""
    return f"{value:%b %Y}" if isinstance(value, date) else shown(chart.label, value)


def _median(rows: list[dict[str, Any]], chart: Chart) -> float | None:
    values = [float(row[chart.value]) for row in rows if _is_number(row[chart.value])]
    return median(values) if values else None


def _heat(chart: Chart, rows: list[dict[str, Any]]) -> Drawing:
    columns = list(dict.fromkeys(row[chart.by] for row in rows))
    found = {(row[chart.label], row[chart.by]): row[chart.value] for row in rows}
    cells = [
        (shown(chart.label, label), [_shade(chart, found.get((label, column))) for column in columns])
        for label in dict.fromkeys(row[chart.label] for row in rows)
    ]
    return Drawing("heat", chart.unit, headings=[heading(shown(chart.by, column)) for column in columns], cells=cells)


def _shade(chart: Chart, value: Any) -> Shade:
    """Figures of a heat map are per cent."""
    step = min(SHADES - 1, int(float(value) // (100 / SHADES))) if _is_number(value) else None
    return Shade(shown(chart.value, value), step)
