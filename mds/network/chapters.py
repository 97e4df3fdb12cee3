"""The chapters of the network's report, in their order: what each asks and which tables answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mds.figures.sharing import for_sharing
from mds.figures.table import FigureTable, Making
from mds.network import projection
from mds.network.page import Part
from mds.network.picture import (
    caseload,
    conditions,
    equality,
    flow,
    growing_up,
    hospital,
    need,
    packages,
    prevalence,
    registers,
    reviews,
    timeliness,
    uptake,
)

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
        _of(*caseload.ALL, *conditions.ALL), compared=True,
    ),
    Chapter(
        "need", "Known and expected children",
        "How many children are known against how many are expected to have a life-limiting condition, for whom services are "
        "used less than one would expect, and what other registers hold.",
        _of(*need.ALL, *prevalence.ALL, *equality.ALL, *registers.ALL),
    ),
    Chapter(
        "change", "What changes", "The caseload over time, who is new and who has left, and how phases and ages move on.",
        _of(*flow.ALL, *reviews.ALL, *growing_up.ALL),
    ),
    Chapter(
        "uptake", "Uptake and timeliness",
        "What became of referrals, who is reached, how soon, and for how long children are known.",
        _of(*uptake.ALL, *timeliness.ALL), compared=True,
    ),
    Chapter(
        "care", "In hospital and at home",
        "Emergency stays, leaving hospital in time, care packages, out of hours, nights away, and the place families prefer.",
        _of(*hospital.ALL, *packages.ALL), compared=True,
    ),
    Chapter("ahead", "The years ahead", "How many children there may be in 5 and 10 years.", _of(*projection.ALL)),
)  # fmt: skip


def made(chapter: Chapter, asked: Asked, *, exact: bool) -> Part:
    """A chapter with its tables, as others may see them unless exact figures were asked for."""
    tables = chapter.make(asked)
    return Part(chapter.name, chapter.title, chapter.intro, tables if exact else list(map(for_sharing, tables)))
