"""What a return holds, as a number: the digest that its receipt carries and that anyone with the store can make again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mds.payload import payload_columns, payload_tables
from mds.region.receive import FINDINGS
from mds_schemas.table import Table

if TYPE_CHECKING:
    import duckdb

COUNTED = ("tables", "verdict", "schema_version")
"""What of a return beside its rows makes another content."""
_BATCH = 100_000


def columns_of(model: type[Table]) -> list[str]:
    """The columns of a data table that hold content. Handles are random and left out."""
    own = [column.name for column in payload_columns(model)]
    return ["person_token", *own] if model.info.name == "child" else own


def content_digest(connection: duckdb.DuckDBPyConnection, about: dict[str, Any], relation: Callable[[str], str]) -> str:
    """SHA-256 over the rows and findings of a return, whatever their order, and over what `about` counts.

    `about` is the manifest or the receipt, `relation` names where the rows of a table stand.
    """
    whole = hashlib.sha256(json.dumps([about[name] for name in COUNTED], sort_keys=True).encode())
    contents = {model.info.name: columns_of(model) for model in payload_tables()}
    for name, columns in {**contents, "finding": list(FINDINGS)}.items():
        whole.update(f"\n{name} {_rows_digest(connection, relation(name), columns)}".encode())
    return whole.hexdigest()


def _rows_digest(connection: duckdb.DuckDBPyConnection, relation: str, columns: list[str]) -> str:
    """SHA-256 over the sorted digests of the rows, each written as a JSON list of texts."""
    texts = ", ".join(f"r.{column}::VARCHAR" for column in columns)
    rows = connection.execute(f"SELECT sha256(to_json([{texts}])::VARCHAR) AS digest FROM {relation} AS r ORDER BY ALL")
    digest = hashlib.sha256()
    for batch in rows.to_arrow_reader(_BATCH):
        digest.update("".join(batch.column(0).to_pylist()).encode())
    return digest.hexdigest()
