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


def columns_of(model: type[Table]) -> list[str]:
    """The columns of a data table that hold content. Handles are random and left out."""
    own = [column.name for column in payload_columns(model)]
    return ["person_token", *own] if model.info.name == "child" else own


def digest_method() -> str:
    """How digests are made here. Only those made in the same way can be compared: DuckDB may hash otherwise one day."""
    import duckdb

    return f"duckdb-{duckdb.__version__}"


def content_digest(connection: duckdb.DuckDBPyConnection, about: dict[str, Any], relation: Callable[[str], str]) -> str:
    """The method, and a digest over the rows and findings of a return, whatever their order, and what `about` counts.

    `about` is the manifest or the receipt, `relation` names where the rows of a table stand.
    """
    whole = hashlib.sha256(json.dumps([about[name] for name in COUNTED], sort_keys=True).encode())
    contents = {model.info.name: columns_of(model) for model in payload_tables()}
    for name, columns in {**contents, "finding": list(FINDINGS)}.items():
        whole.update(f"\n{name} {_rows_digest(connection, relation(name), columns)}".encode())
    return f"{digest_method()}:{whole.hexdigest()}"


def _rows_digest(connection: duckdb.DuckDBPyConnection, relation: str, columns: list[str]) -> str:
    """How many rows, and two sums of 64-bit hashes of each row: a sorted list of a million digests took seconds."""
    forwards, backwards = (", ".join(f"r.{column}" for column in order) for order in (columns, columns[::-1]))
    row = connection.execute(
        f"SELECT count(*), sum(hash({forwards})::HUGEINT), sum(hash({backwards}, 'again')::HUGEINT) FROM {relation} AS r"
    ).fetchone()
    return str(row)
