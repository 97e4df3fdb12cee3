"""How completely fields are filled in that are to be sent where they are known, in the returns for the period.

A field is asked about when more than MOST_BLANK of at least FEW rows are without it, a date when nearly all are. Where the
providers together leave out as much, and more than half of them do, the network is named in place of each of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from mds_schemas.versions import VERSIONS
from mds_validators.expectations.check import Check
from mds_validators.expectations.limits import FEW, MOST_BLANK, MOST_BLANK_DATES
from mds_validators.expectations.stored import StoredColumn, StoredTable, accepted, texts


def checks(tables: Iterable[StoredTable]) -> tuple[Check, ...]:
    """One check for each table with such fields."""
    return tuple(
        Check(
            f"GX{table.number}050Q", "warning", f"{table.title}: completeness",
            f"Fields that are to be sent where they are known are blank in more than {MOST_BLANK:.0%} of the rows, or dates in "
            "nearly all. Ask whether they are not known, or not exported.",
            _query(table, required),
        )
        for table in tables
        if (required := [column for column in table.columns if column.required_in])
    )  # fmt: skip


def _query(table: StoredTable, required: list[StoredColumn]) -> str:
    names = ", ".join(column.name for column in required)
    counted = ", ".join(_counted(column) for column in required)
    return f"""
        WITH filled AS (
            SELECT provider_code, field, told.blanks AS blanks, told.of_rows AS of_rows, told.most AS most
            FROM (UNPIVOT (
                SELECT provider_code, {counted} FROM {accepted(table, "=")} GROUP BY provider_code
            ) ON {names} INTO NAME field VALUE told)
        ), network AS (
            SELECT field, sum(blanks)::BIGINT AS blanks, sum(of_rows) AS of_rows,
                count(*) > 1 AND sum(blanks) > max(most) * sum(of_rows)
                    AND 2 * count(*) FILTER (blanks > most * of_rows) > count(*) FILTER (of_rows > 0) AS blank
            FROM filled GROUP BY field
        )
        SELECT provider_code, field, filled.blanks AS rows FROM filled JOIN network USING (field)
        WHERE NOT blank AND filled.of_rows >= {FEW} AND filled.blanks > most * filled.of_rows
        UNION ALL
        SELECT NULL, field, blanks FROM network WHERE blank AND of_rows >= {FEW}
    """


def _counted(column: StoredColumn) -> str:
    """SQL: of the rows of a provider how many are blank, of how many, in the versions that ask for the field, and the share
    that may be."""
    asked = "true"
    if set(column.required_in) != set(VERSIONS):
        asked = f"schema_version IN ({texts(column.required_in)})"
    blanks = f"count(*) FILTER ({column.name} IS NULL AND {asked})"
    most = MOST_BLANK_DATES if column.type in ("DATE", "TIMESTAMP") else MOST_BLANK
    return f"{{'blanks': {blanks}, 'of_rows': count(*) FILTER ({asked}), 'most': {most}::DOUBLE}} AS {column.name}"
