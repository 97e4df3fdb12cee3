"""How many children there will be in 5 and 10 years: projected population times a rate, with a low and a high variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import ratio
from mds.figures.table import Derived, FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS
from mds.network.picture.need import NOT_UNMET_NEED
from mds.network.rates import FIRST_OF_TREND, FULL, HIGHEST_2030, LOWEST_2030

if TYPE_CHECKING:
    import duckdb

AHEAD = (5, 10)
"""Years after the census."""

YEARLY_CHANGE = {
    "same_rate": 0.0,
    "low": (LOWEST_2030 - FULL) / (2030 - 2017),
    "high": (HIGHEST_2030 - FULL) / (2030 - 2017),
    "past_trend": (FULL - FIRST_OF_TREND) / (2017 - 2001),
}
"""Variant → by how much the rate per 10,000 changes in a year, in a straight line from that of 2017/18."""

ASSUMPTIONS = (
    f"Assumed: England's rate for all people aged 0 to 19 holds in every area and at every age ({FULL} of 10,000 in 2017/18; "
    "rates by age and area are not published). Same rate: it stays. Low and high: it goes in a straight line to the lowest and "
    f"the highest published projection for 2030 ({LOWEST_2030} and {HIGHEST_2030}), and on in the same line after that year, for "
    f"which nothing was published. Past trend: it rises by {YEARLY_CHANGE['past_trend']:.2f} a year, as from 2001/02 to 2017/18. "
    "Nothing is assumed of new treatments, of migration beyond the population projection, or of how many of these children will "
    "need palliative care. Where no projected population is loaded (snapshot projections), people are as many as now, and the "
    "table says so."
)
"""What the projection of expected children rests on, for those who read it."""

_BANDS = {"0-19": "people", "under 1": "under_1", "1-5": "aged_1_5", "6-10": "aged_6_10", "11-15": "aged_11_15",
          "16-19": "aged_16_19", "20-25": "people_0_25 - people"}  # fmt: skip
"""Ages → SQL for the people of them, now and as projected."""


def rate_in(year: int, variant: str) -> float:
    """Children with a life-limiting condition per 10,000 people aged 0 to 19 in a year, by a variant of YEARLY_CHANGE."""
    return FULL + YEARLY_CHANGE[variant] * (year - 2017)


def expected(people: int, year: int, variant: str) -> int:
    """Children expected to have a life-limiting condition, of so many people aged 0 to 19 in a year."""
    return round(people * rate_in(year, variant) / 10_000)


def _expected(variant: str) -> Derived:
    return Derived(lambda people, year: expected(people, int(year), variant), ("people", "year"))


def _people_ahead(*ages: str) -> str:
    """SQL: people now and then by area and for all areas together, for some ages, and whether they were projected."""
    bands = ", ".join(
        f"{{'place': {place}, 'aged': '{aged}', 'people': {_BANDS[aged]}}}" for place, aged in enumerate(ages)
    )
    return f"""
        bands_now AS (SELECT area, area_name, unnest([{bands}]) AS band FROM population),
        bands_then AS (SELECT area, year, unnest([{bands}]) AS band FROM projected),
        ahead AS (
            SELECT coalesce(area, 'all areas') AS area, coalesce(area_name, 'all areas') AS area_name, n.band.aged AS aged,
                y.year::VARCHAR AS year, sum(n.band.people)::BIGINT AS people_now,
                sum(coalesce(t.band.people, n.band.people))::BIGINT AS people,
                CASE count(t.band.people) WHEN 0 THEN 'as now' WHEN count(*) THEN 'projected' ELSE 'partly projected' END
                    AS population, n.band.place AS place
            FROM bands_now AS n
            CROSS JOIN (SELECT unnest([{", ".join(f"year(rp_end) + {years}" for years in AHEAD)}]) AS year FROM period) AS y
            LEFT JOIN bands_then AS t USING (area, year) WHERE coalesce(t.band.aged = n.band.aged, true)
            GROUP BY GROUPING SETS ((area, area_name, n.band.aged, n.band.place, y.year), (n.band.aged, n.band.place, y.year))
        )
    """


_EXPECTED = {variant: _expected(variant) for variant in YEARLY_CHANGE}
_IN_ORDER = "ORDER BY area = 'all areas', area, year, place"


@answers(2)
def expected_by_area(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children expected to have a life-limiting condition in 5 and 10 years, by area, in four variants."""
    return table(
        connection, "expected_by_area", "Expected children in 5 and 10 years", f"{ASSUMPTIONS} {NOT_UNMET_NEED}",
        f"WITH {_people_ahead('0-19')} SELECT area, area_name, year, people, population FROM ahead {_IN_ORDER}",
        Shape(derived=_EXPECTED, chart=Chart("dots", "area_name", "low", by="year", low="same_rate", high="high",
                                             unit="children expected to have a condition: low variant (same rate to high)")),
    )  # fmt: skip


@answers(2)
def expected_by_age(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children expected to have a life-limiting condition in 5 and 10 years, by area and age band, in four variants."""
    return table(
        connection, "expected_by_age", "Expected children in 5 and 10 years, by age",
        f"{ASSUMPTIONS} In truth the rate is highest under 1 (226.5 of 10,000 in 2017/18): the bands tell how the population "
        "moves, not how the conditions are spread over the ages.",
        f"WITH {_people_ahead('under 1', '1-5', '6-10', '11-15', '16-19')}"
        f" SELECT area, area_name, aged, year, people, population FROM ahead {_IN_ORDER}",
        Shape(derived=_EXPECTED),
    )  # fmt: skip


def _known_ahead(variant: str) -> Derived:
    def work_out(known: int, people_now: int, people: int, year: str, census_year: str) -> float | None:
        growth = rate_in(int(year), variant) / rate_in(int(census_year), variant)
        return ratio(known * people * growth, people_now, digits=1)

    return Derived(work_out, ("known", "people_now", "people", "year", "census_year"))


@answers(2)
def known_ahead(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children who will be known to services in 5 and 10 years, by area and age band, if as many are known as now."""
    return table(
        connection, "known_ahead", "Known children in 5 and 10 years",
        "Children known now, times the people of their age then over those now. Assumed: of the children of each area and age as "
        "large a share will be known as now. Low and high: the share grows as England's rate for ages 0 to 19 does in the low "
        "and the high variant of the expected children; past trend likewise. The row 0-19 goes by one rate and can differ from "
        "the sum of the bands. Few children are known in a band, so chance alone moves these figures by as much as their square "
        "root. Where no projected population is loaded, people are as many as now, and the table says so.",
        f"""
        WITH {_people_ahead(*_BANDS)}, child_of AS (
            SELECT person_key, provider_code, unnest([lad_code, 'all areas']) AS area, band, age, lad_code
            FROM in_need JOIN known_at USING (person_key)
        ), known AS (
            SELECT area, aged, count(DISTINCT person_key) AS known, {PROVIDERS}
            FROM (SELECT *, unnest([band, CASE WHEN age <= 19 THEN '0-19' END]) AS aged FROM child_of)
            WHERE lad_code IN (SELECT area FROM population) GROUP BY area, aged
        )
        SELECT area, area_name, aged, year, (SELECT year(rp_end)::VARCHAR FROM period) AS census_year,
            coalesce(known, 0) AS known, people_now, people, population, coalesce(providers, 0) AS providers
        FROM ahead LEFT JOIN known USING (area, aged) {_IN_ORDER}
        """,
        Shape(("known",), {variant: _known_ahead(variant) for variant in YEARLY_CHANGE},
              fields=("child.lad_code", "child.birth_month")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (expected_by_area, expected_by_age, known_ahead)
