"""The data-quality mark of a table: how far what it says can rest on what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING

from mds.figures.table import FigureTable
from mds.network.quality.judged import field_of

if TYPE_CHECKING:
    import duckdb

GOOD, FAIR, STEP = 90, 80, 5
"""From so many per cent a mark is good, or fair; below it is poor."""
FORMULA = (
    "The share of the commissioned providers with an accepted return for the period, times the completeness of the least "
    f"complete of the fields that the table rests on, over all providers together. It is good from {GOOD}%, fair from {FAIR}% "
    f"and poor below, in steps of {STEP}, rounded down. Fields that are not judged take nothing away."
)


@dataclass(frozen=True)
class Standing:
    """What the marks of a period are worked out of, each a share from 0 to 1."""

    coverage: float
    fields: Mapping[str, float]
    """Completeness of each field, as table.field, over all providers."""

    def mark(self, *fields: str) -> str:
        """The mark of what rests on these fields: "good, 97%"."""
        known = [self.fields[field] for field in map(field_of, fields) if field in self.fields]
        reached = STEP * floor((100 * self.coverage * min(known, default=1.0) + 1e-9) / STEP)
        return f"{'good' if reached >= GOOD else 'fair' if reached >= FAIR else 'poor'}, {reached}%"


def standing(connection: duckdb.DuckDBPyConnection) -> Standing:
    """What the relations of the period say: `commissioned`, `sending` and `completeness`."""
    covered = connection.execute(
        """
        WITH came AS (SELECT provider_code FROM sending JOIN period USING (rp_start) WHERE part = 'MDS' AND counts)
        SELECT count(*), count(*) FILTER (provider_code IN (FROM came)) FROM commissioned
        """
    ).fetchall()[0]
    fields = connection.execute(
        "SELECT tbl || '.' || field, sum(stated) / sum(rows) FROM completeness JOIN period USING (rp_start) GROUP BY ALL"
    ).fetchall()
    return Standing(covered[1] / covered[0] if covered[0] else 0.0, dict(fields))


def marked(table: FigureTable, found: Standing) -> FigureTable:
    """The same table with its mark in one more column, `quality`. The last thing that is done with a table."""
    mark = found.mark(*table.shape.fields)
    return replace(table, columns=[*table.columns, "quality"], rows=[(*row, mark) for row in table.rows])
