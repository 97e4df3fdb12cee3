"""From accepted rows to what leaves the provider: a payload without identity and an envelope of match-keys.

The two are joined only by a random handle, one for each child of this return.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mds.keys import Key
from mds.payload import PayloadColumn, payload_columns, payload_tables
from mds.pseudonymise.tokens import local_tokens, match_keys, padded_sql
from mds.validate.contexts import joins
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

HANDLE = "handle"

CHUNK_ROWS = 122_880
"""Rows of a chunk of an Arrow table: as many as DuckDB gives to one thread, which scans no chunk with two."""


@dataclass
class Outgoing:
    """Payload tables (child rows carry a handle) and the envelope (handle, match-key), as Arrow tables.

    A table without rows does not travel.
    """

    tables: dict[str, pa.Table] = field(default_factory=dict)
    envelope: pa.Table | None = None
    stage1_key: str = ""


def pseudonymise(
    connection: duckdb.DuckDBPyConnection, provider_key: Key, stage1: Key, use: tuple[str, str]
) -> Outgoing:
    """Apply every field's treatment to the rows `kept_T`. `use` is network and provider, and separates the keys."""
    outgoing = Outgoing(stage1_key=stage1.key_id)
    _make_handles(connection)
    for table in _filled(connection):
        columns = payload_columns(LATEST.tables[table])
        # `execute` would make the rows on one thread.
        rows = connection.sql(_select(table, columns)).to_arrow_table(CHUNK_ROWS)
        for column in columns:
            if column.keyed:
                place = rows.column_names.index(column.name)
                tokens = local_tokens(rows.column(place), provider_key, *use, column.field)
                rows = rows.set_column(place, column.name, tokens)
        outgoing.tables[table] = rows
    outgoing.envelope = _envelope(connection, stage1, use[0])
    return outgoing


def _filled(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables that hold accepted rows."""
    names = [model.info.name for model in payload_tables()]
    row = connection.execute(f"SELECT {', '.join(f'EXISTS (FROM kept_{name})' for name in names)}").fetchone()
    return [name for name, filled in zip(names, row or (), strict=True) if filled]


def _make_handles(connection: duckdb.DuckDBPyConnection) -> None:
    import pyarrow as pa

    children = connection.execute("SELECT local_patient_id FROM kept_child ORDER BY row_id").to_arrow_table()[0]
    handles = pa.array([secrets.token_hex(16) for _ in range(len(children))], pa.string())
    connection.register("made", pa.table({"local_patient_id": children, HANDLE: handles}))
    connection.execute(f"CREATE TABLE child_{HANDLE} AS SELECT * FROM made")
    connection.unregister("made")


def _select(table: str, columns: tuple[PayloadColumn, ...]) -> str:
    """SQL for the payload of one table: treatments applied, local numbers as their tokens are made of them."""
    joined = [joins(LATEST, table, " ".join(column.sql for column in columns))]
    chosen = [f"{padded_sql(column.sql) if column.keyed else column.sql} AS {column.name}" for column in columns]
    if table == "child":
        joined.append(f"LEFT JOIN child_{HANDLE} AS h ON h.local_patient_id = child.local_patient_id")
        chosen.insert(0, f"h.{HANDLE} AS {HANDLE}")
    return f"SELECT {', '.join(chosen)} FROM kept_{table} AS {table} {' '.join(joined)}"


def _envelope(connection: duckdb.DuckDBPyConnection, stage1: Key, network: str) -> pa.Table:
    """Handle and match-key of every child with an NHS number, in random order."""
    import pyarrow as pa

    rows = connection.execute(
        f"SELECT h.{HANDLE}, c.nhs_number FROM kept_child AS c JOIN child_{HANDLE} AS h USING (local_patient_id)"
        f" WHERE c.nhs_number IS NOT NULL ORDER BY h.{HANDLE}"
    ).fetchall()
    keys = match_keys([number for _, number in rows], stage1, network)
    return pa.table(
        {HANDLE: pa.array([handle for handle, _ in rows], pa.string()), "match_key": pa.array(keys, pa.string())}
    )
