"""Rows of a return before they are written: field name → value. Which of them a table takes, its schema says."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache

from mds_schemas.versions import VERSIONS, Version

Value = str | int | Decimal | date | datetime | time | None
Row = dict[str, Value]


@cache
def _known(table: str) -> frozenset[str]:
    models = (version.tables[table] for version in VERSIONS.values() if table in version.tables)
    return frozenset(name for model in models for name in model.columns())


@cache
def sent_fields(version: str, table: str) -> tuple[str, ...]:
    """The fields of a table that a provider sends, in the order of the standard."""
    return tuple(name for name, column in VERSIONS[version].tables[table].columns().items() if column.sent)


def fit(version: Version, table: str, row: Row) -> Row:
    """The row with every field that the version's table takes, in the order of the standard.

    Raises KeyError for a field that no version knows, so that a slip in a name cannot go unnoticed.
    """
    if not row.keys() <= _known(table):
        raise KeyError(f"{table} has no field {sorted(row.keys() - _known(table))}")
    return {name: row.get(name) for name in sent_fields(version.number, table)}
