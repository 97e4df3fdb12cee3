"""The service map of a period: what is offered where, overlaps, gaps, round-the-clock access, the nearest bed.

Every table is a pure query over the relations of `in_force`, so that terminal, JSON and CSV show the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from mds.services.in_force import MADE_OF
from mds_schemas import codes
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

ROUND_THE_CLOCK = ("CCN", "HIP", "HAH", "SPC", "EOL", "ADV", "FAM")
"""The functions that families and professionals look for at night and at weekends."""

AGES_OF = {"NEO": (0, 0), "TRN": (14, 25), "YAS": (16, 25)}
"""Functions that are there for some ages only, and for which; nobody else misses them."""

_NIGHT = "(hour % 24 >= 22 OR hour % 24 < 6)"
_WEEKEND = "hour >= 120"


@dataclass(frozen=True)
class MapTable:
    """One table of the map: a name for files, a title, what it says and how, its columns and rows."""

    name: str
    title: str
    note: str
    columns: list[str]
    rows: list[tuple[Any, ...]]
    questions: tuple[int, ...] = ()
    """Numbers of the specification's list that it answers."""
    sources: tuple[str, ...] = ()
    """The tables of the standard that it is made of."""

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "title": self.title, "note": self.note, "questions": list(self.questions),
                "sources": list(self.sources),
                "columns": self.columns, "rows": [list(row) for row in self.rows]}  # fmt: skip


Making = Callable[..., MapTable]


def answers(*questions: int) -> Callable[[Making], Making]:
    """Marks a function with the numbers of the questions that it answers (the specification's list); its table carries
    them, and the page of indicators lists them."""

    def mark(make: Making) -> Making:
        @wraps(make)
        def marked(*arguments: Any) -> MapTable:
            return replace(make(*arguments), questions=questions)

        QUESTIONS[marked] = questions
        return marked

    return mark


QUESTIONS: dict[Making, tuple[int, ...]] = {}
"""Function → the questions that it answers."""


def table(connection: duckdb.DuckDBPyConnection, name: str, title: str, note: str, query: str) -> MapTable:
    """A table made of a query's rows."""
    cursor = connection.execute(query)
    columns = [column[0] for column in cursor.description or []]
    return MapTable(name, title, note, columns, cursor.fetchall(), sources=_sources(query))


def _sources(query: str) -> tuple[str, ...]:
    """The tables of the standard that a query reads, also through the relations that `in_force` made."""
    named = set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", query))
    named |= {source for relation, made_of in MADE_OF.items() if relation in named for source in made_of}
    return tuple(name for name in LATEST.tables if name in named)


