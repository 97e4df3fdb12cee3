"""Young people on the caseload who grow into adulthood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS

if TYPE_CHECKING:
    import duckdb


@answers(15)
def young_people(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people aged 14 to 17, 18 to 19 and 20 to 25 on the caseload."""
    return table(
        connection, "young_people", "Young people", "Of all children in need on a caseload, by age at the census date.",
        f"""
        SELECT aged, count(DISTINCT person_key) AS children, (SELECT count(*) FROM in_need) AS of_children, {PROVIDERS}
        FROM (VALUES ('14-17', 14, 17), ('18-19', 18, 19), ('20-25', 20, 25)) AS bands(aged, first, last)
        LEFT JOIN (FROM in_need JOIN known_at USING (person_key)) ON age BETWEEN first AND last
        GROUP BY aged ORDER BY aged
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")}, fields=("child.birth_month",),
              chart=Chart("bars", "aged", "children", unit="young people")),
    )  # fmt: skip


@answers(15)
def eighteenth_birthdays(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people who passed their 18th birthday in the last year, and who will in the years to come."""
    return table(
        connection, "eighteenth_birthdays", "Past the 18th birthday",
        "In the year to the census: young people who were on a caseload at a census of that year, alive in the month of their "
        "18th birthday, and of them those who still are on one. In the years to come: those now on a caseload, if all of them "
        "live and stay.",
        f"""
        WITH born AS (SELECT person_key, min(birth_month) AS birth_month FROM seen GROUP BY person_key), passed AS (
            SELECT DISTINCT m.person_key, m.provider_code
            FROM member AS m JOIN period AS p ON m.rp_end > p.rp_end - INTERVAL 1 YEAR JOIN born USING (person_key)
            LEFT JOIN ended AS e USING (person_key)
            WHERE birth_month + INTERVAL 18 YEAR > p.rp_end - INTERVAL 1 YEAR AND birth_month + INTERVAL 18 YEAR <= p.rp_end
                AND coalesce(death_month >= birth_month + INTERVAL 18 YEAR, true)
        )
        SELECT * EXCLUDE (place) FROM (
            SELECT 0 AS place, 'the year to the census' AS year, count(DISTINCT person_key) AS children,
                count(DISTINCT c.person_key) AS still_on_caseload, {PROVIDERS}
            FROM passed LEFT JOIN caseload AS c USING (person_key)
            UNION ALL
            SELECT ahead, concat('year ', ahead, ' to come'), count(DISTINCT person_key), NULL, {PROVIDERS}
            FROM range(1, 5) AS years(ahead) LEFT JOIN (FROM caseload JOIN known_at USING (person_key)) ON age = 18 - ahead
            GROUP BY ahead
        ) ORDER BY place
        """,
        Shape(("children", "still_on_caseload"), {"share_still": share("still_on_caseload", "children")},
              fields=("child.birth_month",), chart=Chart("bars", "year", "children", unit="young people")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (young_people, eighteenth_birthdays)
