"""Known children per 10,000 people, by age, diagnosis and ethnic group. By area: see `caseload.by_area`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import byar, rate
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS

if TYPE_CHECKING:
    import duckdb

_LIVING_HERE = """
    (FROM in_need JOIN known_at USING (person_key) SEMI JOIN population ON area = lad_code AND people IS NOT NULL)
"""
"""SQL: the children who live in the areas whose population is loaded, once for each provider that knows them."""

_NOTE = (
    "Children who live in the areas of the network whose population is loaded, with Byar's 95 % limits. The rate tells who is "
    "known to services, not how many have a condition."
)


def _shape(group: str, field: str) -> Shape:
    rates = {"per_10000": rate("children", "people", 10_000)} | byar("children", "people", 10_000, 1)
    chart = Chart("dots", group, "per_10000", low="low", high="high", unit="known children per 10,000 people")
    return Shape(("children",), rates, fields=(field, "child.lad_code"), chart=chart)


@answers(5, 9, 16)
def known_by_age(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Known children per 10,000 people by age band, and on the bases 0 to 17, 0 to 19 and 0 to 25."""
    ages = (("under 1", 0, 0, "under_1"), ("1-5", 1, 5, "aged_1_5"), ("6-10", 6, 10, "aged_6_10"),
            ("11-15", 11, 15, "aged_11_15"), ("16-19", 16, 19, "aged_16_19"), ("20-25", 20, 25, "people_0_25 - people"),
            ("all 0-17", 0, 17, "people_0_17"), ("all 0-19", 0, 19, "people"), ("all 0-25", 0, 25, "people_0_25"))  # fmt: skip
    bands = " UNION ALL ".join(
        f"SELECT {place} AS place, '{name}' AS aged, {first} AS first, {last} AS last, sum({people})::BIGINT AS people"
        " FROM population"
        for place, (name, first, last, people) in enumerate(ages)
    )
    return table(
        connection, "known_by_age", "Known children per 10,000, by age",
        f"{_NOTE} In England 66.4 of 10,000 people aged 0 to 19 had a life-limiting condition in 2017/18, and 226.5 of those "
        "under 1.",
        f"""
        SELECT aged, count(DISTINCT person_key) AS children, any_value(people) AS people, {PROVIDERS}
        FROM ({bands}) AS bands LEFT JOIN {_LIVING_HERE} AS known ON age BETWEEN first AND last
        GROUP BY place, aged ORDER BY place
        """,
        _shape("aged", "child.birth_month"),
    )  # fmt: skip


@answers(3, 9)
def known_by_diagnosis(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Known children aged 0 to 19 per 10,000 people of that age, by diagnostic group."""
    return table(
        connection, "known_by_diagnosis", "Known children per 10,000, by diagnostic group",
        f"{_NOTE} Aged 0 to 19, by the group of the main condition. In England 27.2 of 10,000 had a congenital condition in "
        "2017/18.",
        f"""
        SELECT coalesce(diagnostic_group, 'not known') AS diagnostic_group, count(DISTINCT person_key) AS children,
            (SELECT sum(people)::BIGINT FROM population) AS people, {PROVIDERS}
        FROM {_LIVING_HERE} WHERE age <= 19 GROUP BY 1 ORDER BY {by_size("children")}, 1
        """,
        _shape("diagnostic_group", "condition.diagnostic_group"),
    )  # fmt: skip


@answers(9, 80)
def known_by_ethnic_group(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Known children aged 0 to 19 per 10,000 people of that age, by ethnic group."""
    return table(
        connection, "known_by_ethnic_group", "Known children per 10,000, by ethnic group",
        f"{_NOTE} Aged 0 to 19, in five groups. Without a snapshot of populations by ethnic group (ethnic_populations) there is "
        "no rate.",
        f"""
        WITH people AS (
            SELECT ethnic_group, sum(people)::BIGINT AS people
            FROM ethnic_population JOIN shipped_ethnic_group ON code = ethnic_category GROUP BY ethnic_group
        )
        SELECT ethnic_group, count(DISTINCT person_key) AS children, any_value(people) AS people, {PROVIDERS}
        FROM {_LIVING_HERE} LEFT JOIN people USING (ethnic_group)
        WHERE age <= 19 AND ethnic_group <> 'not known' GROUP BY ethnic_group
        ORDER BY list_position(['White', 'Mixed', 'Asian', 'Black', 'Other'], ethnic_group)
        """,
        _shape("ethnic_group", "child.ethnic_category"),
    )  # fmt: skip


ALL: tuple[Making, ...] = (known_by_age, known_by_diagnosis, known_by_ethnic_group)
