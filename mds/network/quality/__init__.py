"""The data quality of a network's returns about children: a scorecard by dimension, completeness by field, default codes, and
the marks that every other figure carries.

Beside the relations of `mds.network.prepare` and `mds.network.receipts` these need

    commissioned_then(provider_code, rp_start, rp_end)      the providers open in this period and in those before
    completeness(provider_code, rp_start, tbl, field, requirement, filled, stated, rows)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.network.quality import completeness, scorecard

if TYPE_CHECKING:
    import duckdb

    from mds.figures.table import Making
    from mds.home import Home

ALL: tuple[Making, ...] = (*scorecard.ALL, *completeness.ALL)


def prepare_quality(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make the relations above, after `prepare` and `prepare_receipts`."""
    completeness.prepare_completeness(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE commissioned_then (provider_code VARCHAR, rp_start DATE, rp_end DATE)"
    )
    first, last = connection.execute("SELECT min(rp_start), (SELECT rp_start FROM period) FROM sending").fetchall()[0]
    for start, end in home.periods(last):
        if start >= first:
            codes = [known["provider_code"] for known in home.providers_open(start, end)]
            connection.execute("INSERT INTO temp.commissioned_then SELECT unnest(?), ?, ?", [codes, start, end])
