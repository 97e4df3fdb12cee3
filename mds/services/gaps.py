"""What is missing where: nobody at all, or nobody for a part of the nights and weekends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, answers, table
from mds.services.ages import in_words
from mds.services.functions import AGES_OF, ROUND_THE_CLOCK, VISITING
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Time:
    """Hours of the week of which a gap is told together."""

    name: str
    when: str
    """In words; nothing for the whole week."""
    hours: tuple[int, ...]
    """From Monday at midnight."""


def _is_night(hour: int) -> bool:
    return hour % 24 >= 22 or hour % 24 < 6


def _by_day(*days: int) -> tuple[int, ...]:
    return tuple(hour for hour in range(168) if hour // 24 in days and not _is_night(hour))


TIMES = (
    Time("week", "", tuple(range(168))),
    Time("night", "at night", tuple(hour for hour in range(168) if _is_night(hour))),
    Time("weekend", "at weekends", _by_day(5, 6)),
    Time("saturday", "on Saturdays", _by_day(5)),
    Time("sunday", "on Sundays", _by_day(6)),
)
"""The nights of Saturday and Sunday are nights: what is missing then is told once."""

WHOLE, NONE, LIMITED, PART = range(4)
"""How much of a time is covered for the whole caseload by whoever gives the service: all of it; none, and nothing else either;
none, but it is there for some or by telephone; a part."""

_WAY = f"""
    CASE WHEN mode = 'TEL' AND service_function IN {VISITING} THEN 'TEL'
        WHEN service_function = 'EOL' AND cover_scope = 'EOL' THEN 'ALL' ELSE cover_scope END
"""
"""SQL: for whom an hour is covered: ALL, EOL, CRI; or TEL, where a telephone stands for somebody who visits."""

_LIMITS = """
    CASE WHEN telephone AND NOT ending AND NOT crisis THEN 'by telephone only'
        ELSE concat('only ', array_to_string(list_filter([CASE WHEN ending THEN 'at the end of life' END,
            CASE WHEN crisis THEN 'in a crisis' END, CASE WHEN telephone THEN 'by telephone' END],
            lambda way: way IS NOT NULL), ' or ')) END
"""
"""SQL: how those hours are limited that are not there for the whole caseload."""

_GAP = f"""
    trim(CASE state WHEN {NONE} THEN concat('none ', words)
        WHEN {LIMITED} THEN concat(words, ' ', {_LIMITS}, CASE WHEN limited < hours THEN
            concat(': ', limited, ' of ', hours, ' hours') ELSE '' END)
        WHEN {PART} THEN concat(words, ' in part: ', everyone, ' of ', hours, ' hours', CASE WHEN limited > 0 THEN
            concat(', ', limited, ' more ', {_LIMITS}) ELSE '' END) END)
