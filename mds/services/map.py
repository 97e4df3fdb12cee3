"""The service map of a period: what is offered where, overlaps, gaps, round-the-clock access, the nearest bed.

Every table is a pure query over the relations of `in_force`, so that terminal, JSON and CSV show the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Making, answers, table
from mds.services.access import access, round_the_clock
from mds.services.ages import in_words
from mds.services.gaps import gaps
from mds.services.hours import merged
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


_PLACE = "list_position(['WD', 'SA', 'SU', 'BH'], day_type)"
_DAYS = """
    CASE WHEN list_has_all(days, ['WD', 'SA', 'SU']) THEN list_concat(['daily'], list_filter(days, lambda day: day = 'BH'))
        ELSE days END
"""
_LINE = f"""
    concat(array_to_string({_DAYS}, ', '), ' ', left(from_time::VARCHAR, 5), '-',
        CASE WHEN to_time = TIME '00:00' THEN '24:00' ELSE left(to_time::VARCHAR, 5) END,
        CASE WHEN cover_scope = 'ALL' THEN '' ELSE ' ' || cover_scope END)
"""
"""SQL: the days that have the same hours of cover, and these hours."""


@answers(24, 27, 32, 33)
def offered(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Which function is offered where, by whom, for what ages and ACT categories, on how many hours."""
    categories = "; ".join(f"{code} {words}" for code, words in codes.load("CL08").labels.items() if code in "1234")
    return table(
        connection, "offered", "Services by area and function",
        "One row a service and area, of the services open on the last day of the period. Hours a week are those of an ordinary "
        "week with cover of any kind for the whole caseload. Days and hours are as stated: WD weekdays, SA Saturday, SU Sunday, "
        "BH bank holidays; with EOL or CRI where they are only for the end of life or for a crisis. "
        f"ACT categories: {categories}.",
        f"""
        SELECT area, area_name, service_function AS function, provider_code, provider_name, provider_type,
            CASE WHEN sector IN ('NHS', 'LA') THEN 'statutory' WHEN sector = 'VOL' THEN 'voluntary'
                WHEN sector = 'IND' THEN 'independent' END AS sector,
            service_id, service_name, service_level AS level, age_from, age_to, act_categories,
            coalesce(hours, 0) AS hours_a_week, lines AS days_and_hours
        FROM offered JOIN area USING (area) LEFT JOIN (
            SELECT provider_code, service_id, round(sum(ends - begins) / 60, 1) AS hours FROM (
                {merged("provider_code, service_id", "(FROM spell WHERE cover_scope = 'ALL')")}
            ) GROUP BY ALL
        ) USING (provider_code, service_id) LEFT JOIN (
            SELECT provider_code, service_id, string_agg({_LINE}, ', ' ORDER BY place, from_time, cover_scope) AS lines FROM (
                SELECT provider_code, service_id, from_time, to_time, cover_scope, min({_PLACE}) AS place,
                    list(DISTINCT day_type ORDER BY {_PLACE}) AS days
                FROM cover JOIN still_open USING (receipt_id, provider_code, service_id) GROUP BY ALL
            ) GROUP BY ALL
        ) USING (provider_code, service_id)
        ORDER BY area, function, provider_code, service_id
        """,
    )  # fmt: skip


@answers(25)
def overlaps(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Two or more providers for one area, function and age."""
    return table(
        connection, "overlaps", "Overlaps",
        "Two or more providers offer one function to children of the same age in one area: how many at most, and who.",
        f"""
        WITH shared AS (
            SELECT area, area_name, service_function AS function, first_age, age, list(DISTINCT provider_code) AS who
            FROM offered JOIN area USING (area) JOIN year_of_age ON age BETWEEN age_from AND age_to
            GROUP BY ALL HAVING count(DISTINCT provider_code) > 1
        ), found AS (
            SELECT area, area_name, function, first_age, list(age) AS years, max(len(who)) AS providers,
                array_to_string(list_sort(list_distinct(flatten(list(who)))), ', ') AS who
            FROM shared GROUP BY area, area_name, function, first_age
        )
        SELECT area, area_name, function, {in_words("found.years")} AS ages, providers, who
        FROM found ORDER BY area, function, first_age
        """,
    )  # fmt: skip


@answers()
def nearest_bed(connection: duckdb.DuckDBPyConnection, home: Home) -> FigureTable:
    """Kilometres from the middle of each area to the nearest provider with beds, where the directories are loaded."""
    home.reference.copy(connection, "place", "postcodes", "lad_code", "postcode", "easting", "northing", "valid_to")
    home.reference.copy(connection, "house", "organisations", "code", "postcode")
    return table(
        connection, "nearest_bed", "The nearest bed",
        "As the crow flies, from the middle of the area's postcodes to the postcode of the nearest provider with beds.",
        """
        WITH middle AS (
            SELECT lad_code AS area, avg(easting) AS easting, avg(northing) AS northing FROM place
            WHERE coalesce(valid_to >= (SELECT rp_end FROM period), true) GROUP BY lad_code
        ), bed AS (
            SELECT DISTINCT provider_code, p.easting, p.northing
            FROM capacity AS c JOIN still_open USING (receipt_id, provider_code, service_id)
            JOIN house ON code = provider_code
            JOIN place AS p ON p.postcode = house.postcode WHERE beds_registered > 0
        )
        SELECT area, area_name, round(min(km), 1) AS kilometres, arg_min(provider_code, km) AS provider_code
        FROM (
            SELECT area.area, area_name, bed.provider_code,
                sqrt((middle.easting - bed.easting) ** 2 + (middle.northing - bed.northing) ** 2) / 1000 AS km
            FROM area JOIN middle ON middle.area = area.area CROSS JOIN bed
        )
        GROUP BY area, area_name ORDER BY area
        """,
    )  # fmt: skip


PLAIN: tuple[Making, ...] = (offered, overlaps, gaps, access, round_the_clock)


def tables(connection: duckdb.DuckDBPyConnection, home: Home) -> list[FigureTable]:
    """All tables of the map, over the relations that `in_force.prepare` made."""
    return [*(make(connection) for make in PLAIN), nearest_bed(connection, home)]
