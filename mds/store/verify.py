"""Recomputes a receipt: its signature, its sums, the file it is for, and what the store holds of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.digest import digest_of_return
from mds.exchange import receipts_public_key
from mds.failures import UnreadableFile
from mds.payload import payload_tables
from mds.region.receipt import receipt_id_of, signature_holds
from mds.store.content import content_digest, digest_method
from mds.store.database import open_store
from mds_schemas.versions import parts

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


@dataclass(frozen=True)
class Check:
    """One thing that was recomputed; `holds` is None where it could not be."""

    what: str
    holds: bool | None


def verify_receipt(home: Home, path: Path, file: Path | None) -> list[Check]:
    """All checks of a receipt: on the region's machine also against the store. Raises UnreadableFile for no receipt."""
    document = _read(path)
    checks = [
        Check("the region signed exactly this receipt", signature_holds(document, receipts_public_key(home))),
        Check("rows sent = accepted + held + rejected, in every table", _adds_up(document)),
        _file_check(document, file),
    ]
    if home.role != "region":
        return [*checks, Check("the store holds what the receipt says (only the region can see that)", None)]
    with home.locked(), open_store(home, read_only=True) as connection:
        return [*checks, *_against_store(connection, document)]


def _read(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = isinstance(document["receipt_id"], str)
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise UnreadableFile("This file is not a receipt, or it is damaged.")
    return document


def _adds_up(document: dict[str, Any]) -> bool:
    try:
        counts = document["tables"].values()
        sums = [count["rows"] == count["accepted"] + count["held"] + count["rejected"] for count in counts]
        return all(sums) and receipt_id_of(document) == document["receipt_id"]
    except (KeyError, TypeError, AttributeError):
        return False


def _file_check(document: dict[str, Any], file: Path | None) -> Check:
    what = "the file is the one that was sent"
    if file is None:
        return Check(f"{what} (name it with --file)", None)
    try:
        return Check(what, digest_of_return(file) == document.get("file_sha256"))
    except OSError:
        raise UnreadableFile("There is no return of that name that can be read.") from None


def _against_store(connection: duckdb.DuckDBPyConnection, document: dict[str, Any]) -> list[Check]:
    receipt_id = document["receipt_id"]
    row = connection.execute(
        "SELECT document, counts_for, verdict FROM receipt WHERE receipt_id = ?", [receipt_id]
    ).fetchone()
    if row is None:
        return [Check("the store knows this receipt", False)]
    known = json.loads(row[0])
    checks = [Check("the store knows this receipt, word for word", known == document)]
    if row[1] and row[1].split(";") != [*parts(known["return_type"])]:
        return [*checks, Check("a part of the return was sent anew since: its rows cannot be compared", None)]
    if row[1]:
        sent = f"(FROM {{}} WHERE receipt_id = '{receipt_id}')".format
        digest = content_digest(connection, known, payload_tables(), sent)
        comparable = str(known["content_digest"]).startswith(digest_method() + ":")
        holds = digest == known["content_digest"] if comparable else None
        return [*checks, Check("the store holds exactly the rows that were accepted", holds)]
    if row[2] == "sent_back":
        return [*checks, Check("the return was sent back: it has no rows in the store", None)]
    after = connection.execute(
        "SELECT receipt_id, received_on::VARCHAR FROM receipt WHERE replaced = ?", [receipt_id]
    ).fetchone()  # fmt: skip
    by = f"by {after[0]} on {after[1]}" if after else "since"
    return [*checks, Check(f"the return does not count any more: it was replaced {by}", None)]
