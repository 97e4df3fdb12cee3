"""The chapters of the network's report, in their order: what each asks and which tables answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mds.figures.sharing import for_sharing
from mds.figures.table import FigureTable, Making
from mds.network.page import Part
from mds.network.picture import caseload

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


@dataclass(frozen=True)
class Asked:
    """What a chapter is made from: the store with its relations prepared, the home, and the day of the report."""

    connection: duckdb.DuckDBPyConnection
    home: Home
    day: date


@dataclass(frozen=True)
class Chapter:
    """A part of the report before it is made."""

    name: str
    title: str
    intro: str
    make: Callable[[Asked], list[FigureTable]]
    compared: bool = False
    """Whether a provider gets it back with its own figures beside the network's."""


def _of(*makers: Making) -> Callable[[Asked], list[FigureTable]]:
    return lambda asked: [make(asked.connection) for make in makers]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "children", "The children",
        "Children on a caseload of the network at the census date, each counted once however many providers know it.",
        _of(*caseload.ALL), compared=True,
    ),
)  # fmt: skip


def made(chapter: Chapter, asked: Asked, *, exact: bool) -> Part:
    """A chapter with its tables, as others may see them unless exact figures were asked for."""
    tables = chapter.make(asked)
    return Part(chapter.name, chapter.title, chapter.intro, tables if exact else list(map(for_sharing, tables)))
