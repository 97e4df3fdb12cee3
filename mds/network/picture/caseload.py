"""The children on the network's caseloads at the census date, by who they are and what they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table

if TYPE_CHECKING:
    import duckdb

_PROVIDERS = "count(DISTINCT provider_code)"


def by(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, column: str, note: str, *, field: str, order: str = ""
) -> FigureTable:
    """Children on the caseload by one attribute: how many, of how many, known to how many providers."""
    return table(
        connection, name, title, note,
        f"""
        SELECT coalesce({column}::VARCHAR, 'not known') AS {name}, count(DISTINCT person_key) AS children,
            (SELECT count(*) FROM caseload) AS of_children, {_PROVIDERS} AS providers
        FROM caseload JOIN known_at USING (person_key)
        GROUP BY 1 ORDER BY {order or 1} NULLS LAST
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")}, fields=(field,),
              chart=Chart("bars", name, "children", unit="children")),
    )  # fmt: skip


@answers(1, 16)
def by_age(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by age band, with the babies who are not born yet."""
    return by(
        connection, "age", "Children by age", "CASE WHEN age_months IS NULL AND expected_delivery_month IS NOT NULL"
        " THEN 'not born yet' ELSE band END",
        "Age in whole years at the census date.", field="child.age_months", order="any_value(first_age)",
    )  # fmt: skip


@answers(9)
def by_sex(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by sex."""
    return by(connection, "sex", "Children by sex", "sex", "As recorded; 9 is indeterminate.", field="child.sex")


ALL: tuple[Making, ...] = (by_age, by_sex)
