"""The service map of a period: what is offered where, overlaps, gaps, round-the-clock access, the nearest bed.

Every table is a pure query over the relations of `in_force`, so that terminal, JSON and CSV show the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Making, answers, table
from mds.services.in_force import merged
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

ROUND_THE_CLOCK = ("CCN", "HIP", "HAH", "SPC", "EOL", "ADV", "FAM")
"""The functions that families and professionals look for at night and at weekends."""

AGES_OF = {"NEO": (0, 0), "TRN": (14, 25), "YAS": (16, 25)}
"""Functions that are there for some ages only, and for which; nobody else misses them."""

VISITING = ("CCN", "HAH", "SPC", "EOL")
"""The functions whose staff visit as nurses and doctors; a psychologist who calls is no answer to pain at night."""

_NIGHT = "(hour % 24 >= 22 OR hour % 24 < 6)"
_WEEKEND = "hour >= 120"


@answers(24, 27, 32, 33)
def offered(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Which function is offered where, by whom, for what ages and ACT categories, on how many hours."""
    return table(
        connection, "offered", "Services by area and function",
        "One row a service and area. Hours a week are those of an ordinary week with cover of any kind for the whole caseload; "
        "days and hours are as stated, with EOL or CRI where they are only for the end of life or for a crisis.",
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
            SELECT provider_code, service_id, string_agg(line, ', ' ORDER BY place, line) AS lines FROM (
                SELECT DISTINCT provider_code, service_id, list_position(['WD', 'SA', 'SU', 'BH'], day_type) AS place, concat(
                    day_type, ' ', left(from_time::VARCHAR, 5), '-',
                    CASE WHEN to_time = TIME '00:00' THEN '24:00' ELSE left(to_time::VARCHAR, 5) END,
                    CASE WHEN cover_scope = 'ALL' THEN '' ELSE ' ' || cover_scope END) AS line
                FROM cover JOIN questionnaire USING (receipt_id, provider_code)
            ) GROUP BY ALL
        ) USING (provider_code, service_id)
        ORDER BY area, function, provider_code, service_id
        """,
    )  # fmt: skip


def _in_words(ages: str) -> str:
    """SQL: a list of the years of age of one band as "17" or "11-13, 15"; the band itself where it holds all of them."""
    return f"""
        (SELECT CASE WHEN len({ages}) = count(DISTINCT y.age) THEN any_value(y.band) ELSE (
            SELECT string_agg(CASE WHEN first = last THEN first::VARCHAR ELSE concat(first, '-', last) END, ', ' ORDER BY first)
            FROM (SELECT min(age) AS first, max(age) AS last FROM (
                SELECT age, age - row_number() OVER (ORDER BY age) AS run FROM (SELECT unnest({ages}) AS age)) GROUP BY run)
        ) END FROM year_of_age AS y WHERE y.first_age = found.first_age)
    """


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
        SELECT area, area_name, function, {_in_words("found.years")} AS ages, providers, who
        FROM found ORDER BY area, function, first_age
        """,
    )  # fmt: skip


def _told_ages() -> str:
    return ", ".join(f"{code} is asked for from {first} to {last} years" for code, (first, last) in AGES_OF.items())


_TIMES = {"": "true", "at night": _NIGHT, "at weekends": _WEEKEND}
"""When there may be a gap → which hours these are."""


def _counts_of_hours() -> str:
    """SQL: the hours that a service has at each time, for everyone and for some only."""
    return ", ".join(
        f"count(*) FILTER ({condition} AND scope = '{scope}') AS {scope}_{number}"
        for number, condition in enumerate(_TIMES.values()) for scope in ("ALL", "EOL", "CRI")
    )  # fmt: skip


def _gap(number: int, when: str) -> str:
    """SQL: what is missing at one of the times, or NULL."""
    everyone, end, crisis = (f"{scope}_{number}" for scope in ("ALL", "EOL", "CRI"))
    return f"""
        CASE WHEN {everyone} > 0 THEN NULL
            WHEN {end} > 0 AND {crisis} > 0 THEN trim('{when} only at the end of life or in a crisis')
            WHEN {end} > 0 THEN trim('{when} only at the end of life') WHEN {crisis} > 0 THEN trim('{when} only in a crisis')
            ELSE trim('none {when}') END
    """


