"""Files the receipts: one file for each, made again where it is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mds.region.receipt import Receipt
from mds.writing import write_whole, writing

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


def file_receipts(connection: duckdb.DuckDBPyConnection, home: Home, newest: Receipt | None = None) -> None:
    """File the receipt that was just given, and every other whose file is missing: a run before may have been cut short.

    Raises StoreFailure. The store holds every receipt, so none is lost.
    """
    with writing("The return is in the store; its receipt"):
        home.receipts.mkdir(exist_ok=True, mode=0o700)
        filed = {path.stem for path in home.receipts.glob("*.json")}
        known = {row[0] for row in connection.execute("SELECT receipt_id FROM receipt").fetchall()}
        missing = sorted(known - filed - ({newest.receipt_id} if newest else set()))
        rows = connection.execute(
            "SELECT document FROM receipt WHERE receipt_id IN (SELECT unnest(?))", [missing]
        ).fetchall()  # fmt: skip
        receipts = [Receipt(json.loads(document)) for (document,) in rows]
        for receipt in [*receipts, *([newest] if newest else [])]:
            write_whole(home.receipt_path(receipt.receipt_id), receipt.text().encode())
