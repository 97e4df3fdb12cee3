"""Merges a return into the store: the former return out, the new one in, links and persons renewed, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds.failures import NotPermitted
from mds.keys import RECEIPTS, STAGE2
from mds.payload import payload_tables, subject
from mds.region.link import link_provider, person_tokens
from mds.region.receipt import Change, Receipt, issue, receipt_row
from mds.region.receive import arriving, register, verify
from mds.store.content import columns_of, content_digest
from mds.store.database import open_store
from mds.store.origin import ORIGIN
from mds.store.receipts import file_receipts

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from mds.home import Home
    from mds.package import Contents

NO_CHANGE = Change(0, 0, 0)


@dataclass(frozen=True)
class Received:
    """The receipt of a return, and whether it is the receipt of an earlier, identical one."""

    receipt: Receipt
    identical: bool = False


def take_in(home: Home, contents: Contents, received_on: date | None = None) -> Received:
    """Merge an opened package, or what would have been one, into the store.

    `received_on` is the day it arrived, where that is another than the day it was checked. Raises NotPermitted when it
    is not for this region or holds what must not leave a provider, and StoreFailure when the store cannot be written;
    either way the store is as it was.
    """
    verify(home, contents)
    checked_on = contents.manifest["received_on"]
    arrived = received_on.isoformat() if received_on else checked_on
    manifest = {**contents.manifest, "checked_on": checked_on, "received_on": arrived}
    with open_store(home) as connection:
        register(connection, contents)
        connection.execute("BEGIN TRANSACTION")
        received = _merge(connection, home, contents, manifest)
        connection.execute("COMMIT")
        file_receipts(connection, home, received.receipt)
        return received


def record_sent_back(home: Home, manifest: dict[str, Any]) -> Receipt:
    """Keep the receipt of a return that was sent back. The store's data stay as they are."""
    manifest = {**manifest, "checked_on": manifest["received_on"]}
    with open_store(home) as connection:
        receipt = issue(manifest, _sequence(connection), "", home.keys.load(RECEIPTS), None, NO_CHANGE, "")
        connection.execute(*receipt_row(receipt, is_current=False))
        file_receipts(connection, home, receipt)
        return receipt


def _merge(connection: duckdb.DuckDBPyConnection, home: Home, contents: Contents, manifest: dict[str, Any]) -> Received:
    if _known_package(connection, manifest["package_id"]):
        file_receipts(connection, home)
        raise NotPermitted("This package was received before. Nothing was changed.")
    _check_provider_key(connection, manifest)
    stage2 = home.keys.load(STAGE2)
    person_tokens(connection, contents.envelope, stage2, home.network)
    digest = content_digest(connection, manifest, arriving)
    former = _current(connection, manifest)
    if former is not None and former.content_digest == digest:
        _remember_package(connection, manifest, former)
        return Received(former, identical=True)
    change = _replace(connection, former)
    receipt = issue(manifest, _sequence(connection), digest, home.keys.load(RECEIPTS), former, change, stage2.key_id)
    _store_rows(connection, receipt, manifest)
    connection.execute(*receipt_row(receipt, is_current=True))
    _remember_package(connection, manifest, receipt)
    link_provider(connection, manifest["provider_code"], stage2, home.network)
    return Received(receipt)


def _known_package(connection: duckdb.DuckDBPyConnection, package_id: str) -> bool:
    return connection.execute("SELECT 1 FROM package WHERE package_id = ?", [package_id]).fetchone() is not None


def _remember_package(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], receipt: Receipt) -> None:
    """Also of a package that brought nothing new: it must not bring it back later."""
    values = [manifest["package_id"], receipt.receipt_id, manifest["received_on"]]
    connection.execute("INSERT INTO package (package_id, receipt_id, received_on) VALUES (?, ?, ?)", values)


def _check_provider_key(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    """A provider's children are known again only by tokens under one key."""
    row = connection.execute(
        "SELECT document FROM receipt WHERE provider_code = ? AND verdict <> 'sent_back' ORDER BY sequence DESC LIMIT 1",
        [manifest["provider_code"]],
    ).fetchone()
    if row and json.loads(row[0])["keys"].get("provider", "") not in ("", manifest["keys"]["provider"]):
        raise NotPermitted(
            "This provider's earlier returns were made with another key, so its children would not be known again. "
            f"Restore the key provider-{manifest['provider_code']}.key from the backup. Nothing was stored."
        )


def _sequence(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT coalesce(max(sequence), 0) + 1 FROM receipt").fetchone()
    return int(row[0]) if row else 1


def _current(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> Receipt | None:
    """The receipt of the return that counts for this provider, subject and period."""
    rows = connection.execute(
        "SELECT return_type, document FROM receipt WHERE is_current AND provider_code = ? AND rp_start = ? AND rp_end = ?",
        [manifest[name] for name in ("provider_code", "rp_start", "rp_end")],
    ).fetchall()
    about = subject(manifest["return_type"])
    return next((Receipt(json.loads(document)) for kind, document in rows if subject(kind) == about), None)


def _replace(connection: duckdb.DuckDBPyConnection, former: Receipt | None) -> Change:
    """Count what changes against the former return and take that return out."""
    if former is None:
        return NO_CHANGE
    added = changed = removed = 0
    for model in payload_tables():
        name, key = model.info.name, ", ".join(model.info.key)
        content = f"hash({', '.join(f'r.{column}' for column in columns_of(model))})"
        row = connection.execute(
            f"""
            WITH was AS (SELECT {key}, {content} AS content FROM {name} AS r WHERE receipt_id = $former),
                now AS (SELECT {key}, {content} AS content FROM {arriving(name)} AS r)
            SELECT count(*) FILTER (was.content IS NULL), count(*) FILTER (was.content <> now.content),
                count(*) FILTER (now.content IS NULL)
            FROM was FULL JOIN now USING ({key})
            """,
            {"former": former.receipt_id},
        ).fetchone() or (0, 0, 0)
        added, changed, removed = added + row[0], changed + row[1], removed + row[2]
        connection.execute(f"DELETE FROM {name} WHERE receipt_id = ?", [former.receipt_id])
    connection.execute("DELETE FROM finding WHERE receipt_id = ?", [former.receipt_id])
    connection.execute("UPDATE receipt SET is_current = false WHERE receipt_id = ?", [former.receipt_id])
    return Change(added, changed, removed)


def _store_rows(connection: duckdb.DuckDBPyConnection, receipt: Receipt, manifest: dict[str, Any]) -> None:
    origin = [
        receipt.receipt_id,
        *(manifest[name] for name in ("provider_code", "rp_start", "rp_end", "schema_version")),
    ]
    marks = "?, ?, ?::DATE, ?::DATE, ?"
    for model in payload_tables():
        name = model.info.name
        columns = ", ".join((["handle"] if name == "child" else []) + columns_of(model))
        connection.execute(
            f"INSERT INTO {name} ({', '.join(ORIGIN)}, {columns}) SELECT {marks}, {columns} FROM {arriving(name)}",
            origin,
        )
    connection.execute(
        "INSERT INTO finding SELECT ?, code, severity, tbl, sheet, row, cell, field, answered FROM arriving_finding",
        [receipt.receipt_id],
    )
