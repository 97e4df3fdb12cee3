"""The rows that a row names: its referral, its child, that child's death, and the header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mds_schemas.versions import Version

if TYPE_CHECKING:
    import duckdb

_KEYS = {"child": "local_patient_id", "referral": "referral_id", "death": "local_patient_id"}


def make_contexts(connection: duckdb.DuckDBPyConnection) -> None:
    """`one_T`: for each key one accepted row of the tables that others name."""
    for name, key in _KEYS.items():
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE one_{name} AS SELECT * FROM {name}"
            f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY row_id) = 1"
        )


def joins(version: Version, table: str, sql: str) -> str:
    """The joins that bring in the rows which `sql`, an expression on a row of `table`, names."""
    named = {name for name in _KEYS if name != table and re.search(rf"\b{name}\.", sql)}
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
