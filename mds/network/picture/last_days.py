"""How the children of the year to the end of the period died, as parents and staff judged it, and what was in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import DIED, TOLD_BY

if TYPE_CHECKING:
    import duckdb

_DEGREES = ("fully", "mostly", "partly", "not_at_all")
_COUNTS = (*_DEGREES, "fully_or_mostly", "of_deaths", "not_known")
_COUNTED = f"""
    {", ".join(f"count(*) FILTER (degree = '{code}') AS {name}" for code, name in enumerate(_DEGREES, 1))},
    count(*) FILTER (degree IN ('1', '2')) AS fully_or_mostly,
    count(*) FILTER (degree IN ('1', '2', '3', '4')) AS of_deaths,
    count(*) FILTER (degree NOT IN ('1', '2', '3', '4', '8')) AS not_known, {TOLD_BY} AS providers
"""
_OF = "The share is of fully or mostly among the deaths of the year of which it is known"


@answers(59)
def peaceful(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the deaths that were peaceful, by whose judgement it is."""
    return table(
        connection, "peaceful", "Peaceful death", f"{_OF}, by who judged: parents and staff do not see the same.",
        f"""
        SELECT coalesce(peaceful_judged_by, 'not told') AS judged_by, {_COUNTED}
        FROM (SELECT *, coalesce(peaceful, '9') AS degree FROM {DIED}) GROUP BY 1 ORDER BY 1
        """,
        Shape(_COUNTS, {"share": share("fully_or_mostly", "of_deaths")},
              fields=("death.peaceful", "death.peaceful_judged_by"),
              chart=Chart("bars", "judged_by", "share", unit="% peaceful, by who judged")),
    )  # fmt: skip


@answers(60, 61)
def pain_and_plan(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the deaths without pain or with pain controlled, and of those in which the plan was followed."""
    return table(
        connection, "pain_and_plan", "Pain controlled, plan followed",
        f"{_OF}. Pain: in the last 48 hours. Plan: where one was in place.",
        f"""
        SELECT what, {_COUNTED}
        FROM (
            SELECT 'free of pain, or pain controlled' AS what, coalesce(pain_controlled, '9') AS degree, told_by FROM {DIED}
            UNION ALL
            SELECT 'plan followed', coalesce(plan_followed, '9'), told_by FROM {DIED} WHERE plan_at_death = 'Y'
        )
        GROUP BY what ORDER BY what
        """,
        Shape(_COUNTS, {"share": share("fully_or_mostly", "of_deaths")},
              fields=("death.pain_controlled", "death.plan_followed"),
              chart=Chart("bars", "what", "share", unit="% of the deaths of which it is known")),
    )  # fmt: skip


@answers(56, 61)
def at_death(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Deaths that were expected, that had a plan in place, and of which the child death review was notified."""
    fields = {"death expected": "expected", "plan in place": "plan_at_death",
              "child death review notified": "cdop_notified"}  # fmt: skip
    return table(
        connection, "at_death", "What providers say of the deaths",
        "Deaths of the year of which it was said yes, of those of which it was said yes or no. The plans themselves are "
        "counted under advance care plan before death.",
        f"""
        SELECT what, count(*) FILTER (said = 'Y') AS deaths, count(*) FILTER (said IN ('Y', 'N')) AS of_deaths,
            count(*) FILTER (coalesce(said, 'X') = 'X') AS not_known, {TOLD_BY} AS providers
        FROM (
            SELECT told_by, unnest(range({len(fields)})) AS place, unnest({list(fields)}) AS what,
                unnest([{", ".join(fields.values())}]) AS said
            FROM {DIED}
        )
        GROUP BY place, what ORDER BY place
        """,
        Shape(("deaths", "of_deaths", "not_known"), {"share": share("deaths", "of_deaths")},
              fields=tuple(f"death.{field}" for field in fields.values()),
              chart=Chart("bars", "what", "share", unit="% of the deaths of which it is known")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (peaceful, pain_and_plan, at_death)
