"""Merges a return into the store: the former return out, the new one in, links and persons renewed, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds.failures import NotPermitted
from mds.keys import RECEIPTS, STAGE2
from mds.payload import payload_tables
from mds.region.link import link_provider, person_tokens
from mds.region.receipt import Change, Receipt, issue, receipt_row
from mds.region.receive import arriving, filled, register, verify
from mds.store.content import columns_of, content_digest
from mds.store.database import open_store
from mds.store.origin import ORIGIN
from mds.store.receipts import file_receipts
from mds_schemas.versions import Part, part_of, parts

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from mds.home import Home
    from mds.package import Contents
    from mds_schemas.table import Table

NO_CHANGE = Change(0, 0, 0)
_PLACELESS = ("code", "severity", "tbl", "field", "answered")
"""What of a finding stays the same when the rows of a file stand elsewhere."""


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
        connection.execute(*receipt_row(receipt, ()))
        file_receipts(connection, home, receipt)
        return receipt


def _merge(connection: duckdb.DuckDBPyConnection, home: Home, contents: Contents, manifest: dict[str, Any]) -> Received:
    if _known_package(connection, manifest["package_id"]):
        file_receipts(connection, home)
        raise NotPermitted("This package was received before. Nothing was changed.")
    _check_provider_key(connection, manifest)
    stage2 = home.keys.load(STAGE2)
    person_tokens(connection, contents.envelope, stage2, home.network)
    digest = content_digest(connection, manifest, filled(contents), arriving)
    held = parts(manifest["return_type"])
    formers = _formers(connection, manifest)
    for former in formers:
        if former.counts_for == held and _is_same(connection, former.receipt, contents, digest):
            _remember_package(connection, manifest, former.receipt)
            return Received(former.receipt, identical=True)
    _check_order(connection, manifest, formers)
    change = _replace(connection, formers, held)
    latest = formers[-1].receipt if formers else None
    receipt = issue(manifest, _sequence(connection), digest, home.keys.load(RECEIPTS), latest, change, stage2.key_id)
    _store_rows(connection, receipt, manifest, filled(contents))
    connection.execute(*receipt_row(receipt, held))
    _remember_package(connection, manifest, receipt)
    link_provider(connection, manifest["provider_code"], stage2, home.network)
    return Received(receipt)


def _is_same(connection: duckdb.DuckDBPyConnection, former: Receipt, contents: Contents, digest: str) -> bool:
    """Whether a return brings nothing that the former one did not.

    A file that differs in what stays with the provider alone, such as a name, gets a receipt of its own. Where only the
    file differs (saved again, or its rows in another order), the provider's side says so; places may differ then.
    """
    manifest, file = contents.manifest, former.document["file_sha256"]
    if file == manifest["file_sha256"]:
        return former.content_digest == digest
    if file not in manifest["same_as"]:
        return False
    sent = f"(FROM {{}} WHERE receipt_id = '{former.receipt_id}')".format
    was = content_digest(connection, former.document, payload_tables(), sent, _PLACELESS)
    return was == content_digest(connection, manifest, filled(contents), arriving, _PLACELESS)


def _known_package(connection: duckdb.DuckDBPyConnection, package_id: str) -> bool:
    return connection.execute("SELECT 1 FROM package WHERE package_id = ?", [package_id]).fetchone() is not None


def _check_order(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], formers: list[Former]) -> None:
    """Packages can arrive in another order than they were made in; the later one counts."""
    row = connection.execute(
        "SELECT max(package_id) FROM package WHERE list_contains(?, receipt_id)",
        [[former.receipt.receipt_id for former in formers]],
    ).fetchone()
    if row and row[0] and row[0] > manifest["package_id"]:
        raise NotPermitted(
            "A return of this provider for this period that was made later is in the store already. Nothing was changed. If "
            "this older one is right, let the provider pack it again."
        )


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


@dataclass(frozen=True)
class Former:
    """A return that counts, and the parts for which it does."""

    receipt: Receipt
    counts_for: tuple[Part, ...]


def _formers(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> list[Former]:
    """The returns of this provider and period of which a part is sent anew, oldest first."""
    rows = connection.execute(
        "SELECT counts_for, document FROM receipt"
        " WHERE counts_for <> '' AND provider_code = ? AND rp_start = ? AND rp_end = ? ORDER BY sequence",
        [manifest[name] for name in ("provider_code", "rp_start", "rp_end")],
    ).fetchall()
    held = parts(manifest["return_type"])
    formers = [Former(Receipt(json.loads(document)), tuple(counting.split(";"))) for counting, document in rows]
    return [former for former in formers if set(former.counts_for) & set(held)]


def _replace(connection: duckdb.DuckDBPyConnection, formers: list[Former], held: tuple[Part, ...]) -> Change:
    """Count what changes against the former returns and take the parts out that are sent anew."""
    if not formers:
        return NO_CHANGE
    ids = [former.receipt.receipt_id for former in formers]
    total = [0, 0, 0]
    for model in payload_tables():
        if part_of(model) in held:
            total = [so_far + more for so_far, more in zip(total, _changes(connection, model, ids), strict=True)]
            name = model.info.name
            connection.execute(f"DELETE FROM {name} WHERE list_contains(?, receipt_id)", [ids])
            connection.execute("DELETE FROM finding WHERE tbl = ? AND list_contains(?, receipt_id)", [name, ids])
    for former in formers:
        left = [part for part in former.counts_for if part not in held]
        connection.execute(
            "UPDATE receipt SET counts_for = ? WHERE receipt_id = ?", [";".join(left), former.receipt.receipt_id]
        )
        if not left:
            connection.execute("DELETE FROM finding WHERE receipt_id = ?", [former.receipt.receipt_id])
    return Change(*total)


def _changes(connection: duckdb.DuckDBPyConnection, model: type[Table], formers: list[str]) -> tuple[int, int, int]:
    """Rows of a table that are added, changed and removed."""
    name = model.info.name
    content = f"hash({', '.join(f'r.{column}' for column in columns_of(model))})"
    keys = ", ".join(f"r.{key}" for key in model.info.key if key in columns_of(model)) or "0"  # one row an organisation
    row = connection.execute(
        f"""
        WITH was AS (SELECT hash({keys}) AS key, {content} AS content FROM {name} AS r WHERE list_contains(?, receipt_id)),
            now AS (SELECT hash({keys}) AS key, {content} AS content FROM {arriving(name)} AS r)
        SELECT count(*) FILTER (was.content IS NULL), count(*) FILTER (was.content <> now.content),
            count(*) FILTER (now.content IS NULL)
        FROM was FULL JOIN now USING (key)
        """,
        [formers],
    ).fetchone()
    return row or (0, 0, 0)


def _store_rows(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, manifest: dict[str, Any], models: list[type[Table]]
) -> None:
    origin = [
        receipt.receipt_id,
        *(manifest[name] for name in ("provider_code", "rp_start", "rp_end", "schema_version")),
    ]
    marks = "?, ?, ?::DATE, ?::DATE, ?"
    for model in models:
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
