"""The checks of the merged store: which there are, running them for a period, and what they found as a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Shape
from mds.network.stored import stored_tables
from mds_validators.expectations import completeness, drift, merge, nation, schema

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home
    from mds_validators.expectations.check import Check, Found, Outcome, Suites

FORMER = 4
"""So many periods before this one are compared with it: a year of quarters."""


@cache
def suites() -> Suites:
    """All checks by suite, in the order in which they run."""
    tables = stored_tables()
    return {
        "schema": schema.checks(tables),
        "merge": merge.CHECKS,
        "nation": nation.checks(tables),
        "completeness": completeness.checks(tables),
        "drift": drift.checks(tables),
    }


def all_checks() -> dict[str, Check]:
    """Code → check. Raises ValueError for a code that is used twice."""
    checks = [check for suite in suites().values() for check in suite]
    known = {check.code: check for check in checks}
    if len(known) < len(checks):
        raise ValueError("the code of a check is used twice")
    return known


def run_checks(connection: duckdb.DuckDBPyConnection, home: Home, progress: Callable[[str], None]) -> list[Outcome]:
    """Run all checks for the period whose relations `prepare` made; `progress` is told the suite that begins.

    Makes the relation recent(rp_start, back): the period (0) and the FORMER ones before it by the network's calendar.
    Raises duckdb.Error where a query fails.
    """
    from mds.duck import let_pandas_in

    let_pandas_in()
    from mds_validators.expectations.run import run

    (start,) = connection.execute("SELECT rp_start FROM period").fetchall()[0]
    recent = [begins for begins, _ in home.periods(start)][-1 - FORMER :][::-1]
    listed = ", ".join(f"(DATE '{begins}', {back})" for back, begins in enumerate(recent))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE recent AS FROM (VALUES {listed}) AS recent(rp_start, back)")
    return run(connection, suites(), progress)


def check_table(outcomes: list[Outcome]) -> FigureTable:
    """What the failed checks found: a row for each check and field, errors first."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    errors = sum(outcome.check.severity == "error" for outcome in failed)
    rows = [
        _row(outcome.check, field, list(found))
        for outcome in sorted(failed, key=lambda one: (one.check.severity, one.check.code))
        for field, found in groupby(sorted(outcome.found, key=_field), key=_field)
    ]
    columns = ["code", "severity", "title", "field", "what_to_do", "providers", "found"]
    return FigureTable(
        "checks", "Checks of the merged store",
        f"{len(outcomes)} checks were run: {errors} found errors, {len(failed) - errors} gave warnings. "
        "Found: how many rows, or children, a check is about.",
        columns, rows, shape=Shape(counts=("found",)),
    )  # fmt: skip


def _field(found: Found) -> str:
    return found.field or ""


def _row(check: Check, field: str, found: list[Found]) -> tuple[str | int | None, ...]:
    providers = "; ".join(one.provider_code or "the network" for one in found)
    counted = [one.rows for one in found if one.rows is not None]
    return (check.code, check.severity, check.title, field, check.message, providers, sum(counted) if counted else None)
