"""How completely the fields of the rows about children are filled in, by provider, period and field."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import MADE_OF, FigureTable, Making, Shape, answers, table
from mds.network.quality.judged import ASKED, Judged, children_tables, judged_fields
from mds_schemas.versions import VERSIONS

if TYPE_CHECKING:
    import duckdb

MADE_OF["completeness"] = tuple(model.info.name for model in children_tables())

STORED = (
    "A field is judged in the form in which the store has it: a birth or death by its month, an NHS number by whether it came "
    "with the child, a postcode by whether the postcode directory that the provider used lists it. Conditional fields are not "
    "judged: whether a row should have one depends on its other fields, and is for the rules. "
    "Rows of tables that the version of a return does not have, which were made of its other fields, are not judged either."
)
DEFAULTS = (
    "Of the rows of the period in which a coded field is filled in: those with a code that says that nothing is known, not "
    "stated or not yet decided. Such a code can be the truth, such as X as the sex of a child that is not yet born; a provider "
    "far above the median of the network may be using it as a filler."
)
_SCORED = f"requirement IN {ASKED}"


def prepare_completeness(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `completeness(provider_code, rp_start, tbl, field, requirement, filled, stated, rows)` of this period and those
    before, in one scan of each table. Filled is what is not blank, stated what is no default code either."""
    scans = " UNION ALL ".join(
        _scan(name, list(fields)) for name, fields in groupby(judged_fields(), key=lambda field: field.table)
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE completeness AS {scans}")


def _scan(name: str, fields: list[Judged]) -> str:
    counted = ", ".join(
        f"{{'field': '{field.field}', 'requirement': '{field.requirement}', 'filled': count({field.column}),"
        f" 'stated': count(*) FILTER ({field.stated})}}"
        for field in fields
    )
    having = ", ".join(f"'{version.number}'" for version in VERSIONS.values() if name in version.tables)
    return f"""
        SELECT provider_code, rp_start, '{name}' AS tbl, unnest(fields, recursive := true), rows
        FROM (
            SELECT provider_code, rp_start, count(*) AS rows, [{counted}] AS fields FROM {name}
            WHERE rp_start <= (SELECT rp_start FROM period) AND schema_version IN ({having}) GROUP BY provider_code, rp_start
        )
    """


@answers(121)
def completeness_by_field(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """How many rows of each provider state a value, for each mandatory and required field."""
    return table(
        connection, "completeness_by_field", "Completeness by field",
        "Mandatory fields, and those that are required when the answer is known, in the accepted rows of the period. A blank "
        "states nothing, nor does a code that says that nothing is known; a row with such a code is filled all the same. The "
        f"median is that of the providers with rows in the table. {STORED}",
        f"""
        SELECT provider_code, tbl AS table_name, field, requirement, filled, stated, rows,
            round(median(100 * stated / rows) OVER by_field, 1) AS network_median, count(*) OVER by_field AS providers
        FROM completeness JOIN period USING (rp_start) WHERE {_SCORED}
        WINDOW by_field AS (PARTITION BY tbl, field) ORDER BY provider_code, tbl, field
        """,
        Shape(("filled", "stated", "rows"), {"share": share("stated", "rows")}, rough=("network_median",)),
    )  # fmt: skip


@answers(121)
def completeness_map(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """How completely each provider fills in each table."""
    return table(
        connection, "completeness_map", "Completeness by provider and table",
        "Of all cells of mandatory and required fields in the accepted rows of the period, those that state a value. A blank "
        f"states nothing, nor does a code that says that nothing is known. {STORED}",
        f"""
        SELECT provider_code, tbl AS table_name, sum(stated)::BIGINT AS stated, sum(rows)::BIGINT AS of_cells,
            round(median(100 * sum(stated) / sum(rows)) OVER (PARTITION BY tbl), 1) AS network_median,
            count(*) OVER (PARTITION BY tbl) AS providers
        FROM completeness JOIN period USING (rp_start) WHERE {_SCORED}
        GROUP BY provider_code, tbl ORDER BY list_position({list(MADE_OF["completeness"])}, tbl), provider_code
        """,
        Shape(("stated", "of_cells"), {"share": share("stated", "of_cells")}, rough=("network_median",),
              chart=Chart("heat", "provider_code", "share", by="table_name", unit="% of the cells")),
    )  # fmt: skip


@answers(121)
def defaults(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """How often a code that says that nothing is known stands in each coded field."""
    listed = ", ".join(
        f"('{field.table}', '{field.field}', '{';'.join(field.defaults)}')"
        for field in judged_fields()
        if field.defaults
    )
    return table(
        connection, "default_codes", "Default codes",
        f"{DEFAULTS} The median is that of the providers that fill the field in.",
        f"""
        SELECT provider_code, tbl AS table_name, field, codes, filled - stated AS default_codes, filled AS of_filled,
            round(median(100 * (filled - stated) / filled) OVER by_field, 1) AS network_median,
            count(*) OVER by_field AS providers
        FROM completeness JOIN period USING (rp_start) JOIN (VALUES {listed}) AS known(tbl, field, codes) USING (tbl, field)
        WHERE filled > 0
        WINDOW by_field AS (PARTITION BY tbl, field) ORDER BY provider_code, tbl, field
        """,
        Shape(("default_codes", "of_filled"), {"share": share("default_codes", "of_filled")}, rough=("network_median",)),
    )  # fmt: skip


ALL: tuple[Making, ...] = (completeness_by_field, completeness_map, defaults)
