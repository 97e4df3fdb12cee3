"""What a return holds, as a number: the digest that its receipt carries and that anyone with the store can make again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mds.payload import payload_columns
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


def content_digest(
    connection: duckdb.DuckDBPyConnection,
    about: dict[str, Any],
    models: Iterable[type[Table]],
    relation: Callable[[str], str],
    findings: Iterable[str] = FINDINGS,
) -> str:
    """The method, and a digest over the rows and findings of a return, whatever their order, and what `about` counts.

    `about` is the manifest or the receipt, `models` are the tables that may hold rows, `relation` names where the rows
    of a table stand, `findings` are the columns of a finding that count. A table without rows adds nothing, so a new
    table of the standard leaves older digests as they are.
    """
    whole = hashlib.sha256(json.dumps([about[name] for name in COUNTED], sort_keys=True).encode())
    contents = {model.info.name: columns_of(model) for model in models}
    for name, columns in {**contents, "finding": list(findings)}.items():
        rows, *sums = _rows_digest(connection, relation(name), columns)
        if rows:
            whole.update(f"\n{name} {rows} {sums}".encode())
    return f"{digest_method()}:{whole.hexdigest()}"


def _rows_digest(connection: duckdb.DuckDBPyConnection, relation: str, columns: list[str]) -> tuple[int, ...]:
    """How many rows, and two sums made of the 64-bit hash of each row: a sorted list of a million digests took seconds.

    What changes rows by accident or by hand is found so; the receipt's signature is what stops forgers.
    """
    row = connection.execute(
        "SELECT count(*), sum(row_hash::HUGEINT), sum(hash(row_hash, 'again')::HUGEINT)"
        f" FROM (SELECT hash({', '.join(f'r.{column}' for column in columns)}) AS row_hash FROM {relation} AS r)"
    ).fetchone()
    return row or (0,)
