"""What a network co-ordinator has to ask about: who has not answered, which entries are stale, which answers contradict
the rows about children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, table

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

HOSPICES = ("CH", "AH")
"""Types of provider that are hospices."""

STALE_AFTER = 183
"""Days after which an entry of the directory has to be confirmed again (rule CPQ10240Q)."""


def unanswered(connection: duckdb.DuckDBPyConnection, home: Home) -> FigureTable:
    """Providers that are open in the period and have sent no questionnaire for it, with the last one that they sent."""
    start, end = connection.execute("FROM period").fetchall()[0]
    connection.execute("CREATE OR REPLACE TEMP TABLE known (provider_code VARCHAR, provider_name VARCHAR)")
    known = [[row["provider_code"], row["provider_name"]] for row in home.providers_open(start, end)]
    if known:
        connection.executemany("INSERT INTO temp.known VALUES (?, ?)", known)
    return table(
        connection, "unanswered", "Who has not answered",
        "Providers of the network that are open in the period and sent no questionnaire for it.",
        """
        SELECT provider_code, provider_name, q.rp_start::VARCHAR AS last_questionnaire
        FROM known CROSS JOIN period AS p LEFT JOIN questionnaire AS q USING (provider_code)
        WHERE coalesce(q.rp_start < p.rp_start, true) ORDER BY provider_code
        """,
    )  # fmt: skip


def stale(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Services whose entry was not confirmed in the last half year before the end of the period, or never."""
    return table(
        connection, "stale", "Stale entries",
        f"Services of which nobody has confirmed the entry in the {STALE_AFTER} days before the end of the period.",
        f"""
        SELECT s.provider_code, legal_name AS provider_name, service_id, service_name, confirmed_on::VARCHAR AS confirmed_on,
            (p.rp_end - confirmed_on)::INTEGER AS days
        FROM service AS s JOIN questionnaire USING (receipt_id, provider_code) CROSS JOIN period AS p
        LEFT JOIN organisation USING (receipt_id, provider_code)
        WHERE coalesce(s.closed_on >= p.rp_start, true) AND coalesce(p.rp_end - confirmed_on > {STALE_AFTER}, true)
        ORDER BY s.provider_code, service_id
        """,
    )  # fmt: skip


_HEARD = """
    WITH contacts AS (
        SELECT f.provider_code, f.service_id, local_patient_id, contact_date,
            dayofweek(contact_date) IN (0, 6) AS weekend,
            contact_time >= TIME '22:00' OR contact_time < TIME '06:00' AS night
        FROM contact AS c JOIN referral AS f USING (receipt_id, provider_code, referral_id) JOIN period AS p
            ON p.rp_start = c.rp_start
        WHERE attendance IN ('5', '6')
    ), told AS (
        SELECT provider_code, service_id, count(*) FILTER (hour >= 120) AS weekend_hours,
            count(*) FILTER (hour % 24 >= 22 OR hour % 24 < 6) AS night_hours
        FROM covered GROUP BY ALL
    ), listed AS (
        SELECT s.* FROM service AS s JOIN questionnaire USING (receipt_id, provider_code)
    ), running AS (
        SELECT f.*, birth_month FROM referral AS f JOIN period AS p ON p.rp_start = f.rp_start
        JOIN child AS c USING (receipt_id, provider_code, local_patient_id)
        WHERE episode_start <= p.rp_end AND coalesce(episode_end >= p.rp_start, true)
            AND f.provider_code IN (SELECT provider_code FROM questionnaire)
    ), children AS (
        SELECT provider_code, service_id, count(DISTINCT local_patient_id) AS children FROM running GROUP BY ALL
    ), nights AS (
        SELECT b.provider_code, sum(nights)::BIGINT AS nights FROM short_break AS b JOIN period AS p
            ON p.rp_start = b.rp_start
        GROUP BY ALL
    ), places AS (
        SELECT c.provider_code, sum(bed_nights_available)::BIGINT AS nights
        FROM capacity AS c JOIN questionnaire USING (receipt_id, provider_code) GROUP BY ALL
    )
"""
"""SQL: what the rows about children say (contacts, running episodes, children, nights), and what the questionnaire told."""

