"""What an extract holds of the services: the questionnaires in force, field by field, without texts that are not public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.failures import UsageFailure
from mds.services.in_force import prepare
from mds_schemas.contact_details import LEFT_OUT, is_mobile, leads_to_a_person
from mds_schemas.table import Column
from mds_schemas.types import Text
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pyarrow as pa

    from mds.home import Home


def service_tables(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date) -> dict[str, pa.Table]:
    """Table of the standard → its rows of the questionnaires in force; none where nobody sent one."""
    try:
        prepare(connection, home, rp_start)
    except UsageFailure:
        return {}
    return {
        name: _rows(connection, name, model.columns())
        for name, model in LATEST.tables.items()
        if model.info.number.startswith("Q")
    }


def _rows(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Column]) -> pa.Table:
    import pyarrow as pa

    kept = [f"t.{field}" for field, column in columns.items() if _may_leave(column) and field != "provider_code"]
    found = connection.execute(
        f"SELECT t.provider_code, q.rp_start AS questionnaire_of, {', '.join(kept)}"
        f" FROM {name} AS t JOIN questionnaire AS q USING (receipt_id, provider_code) ORDER BY ALL"
    ).to_arrow_table()
    for field, column in columns.items():
        if field in found.column_names and column.item.public and column.kind.sql == "VARCHAR":
            place = found.column_names.index(field)
            found = found.set_column(
                place, field, pa.array(map(_of_nobody, found.column(field).to_pylist()), pa.string())
            )
    return found


def _of_nobody(text: str | None) -> str | None:
    """A public text without one that leads to a person, as the directory shows it."""
    return LEFT_OUT if text and (leads_to_a_person(text) or is_mobile(text)) else text


def _may_leave(column: Column) -> bool:
    """A text that somebody wrote leaves only where the standard makes it public."""
    return bool(column.item.public) or not isinstance(column.kind, Text)
