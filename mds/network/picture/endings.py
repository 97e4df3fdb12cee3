"""The children who died in the year to the end of the period: at what age, where and whether where they wished to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.deaths import AGES
from mds.network.picture.told import DIED, PLANS_OF_THE_DEAD, TOLD_BY, high_level, measured

if TYPE_CHECKING:
    import duckdb

_ONCE = (
    "Children who died in the year to the end of the period, each once, also where several providers told of the death."
)


def _by(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, label: str, value: str, note: str, *, field: str,
    order: tuple[str, ...] = (),
) -> FigureTable:  # fmt: skip
    """Deaths of the year by one thing that was told of them."""
    return table(
        connection, name, title, note,
        f"""
        SELECT coalesce({value}, 'not told') AS {label}, count(*) AS deaths, sum(count(*)) OVER ()::BIGINT AS of_deaths,
            {TOLD_BY} AS providers
        FROM {DIED} GROUP BY {label} ORDER BY {f"list_position({[*order]}, {label}) NULLS LAST" if order else label}
        """,
        Shape(("deaths", "of_deaths"), {"share": share("deaths", "of_deaths")}, fields=(field,),
              chart=Chart("bars", label, "deaths", unit="deaths")),
    )  # fmt: skip


@answers(21)
def deaths_by_age(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Deaths of the year by age at death."""
    return _by(connection, "deaths_by_age", "Deaths by age", "age_at_death", "death_age_band", _ONCE,
               field="child.birth_month", order=AGES)  # fmt: skip


@answers(21)
def deaths_told(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Deaths of the period and of the year to its end, and those of earlier periods of which nobody told before."""
    return table(
        connection, "deaths_told", "When deaths were told",
        "A death that is told of late is counted under no period before its provider corrects the return of that period.",
        f"""
        SELECT 'in the period' AS died, count(*) AS deaths, {TOLD_BY} AS providers
        FROM ended JOIN period ON death_month BETWEEN rp_start AND rp_end
        UNION ALL
        SELECT 'in the year to its end', count(*), {TOLD_BY} FROM {DIED}
        UNION ALL
        SELECT 'before, told for the first time', count(*), {TOLD_BY} AS providers
        FROM ended JOIN period ON death_month < rp_start AND told_first = rp_start
        """,
        Shape(("deaths",)),
    )  # fmt: skip


@answers(58)
def deaths_by_place(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Deaths of the year by kind of place: hospital, private residence, hospice, care home, other."""
    return _by(connection, "deaths_by_place", "Place of death", "place", high_level("death_place"), _ONCE,
               field="death.death_place")  # fmt: skip


@answers(58)
def deaths_by_place_in_detail(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Deaths of the year by place, as far as it was told in detail."""
    return _by(connection, "deaths_by_place_in_detail", "Place of death in detail", "place", "death_place",
               f"{_ONCE} A kind of place stands by itself where no more was told.", field="death.death_place")  # fmt: skip


_WISHES = f"""
    WITH wish AS (
        SELECT person_key, arg_max(preferred_death_place, row(agreed_date, created_date, provider_code, plan_id)) AS place
        FROM {PLANS_OF_THE_DEAD}
        WHERE agreed_date < death_month + INTERVAL 1 MONTH AND preferred_death_place <> '99' GROUP BY person_key
    ), ending AS (
        SELECT e.*, {high_level("death_place")} AS actual_place, {high_level("place")} AS preferred_place, place AS wished
        FROM {DIED} AS e LEFT JOIN (FROM wish WHERE place < '98') AS w USING (person_key)
    )
"""
_BY_WHICH = (
    "The wish stands in the latest plan that was agreed before the death or in its month and tells of one; a plan in which it "
    "was not discussed tells nothing, and undecided is no wish."
)


@answers(58)
def preferred_place_met(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children who died in the kind of place where they wished to, and in the very place, of those whose wish is known."""
    met = {
        "wish known": ("preferred_place IS NOT NULL", "true"),
        "died in the kind of place wished": ("actual_place = preferred_place", "preferred_place IS NOT NULL"),
        "died in the very place wished": (
            "death_place = wished", "substr(wished, 2) <> '0' AND substr(death_place, 2) <> '0'",
        ),
    }  # fmt: skip
    return table(
        connection, "preferred_place_met", "Preferred and actual place of death",
        f"{_BY_WHICH} The very place is judged where both are told in more detail than the kind of place.",
        f"{_WISHES} {measured('ending', met, 'children', 'of_deaths')}",
        Shape(("children", "of_deaths"), {"share": share("children", "of_deaths")},
              fields=("death.death_place", "care_plan.preferred_death_place"),
              chart=Chart("bars", "what", "share", unit="% of the deaths")),
    )  # fmt: skip


@answers(58)
def preferred_and_actual_places(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Where children died, by the kind of place where they wished to die."""
    return table(
        connection, "preferred_and_actual_places", "From the wish to the place",
        f"Deaths of the year in each kind of place, of those with the same wish. {_BY_WHICH}",
        f"""
        {_WISHES}
        SELECT preferred_place, actual_place, count(*) AS deaths,
            sum(count(*)) OVER (PARTITION BY preferred_place)::BIGINT AS of_deaths, {TOLD_BY} AS providers
        FROM (SELECT * REPLACE (coalesce(preferred_place, 'not known') AS preferred_place) FROM ending)
        GROUP BY preferred_place, actual_place ORDER BY preferred_place, actual_place
        """,
        Shape(("deaths", "of_deaths"), {"share": share("deaths", "of_deaths")},
              fields=("death.death_place", "care_plan.preferred_death_place"),
              chart=Chart("heat", "preferred_place", "share", "actual_place", unit="% of those with the same wish")),
    )  # fmt: skip


@answers(58)
def reasons_elsewhere(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Why children did not die in the kind of place where they wished to."""
    return table(
        connection, "reasons_elsewhere", "Why not in the preferred place",
        f"Deaths of the year in another kind of place than the wish. {_BY_WHICH}",
        f"""
        {_WISHES}
        SELECT coalesce(not_preferred_reason, 'not told') AS why_elsewhere, count(*) AS deaths,
            sum(count(*)) OVER ()::BIGINT AS of_deaths, {TOLD_BY} AS providers
        FROM ending WHERE actual_place <> preferred_place GROUP BY 1 ORDER BY {by_size("deaths")}, 1
        """,
        Shape(("deaths", "of_deaths"), {"share": share("deaths", "of_deaths")}, fields=("death.not_preferred_reason",),
              chart=Chart("bars", "why_elsewhere", "deaths", unit="deaths")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    deaths_told,
    deaths_by_age,
    deaths_by_place,
    deaths_by_place_in_detail,
    preferred_place_met,
    preferred_and_actual_places,
    reasons_elsewhere,
)