@answers(26, 49)
def gaps(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """No provider for an area, function and age, or none at night, at weekends, or only at the end of life."""
    ages = {code: AGES_OF.get(code, (0, 25)) for code in codes.load("CL33") if code != "OTH"}
    functions = ", ".join(f"('{code}', {first}, {last})" for code, (first, last) in ages.items())
    clock = ", ".join(f"'{code}'" for code in ROUND_THE_CLOCK)
    always, *times = (_gap(number, when) for number, when in enumerate(_TIMES))
    hours = [f"{scope}_{number}" for number in range(len(_TIMES)) for scope in ("ALL", "EOL", "CRI")]
    sums = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in hours)
    return table(
        connection, "gaps", "Gaps",
        "None: nobody offers the function to children of that age. At night: nobody between 22:00 and 06:00 on any day. At "
        "weekends: nobody on Saturday and Sunday. Only at the end of life, or in a crisis: there is cover, but not for the whole "
        f"caseload. All but the first are asked of the functions {', '.join(ROUND_THE_CLOCK)}; end of life care is there for "
        f"the end of life, and advice to professionals counts for ADV alone. {_told_ages()}.",
        f"""
        WITH wanted AS (
            SELECT area, area_name, function, first_age, age
            FROM area CROSS JOIN (VALUES {functions}) AS f(function, youngest, oldest)
            JOIN year_of_age ON age BETWEEN youngest AND oldest
        ), service_hours AS (
            SELECT provider_code, service_id, {_counts_of_hours()} FROM (
                SELECT DISTINCT provider_code, service_id, hour,
                    CASE WHEN service_function = 'EOL' AND cover_scope = 'EOL' THEN 'ALL' ELSE cover_scope END AS scope
                FROM covered JOIN (SELECT DISTINCT provider_code, service_id, service_function FROM offered)
                    USING (provider_code, service_id)
                WHERE mode <> 'PRO' OR service_function = 'ADV'
            ) GROUP BY ALL
        ), offering AS (
            SELECT * FROM offered LEFT JOIN service_hours USING (provider_code, service_id)
        ), by_age AS (
            SELECT w.area, w.area_name, function, first_age, age, count(o.service_id) AS services, {sums}
            FROM wanted AS w LEFT JOIN offering AS o
                ON o.area = w.area AND o.service_function = function AND age BETWEEN age_from AND age_to
            GROUP BY ALL
        ), told AS (
            SELECT *, unnest(CASE
                WHEN services = 0 THEN ['none']
                WHEN function NOT IN ({clock}) THEN []
                WHEN ALL_0 = 0 AND EOL_0 + CRI_0 > 0 THEN [{always}]
                ELSE list_filter([{", ".join(times)}], lambda gap: gap IS NOT NULL)
                END) AS gap
            FROM by_age
        ), found AS (
            SELECT area, area_name, function, first_age, gap, list(age ORDER BY age) AS years
            FROM told GROUP BY ALL
        )
        SELECT area, area_name, function, {_in_words("found.years")} AS ages, gap
        FROM found ORDER BY area, function, first_age, gap
        """,
    )  # fmt: skip


KINDS = {
    "known_visits": "Visits by staff whom the family knows",
    "visits_at_end_of_life": "The same, also only at the end of life",
    "family_telephone": "Telephone line for families",
    "professional_advice": "Advice for professionals",
}
"""The kinds of access of the table of that name, in words."""

_VISITS = f"mode = 'VIS' AND known_to_family = 'Y' AND service_function IN {VISITING}"
_ACCESS = {
    "known_visits": f"{_VISITS} AND cover_scope = 'ALL'",
    "visits_at_end_of_life": f"{_VISITS} AND cover_scope IN ('ALL', 'EOL')",
    "family_telephone": "mode = 'TEL' AND cover_scope = 'ALL'",
    "professional_advice": "mode = 'PRO' AND cover_scope = 'ALL'",
}


@answers(47, 48, 49, 50)
def access(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Hours of the week in which families and professionals can reach somebody, by area."""
    counted = ", ".join(f"count(DISTINCT hour) FILTER ({condition}) AS {kind}" for kind, condition in _ACCESS.items())
    return table(
        connection, "access", "Access round the clock",
        "Hours of the 168 of an ordinary week in which any service of the area has the kind of cover, for children of some age: "
        f"visits by nurses or doctors whom the family knows (functions {', '.join(VISITING)}), the same or only at the end of "
        "life, a telephone line for families, advice for professionals.",
        f"""
        SELECT area, area_name, {counted}
        FROM area LEFT JOIN offered USING (area) LEFT JOIN covered USING (provider_code, service_id)
        GROUP BY area, area_name ORDER BY area
        """,
    )  # fmt: skip


@answers(47, 48)
def round_the_clock(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """The share of people under 20 who live where a kind of access is there in all 168 hours of the week."""
    shares = " UNION ALL ".join(
        f"""
        SELECT {place} AS place, '{words}' AS access, coalesce(sum(people) FILTER (hours = 168), 0)::BIGINT AS people_0_19,
            sum(people)::BIGINT AS of_people_0_19,
            round(100 * coalesce(sum(people) FILTER (hours = 168), 0) / nullif(sum(people), 0), 1) AS share,
            (SELECT count(DISTINCT provider_code) FROM offered JOIN covered USING (provider_code, service_id)
             WHERE {_ACCESS[kind]}) AS providers
        FROM (SELECT area, people, count(DISTINCT hour) FILTER ({_ACCESS[kind]}) AS hours
            FROM named LEFT JOIN offered USING (area) LEFT JOIN covered USING (provider_code, service_id) GROUP BY ALL)
        """
        for place, (kind, words) in enumerate(KINDS.items())
    )
    return table(
        connection, "round_the_clock", "People whose area has it day and night",
        "Of the people under 20 in the areas whose population is loaded.",
        f"SELECT * EXCLUDE (place) FROM ({shares}) ORDER BY place",
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


PLAIN: tuple[Making, ...] = (offered, overlaps, gaps, access, round_the_clock)


def tables(connection: duckdb.DuckDBPyConnection, home: Home) -> list[FigureTable]:
    """All tables of the map, over the relations that `in_force.prepare` made."""
    return [*(make(connection) for make in PLAIN), nearest_bed(connection, home)]
