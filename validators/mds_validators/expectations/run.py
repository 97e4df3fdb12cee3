"""Runs checks as Great Expectations suites, each query inside DuckDB. Importing this takes some seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.metadata_types import FailureSeverity

from mds_validators.expectations.check import Check, Found, Outcome, Suites
from mds_validators.expectations.dialect import URL, engine_arguments

if TYPE_CHECKING:
    import duckdb
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

_SEVERITIES = {"error": FailureSeverity.CRITICAL, "warning": FailureSeverity.WARNING}
_BIND = re.compile(r"(?<![:\w\\]):(?=\w)")
"""A colon that SQLAlchemy would take for the mark of a parameter."""


class CheckNotRun(Exception):
    """A check could not be run, for another reason than an error of the database."""


class NothingFound(UnexpectedRowsExpectation):
    """Expects a query to return nothing. Asks it once: the class that it is made of asks again to count the rows."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        rows = metrics["unexpected_rows_query.table"]
        return {"success": not rows, "result": {"details": {"unexpected_rows": rows}}}


def run(connection: duckdb.DuckDBPyConnection, suites: Suites, progress: Callable[[str], None]) -> list[Outcome]:
    """Run the checks on an open connection, which stays open. `progress` is told the name of each suite when it begins.

    Raises duckdb.Error where a query fails, and CheckNotRun for any other trouble: neither is taken for a finding.
    """
    errors: list[BaseException] = []
    context = _context()
    batch = _batch(context, connection, errors)
    outcomes = []
    for name, checks in suites.items():
        progress(name)
        outcomes += _run_suite(context, batch, name, checks, errors)
    return outcomes


def _context() -> EphemeralDataContext:
    """One that lives in memory, draws no bars and sends nothing."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _batch(
    context: EphemeralDataContext, connection: duckdb.DuckDBPyConnection, errors: list[BaseException]
) -> BatchDefinition[Any]:
    """The period is what Great Expectations calls the batch. What the database refuses is remembered in `errors`."""
    options: dict[str, Any] = {
        "connection_string": URL,
        "kwargs": engine_arguments(connection),
        "create_temp_table": False,
    }
    store = context.data_sources.add_sql("store", **options)
    engine = store.get_execution_engine().engine
    sa.event.listen(engine, "handle_error", lambda failed: errors.append(failed.original_exception))
    return store.add_query_asset("period", query="SELECT rp_start FROM period").add_batch_definition_whole_table(
        "period"
    )


def _run_suite(
    context: EphemeralDataContext,
    batch: BatchDefinition[Any],
    name: str,
    checks: Sequence[Check],
    errors: list[BaseException],
) -> list[Outcome]:
    suite = gx.ExpectationSuite(name=name, expectations=[_expectation(check) for check in checks])
    context.suites.add(suite)
    asked = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    checkpoint = gx.Checkpoint(name=name, validation_definitions=[asked], result_format="COMPLETE")
    (result,) = context.checkpoints.add(checkpoint).run().run_results.values()
    if errors:
        raise errors[0]
    by_code = {check.code: check for check in checks}
    return [_outcome(by_code, one) for one in result.results]


def _expectation(check: Check) -> NothingFound:
    """The rows of a query arrive in one list, because no more than 200 would be fetched one by one."""
    query = _BIND.sub(r"\\:", check.query).replace("{", "{{").replace("}", "}}")
    return NothingFound(
        unexpected_rows_query=f"SELECT list(found) AS found FROM ({query}) AS found, {{batch}} HAVING count(*) > 0",
        severity=_SEVERITIES[check.severity],
        meta={"code": check.code},
    )


def _outcome(by_code: Mapping[str, Check], result: Any) -> Outcome:
    check = by_code[result.expectation_config.meta["code"]]
    if "details" not in result.result:
        raise CheckNotRun(f"The check {check.code} could not be run.")
    rows = [row for packed in result.result["details"]["unexpected_rows"] for row in packed["found"]]
    return Outcome(check, tuple(sorted((Found(**row) for row in rows), key=_order)))


def _order(found: Found) -> tuple[str, str]:
    return found.provider_code or "", found.field or ""
