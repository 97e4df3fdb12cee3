"""The JSON of one return: for programs, with no value of a cell, no local number and no name in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from mds.validate.findings import Findings
from mds.validate.returns import Validation
from mds.validate.surroundings import NOT_AT_HAND

FORMAT_VERSION = 1
"""Raised when a key is renamed or dropped; a new key leaves it as it is."""


def document(
    validation: Validation,
    findings: Findings,
    tool_version: str,
    receipt_id: str | None = None,
    *,
    test_data: bool = False,
) -> Iterator[str]:
    """The pieces of the JSON text, one finding a line. The same return gives the same bytes, in any encoding."""
    yield "{\n"
    for key, value in _top(validation, tool_version, receipt_id, test_data).items():
        yield f"{_json(key)}: {_json(value)},\n"
    yield '"findings": ['
    separator = "\n"
    for finding in findings:
        yield separator + _json(finding.as_json())
        separator = ",\n"
    yield '],\n"not_run": ['
    reasons = [{"code": code, "reason": NOT_AT_HAND.get(need, need)} for code, need in validation.not_run]
    yield ",".join("\n" + _json(reason) for reason in reasons)
    yield "]"
    if validation.intake.notes:
        yield f',\n"notes": {_json(validation.intake.notes)}'
    yield "\n}\n"


def _top(validation: Validation, tool_version: str, receipt_id: str | None, test_data: bool) -> dict[str, Any]:
    header = validation.header
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": tool_version,
        "verdict": validation.verdict,
        **({"test_data": True} if test_data else {}),
        "return_type": header.get("return_type"),
        "schema_version": validation.intake.version.number,
        "provider_code": header.get("provider_code"),
        "rp_start": header.get("rp_start"),
        "rp_end": header.get("rp_end"),
        **({"receipt_id": receipt_id} if receipt_id is not None else {}),
        "file_sha256": validation.intake.file_sha256,
        "tables": {
            name: {"rows": count.rows, "accepted": count.accepted, "rejected": count.rejected, "held": count.held}
            for name, count in validation.tables.items()
        },
    }


def _json(value: object) -> str:
    return json.dumps(value, default=_day)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
