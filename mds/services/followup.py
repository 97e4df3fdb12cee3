"""What a network co-ordinator has to ask about: who has not answered, which entries are stale, which answers contradict
the rows about children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Shape, table
from mds.services.commissioners import COUNTED, ONCE, told_differently
from mds.services.contradictions import contradictions

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
        FROM service AS s JOIN still_open USING (receipt_id, provider_code, service_id) CROSS JOIN period AS p
        LEFT JOIN organisation USING (receipt_id, provider_code)
        WHERE coalesce(p.rp_end - confirmed_on > {STALE_AFTER}, true)
        ORDER BY s.provider_code, service_id
        """,
    )  # fmt: skip


def payments(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Commissioners whose spending is not what the providers of the network say they received from them (CPQ11310Q)."""
    return table(
        connection, "payments", "Two sides of one payment",
        "What a commissioner says it spent on hospice care, and what the hospices of the network say they received from it in "
        f"their last financial year, where the two differ by more than a tenth. {ONCE}",
        f"""
        WITH paid AS (
            SELECT commissioner_code, hospice_spend_gbp::BIGINT AS spent FROM {COUNTED} WHERE hospice_spend_gbp IS NOT NULL
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
        Shape(counts=("deaths",)),
    )  # fmt: skip


def tables(connection: duckdb.DuckDBPyConnection, home: Home, exact: bool) -> list[FigureTable]:
    """The lists of a period, over the relations that `in_force.prepare` made."""
    return [
        unanswered(connection, home),
        stale(connection),
        contradictions(connection, exact),
        payments(connection),
        told_differently(connection),
        hospice_deaths(connection, home),
    ]
