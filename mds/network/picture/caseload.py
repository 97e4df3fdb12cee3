"""The children on the network's caseloads at the census date, by who they are and where they live.

All counts of need leave out children in long-term remission or cured (question 17), and are there for two bases of age, 0 to 25
and 0 to 19 (question 16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import byar, rate, share
from mds.figures.table import FigureTable, Making, Shape, answers, table

if TYPE_CHECKING:
    import duckdb

PROVIDERS = "count(DISTINCT provider_code) AS providers"

COUNTS = f"""
    count(DISTINCT person_key) AS children, (SELECT count(*) FROM in_need) AS of_children,
    count(DISTINCT person_key) FILTER (age <= 19) AS aged_0_19, (SELECT count(*) FROM in_need WHERE age <= 19) AS of_aged_0_19,
    {PROVIDERS}
"""
"""SQL: the counts of children of one group, on both bases of age, where `in_need` is joined with `known_at`."""

COUNTED = ("children", "of_children", "aged_0_19", "of_aged_0_19")
SHARES = {"share": share("children", "of_children"), "share_0_19": share("aged_0_19", "of_aged_0_19")}


def by(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, value: str, note: str, *, field: str, order: str = ""
) -> FigureTable:
    """Children in need by one attribute: how many, of how many, known to how many providers. `value` is SQL on `in_need`."""
    return table(
        connection, name, title, note,
        f"""
        SELECT coalesce({value}, 'not known') AS {name}, {COUNTS} FROM in_need JOIN known_at USING (person_key)
        GROUP BY 1 ORDER BY {order or 1} NULLS LAST, 1
        """,
        Shape(COUNTED, SHARES, fields=(field,), chart=Chart("bars", name, "children", unit="children")),
    )  # fmt: skip


@answers(1, 16, 82)
def by_age(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by age band, with the babies who are not born yet."""
    return by(
        connection, "age", "Children by age", "CASE WHEN age IS NULL THEN 'not born yet' ELSE band END",
        "Age in whole years at the census date.", field="child.birth_month", order="any_value(first_age)",
    )  # fmt: skip


