"""The accepted rows of a return in the latest version: `kept_T`, whatever version the return was sent in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mds.validate.contexts import make_contexts
from mds_schemas.upgrade import upgrade
from mds_schemas.versions import LATEST, Version

if TYPE_CHECKING:
    import duckdb

    from mds.validate.returns import Validation


def keep_accepted(connection: duckdb.DuckDBPyConnection, validation: Validation, phase_scheme: str) -> list[str]:
    """Make `kept_T` for every table of the latest version; returns the loss notes of the mapping.

    `phase_scheme` is the network's, for the colours of version 1.0.
    """
    version = validation.intake.version
    if version is LATEST:
        for name in LATEST.tables:
            connection.execute(f"CREATE VIEW kept_{name} AS SELECT * FROM {name}")
        return []
    tables = {name: _columns(connection, version, name) for name in version.tables}
    if phase_scheme:
        tables["header"]["phase_scheme"] = [phase_scheme]
    upgraded = upgrade(tables)
    for name in LATEST.tables:
        _load(connection, name, upgraded.tables.get(name, {}))
    make_contexts(connection, "kept_{}")
    return upgraded.notes


def _columns(connection: duckdb.DuckDBPyConnection, version: Version, name: str) -> dict[str, list[Any]]:
    """The accepted rows of one table as columns, with what was derived."""
    table = connection.execute(f"SELECT * EXCLUDE (src, line) FROM {name} ORDER BY row_id").to_arrow_table()
    columns: dict[str, list[Any]] = table.to_pydict()
    return columns


def _load(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[Any]]) -> None:
    """`kept_T` from upgraded columns, with the types of the latest version."""
    import pyarrow as pa

    wanted = {field: column.kind.sql for field, column in LATEST.tables[name].columns().items()}
    wanted |= (
        {"region_code": "VARCHAR"} if name == "child" else {"derived_group": "VARCHAR"} if name == "condition" else {}
    )
    rows = len(next(iter(columns.values()), []))
    arrow = pa.table({field: columns.get(field, [None] * rows) for field in ("row_id", *wanted)})
    connection.register("upgraded", arrow)
    chosen = ", ".join(f"CAST({field} AS {sql}) AS {field}" for field, sql in wanted.items())
    connection.execute(f"CREATE TABLE kept_{name} AS SELECT CAST(row_id AS BIGINT) AS row_id, {chosen} FROM upgraded")
    connection.unregister("upgraded")
