"""Whether the store holds what the schema allows: kinds of values, code lists, mandatory fields, keys, table by table.

Every value was checked before it came in, so what these find was changed in the store, or let in by a fault of the program.
The rows of all returns that count, up to the period, are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mds_schemas.versions import VERSIONS
from mds_validators.expectations.check import Check
from mds_validators.expectations.stored import StoredColumn, StoredTable, accepted, strange, tallied, text, texts

_RESTORE = "Restore the store from its backup, or take in these providers' returns anew."


def checks(tables: Iterable[StoredTable]) -> tuple[Check, ...]:
    """The checks of all tables."""
    tables = tuple(tables)
    return (_columns(tables), *(check for table in tables for check in _of_table(table)))


def _of_table(table: StoredTable) -> Iterator[Check]:
    kinds = {column.name: wrong for column in table.columns if (wrong := _of_another_kind(column))}
    if kinds:
        yield Check(
            f"GX{table.number}010", "error", f"{table.title}: kinds of values",
            f"Values in the store are out of range, of another form, or too exact. {_RESTORE}",
            tallied(accepted(table), kinds),
        )  # fmt: skip
    listed = {column.name: strange(column) for column in table.columns if column.listed}
    if listed:
        yield Check(
            f"GX{table.number}020", "error", f"{table.title}: code lists",
            f"Codes in the store are not on their list. {_RESTORE}", tallied(accepted(table), listed),
        )  # fmt: skip
    mandatory = {column.name: _missing(column) for column in table.columns if column.mandatory_in}
    yield Check(
        f"GX{table.number}030", "error", f"{table.title}: mandatory fields",
        f"Rows in the store are without a field that must be filled in. {_RESTORE}", tallied(accepted(table), mandatory),
    )  # fmt: skip
    yield Check(
        f"GX{table.number}040", "error", f"{table.title}: keys",
        f"One return has several rows with the same key in the store, so that they count twice. {_RESTORE}", _keys(table),
    )  # fmt: skip


def _columns(tables: Iterable[StoredTable]) -> Check:
    expected = ", ".join(
        f"({text(table.name)}, {text(column.name)}, {text(column.type)})"
        for table in tables
        for column in (*table.origin, *table.columns)
    )
    return Check(
        "GX000010", "error", "Columns of the store",
        "A column of the store is missing, is not known, or is of another type than the schema says. "
        "Restore the store from its backup, or bring it up to date with mds doctor --upgrade.",
        f"""
        WITH expected(tbl, name, type) AS (VALUES {expected}), stored AS (
            SELECT table_name AS tbl, column_name AS name, data_type AS type FROM duckdb_columns()
            WHERE database_name = current_database() AND table_name IN (SELECT tbl FROM expected)
        )
        SELECT NULL::VARCHAR AS provider_code, tbl || '.' || name AS field, NULL::BIGINT AS rows
        FROM (SELECT * FROM expected UNION ALL SELECT * FROM stored)
        GROUP BY tbl, name HAVING count(*) <> 2 OR min(type) <> max(type)
        """,
    )  # fmt: skip


def _of_another_kind(column: StoredColumn) -> str:
    """SQL: whether a value is none that its field takes; empty where nothing can be wrong with it."""
    wrong = []
    if column.least is not None:
        wrong.append(f"{column.name} NOT BETWEEN {column.least} AND {column.greatest}")
    if column.allowed and not column.listed:
        wrong.append(strange(column))
    if column.holds:
        wrong.append(f"{column.name} IS NOT NULL AND ({column.holds}) IS NOT TRUE")
    return " OR ".join(wrong)


def _missing(column: StoredColumn) -> str:
    blank = f"{column.name} IS NULL"
    if set(column.mandatory_in) == set(VERSIONS):
        return blank
    return f"{blank} AND schema_version IN ({texts(column.mandatory_in)})"


def _keys(table: StoredTable) -> str:
    """Rows beyond the first of each key. A key with a blank part is none. Hashes are compared first, which are shorter."""
    key = ", ".join(table.key)
    rows = f"{accepted(table)} WHERE {' AND '.join(f'{name} IS NOT NULL' for name in table.key)}"
    return f"""
        WITH twice AS (SELECT hash(receipt_id, {key}) AS hashed FROM {rows} GROUP BY hashed HAVING count(*) > 1)
        SELECT provider_code, {text(key)} AS field, sum(copies)::BIGINT AS rows
        FROM (
            SELECT provider_code, count(*) - 1 AS copies FROM {rows} AND hash(receipt_id, {key}) IN (FROM twice)
            GROUP BY receipt_id, provider_code, {key} HAVING count(*) > 1
        ) GROUP BY provider_code
    """
