"""The chapters of the network's report, in their order: what each asks and which tables answer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mds.figures.sharing import for_sharing
from mds.figures.signals import FORMER, IN_A_ROW, LEAST, signals
from mds.figures.statistics import TO_LIMITS
from mds.figures.table import FigureTable, Making
from mds.network import findings, projection, quality, returns
from mds.network.checks import check_table
from mds.network.page import Part
from mds.network.picture import (
    bereavement,
    breaks,
    caseload,
    conditions,
    endings,
    equality,
    equipment,
    flow,
    growing_up,
    hospital,
    last_days,
    need,
    over_time,
    packages,
    perinatal,
    places,
    plans,
    prevalence,
    registers,
    reviews,
    timeliness,
    transition,
    uptake,
)
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


def _no_more(asked: Asked) -> list[FigureTable]:
    return []


@dataclass(frozen=True)
class Chapter:
    """A part of the report before it is made."""

    name: str
    title: str
    intro: str
    makers: tuple[Making, ...] = ()
    more: Callable[[Asked], list[FigureTable]] = _no_more
    """The tables that need more than the store."""
    about_children: bool = True
    """Its figures carry a mark of their quality."""
    compared: bool = True
    """A provider gets its own figures of this kind beside the network's."""

    def tables(self, asked: Asked) -> list[FigureTable]:
        """All its tables, with exact figures."""
        return [*(make(asked.connection) for make in self.makers), *self.more(asked)]


def _places(asked: Asked) -> list[FigureTable]:
    return [findings.places(asked.connection)] if asked.exact else []


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "came", "Returns", "What came for the period, how it was received, and who has not sent.", returns.ALL,
        lambda asked: [returns.missing(asked.connection, asked.day)], about_children=False,
    ),
    Chapter(
        "findings", "Findings", "What the rules found in the returns that count, and what became of it since the period before.",
        findings.ALL, _places, about_children=False,
    ),
    Chapter(
        "checks", "Checks of the merged data", "Whether what several providers sent holds together, and with former periods.",
        more=lambda asked: [check_table(list(asked.outcomes))], about_children=False,
    ),
    Chapter(
        "quality", "Data quality", "How far the figures can be relied on, by dimension, provider and field.",
        quality.ALL, about_children=False,
    ),
    Chapter(
        "children", "The children",
        "Children on a caseload of the network at the census date, each counted once however many providers know it.",
        (*caseload.ALL, *conditions.ALL),
    ),
    Chapter(
        "flow", "How the caseload changes", "From census to census, and as the children grow up.",
        (*flow.ALL, *over_time.ALL, *reviews.ALL, *growing_up.ALL), compared=False,
    ),
    Chapter(
        "need", "Known and expected",
        "How many children are known beside how many have such a condition, who is missing, and who is represented. A child "
        "that is not known is not by itself a child whose need is not met.",
        (*need.ALL, *prevalence.ALL, *equality.ALL, *registers.ALL), compared=False,
    ),
    Chapter(
        "care", "Care", "Referrals and how soon they were answered, hospital, packages of care, short breaks and equipment.",
        (*uptake.ALL, *timeliness.ALL, *hospital.ALL, *packages.ALL, *breaks.ALL, *equipment.ALL),
    ),
    Chapter("plans", "Plans", "What was planned with the families, and where they want care.", (*plans.ALL, *places.ALL)),
    Chapter(
        "endings", "The end of life",
        "Deaths of the year to the end of the period, each counted once, what was hoped for, and support in bereavement.",
        (*endings.ALL, *last_days.ALL, *bereavement.ALL),
    ),
    Chapter("babies", "Before and after birth", "Babies and families on the perinatal pathway.", perinatal.ALL),
    Chapter("transition", "Growing into adult care", "Young people from their 14th birthday.", transition.ALL),
    Chapter(
        "projection", "What is to come", "Population and rate multiplied, and no more: what that assumes stands with each table.",
        projection.ALL, about_children=False,
    ),
)  # fmt: skip


def made(chapter: Chapter, asked: Asked, standing: Standing) -> Part:
    """A chapter with its tables, as others may see them unless exact figures were asked for."""
    tables = chapter.tables(asked)
    found = signals(tables)
    if not asked.exact:
        tables = list(map(for_sharing, tables))
    if chapter.about_children:
        tables = [marked(table, standing) for table in tables]
    return Part(chapter.name, chapter.title, chapter.intro, tables, found)


def standing_out(parts: Sequence[Part]) -> Part:
    """What stands out in the run charts of the parts, with no figures: those stand in the charts."""
    rows = [(part.title, one.table, one.series, one.says, one.since) for part in parts for one in part.signals]
    told = FigureTable(
        "signals", "Lines that stand out",
        f"Of all run charts of this report: what has risen or fallen {IN_A_ROW} times running, by {LEAST} or more (children, per "
        f"cent, days) in all; and newest values that are {LEAST} or more away from the median of the former ones, and further "
        f"than {TO_LIMITS} times their median change, where there are {FORMER} former ones. A reason to look, no proof: a return "
        "that is missing, or a provider that is new, can be why.",
        ["chapter", "chart", "line", "what_it_does", "since"], rows,
    )  # fmt: skip
    return Part("signals", "What stands out", "Where to look first, out of all charts over time.", [told])
