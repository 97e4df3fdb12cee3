"""The questionnaires that hold in a period, as relations of a read-only store connection.

A questionnaire holds from its own period until the provider's next one, as long as the provider is open. Of a service that is
closed for the whole period nothing holds; what is on offer is that of the services still open on its last day. All that is asked
of services is asked of:

    questionnaire(provider_code, receipt_id, rp_start)
    in_force(receipt_id, provider_code, service_id)     services open on some day, and ORG for the whole organisation
    still_open(receipt_id, provider_code, service_id)   the services open on the last day: those on offer
    moment(first_day, last_day, reported)           the period, those before of which there are returns, and a year before
    standing(first_day, last_day, provider_code, receipt_id, rp_start)                      the questionnaires of each moment
    running(first_day, receipt_id, provider_code, service_id, at_end)       what was in force at each moment, and on its last day
    offered(provider_code, provider_name, provider_type, sector, service_id, service_name, service_function, service_level,
            age_from, age_to, act_categories, area)                         one row a service and area
    spell(provider_code, service_id, mode, cover_scope, known_to_family, begins, ends)  minutes of the week, from Monday
    covered(provider_code, service_id, mode, cover_scope, known_to_family, hour)    one row an hour that is covered whole
    own_area(area)                                  those of [map] in mds.toml; none without it
    area(area, area_name)                           the same; without [map], those named or served
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
from mds.services.hours import make_hours
from mds_schemas.v2_0.resources import WHOLE_ORGANISATION

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

MADE_OF |= {"offered": ("service", "organisation"), "covered": ("cover",)}


def open_in(first: str, last: str) -> str:
    """SQL: whether a service is open on some day from the first to the last."""
    return f"(coalesce(closed_on >= {first}, true) AND coalesce(opened_on <= {last}, true))"


def prepare(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date) -> None:
    """Make the relations for the period that begins on `rp_start`.

    Raises UsageFailure when it is no period of the network, or when no questionnaire holds then.
    """
    make_period(connection, home, rp_start)
    _questionnaires(connection, home)
    _services(connection)
    make_hours(connection)
    _areas(connection, home)
    connection.execute("CREATE OR REPLACE TEMP TABLE band (band VARCHAR, first_age INTEGER, last_age INTEGER)")
    connection.executemany("INSERT INTO temp.band VALUES (?, ?, ?)", [list(band) for band in BANDS])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE year_of_age AS"
        " SELECT unnest(range(first_age, last_age + 1))::INTEGER AS age, band, first_age FROM temp.band"
    )


def _questionnaires(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Whose questionnaire holds: in the period, a year before it, and in the periods before of which there are returns."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE moment AS
        SELECT first_day, max(last_day) AS last_day, bool_or(reported) AS reported FROM (
            SELECT rp_start AS first_day, rp_end AS last_day, true AS reported FROM period
            UNION ALL SELECT (rp_start - INTERVAL 1 YEAR)::DATE, (rp_end - INTERVAL 1 YEAR)::DATE, false FROM period
            UNION ALL SELECT r.rp_start, r.rp_end, true FROM receipt AS r JOIN period AS p ON r.rp_start < p.rp_start
            WHERE counts_for <> ''
        ) GROUP BY first_day
        """
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE open_provider (first_day DATE, provider_code VARCHAR)")
    known = [
        [first, provider["provider_code"]]
        for first, last in connection.execute("SELECT first_day, last_day FROM moment").fetchall()
        for provider in home.providers_open(first, last)
    ]
    if known:
        connection.executemany("INSERT INTO temp.open_provider VALUES (?, ?)", known)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE standing AS
        SELECT first_day, last_day, provider_code, arg_max(receipt_id, rp_start) AS receipt_id, max(rp_start) AS rp_start
        FROM receipt JOIN open_provider USING (provider_code) JOIN moment USING (first_day)
        WHERE list_contains(string_split(counts_for, ';'), 'SQ') AND rp_start <= first_day GROUP BY ALL
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE questionnaire AS
        SELECT s.provider_code, receipt_id, s.rp_start FROM standing AS s JOIN period AS p ON first_day = p.rp_start
        """
    )
    if connection.execute("SELECT 1 FROM temp.questionnaire LIMIT 1").fetchone() is None:
        raise UsageFailure("No service questionnaire was received for this period or before. See mds status.")


def _services(connection: duckdb.DuckDBPyConnection) -> None:
    """The services in force at each moment, and those of the period with the areas that they serve."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE running AS
        SELECT first_day, receipt_id, provider_code, service_id, {open_in("last_day", "last_day")} AS at_end
        FROM standing JOIN service USING (receipt_id, provider_code) WHERE {open_in("first_day", "last_day")}
        UNION ALL SELECT first_day, receipt_id, provider_code, '{WHOLE_ORGANISATION}', false FROM standing
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE still_open AS
        SELECT receipt_id, provider_code, service_id FROM running JOIN period ON first_day = rp_start WHERE at_end
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE in_force AS
        SELECT receipt_id, provider_code, service_id FROM running JOIN period ON first_day = rp_start
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE offered AS
        SELECT provider_code, o.legal_name AS provider_name, o.provider_type, o.sector, service_id, s.service_name,
            s.service_function, s.service_level, s.age_from, s.age_to, s.act_categories,
            unnest(string_split(s.areas_served, ';')) AS area
        FROM service AS s JOIN still_open USING (receipt_id, provider_code, service_id)
        LEFT JOIN organisation AS o USING (receipt_id, provider_code)
        """
    )


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
    served = "FROM own_area" if home.tiles else "SELECT area FROM named UNION SELECT area FROM offered"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE area AS
        SELECT area, coalesce(any_value(area_name), '') AS area_name
        FROM ({served}) LEFT JOIN named USING (area) WHERE area IS NOT NULL GROUP BY area ORDER BY area
        """
    )
