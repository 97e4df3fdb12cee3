"""A table of figures: its rows, what it says and how, and the questions of the specification that it answers.

Every table is a pure query over the relations that a report prepares, so that terminal, JSON, CSV and page show the
same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

    from mds.figures.charts import Chart

HIDDEN = "*"
"""Stands in a cell for a figure that is hidden because it rests on few children."""

MADE_OF: dict[str, tuple[str, ...]] = {}
"""Relation that a report prepares → the tables of the standard that it is made of."""


@dataclass(frozen=True)
class Derived:
    """A column that is worked out of others of its row, from exact figures and from rounded ones alike."""

    work_out: Callable[..., float | str | None]
    of: tuple[str, ...]
    whole: str = ""
    """Of a share or rate: the column of what it is a part of."""


@dataclass(frozen=True)
class Shape:
    """What is to be known of a table's columns to work out, to protect, to mark and to draw them."""

    counts: tuple[str, ...] = ()
    """The columns that count children, or what happened to them: small ones are hidden from others than the analyst."""
    derived: Mapping[str, Derived] = field(default_factory=dict)
    """The columns that are worked out of others, which stand behind these."""
    resting: Mapping[str, str] = field(default_factory=dict)
    """Any other statistic about children → the count that it rests on."""
    fields: tuple[str, ...] = ()
    """The fields, as table.field, whose completeness marks the quality of the figures."""
    chart: Chart | None = None
    rough: tuple[str, ...] = ()
    """Figures of single providers, such as the lowest: others see them rounded to 5, or they would tell few rows exactly."""


PLAIN = Shape()


@dataclass(frozen=True)
class FigureTable:
    """One table: a name for files, a title, what it says and how, its columns and rows."""

    name: str
    title: str
    note: str
    columns: list[str]
    rows: list[tuple[Any, ...]]
    questions: tuple[int, ...] = ()
    """Numbers of the specification's list that it answers."""
    sources: tuple[str, ...] = ()
    """The tables of the standard that it is made of."""
    shape: Shape = PLAIN

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "title": self.title, "note": self.note, "questions": list(self.questions),
                "sources": list(self.sources),
                "columns": self.columns, "rows": [list(row) for row in self.rows]}  # fmt: skip

    def column(self, name: str) -> list[Any]:
        """The values of one column, from top to bottom."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


Making = Callable[..., FigureTable]


def answers(*questions: int) -> Callable[[Making], Making]:
    """Marks a function with the numbers of the questions that it answers (the specification's list); its table carries
    them, and the page of indicators lists them."""

    def mark(make: Making) -> Making:
        @wraps(make)
        def marked(*arguments: Any) -> FigureTable:
            return replace(make(*arguments), questions=questions)

        QUESTIONS[marked] = questions
        return marked

    return mark


QUESTIONS: dict[Making, tuple[int, ...]] = {}
"""Function → the questions that it answers."""


def table(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, note: str, query: str, shape: Shape = PLAIN
) -> FigureTable:
    """A table made of a query's rows, with the derived columns behind them."""
    cursor = connection.execute(query)
    columns = [column[0] for column in cursor.description or []]
    return with_derived(FigureTable(name, title, note, columns, cursor.fetchall(), (), _sources(query), shape))


def with_derived(plain: FigureTable) -> FigureTable:
    """The same table with its derived columns worked out anew. What rests on a blank or a hidden figure is blank or hidden
    too."""
    derived = plain.shape.derived
    kept = [place for place, column in enumerate(plain.columns) if column not in derived]
    columns = [plain.columns[place] for place in kept]
    rows = []
    for row in plain.rows:
        values = [row[place] for place in kept]
        named = dict(zip(columns, values, strict=True))
        rows.append((*values, *(_worked_out(one, named) for one in derived.values())))
    return replace(plain, columns=[*columns, *derived], rows=rows)


def _worked_out(derived: Derived, row: Mapping[str, Any]) -> float | str | None:
    values = [row[name] for name in derived.of]
    if any(value is None for value in values):
        return None
    return HIDDEN if HIDDEN in values else derived.work_out(*values)


def _sources(query: str) -> tuple[str, ...]:
    """The tables of the standard that a query reads, also through the relations that a report prepared."""
    named = set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", query))
    named |= {source for relation, made_of in MADE_OF.items() if relation in named for source in made_of}
    return tuple(name for name in LATEST.tables if name in named)
