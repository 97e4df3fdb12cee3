"""The validation report: which returns came for a period, how they were received, and who has not sent.

No value of a return is told here; the counts of rows are those of the receipts that the providers hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_ROWS_IN_WORDS = (
    "Rejected rows break a rule or belong to a row that does; held are copies of a row that was kept, and all the rest of a "
    "return that was sent back."
)
_SUMS = """
    SELECT receipt_id, part, sum(rows)::BIGINT AS rows, sum(accepted)::BIGINT AS accepted, sum(rejected)::BIGINT AS rejected,
        sum(held)::BIGINT AS held
    FROM temp.sent_rows GROUP BY ALL
"""
_OF_ROWS = ("rows", "accepted", "rejected", "held", "warnings", "answered")
"""What counts rows about children: beside the findings by rule, an exact sum would tell the small ones."""
_VERDICT = "replace(verdict, '_', ' ')"


@answers(115, 121)
def returns(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """The return of each provider that counts for the period, or else the last that was sent back."""
    return table(
        connection, "returns", "Returns of the period",
        "One line for each provider and part of a return: its rows about children, or about services. It is the return that "
        "counts, or the last one where all were sent back. Days are from the end of the period to the day it was received; "
        "the revision says how many times the provider had sent that part by then, without identical copies. "
        f"{_ROWS_IN_WORDS} Warnings are those of this part that the store keeps; a return that was sent back leaves none. A "
        "warning is answered when the provider has said why it is right.",
        f"""
        WITH latest AS (
            SELECT s.* FROM sending AS s JOIN period USING (rp_start)
            QUALIFY row_number() OVER (PARTITION BY provider_code, part ORDER BY counts DESC, sequence DESC) = 1
        ), sums AS ({_SUMS}), warned AS (
            SELECT receipt_id, part, count(*) AS warnings, count(*) FILTER (answered) AS answered
            FROM told JOIN period USING (rp_start) WHERE severity = 'warning' GROUP BY ALL
        )
        SELECT provider_code, about, {_VERDICT} AS verdict, received_on, received_on - rp_end AS days_after_end,
            coalesce(rows, 0) AS rows, coalesce(accepted, 0) AS accepted,
            coalesce(rejected, 0) AS rejected, coalesce(held, 0) AS held,
            CASE WHEN counts THEN coalesce(warnings, 0) END AS warnings,
            CASE WHEN counts THEN coalesce(answered, 0) END AS answered, revision, receipt_id AS receipt
        FROM latest LEFT JOIN sums USING (receipt_id, part) LEFT JOIN warned USING (receipt_id, part)
        ORDER BY about, provider_code
        """,
        Shape(_OF_ROWS, chart=Chart("bars", "provider_code", "days_after_end", by="about", unit="days")),
    )  # fmt: skip


@answers(115, 121)
def sendings(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Every return that was received for the period, in the order in which they came."""
    return table(
        connection, "sendings", "All that was sent for the period",
        "One line a receipt, with what the receipt says of the whole return. The store keeps the findings of a return only while "
        "it counts, so a return and the one that it replaced can be compared in these counts alone. A return that was sent back "
        f"or replaced counts for nothing. {_ROWS_IN_WORDS}",
        f"""
        WITH sums AS ({_SUMS})
        SELECT provider_code, string_agg(about, ' and ' ORDER BY about) AS about, received_on, {_VERDICT} AS verdict,
            coalesce(sum(rows), 0)::BIGINT AS rows, coalesce(sum(accepted), 0)::BIGINT AS accepted,
            coalesce(sum(rejected), 0)::BIGINT AS rejected, coalesce(sum(held), 0)::BIGINT AS held,
            (any_value(document)->>'warnings')::BIGINT AS warnings, (any_value(document)->>'answered')::BIGINT AS answered,
            coalesce(string_agg(about, ' and ' ORDER BY about) FILTER (counts), '') AS counts_for, receipt_id AS receipt
        FROM sending JOIN period USING (rp_start) LEFT JOIN sums USING (receipt_id, part)
        GROUP BY provider_code, received_on, verdict, receipt_id, sequence
        ORDER BY provider_code, sequence
        """,
        Shape(_OF_ROWS),
    )  # fmt: skip


@answers(121)
def rows_by_table(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Rows sent, accepted, rejected and held, by provider and table."""
    return table(
        connection, "rows_by_table", "Rows by table",
        f"Of the returns that count. {_ROWS_IN_WORDS} What is accepted is as the provider sent it; a return of version 1.0 can "
        "bring more rows into the store, when its fields become rows of their own.",
        """
        SELECT provider_code, table_name, rows, accepted, rejected, held
        FROM sent_rows JOIN period USING (rp_start) WHERE counts ORDER BY ALL
        """,
        Shape(("rows", "accepted", "rejected", "held"), {"accepted_share": share("accepted", "rows")}),
    )  # fmt: skip


@answers(115)
def missing(connection: duckdb.DuckDBPyConnection, today: date) -> FigureTable:
    """Commissioned providers without an accepted return about children for the period, and when they last sent one."""
    return table(
        connection, "missing", "Returns that are missing",
        f"Providers that are open in the period and have no accepted return about children for it. No deadline is agreed, so "
        f"days are counted from the end of the period to {today.isoformat()}; they are blank while the period lasts.",
        f"""
        WITH accepted AS (SELECT provider_code, rp_start, received_on FROM sending WHERE part = 'MDS' AND counts),
            last AS (
                SELECT provider_code, max(rp_start) AS last_period_sent,
                    arg_max(received_on, rp_start) AS last_received_on
                FROM accepted GROUP BY provider_code
            ), tried AS (
                SELECT DISTINCT provider_code, true AS sent FROM sending JOIN period USING (rp_start) WHERE part = 'MDS'
            )
        SELECT c.provider_code, provider_name, provider_type, CASE WHEN sent THEN 'sent back' ELSE 'not sent' END AS standing,
            CASE WHEN DATE '{today.isoformat()}' > rp_end THEN DATE '{today.isoformat()}' - rp_end END AS days_after_end,
            last_period_sent, last_received_on
        FROM commissioned AS c CROSS JOIN period LEFT JOIN last USING (provider_code) LEFT JOIN tried USING (provider_code)
        WHERE NOT EXISTS (FROM accepted AS a WHERE a.provider_code = c.provider_code AND a.rp_start = period.rp_start)
        ORDER BY c.provider_code
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (returns, sendings, rows_by_table)
"""Those that need no day."""
