"""The chapters of the network's report, in their order: what each asks and which tables answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mds.figures.sharing import for_sharing
from mds.figures.table import FigureTable, Making
from mds.network import findings, quality, returns
from mds.network.checks import check_table
from mds.network.page import Part
from mds.network.picture import caseload
from mds.network.quality.marks import Standing, marked

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home
    from mds_validators.expectations.check import Outcome


@dataclass(frozen=True)
class Asked:
    """What a chapter is made from: the store with its relations prepared, the home, and the day of the report."""

    connection: duckdb.DuckDBPyConnection
    home: Home
    day: date
    exact: bool = False
    """Whether small numbers are shown, and the places of findings, whose lines can be counted."""
    outcomes: tuple[Outcome, ...] = ()
    """What the checks of the merged store found."""


@dataclass(frozen=True)
class Chapter:
    """A part of the report before it is made."""

    name: str
    title: str
    intro: str
    make: Callable[[Asked], list[FigureTable]]
    about_children: bool = True
    """Its figures carry a mark of their quality, and a provider gets its own beside the network's."""


def _of(*makers: Making) -> Callable[[Asked], list[FigureTable]]:
    return lambda asked: [make(asked.connection) for make in makers]


def _returns(asked: Asked) -> list[FigureTable]:
    made = [make(asked.connection) for make in returns.ALL]
    return [*made, returns.missing(asked.connection, asked.day)]


def _findings(asked: Asked) -> list[FigureTable]:
    makers = (*findings.ALL, findings.places) if asked.exact else findings.ALL
    return [make(asked.connection) for make in makers]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "came", "Returns", "What came for the period, how it was received, and who has not sent.", _returns,
        about_children=False,
    ),
    Chapter(
        "findings", "Findings", "What the rules found in the returns that count, and what became of it since the period before.",
        _findings, about_children=False,
    ),
    Chapter(
        "checks", "Checks of the merged data", "Whether what several providers sent holds together, and with former periods.",
        lambda asked: [check_table(list(asked.outcomes))], about_children=False,
    ),
    Chapter(
        "quality", "Data quality", "How far the figures can be relied on, by dimension, provider and field.",
        _of(*quality.ALL), about_children=False,
    ),
    Chapter(
        "children", "The children",
        "Children on a caseload of the network at the census date, each counted once however many providers know it.",
        _of(*caseload.ALL),
    ),
)  # fmt: skip


def made(chapter: Chapter, asked: Asked, standing: Standing) -> Part:
    """A chapter with its tables, as others may see them unless exact figures were asked for."""
    tables = chapter.make(asked)
    if not asked.exact:
        tables = list(map(for_sharing, tables))
    if chapter.about_children:
        tables = [marked(table, standing) for table in tables]
    return Part(chapter.name, chapter.title, chapter.intro, tables)