@answers(1, 16)
def age_bases(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload aged 0 to 17, 0 to 19 and 0 to 25."""
    return table(
        connection, "age_bases", "Children by base of age",
        "The bases overlap: child death reviews ask for 0 to 17, children's policy for 0 to 19, and the duties for special "
        "educational needs for 0 to 25. Babies who are not born yet are on none of them, but among all children.",
        f"""
        SELECT base AS aged, count(DISTINCT person_key) AS children, (SELECT count(*) FROM in_need) AS of_children, {PROVIDERS}
        FROM (VALUES ('0-17', 17), ('0-19', 19), ('0-25', 25)) AS bases(base, last)
        LEFT JOIN (FROM in_need JOIN known_at USING (person_key)) ON age <= last
        GROUP BY base ORDER BY base
        """,
        Shape(COUNTED[:2], {"share": SHARES["share"]}, fields=("child.birth_month",)),
    )  # fmt: skip


@answers(9, 82)
def by_sex(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by sex."""
    return by(
        connection, "sex", "Children by sex", "sex",
        "As observed; what returns of version 1.0 told was the gender that was stated. Rates are not given, because populations "
        "by sex are not loaded.", field="child.sex",
    )  # fmt: skip


_ONE_DEFINITION = (
    "One definition for all periods: what came on the list of the 2001 census was mapped to that of 2021 before it was stored. "
    "Chinese children count as Asian in it; on the old list they counted as other."
)


@answers(9, 80, 82)
def by_ethnic_group(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by ethnic group, in five groups."""
    return by(
        connection, "ethnic_group", "Children by ethnic group", "ethnic_group",
        f"{_ONE_DEFINITION} Not known: not stated, not asked or blank.", field="child.ethnic_category",
        order="list_position(['White', 'Mixed', 'Asian', 'Black', 'Other'], any_value(ethnic_group))",
    )  # fmt: skip


@answers(9, 81, 82)
def by_ethnic_category(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by detailed ethnic category."""
    return by(
        connection, "ethnic_category", "Children by detailed ethnic category", "ethnic_category",
        f"{_ONE_DEFINITION} Old rows of other White may hide Gypsy, Traveller and Roma children, and old rows of any other group "
        "Arab ones.", field="child.ethnic_category", order="any_value(ethnic_category IN ('Z', '99'))",
    )  # fmt: skip


@answers(1, 9)
def by_area(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by local authority of residence, and known children per 10,000 people aged 0 to 19."""
    return table(
        connection, "area", "Children by area",
        "Where the child lives, not where it is cared for. The rate is of children aged 0 to 19 who are known, per 10,000 people "
        "of that age, with Byar's 95 % limits; it tells who is known to services, not how many have a condition. Areas outside "
        "the network, and those whose population is not loaded, have none.",
        f"""
        WITH placed AS (
            SELECT *, CASE WHEN lad_code IS NULL THEN 'not known' WHEN area IS NULL THEN 'outside the network' ELSE area END
                AS place
            FROM in_need JOIN known_at USING (person_key) LEFT JOIN area ON area = lad_code
        ), counted_in AS (SELECT place, {COUNTS} FROM placed GROUP BY place)
        SELECT coalesce(place, area) AS area, coalesce(area_name, place) AS area_name, coalesce(children, 0) AS children,
            (SELECT count(*) FROM in_need) AS of_children, coalesce(aged_0_19, 0) AS aged_0_19,
            (SELECT count(*) FROM in_need WHERE age <= 19) AS of_aged_0_19, people AS people_0_19,
            coalesce(providers, 0) AS providers
        FROM area FULL JOIN counted_in ON place = area LEFT JOIN (SELECT area, people FROM population) USING (area)
        ORDER BY area IS NULL, 1
        """,
        Shape(COUNTED, SHARES | {"per_10000": rate("aged_0_19", "people_0_19", 10_000)}
              | byar("aged_0_19", "people_0_19", 10_000, 1),
              fields=("child.lad_code",), chart=Chart("dots", "area_name", "per_10000", low="low", high="high",
                                                      unit="known children per 10,000 aged 0 to 19")),
    )  # fmt: skip


@answers(1)
def by_icb(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by integrated care board of their GP practice."""
    return table(
        connection, "icb", "Children by integrated care board",
        "The board of the practice where the child is registered, by the directory of practices that is loaded.",
        f"""
        SELECT coalesce(icb, 'not known') AS icb, {COUNTS} FROM in_need JOIN known_at USING (person_key)
        LEFT JOIN (
            SELECT practice_code AS gp_practice_code, arg_max(icb, coalesce(open_to, DATE '9999-12-31')) AS icb
            FROM practice GROUP BY practice_code
        ) USING (gp_practice_code) GROUP BY icb ORDER BY icb NULLS LAST
        """,
        Shape(COUNTED, SHARES, fields=("child.gp_practice_code",)),
    )  # fmt: skip


@answers(40, 82)
def by_deprivation(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by tenth of deprivation of where they live."""
    return by(
        connection, "deprivation", "Children by deprivation", "imd_decile",
        "Tenth of the small areas of England by deprivation, from the postcode; 1 is the most deprived one.",
        field="child.imd_decile", order="any_value(TRY_CAST(imd_decile AS INTEGER))",
    )  # fmt: skip


LANGUAGE = "CASE WHEN main_language = 'eng' THEN 'English' WHEN main_language IS NOT NULL THEN 'another language' END"
"""SQL: the language that a family prefers, of which no more is told than that it is not English."""


@answers(82)
def by_language(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by main language."""
    return by(
        connection, "language", "Children by language", LANGUAGE,
        "The language that the family prefers, English or another one.", field="child.main_language",
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    by_age, age_bases, by_sex, by_ethnic_group, by_ethnic_category, by_area, by_icb, by_deprivation, by_language,
)  # fmt: skip
