"""What stands out in run charts: series that rise or fall without a break, and newest values far from the former ones.

The rules are those of short charts of individual values. With so few points they are a reason to look, no proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from mds.figures.statistics import TO_LIMITS
from mds.figures.table import FigureTable
from mds.figures.words import shown

IN_A_ROW = 6
"""So many values, each beyond the last in one direction, are a trend."""

FORMER = 4
"""So many former values are needed to say that the newest is unusual: a year of quarters."""

LEAST = 10
"""A change of less (children, per cent, days) is nothing to look at."""


@dataclass(frozen=True)
class Signal:
    """One series that stands out."""

    table: str
    series: str
    """Which of the table's small charts, as it is titled; empty where there is one alone."""
    says: str
    since: Any
    """The period in which it began."""


def signals(tables: Iterable[FigureTable]) -> list[Signal]:
    """What stands out in the run charts among these tables, which must hold exact figures, in their order."""
    return [signal for table in tables for signal in _of(table)]


def _of(table: FigureTable) -> Iterable[Signal]:
    chart = table.shape.chart
    if chart is None or chart.form != "run":
        return
    series: dict[Any, list[tuple[Any, Any]]] = {}
    names = table.column(chart.by) if chart.by else [None] * len(table.rows)
    for name, label, value in zip(names, table.column(chart.label), table.column(chart.value), strict=True):
        series.setdefault(name, []).append((label, value))
    for name, points in series.items():
        if found := _found(points):
            yield Signal(table.title, shown(chart.by, name), *found)


def _found(points: Sequence[tuple[Any, Any]]) -> tuple[str, Any] | None:
    """What a series says and since when. A trend goes before an unusual value, which may be its end."""
    if not points or points[-1][1] is None:
        return None
    known = [(label, float(value)) for label, value in points if value is not None]
    if turn := _trend([value for _, value in known]):
        return turn, known[-IN_A_ROW][0]
    if jump := _jump([value for _, value in known]):
        return jump, known[-1][0]
    return None


def _trend(values: Sequence[float]) -> str:
    last = values[-IN_A_ROW:]
    if len(last) < IN_A_ROW or abs(last[-1] - last[0]) < LEAST:
        return ""
    if all(one < next_one for one, next_one in pairwise(last)):
        return "rises"
    return "falls" if all(one > next_one for one, next_one in pairwise(last)) else ""


def _jump(values: Sequence[float]) -> str:
    *former, newest = values
    if len(former) < FORMER:
        return ""
    middle = median(former)
    distance = max(LEAST, TO_LIMITS * median(abs(one - other) for one, other in pairwise(former)))
    if abs(newest - middle) < distance:
        return ""
    return "is higher than before" if newest > middle else "is lower than before"
