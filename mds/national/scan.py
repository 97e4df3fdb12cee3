"""The last look before anything leaves a region (rule CP950040): no text of an extract may look like a postcode, an NHS number
or a date of birth, and no column may have the name of a field that stays with the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mds.duck import connect, literal
from mds.failures import NotPermitted
from mds_schemas.versions import LATEST
from mds_validators.expectations.nation import identifying

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_ORGANISATIONS_OWN = frozenset({"charity_number", "cqc_provider_id", "public_phone", "website"})
"""Columns of organisations, each of a form of its own, whose numbers may look like an NHS number and are no child's."""


def must_not_leave() -> frozenset[str]:
    """The fields about children that are dropped on the way to the nation, or keyed, which counts have no use for."""
    return frozenset(
        name for model in LATEST.tables.values() for name, column in model.columns().items()
        if model.info.number.startswith("M") and column.item.national.startswith(("drop", "key"))
    )  # fmt: skip


def scan(tables: Mapping[str, pa.Table], said: str = "") -> None:
    """Raises NotPermitted, which names columns and providers, where a table, or what was said besides, holds what must not
    leave."""
    forbidden = must_not_leave()
    found = [
        f"{name}.{column}" for name, table in tables.items() for column in table.column_names if column in forbidden
    ]
    with connect() as connection:
        found += _strange(connection, tables, said)
    if found:
        raise NotPermitted(
            f"CP950040: the extract would hold what looks like identifying data ({', '.join(sorted(found))}). Nothing was "
            "written. Let these providers send what is named again without it."
        )


def _strange(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], said: str) -> list[str]:
    """Where a text looks identifying: table, column and provider."""
    texts = [f"SELECT NULL AS provider_code, 'the reason given' AS field, {literal(said)} AS said, 1 AS rows"]
    for name, table in tables.items():
        connection.register(name, table)
        whose = "provider_code" if "provider_code" in table.column_names else "NULL"
        texts += [
            f"SELECT {whose} AS provider_code, {literal(f'{name}.{column.name}')} AS field, {column.name} AS said,"
            f" count(*) AS rows FROM {name} WHERE {column.name} IS NOT NULL GROUP BY ALL"
            for column in table.schema
            if str(column.type) == "string" and column.name not in _ORGANISATIONS_OWN
        ]
    rows = connection.execute(identifying(" UNION ALL ".join(texts))).fetchall()
    return [f"{field} of {provider}" if provider else str(field) for provider, field, _ in rows]