@answers(24, 27, 32, 33)
def offered(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Which function is offered where, by whom, for what ages and ACT categories, on how many hours."""
    return table(
        connection, "offered", "Services by area and function",
        "One row a service and area. Hours a week are those of an ordinary week with cover of any kind for the whole caseload; "
        "days and hours are as stated, with EOL or CRI where they are only for the end of life or for a crisis.",
        """
        SELECT area, area_name, service_function AS function, provider_code, provider_name,
            CASE WHEN sector IN ('NHS', 'LA') THEN 'statutory' WHEN sector = 'VOL' THEN 'voluntary'
                WHEN sector = 'IND' THEN 'independent' END AS sector,
            service_id, service_name, service_level AS level, age_from, age_to, act_categories,
            coalesce(hours, 0) AS hours_a_week, lines AS days_and_hours
        FROM offered JOIN area USING (area) LEFT JOIN (
            SELECT provider_code, service_id, count(DISTINCT hour) AS hours FROM covered WHERE cover_scope = 'ALL' GROUP BY ALL
        ) USING (provider_code, service_id) LEFT JOIN (
            SELECT provider_code, service_id, string_agg(line, ', ' ORDER BY place, line) AS lines FROM (
                SELECT DISTINCT provider_code, service_id, list_position(['WD', 'SA', 'SU', 'BH'], day_type) AS place, concat(
                    day_type, ' ', left(from_time::VARCHAR, 5), '-', left(to_time::VARCHAR, 5),
                    CASE WHEN cover_scope = 'ALL' THEN '' ELSE ' ' || cover_scope END) AS line
                FROM cover JOIN questionnaire USING (receipt_id, provider_code)
            ) GROUP BY ALL
        ) USING (provider_code, service_id)
        ORDER BY area, function, provider_code, service_id
        """,
    )  # fmt: skip


@answers(25)
def overlaps(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Two or more providers for one area, function and age band."""
    return table(
        connection, "overlaps", "Overlaps",
        "Two or more providers offer one function to children of one age band in one area.",
        """
        SELECT area, area_name, service_function AS function, band AS ages, count(DISTINCT provider_code) AS providers,
            string_agg(DISTINCT provider_code, ', ' ORDER BY provider_code) AS who
        FROM offered JOIN area USING (area) JOIN band ON age_from <= last_age AND age_to >= first_age
        GROUP BY area, area_name, service_function, band, first_age HAVING count(DISTINCT provider_code) > 1
        ORDER BY area, function, first_age
        """,
    )  # fmt: skip


def _told_ages() -> str:
    return ", ".join(f"{code} is asked for from {first} to {last} years" for code, (first, last) in AGES_OF.items())


@answers(26, 49)
def gaps(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """No provider for an area, function and age band, or none at night, at weekends, or only at the end of life."""
    ages = {code: AGES_OF.get(code, (0, 25)) for code in codes.load("CL33") if code != "OTH"}
    functions = ", ".join(f"('{code}', {first}, {last})" for code, (first, last) in ages.items())
    clock = ", ".join(f"'{code}'" for code in ROUND_THE_CLOCK)
    return table(
        connection, "gaps", "Gaps",
        "None: nobody offers the function to the age band. At night: nobody between 22:00 and 06:00 on any day. At weekends: "
        "nobody on Saturday and Sunday. Only at the end of life: nights are covered, but not for the whole caseload. The last "
        f"three are asked of the functions {', '.join(ROUND_THE_CLOCK)}; {_told_ages()}.",
        f"""
        WITH wanted AS (
            SELECT area, area_name, function, band, first_age, last_age
            FROM area CROSS JOIN (VALUES {functions}) AS f(function, youngest, oldest)
            JOIN band ON last_age >= youngest AND first_age <= oldest
        ), hours AS (
            SELECT provider_code, service_id,
                count(*) FILTER ({_NIGHT} AND cover_scope = 'ALL') AS night,
                count(*) FILTER ({_NIGHT} AND cover_scope = 'EOL') AS night_at_end,
                count(*) FILTER ({_WEEKEND} AND cover_scope = 'ALL') AS weekend
            FROM covered GROUP BY ALL
        ), found AS (
            SELECT w.area, w.area_name, function, band, first_age, count(o.service_id) AS services,
                coalesce(sum(night), 0) AS night, coalesce(sum(night_at_end), 0) AS night_at_end,
                coalesce(sum(weekend), 0) AS weekend
            FROM wanted AS w LEFT JOIN offered AS o ON o.area = w.area AND o.service_function = function
                AND o.age_from <= last_age AND o.age_to >= first_age
            LEFT JOIN hours AS h ON h.provider_code = o.provider_code AND h.service_id = o.service_id
            GROUP BY ALL
        ), told AS (
            SELECT *, unnest(CASE
                WHEN services = 0 THEN ['none']
                WHEN function NOT IN ({clock}) THEN []
                ELSE list_filter([
                    CASE WHEN night = 0 AND night_at_end = 0 THEN 'none at night' END,
                    CASE WHEN night = 0 AND night_at_end > 0 THEN 'at night only at the end of life' END,
                    CASE WHEN weekend = 0 THEN 'none at weekends' END], lambda gap: gap IS NOT NULL)
                END) AS gap
            FROM found
        )
        SELECT area, area_name, function, band AS ages, gap FROM told ORDER BY area, function, first_age, gap
        """,
    )  # fmt: skip


KINDS = {
    "known_visits": "Visits by staff whom the family knows",
    "visits_at_end_of_life": "Visits, also only at the end of life",
    "family_telephone": "Telephone line for families",
    "professional_advice": "Advice for professionals",
}
"""The kinds of access of the table of that name, in words."""

_ACCESS = {
    "known_visits": "mode = 'VIS' AND known_to_family = 'Y' AND cover_scope = 'ALL'",
    "visits_at_end_of_life": "mode = 'VIS' AND cover_scope IN ('ALL', 'EOL')",
    "family_telephone": "mode = 'TEL' AND cover_scope = 'ALL'",
    "professional_advice": "mode = 'PRO' AND cover_scope = 'ALL'",
}


@answers(47, 48, 49, 50)
def access(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Hours of the week in which families and professionals can reach somebody, by area."""
    counted = ", ".join(f"count(DISTINCT hour) FILTER ({condition}) AS {kind}" for kind, condition in _ACCESS.items())
    return table(
        connection, "access", "Access round the clock",
        "Hours of the 168 of an ordinary week in which any service of the area has the kind of cover: visits by staff that "
        "the family knows, the same or only at the end of life, a telephone line for families, advice for professionals.",
        f"""
        SELECT area, area_name, {counted}
        FROM area LEFT JOIN offered USING (area) LEFT JOIN covered USING (provider_code, service_id)
        GROUP BY area, area_name ORDER BY area
        """,
    )  # fmt: skip


def access_hours(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[int]]:
    """(area, kind of access) → the hours of the week in which there is somebody, from Monday at midnight."""
    found: dict[tuple[str, str], list[int]] = {}
    for kind, condition in _ACCESS.items():
        rows = connection.execute(
            f"SELECT area, list_sort(list(DISTINCT hour)) FROM offered JOIN covered USING (provider_code, service_id)"
            f" WHERE {condition} GROUP BY area"
        ).fetchall()
        found |= {(area, kind): hours for area, hours in rows}
    return found


@answers()
def nearest_bed(connection: duckdb.DuckDBPyConnection, home: Home) -> MapTable:
    """Kilometres from the middle of each area to the nearest provider with beds, where the directories are loaded."""
    places = home.reference.rows("postcodes", "lad_code", "postcode", "easting", "northing", "valid_to")
    houses = home.reference.rows("organisations", "code", "postcode")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE place"
        " (area VARCHAR, postcode VARCHAR, easting INTEGER, northing INTEGER, valid_to DATE)"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE house (code VARCHAR, postcode VARCHAR)")
    for name, rows in (("place", places), ("house", houses)):
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO temp.{name} VALUES ({marks})", [list(row) for row in rows])
    return table(
        connection, "nearest_bed", "The nearest bed",
        "As the crow flies, from the middle of the area's postcodes to the postcode of the nearest provider with beds.",
        """
        WITH middle AS (
            SELECT area, avg(easting) AS easting, avg(northing) AS northing FROM place
            WHERE coalesce(valid_to >= (SELECT rp_end FROM period), true) GROUP BY area
        ), bed AS (
            SELECT DISTINCT c.provider_code, p.easting, p.northing
            FROM capacity AS c JOIN questionnaire USING (receipt_id) JOIN house ON code = c.provider_code
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


PLAIN: tuple[Making, ...] = (offered, overlaps, gaps, access)


def tables(connection: duckdb.DuckDBPyConnection, home: Home) -> list[MapTable]:
    """All tables of the map, over the relations that `in_force.prepare` made."""
    return [*(make(connection) for make in PLAIN), nearest_bed(connection, home)]
