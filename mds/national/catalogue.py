"""The registered catalogue: the only tables of children that leave a region, with fixed dimensions and release dates.

There are no other cuts (privacy design b7, point 1): whoever could choose would cut until one child is left. A table counts
children by region of residence and one other dimension: those in need, who are on a caseload and not in remission or cured, by
the region's own choice among what its providers say. A new table is one more entry here; that makes another version of the
catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mds.network.picture.told import ADVANCE, DIED, IN_FORCE, high_level, sent

VERSION = 1
"""Extracts of another catalogue are not compared with these."""

_LAST_MONTH = 3
NOT_KNOWN = "not known"
REGION = "region"
"""The dimension that all tables share: the region (E12…) in which a child lives, whoever knows it."""

_LIVES = f"coalesce(region_code, '{NOT_KNOWN}')"


@dataclass(frozen=True)
class CountTable:
    """A table of the catalogue. Its rows are SQL of one row a child and provider: person_key, provider_code and what it is
    counted by; a child is counted once, however many providers know it."""

    name: str
    by: tuple[tuple[str, str], ...]
    """Dimension → SQL over the rows. Blanks are counted as not known."""
    rows: str
    population: str = "in need"
    """Whom it counts. Tables about the same children share their margins."""
    release: Literal["period", "year"] = "period"
    """Leaves with every period, or for a whole year with the period that ends one: the years of two quarters overlap, and
    from their difference a quarter could be told."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (REGION, *(name for name, _ in self.by))


_IN_NEED = "in_need JOIN known_at USING (person_key)"
_WITH_PLAN = f"""
    (SELECT c.*, k.provider_code, CASE WHEN c.person_key IN (SELECT person_key FROM {IN_FORCE} WHERE plan_type IN {ADVANCE})
        THEN 'with a plan' ELSE 'without a plan' END AS plan FROM in_need AS c JOIN known_at AS k USING (person_key))
"""
_GROWN = f"""
    (SELECT c.*, k.provider_code, CASE WHEN c.person_key IN (
            SELECT person_key FROM {sent("transition")} WHERE plan_date IS NOT NULL
        ) THEN 'with a plan' ELSE 'without a plan' END AS plan
     FROM in_need AS c JOIN known_at AS k USING (person_key) WHERE c.age >= 14)
"""
_DEATHS = f"""
    (SELECT d.*, s.region_code, unnest(d.told_by) AS provider_code FROM {DIED} AS d LEFT JOIN (
        SELECT person_key, arg_max(region_code, row(rp_start, reference_date, provider_code)) AS region_code
        FROM seen GROUP BY person_key) AS s USING (person_key))
"""

TABLES = (
    CountTable("age", (("age", "CASE WHEN age IS NULL THEN 'not born yet' ELSE band END"),), _IN_NEED),
    CountTable("sex", (("sex", "sex"),), _IN_NEED),
    CountTable("ethnic_group", (("ethnic_group", "ethnic_group"),), _IN_NEED),
    CountTable("act_category", (("act_category", "act_category"),), _IN_NEED),
    CountTable("diagnostic_group", (("diagnostic_group", "diagnostic_group"),), _IN_NEED),
    CountTable("phase", (("phase", "CASE WHEN phase_code <> '9' THEN phase_code END"),), _IN_NEED
    ),
    CountTable("plan", (("plan", "plan"),), _WITH_PLAN),
    CountTable("transition", (("plan", "plan"),), _GROWN, "in need, from 14"),
    CountTable("death_place", (("place", high_level("death_place")),), _DEATHS, "died in the year", "year"),
)  # fmt: skip


def leaving(rp_end: date) -> tuple[CountTable, ...]:
    """The tables that leave with the period that ends on a day. Years are financial ones, to the end of March."""
    return tuple(table for table in TABLES if table.release == "period" or rp_end.month == _LAST_MONTH)


def cells(table: CountTable, *also: str) -> str:
    """SQL: how many children stand in each cell of a table that is not empty, by `also` (column names) as well."""
    by = ", ".join(
        [*also, f"{_LIVES} AS {REGION}", *(f"coalesce({sql}, '{NOT_KNOWN}') AS {name}" for name, sql in table.by)]
    )
    return f"SELECT {by}, count(DISTINCT person_key) AS children FROM {table.rows} GROUP BY ALL ORDER BY ALL"
