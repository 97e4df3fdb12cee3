"""What the checks are told of the store's tables, and the SQL that they have in common.

Which columns a field becomes in the store is decided where returns are pseudonymised, so whoever runs the checks describes
the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mds_schemas.versions import Part


@dataclass(frozen=True)
class StoredColumn:
    """A column of a data table: its name, its SQL type, and what its values may be."""

    name: str
    type: str
    allowed: str = ""
    """The pattern of its texts. Empty for free texts and a provider's own codes."""
    listed: bool = False
    """The pattern is that of the codes of a list."""
    least: int | None = None
    greatest: int | None = None
    holds: str = ""
    """SQL that is true of every row with a value that was treated as it should be."""
    mandatory_in: tuple[str, ...] = ()
    """The versions of the data set in which no row is without it."""
    required_in: tuple[str, ...] = ()
    """Those in which it is to be sent where it is known."""


@dataclass(frozen=True)
class StoredTable:
    """A data table of the store."""

    name: str
    title: str
    number: str
    """Its number in the standard, with Q for questionnaires: 101, Q102."""
    part: Part
    key: tuple[str, ...]
    columns: tuple[StoredColumn, ...]
    origin: tuple[StoredColumn, ...]
    """The columns that tell of the return that a row came with."""
    kept_back: tuple[str, ...]
    """Fields of the standard that must not be stored as they are."""


def accepted(table: StoredTable, period: str = "<=") -> str:
    """SQL: the rows of a table that belong to returns which count, up to the period or (with "=") for it."""
    return f"""
        (FROM {table.name} SEMI JOIN (
            SELECT receipt_id FROM receipt JOIN period ON receipt.rp_start {period} period.rp_start
            WHERE list_contains(string_split(counts_for, ';'), '{table.part}')
        ) USING (receipt_id))
    """


def tallied(relation: str, conditions: Mapping[str, str]) -> str:
    """SQL: for each provider and field, how many rows fulfil the field's condition. One scan for all fields."""
    counted = ", ".join(f"count(*) FILTER ({condition}) AS {name}" for name, condition in conditions.items())
    return f"""
        SELECT provider_code, field, rows
        FROM (UNPIVOT (SELECT provider_code, {counted} FROM {relation} GROUP BY provider_code)
            ON {", ".join(conditions)} INTO NAME field VALUE rows)
        WHERE rows > 0
    """


def texts(values: tuple[str, ...]) -> str:
    """SQL: texts with commas between them."""
    return ", ".join(map(text, values))


def text(value: str) -> str:
    """SQL: one text."""
    return "'" + value.replace("'", "''") + "'"


def strange(column: StoredColumn) -> str:
    """SQL: whether a text is none of those that its column takes. DuckDB tries a pattern once for each distinct text."""
    return f"NOT regexp_full_match({column.name}, {text(column.allowed)})"
