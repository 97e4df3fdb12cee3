"""What of a table may leave the analyst's machine (specification 2.4, point 7).

Counts of 1 to 7 are hidden, the others rounded to the nearest 5, and what is worked out of them is worked out of the
rounded ones; a share of so few that rounding would make another figure of it is hidden. Other statistics that rest on 1 to 7
children are hidden. This is for use within the network. What is published goes through the disclosure control of the national
comparison.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from mds.figures.table import HIDDEN, FigureTable, with_derived
from mds.reports.wording import number

MOST_HIDDEN = 7
BASE = 5
LEAST_WHOLE = 50
"""A share or rate of fewer is not given: rounding could change it by a tenth and more."""
NOTE = (
    f"{HIDDEN} stands for 1 to {MOST_HIDDEN}, or for what rests on so few. Other counts of children are rounded to {BASE}, and "
    f"shares are worked out of the rounded ones, so that they can be some points off; {HIDDEN} stands for those of fewer than "
    f"{LEAST_WHOLE}. Medians, lowest and highest figures of providers are rounded to {BASE}."
)


def by_size(count: str) -> str:
    """SQL: the order of lines by a count, the largest first, as far as others may see it: an exact order would tell the
    counts that are hidden."""
    return f"CASE WHEN {count} BETWEEN 1 AND {MOST_HIDDEN} THEN 1 ELSE floor(({count} + {BASE / 2}) / {BASE}) END DESC"


def for_sharing(table: FigureTable) -> FigureTable:
    """The same table with small counts hidden and the others rounded."""
    table = roughened(table)
    if not table.shape.counts:
        return table
    places = {name: place for place, name in enumerate(table.columns)}
    rows = [tuple(_shared(table, places, row)) for row in table.rows]
    return _of_enough(with_derived(replace(table, rows=rows)))


def roughened(table: FigureTable) -> FigureTable:
    """The same table with the figures of single providers rounded; not in a line in days, which are no shares of children."""
    rough = {table.columns.index(name) for name in table.shape.rough if name in table.columns}
    rows = [
        row if "days" in row else tuple(_nearest(value) if place in rough else value for place, value in enumerate(row))
        for row in table.rows
    ]
    return replace(table, rows=rows) if rough else table


def _of_enough(table: FigureTable) -> FigureTable:
    """Without the shares of too small a whole."""
    places = {name: place for place, name in enumerate(table.columns)}
    wholes = {
        places[name]: places[derived.whole]
        for name, derived in table.shape.derived.items()
        if derived.whole in table.shape.counts
    }
    rows = []
    for row in table.rows:
        values = list(row)
        for place, whole in wholes.items():
            if isinstance(row[whole], int) and 0 < row[whole] < LEAST_WHOLE:
                values[place] = HIDDEN
        rows.append(tuple(values))
    return replace(table, rows=rows)


def _shared(table: FigureTable, places: dict[str, int], row: tuple[Any, ...]) -> list[Any]:
    values = list(row)
    for column in table.shape.counts:
        values[places[column]] = rounded(row[places[column]])
    for column, count in table.shape.resting.items():
        if is_small(row[places[count]]):
            values[places[column]] = HIDDEN
    return values


def is_small(count: Any) -> bool:
    return count is not None and 0 < count <= MOST_HIDDEN


def in_words(count: int) -> str:
    """A count within a sentence as others may see it."""
    if is_small(count):
        return f"1 to {MOST_HIDDEN}"
    return f"about {number(rounded(count))}" if count else "0"


def rounded(count: Any) -> Any:
    """A count as others may see it."""
    if count is None or count == 0:
        return count
    return HIDDEN if is_small(count) else _nearest(count)


def _nearest(figure: Any) -> Any:
    is_number = isinstance(figure, int | float | Decimal) and not isinstance(figure, bool)
    return int(BASE * ((float(figure) + BASE / 2) // BASE)) if is_number else figure
