"""The store's data tables, described for the checks: what each field became in the store and what may stand there."""

from __future__ import annotations

from functools import cache
from typing import Any

from mds.payload import PayloadColumn, payload_columns, payload_tables
from mds.store.origin import ORIGIN
from mds_schemas.table import Requirement, Table
from mds_schemas.versions import VERSIONS, part_of
from mds_validators.expectations.stored import StoredColumn, StoredTable

_OF_A_CHILD = (
    StoredColumn("handle", "VARCHAR", allowed="[0-9a-f]{32}", mandatory_in=tuple(VERSIONS)),
    StoredColumn("person_token", "VARCHAR", allowed="[A-Za-z0-9-]{1,40}:[0-9a-f]{32}"),
)
_DAYS = ("rp_start", "rp_end")
_ORIGIN = tuple(StoredColumn(name, "DATE" if name in _DAYS else "VARCHAR") for name in ORIGIN)


@cache
def stored_tables() -> tuple[StoredTable, ...]:
    """All data tables of the store, in the order of the standard."""
    return tuple(map(_stored, payload_tables()))


def _stored(model: type[Table]) -> StoredTable:
    info = model.info
    columns = tuple(_column(model, column) for column in payload_columns(model))
    more = _OF_A_CHILD if info.name == "child" else ()
    known = {
        name
        for version in VERSIONS.values()
        if info.name in version.tables
        for name in version.tables[info.name].columns()
    }
    return StoredTable(
        info.name, info.title, info.rule_prefix.removeprefix("CP"), part_of(model), info.key, (*more, *columns), _ORIGIN,
        tuple(sorted(known - {column.name for column in columns} - {*ORIGIN})),
    )  # fmt: skip


def _column(model: type[Table], column: PayloadColumn) -> StoredColumn:
    schema = model.columns()[column.field].kind.json_schema() if column.name == column.field else {}
    first = next(other for other in payload_columns(model) if other.field == column.field) is column
    return StoredColumn(
        column.name, column.type, column.allowed, "enum" in schema.get("items", schema),
        schema.get("minimum"), schema.get("maximum"), _holds(column, schema),
        _versions(model, column.field, "mandatory") if first else (),
        _versions(model, column.field, "required") if first else (),
    )  # fmt: skip


def _holds(column: PayloadColumn, schema: dict[str, Any]) -> str:
    step = schema.get("multipleOf")
    return f"{column.name} % {step} = 0" if step else column.must


def _versions(model: type[Table], field: str, requirement: Requirement) -> tuple[str, ...]:
    """The versions that ask for a field in this way. A field that becomes several columns is asked for by the first."""
    return tuple(
        number
        for number, version in VERSIONS.items()
        if (table := version.tables.get(model.info.name))
        and (column := table.columns().get(field))
        and column.item.requirement == requirement
    )
