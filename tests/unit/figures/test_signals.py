"""What stands out in a run chart: drawn series and what is said of them."""

from __future__ import annotations

from datetime import date

import pytest

from mds.figures.charts import Chart
from mds.figures.signals import Signal, signals
from mds.figures.table import FigureTable, Shape

QUARTERS = [date(2024 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(1, 31, 3)]


def drawn(*values: float | None, name: str = "A") -> list[tuple[object, ...]]:
    return [(name, quarter, value) for quarter, value in zip(QUARTERS, values, strict=False)]


def charted(rows: list[tuple[object, ...]], form: str = "run") -> FigureTable:
    chart = Chart(form, "period_from", "share", by="provider_code")  # type: ignore[arg-type]
    return FigureTable("t", "Shares", "", ["provider_code", "period_from", "share"], rows, shape=Shape(chart=chart))


CASES = {
    "six higher each time": ((40, 42, 45, 47, 49, 53), ("rises", 0)),
    "six lower each time": ((53, 49, 47, 45, 42, 40), ("falls", 0)),
    "the last six of eight": ((60, 50, 40, 42, 45, 47, 49, 53), ("rises", 2)),
    "six higher by too little": ((40, 41, 42, 43, 44, 49), None),
    "five higher are too few": ((48, 43, 44, 47, 50, 53), None),
    "twice the same breaks a rise": ((40, 42, 42, 44, 47, 51), None),
    "far above the former": ((6, 6, 6, 6, 41), ("is higher than before", 4)),
    "far below the former": ((90, 91, 90, 92, 60), ("is lower than before", 4)),
    "far within the usual change": ((10, 40, 12, 38, 60), None),
    "a change of less than ten": ((6, 6, 6, 6, 15), None),
    "three former are too few": ((6, 6, 6, 41), None),
    "a period without a value is passed over": ((6, None, 6, 6, 6, 41), ("is higher than before", 5)),
    "nothing is said where the newest is blank": ((6, 6, 6, 6, 41, None), None),
    "nothing at all": ((None, None), None),
}  # values → what is said, and since which


@pytest.mark.parametrize("name", CASES)
def test_what_stands_out(name: str) -> None:
    values, expected = CASES[name]
    said = [Signal("Shares", "A", expected[0], QUARTERS[expected[1]])] if expected else []
    assert signals([charted(drawn(*values))]) == said


def test_each_line_of_a_chart_is_looked_at_by_itself() -> None:
    rows = drawn(6, 6, 6, 6, 41) + drawn(9, 9, 9, 9, 9, name="B")
    assert [signal.series for signal in signals([charted(rows)])] == ["A"]


def test_only_run_charts_are_looked_at() -> None:
    assert signals([charted(drawn(6, 6, 6, 6, 41), form="bars"), FigureTable("t", "T", "", ["n"], [(1,)])]) == []
