"""The rows that a row names: its referral, its child, that child's death, and the header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mds_schemas.versions import Version

if TYPE_CHECKING:
    import duckdb

CONTEXTS = {"child": "local_patient_id", "referral": "referral_id", "death": "local_patient_id"}
"""The tables whose rows others name, and by what."""


def make_contexts(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """`one_T`: for each key the first row of the tables that others name. `rows` is the form of their names, such as
    `kept_{}`."""
    for name, key in CONTEXTS.items():
        table = rows.format(name)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE one_{name} AS SELECT * FROM {table}"
            f" WHERE row_id IN (SELECT min(row_id) FROM {table} GROUP BY {key})"
        )


def joins(version: Version, table: str, sql: str) -> str:
    """The joins that bring in the rows which `sql`, an expression on a row of `table`, names."""
    named = {name for name in CONTEXTS if name != table and re.search(rf"\b{name}\.", sql)}
    parts = ["CROSS JOIN ret"]
    child_key = f"{table}.local_patient_id"
    if version.tables[table].info.parent == "referral" and named:
        parts.append(f"LEFT JOIN one_referral AS referral ON referral.referral_id = {table}.referral_id")
        child_key = "referral.local_patient_id"
    parts.extend(
        f"LEFT JOIN one_{name} AS {name} ON {name}.local_patient_id = {child_key}"
        for name in ("child", "death")
        if name in named
    )
    return " ".join(parts)
