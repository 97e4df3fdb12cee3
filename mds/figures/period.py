"""The period that a report is about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mds.failures import UsageFailure

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


def make_period(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date) -> tuple[date, date]:
    """Make the relation `period(rp_start, rp_end)` of one row. Raises UsageFailure when it is no period of the network."""
    rp_end = next((end for start, end in home.periods(rp_start) if start == rp_start), None)
    if rp_end is None:
        raise UsageFailure(
            "No period of this network begins on that day. Give the first day of one, such as 2026-04-01."
        )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE period AS SELECT ?::DATE AS rp_start, ?::DATE AS rp_end", [rp_start, rp_end]
    )
    return rp_start, rp_end
