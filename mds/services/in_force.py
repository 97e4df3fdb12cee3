"""The questionnaires that hold in a period, as relations of a read-only store connection.

A questionnaire holds from its own period until the provider's next one, as long as the provider is open. All that is asked
of services is asked of:

    offered(provider_code, provider_name, provider_type, sector, service_id, service_name, service_function, service_level,
            age_from, age_to, act_categories, area)                         one row a service and area
    spell(provider_code, service_id, mode, cover_scope, known_to_family, begins, ends)  minutes of the week, from Monday
    covered(provider_code, service_id, mode, cover_scope, known_to_family, hour)    one row an hour that is covered whole
    area(area, area_name)                           those of [map] in mds.toml; without it, those named or served
    named(area, area_name, people, people_0_17)     those of them whose population is loaded, aged 0 to 19 and 0 to 17
    period(rp_start, rp_end)
    band(band, first_age, last_age)                                         the age bands of the counts of children (Q109)
    year_of_age(age, band, first_age)                                       each year of age from 0 to 25, with its band
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mds.failures import UsageFailure
from mds.figures.ages import BANDS
from mds.figures.period import make_period
from mds.figures.table import MADE_OF

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

MADE_OF |= {"offered": ("service", "organisation"), "covered": ("cover",)}

_DAYS = (("WD", 0), ("WD", 1), ("WD", 2), ("WD", 3), ("WD", 4), ("SA", 5), ("SU", 6))
_BEGINS = "60 * hour(from_time) + minute(from_time)"
_LENGTH = f"(60 * hour(to_time) + minute(to_time) - ({_BEGINS}) + 1439) % 1440 + 1"
"""Minutes of a line of cover. One that ends when it begins holds for the whole day."""


def prepare(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date) -> None:
    """Make the relations for the period that begins on `rp_start`.

    Raises UsageFailure when it is no period of the network, or when no questionnaire holds then.
    """
    _, rp_end = make_period(connection, home, rp_start)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE questionnaire AS
        SELECT provider_code, arg_max(receipt_id, rp_start) AS receipt_id, max(rp_start) AS rp_start FROM receipt
        WHERE list_contains(string_split(counts_for, ';'), 'SQ') AND rp_start <= ? AND list_contains(?, provider_code)
        GROUP BY provider_code
        """,
        [rp_start, [provider["provider_code"] for provider in home.providers_open(rp_start, rp_end)]],
    )
    counted = connection.execute("SELECT count(*) FROM questionnaire").fetchone()
    if not counted or not counted[0]:
        raise UsageFailure("No service questionnaire was received for this period or before. See mds status.")
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE offered AS
        SELECT s.provider_code, o.legal_name AS provider_name, o.provider_type, o.sector, s.service_id, s.service_name,
            s.service_function, s.service_level, s.age_from, s.age_to, s.act_categories,
            unnest(string_split(s.areas_served, ';')) AS area
        FROM service AS s JOIN questionnaire USING (receipt_id) LEFT JOIN organisation AS o USING (receipt_id)
        WHERE coalesce(s.closed_on >= ?, true) AND coalesce(s.opened_on <= ?, true)
        """,
        [rp_start, rp_end],
    )
    _hours(connection)
    _areas(connection, home)
    connection.execute("CREATE OR REPLACE TEMP TABLE band (band VARCHAR, first_age INTEGER, last_age INTEGER)")
    connection.executemany("INSERT INTO temp.band VALUES (?, ?, ?)", [list(band) for band in BANDS])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE year_of_age AS"
        " SELECT unnest(range(first_age, last_age + 1))::INTEGER AS age, band, first_age FROM temp.band"
    )


def _hours(connection: duckdb.DuckDBPyConnection) -> None:
    """Lines of cover that touch or overlap are one spell. An hour counts when a spell covers it whole. What reaches past
    midnight goes on into the next day."""
    days = ", ".join(f"('{name}', {number})" for name, number in _DAYS)
    kind = "provider_code, service_id, mode, cover_scope, known_to_family"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE spell AS
        WITH line AS (
            SELECT c.provider_code, service_id, mode, cover_scope, known_to_family, day * 1440 + {_BEGINS} AS begins,
                {_LENGTH} AS length
            FROM cover AS c JOIN questionnaire USING (receipt_id) JOIN (VALUES {days}) AS days(day_type, day) USING (day_type)
        ), piece AS (
            SELECT {kind}, begins, least(begins + length, 10080) AS ends FROM line
            UNION ALL SELECT {kind}, 0, begins + length - 10080 FROM line WHERE begins + length > 10080
        )
        {merged(kind, "piece")}
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE covered AS
        SELECT DISTINCT provider_code, service_id, mode, cover_scope, known_to_family, hour
        FROM spell JOIN (SELECT unnest(range(168)) AS hour) ON begins <= 60 * hour AND ends >= 60 * hour + 60
        """
    )


def merged(kind: str, spells: str) -> str:
    """SQL: the spells of each `kind` (column names), with those that touch or overlap as one."""
    return f"""
        SELECT {kind}, min(begins) AS begins, max(ends) AS ends FROM (
            SELECT *, count(*) FILTER (coalesce(begins > before, true)) OVER (
                PARTITION BY {kind} ORDER BY begins, ends ROWS UNBOUNDED PRECEDING) AS island
            FROM (SELECT *, max(ends) OVER (PARTITION BY {kind} ORDER BY begins, ends
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM {spells})
        ) GROUP BY {kind}, island
    """


def _areas(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """The network's own areas where the configuration lists them, else those whose population is loaded and those that
    a service names. Where a child lives makes no area: children come from elsewhere."""
    home.reference.copy(connection, "population", "populations", "area_code", "area_name", "age_0_19", "age_0_17")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE named AS SELECT area_code AS area, area_name, age_0_19 AS people,"
        " age_0_17 AS people_0_17 FROM temp.population"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE own_area (area VARCHAR)")
    if home.tiles:
        connection.executemany("INSERT INTO temp.own_area VALUES (?)", [[area] for area, *_ in home.tiles])
        connection.execute("DELETE FROM temp.named WHERE area NOT IN (FROM temp.own_area)")
    else:
        connection.execute("INSERT INTO temp.own_area SELECT area FROM temp.named UNION SELECT area FROM temp.offered")
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE area AS
        SELECT area, coalesce(any_value(area_name), '') AS area_name
        FROM own_area LEFT JOIN named USING (area) WHERE area IS NOT NULL GROUP BY area ORDER BY area
        """
    )
