"""The open part of a package: whose return it is, how it was checked, how many rows; no rows and no values."""

from __future__ import annotations

import secrets
import time
from datetime import date
from typing import TYPE_CHECKING, Any

from mds.keys import NORMALISATION
from mds.provider.opt_outs import RULE, places_of_opted_out
from mds.version import TOOL_VERSION
from mds_validators.rules import all_rules, rule_set

if TYPE_CHECKING:
    import pyarrow as pa

    from mds.home import Home
    from mds.validate.findings import Findings
    from mds.validate.returns import Validation


def manifest_of(
    validation: Validation,
    home: Home,
    received_on: date,
    keys: dict[str, str],
    loss_notes: list[str],
    same_as: list[str],
) -> dict[str, Any]:
    """The manifest of a validated return. `keys` are the ids of the keys with which it was pseudonymised, `same_as` the
    digests of the files that held exactly the same."""
    header = validation.header
    return {
        "package_id": _package_id(),
        "tool_version": TOOL_VERSION,
        "rule_set": rule_set(),
        "network": home.network,
        "channel": home.channel,
        "test_data": home.is_test,
        "schema_version": validation.intake.version.number,
        "provider_code": header["provider_code"],
        "return_type": header["return_type"],
        **{name: header[name] and header[name].isoformat() for name in ("rp_start", "rp_end", "reference_date")},
        "received_on": received_on.isoformat(),
        "verdict": validation.verdict,
        "file_sha256": validation.intake.file_sha256,
        "same_as": same_as,
        "tables": {name: vars(count) for name, count in validation.tables.items()},
        "warnings": validation.warnings,
        "answered": validation.answered,
        "not_run": sorted(code for code, _ in validation.not_run),
        "loss_notes": loss_notes,
        "keys": {**keys, "norm": NORMALISATION},
    }


def _package_id() -> str:
    """The moment in milliseconds and chance, in hexadecimal: of two packages the later one has the greater number."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def findings_table(findings: Findings) -> pa.Table:
    """The findings as they travel: rule and place, no values, a sheet under the name that it has in the template.

    What is about children who opted out stays with the provider, and so does what is about an earlier sending.
    """
    import pyarrow as pa

    names = ("code", "severity", "tbl", "sheet", "row", "cell", "field", "answered")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    tables = findings.intake.version.tables
    staying = {code for code, rule in all_rules().items() if "same_period" in rule.needs} | {RULE}
    withheld = places_of_opted_out(findings)
    for found in findings:
        if found.code in staying or (found.table, found.sheet, found.row) in withheld:
            continue
        sheet = tables[found.table].info.title if found.sheet else ""
        row = (found.code, found.severity, found.table, sheet, found.row, found.cell, found.field, found.answered)
        for name, value in zip(names, row, strict=True):
            columns[name].append(value)
    kinds = {"row": pa.int32(), "answered": pa.bool_()}
    return pa.table({name: pa.array(column, kinds.get(name, pa.string())) for name, column in columns.items()})
