"""What a network co-ordinator has to ask about: who has not answered, which entries are stale, which answers contradict
the rows about children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.services.map import MapTable, table

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

STALE_AFTER = 183
"""Days after which an entry of the directory has to be confirmed again (rule CPQ10240Q)."""


def unanswered(connection: duckdb.DuckDBPyConnection, home: Home) -> MapTable:
    """Providers that were open in the period and have sent no questionnaire for it, with the last one that they sent."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE known"
        " (provider_code VARCHAR, provider_name VARCHAR, network_code VARCHAR, open_from VARCHAR, open_to VARCHAR)"
    )
    names = ("provider_code", "provider_name", "network_code", "open_from", "open_to")
    connection.executemany(
        "INSERT INTO temp.known VALUES (?, ?, ?, ?, ?)",
        [[row[name] or None for name in names] for row in home.providers],
    )
    return table(
        connection, "unanswered", "Who has not answered",
        "Providers of the network that were open in the period and sent no questionnaire for it.",
        f"""
        SELECT provider_code, provider_name, q.rp_start::VARCHAR AS last_questionnaire
        FROM known CROSS JOIN period AS p LEFT JOIN questionnaire AS q USING (provider_code)
        WHERE network_code = '{home.network}' AND coalesce(open_from::DATE <= p.rp_end, true)
            AND coalesce(open_to::DATE >= p.rp_start, true) AND coalesce(q.rp_start < p.rp_start, true)
        ORDER BY provider_code
        """,
    )  # fmt: skip


def stale(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services whose entry was not confirmed in the last half year before the end of the period, or never."""
    return table(
        connection, "stale", "Stale entries",
        f"Services of which nobody has confirmed the entry in the {STALE_AFTER} days before the end of the period.",
        f"""
        SELECT s.provider_code, service_id, service_name, confirmed_on::VARCHAR AS confirmed_on,
            (p.rp_end - confirmed_on)::INTEGER AS days
        FROM service AS s JOIN questionnaire USING (receipt_id, provider_code) CROSS JOIN period AS p
        WHERE coalesce(s.closed_on >= p.rp_start, true) AND coalesce(p.rp_end - confirmed_on > {STALE_AFTER}, true)
        ORDER BY s.provider_code, service_id
        """,
    )  # fmt: skip


def contradictions(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Contacts of the period on days and at hours at which the service says that it has no cover, and children counted
    otherwise than they were sent."""
    return table(
        connection, "contradictions", "Contradictions",
        "What a questionnaire says, against the rows about children of the same provider and period. Found: how many contacts "
        "or children speak against it.",
        """
        WITH seen AS (
            SELECT f.provider_code, f.service_id, dayofweek(contact_date) IN (0, 6) AS weekend,
                contact_time >= TIME '22:00' OR contact_time < TIME '06:00' AS night
            FROM contact AS c JOIN referral AS f USING (receipt_id, provider_code, referral_id) JOIN period AS p
                ON p.rp_start = c.rp_start
            WHERE attendance IN ('5', '6')
        ), told AS (
            SELECT provider_code, service_id, count(*) FILTER (hour >= 120) AS weekend_hours,
                count(*) FILTER (hour % 24 >= 22 OR hour % 24 < 6) AS night_hours
            FROM covered GROUP BY ALL
        ), children AS (
            SELECT f.provider_code, f.service_id, count(DISTINCT local_patient_id) AS children
            FROM referral AS f JOIN period AS p ON p.rp_start = f.rp_start
            WHERE episode_start <= p.rp_end AND coalesce(episode_end >= p.rp_start, true) GROUP BY ALL
        )
        SELECT provider_code, service_id, 'no cover at weekends, but contacts then' AS what, count(*) AS found
        FROM seen JOIN told USING (provider_code, service_id) WHERE weekend AND weekend_hours = 0 GROUP BY ALL
        UNION ALL
        SELECT provider_code, service_id, 'no cover at night, but contacts then', count(*)
        FROM seen JOIN told USING (provider_code, service_id) WHERE night AND night_hours = 0 GROUP BY ALL
        UNION ALL
        SELECT provider_code, service_id, 'another number of children than rows were sent', children
        FROM aggregate_caseload JOIN questionnaire USING (receipt_id, provider_code)
        JOIN children USING (provider_code, service_id)
        WHERE abs(total_children - children) > greatest(2, 0.05 * children)
        ORDER BY provider_code, service_id, what
        """,
    )  # fmt: skip


def tables(connection: duckdb.DuckDBPyConnection, home: Home) -> list[MapTable]:
    """The lists of a period, over the relations that `in_force.prepare` made."""
    return [unanswered(connection, home), stale(connection), contradictions(connection)]
