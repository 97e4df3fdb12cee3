"""A provider's own figures beside the network's: exact for the provider, safe for the others.

The provider knows its own figures, so that what it could subtract from the network's is protected as well: a figure of the
network is hidden where it rests on 1 to 7 children, or on 1 to 7 children of the other providers together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mds.figures.charts import Chart
from mds.figures.sharing import LEAST_WHOLE, for_sharing, is_small
from mds.figures.table import HIDDEN, PLAIN, FigureTable, Shape

NOTE = (
    f"Yours are exact. {HIDDEN} hides a figure of the network that rests on 1 to 7 children, or where 1 to 7 children or fewer "
    "than two providers would be left without yours; the others are worked out of counts rounded to 5, so that they can be some "
    f"points off, and are not given of fewer than {LEAST_WHOLE}."
)
_FEWEST = 2
"""Other providers, so that none can be told."""
_ABOUT = ("providers", "quality")
"""Columns that tell of a figure and are none."""


def beside(own: FigureTable, network: FigureTable) -> FigureTable | None:
    """The derived figures of both tables, row by row; nothing for a table without any."""
    if not network.shape.derived:
        return None
    keys = _keys(network)
    safe = {_key(network, row, keys): row for row in _safe(own, network).rows}
    mine = {_key(own, row, keys): row for row in own.rows}
    derived = list(network.shape.derived)
    counts = [name for name in own.shape.counts if name in own.columns]
    rows = [
        (
            *key,
            *_values(own, mine.get(key), counts),
            *_values(own, mine.get(key), derived),
            *_values(network, row, derived),
        )
        for key, row in safe.items()
    ]
    yours, theirs = [f"your_{name}" for name in derived], [f"network_{name}" for name in derived]
    columns = [*keys, *(f"your_{name}" for name in counts), *yours, *theirs]
    chart = None
    if network.shape.chart and network.shape.chart.label in keys and network.shape.chart.form != "run":
        chart = Chart("dots", network.shape.chart.label, yours[0], network.shape.chart.by, beside=theirs[0],
                      unit="dot: yours; line: the network's")  # fmt: skip
    return replace(network, columns=columns, rows=rows, shape=replace(PLAIN, chart=chart))


def _keys(table: FigureTable) -> list[str]:
    """The columns that a table is broken down by."""
    shape: Shape = table.shape
    figures = {*shape.counts, *shape.derived, *shape.resting, *_ABOUT}
    return [name for name in table.columns if name not in figures]


def _key(table: FigureTable, row: tuple[Any, ...], keys: list[str]) -> tuple[Any, ...]:
    return tuple(row[table.columns.index(name)] for name in keys)


def _values(table: FigureTable, row: tuple[Any, ...] | None, names: list[str]) -> list[Any]:
    return [row[table.columns.index(name)] if row else None for name in names]


def _safe(own: FigureTable, network: FigureTable) -> FigureTable:
    """The network's table with what could be told from it by subtraction blanked before it is protected as usual."""
    keys = _keys(network)
    mine = {_key(own, row, keys): row for row in own.rows}
    hidden = {column: place for place, column in enumerate(network.columns) if column in network.shape.counts}
    rows = []
    for row in network.rows:
        values = list(row)
        subtracted = mine.get(_key(network, row, keys))
        for column, place in hidden.items():
            own_count = (subtracted[own.columns.index(column)] if subtracted else 0) or 0
            if row[place] is not None and (
                is_small(row[place] - own_count) or _others(network, row, subtracted) < _FEWEST
            ):
                values[place] = 1  # as few as anything that is hidden
        rows.append(tuple(values))
    return for_sharing(replace(network, rows=rows))


def _others(network: FigureTable, row: tuple[Any, ...], mine: tuple[Any, ...] | None) -> int:
    """How many other providers a row rests on."""
    return int(row[network.columns.index("providers")]) - (mine is not None)  # every table about children says so
