"""The hours of an ordinary week in which services are there, as relations over the services on offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_DAYS = (("WD", 0), ("WD", 1), ("WD", 2), ("WD", 3), ("WD", 4), ("SA", 5), ("SU", 6))
_BEGINS = "60 * hour(from_time) + minute(from_time)"
_LENGTH = f"((60 * hour(to_time) + minute(to_time) - ({_BEGINS}) + 1439) % 1440 + 1)"
"""SQL: minutes of a line of cover. One that ends when it begins holds for the whole day."""


def make_hours(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `spell` and `covered`. Lines of cover that touch or overlap are one spell. An hour counts when a spell covers it
    whole. What reaches past midnight goes on into the next day."""
    kind = "provider_code, service_id, mode, cover_scope, known_to_family"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE spell AS
        {spells(kind, "cover JOIN still_open USING (receipt_id, provider_code, service_id)")}
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE covered AS
        SELECT DISTINCT provider_code, service_id, mode, cover_scope, known_to_family, hour
        FROM spell JOIN (SELECT unnest(range(168)) AS hour) ON begins <= 60 * hour AND ends >= 60 * hour + 60
        """
    )


def spells(kind: str, lines: str) -> str:
    """SQL: beginnings and ends, in minutes of the week, of the lines of cover of each `kind` (column names)."""
    days = ", ".join(f"('{name}', {number})" for name, number in _DAYS)
    return f"""
        WITH line AS (
            SELECT {kind}, day * 1440 + {_BEGINS} AS begins, {_LENGTH} AS length
            FROM {lines} JOIN (VALUES {days}) AS days(day_type, day) USING (day_type)
        ), piece AS (
            SELECT {kind}, begins, least(begins + length, 10080) AS ends FROM line
            UNION ALL SELECT {kind}, 0, begins + length - 10080 FROM line WHERE begins + length > 10080
        )
        {merged(kind, "piece")}
    """


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