"""
"""SQL: what is missing at a time, in words."""


def _told_ages() -> str:
    return ", ".join(f"{code} is asked for from {first} to {last} years" for code, (first, last) in AGES_OF.items())


_NOTE = (
    "None: nobody offers the function to children of that age. At night: from 22:00 to 06:00, 56 hours a week. At weekends: from "
    "06:00 to 22:00 on Saturday and Sunday, 32 hours. In part: so many of these hours are covered, by whichever service, and "
    "the others are not; an hour counts when it is covered whole. Only at the end of life, or in a crisis: there is cover, but "
    f"not for the whole caseload. By telephone only: for {', '.join(VISITING)}, whose staff visit. All but the first are asked "
    f"of {', '.join(ROUND_THE_CLOCK)}; end of life care is there for the end of life, and advice to professionals counts for ADV "
    f"alone. {_told_ages()}."
)


def _values(rows: list[tuple[str | int, ...]]) -> str:
    return ", ".join(f"({', '.join(repr(value) for value in row)})" for row in rows)


_FUNCTIONS = _values([(code, *AGES_OF.get(code, (0, 25))) for code in codes.load("CL33") if code != "OTH"])
_MOMENTS = _values([(time.name, time.when, len(time.hours)) for time in TIMES])
_HOURS = _values([(time.name, hour) for time in TIMES for hour in time.hours])

_WORKED_OUT = f"""
    wanted AS (
        SELECT area, area_name, function, first_age, age
        FROM area CROSS JOIN (VALUES {_FUNCTIONS}) AS f(function, youngest, oldest)
        JOIN year_of_age ON age BETWEEN youngest AND oldest
    ), moment AS (
        FROM (VALUES {_MOMENTS}) AS t(name, words, hours)
    ), hour_of AS (
        FROM (VALUES {_HOURS}) AS h(name, hour)
    ), offering AS (
        SELECT w.*, o.provider_code, o.service_id
        FROM wanted AS w LEFT JOIN offered AS o
            ON o.area = w.area AND o.service_function = function AND age BETWEEN age_from AND age_to
    ), service_hour AS (
        SELECT DISTINCT provider_code, service_id, hour, {_WAY} AS way
        FROM covered JOIN (SELECT DISTINCT provider_code, service_id, service_function FROM offered)
            USING (provider_code, service_id)
        WHERE mode <> 'PRO' OR service_function = 'ADV'
    ), by_hour AS (
        SELECT area, function, age, hour, bool_or(way = 'ALL') AS everyone, bool_or(way = 'EOL') AS ending,
            bool_or(way = 'CRI') AS crisis, bool_or(way = 'TEL') AS telephone
        FROM offering JOIN service_hour USING (provider_code, service_id)
        WHERE function IN {ROUND_THE_CLOCK} GROUP BY ALL
    ), by_time AS (
        SELECT area, function, age, name, count(*) FILTER (everyone) AS everyone, count(*) FILTER (NOT everyone) AS limited,
            bool_or(ending AND NOT everyone) AS ending, bool_or(crisis AND NOT everyone) AS crisis,
            bool_or(telephone AND NOT everyone) AS telephone
        FROM by_hour JOIN hour_of USING (hour) GROUP BY ALL
    ), judged AS (
        SELECT o.* EXCLUDE (everyone, limited), coalesce(everyone, 0) AS everyone, coalesce(limited, 0) AS limited,
            CASE WHEN everyone = hours THEN {WHOLE} WHEN everyone > 0 THEN {PART} WHEN limited > 0 THEN {LIMITED}
                ELSE {NONE} END AS state
        FROM (
            FROM (SELECT DISTINCT area, area_name, function, first_age, age FROM offering
                WHERE service_id IS NOT NULL AND function IN {ROUND_THE_CLOCK})
            CROSS JOIN moment LEFT JOIN by_time USING (area, function, age, name)
        ) AS o
    ), compared AS (
        SELECT *, max(state) FILTER (name = 'week') OVER one AS of_week,
            max(state) FILTER (name = 'saturday') OVER one = max(state) FILTER (name = 'sunday') OVER one AS alike
        FROM judged WINDOW one AS (PARTITION BY area, function, age)
    ), told AS (
        SELECT area, area_name, function, first_age, age, 'none' AS gap FROM offering WHERE service_id IS NULL
        UNION ALL
        SELECT area, area_name, function, first_age, age, {_GAP} FROM compared
        WHERE state <> {WHOLE} AND CASE WHEN of_week = {LIMITED} THEN name = 'week' WHEN name = 'week' THEN false
            WHEN name = 'weekend' THEN alike WHEN name IN ('saturday', 'sunday') THEN NOT alike ELSE true END
    ), found AS (
        SELECT area, area_name, function, first_age, gap, list(age ORDER BY age) AS years FROM told GROUP BY ALL
    )
"""


@answers(26, 49)
def gaps(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """No provider for an area, function and age, or none for all or a part of the nights and weekends, or for some only."""
    return table(
        connection, "gaps", "Gaps", _NOTE,
        f"""
        WITH {_WORKED_OUT}
        SELECT area, area_name, function, {in_words("found.years")} AS ages, gap
        FROM found ORDER BY area, function, first_age, gap
        """,
    )  # fmt: skip