_AGAINST = """
    SELECT provider_code, service_id, 'no cover at weekends, but contacts then' AS what, count(*) AS found
    FROM contacts JOIN told USING (provider_code, service_id) WHERE weekend AND weekend_hours = 0 GROUP BY ALL
    UNION ALL
    SELECT provider_code, service_id, 'no cover at night, but contacts then', count(*)
    FROM contacts JOIN told USING (provider_code, service_id) WHERE night AND night_hours = 0 GROUP BY ALL
    UNION ALL
    SELECT provider_code, service_id, 'not open then, but contacts', count(*)
    FROM contacts JOIN listed USING (provider_code, service_id)
    WHERE contact_date > closed_on OR contact_date < opened_on GROUP BY ALL
    UNION ALL
    SELECT provider_code, service_id, 'not on the list of services, but children', children
    FROM children ANTI JOIN listed USING (provider_code, service_id)
    UNION ALL
    SELECT provider_code, service_id, 'children older than the service takes', count(DISTINCT local_patient_id)
    FROM running JOIN listed USING (provider_code, service_id)
    WHERE date_diff('month', birth_month, episode_start) >= 12 * (age_to + 1) GROUP BY ALL
    UNION ALL
    SELECT provider_code, service_id, 'another number of children than rows were sent', children
    FROM aggregate_caseload JOIN questionnaire USING (receipt_id, provider_code)
    JOIN children USING (provider_code, service_id)
    WHERE abs(total_children - children) > greatest(2, 0.05 * children)
    UNION ALL
    SELECT provider_code, NULL, 'fewer bed nights than children spent', n.nights
    FROM nights AS n JOIN places AS b USING (provider_code) WHERE n.nights > b.nights
"""
"""SQL: one SELECT for each thing that the two can disagree on."""


def contradictions(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What a questionnaire says, where the rows about children of the same provider and period speak against it."""
    return table(
        connection, "contradictions", "Contradictions",
        "What a questionnaire says, against the rows about children of the same provider and period. Found: how many contacts, "
        "children or nights speak against it.",
        f"""
        {_HEARD}
        SELECT provider_code, legal_name AS provider_name, service_id, what, found
        FROM ({_AGAINST}) AS said
        LEFT JOIN (FROM organisation JOIN questionnaire USING (receipt_id, provider_code)) USING (provider_code)
        ORDER BY provider_code, service_id, what
        """,
    )  # fmt: skip


def payments(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Commissioners whose spending is not what the providers of the network say they received from them (CPQ11310Q)."""
    return table(
        connection, "payments", "Two sides of one payment",
        "What a commissioner says it spent on hospice care, and what the hospices of the network say they received from it in "
        "their last financial year, where the two differ by more than a tenth.",
        f"""
        WITH paid AS (
            SELECT commissioner_code, sum(hospice_spend_gbp)::BIGINT AS spent
            FROM commissioner JOIN questionnaire USING (receipt_id, provider_code)
            WHERE hospice_spend_gbp IS NOT NULL GROUP BY ALL
        ), received AS (
            SELECT funder_code AS commissioner_code, sum(amount_gbp)::BIGINT AS received,
                count(DISTINCT provider_code) AS providers
            FROM (FROM funding QUALIFY financial_year = max(financial_year) OVER (PARTITION BY receipt_id))
            JOIN questionnaire USING (receipt_id, provider_code) JOIN organisation USING (receipt_id, provider_code)
            WHERE provider_type IN {HOSPICES} GROUP BY ALL
        )
        SELECT commissioner_code, spent, received, providers FROM paid JOIN received USING (commissioner_code)
        WHERE abs(spent - received) > 0.1 * received ORDER BY ALL
        """,
    )  # fmt: skip


def hospice_deaths(connection: duckdb.DuckDBPyConnection, home: Home) -> FigureTable:
    """Children who died in a hospice by one provider's return, while no hospice has a referral of them (CP501090Q)."""
    connection.execute("CREATE OR REPLACE TEMP TABLE hospice (provider_code VARCHAR)")
    hospices = [[row["provider_code"]] for row in home.providers if row["provider_type"] in HOSPICES]
    if hospices:
        connection.executemany("INSERT INTO temp.hospice VALUES (?)", hospices)
    return table(
        connection, "hospice_deaths", "Deaths that no hospice knows of",
        "They were told as deaths in a hospice. Either the place is wrong, or a hospice's return lacks the child: ask both.",
        """
        WITH known AS (
            SELECT DISTINCT person_key FROM referral JOIN link USING (provider_code, local_patient_id)
            JOIN hospice USING (provider_code)
        )
        SELECT provider_code, any_value(legal_name) AS provider_name, count(*) AS deaths
        FROM death AS d JOIN period AS p ON p.rp_start = d.rp_start JOIN link USING (provider_code, local_patient_id)
        ANTI JOIN known USING (person_key)
        LEFT JOIN (FROM organisation JOIN questionnaire USING (receipt_id, provider_code)) USING (provider_code)
        WHERE death_place IN ('30', '31', '32') GROUP BY provider_code ORDER BY provider_code
        """,
    )  # fmt: skip


def tables(connection: duckdb.DuckDBPyConnection, home: Home) -> list[FigureTable]:
    """The lists of a period, over the relations that `in_force.prepare` made."""
    return [
        unanswered(connection, home),
        stale(connection),
        contradictions(connection),
        payments(connection),
        hospice_deaths(connection, home),
    ]
