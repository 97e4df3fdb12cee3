"""A drawn return of version 1.0, checked, mapped up and checked again as version 2.0."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from drawn import Checked, Rows, check

from mds.pseudonymise.accepted import keep_accepted
from mds_schemas.versions import LATEST

OLD = {"header": {"rp_start": "2025-01-01", "rp_end": "2025-03-31", "reference_date": "2025-03-31",
                  "created_at": "2025-04-01 09:00"}, "received_on": "2025-04-07"}  # fmt: skip
"""The last quarter of version 1.0. What the example return dates later stays out of it."""
_LATER = ("register_membership", "admission", "equipment_request", "care_plan")


def old(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case in the last quarter of version 1.0."""
    told: dict[str, Any] = {
        "phase": {"phase_date": "2025-03-10"},
        "contact": {"contact_date": "2025-02-10"},
        "short_break": {"start_date": "2025-02-14", "end_date": "2025-02-16"},
        **case,
    }
    return {**told, **OLD, "header": {**OLD["header"], **case.get("header", {})}}


def mapped_up(checked: Checked, phase_scheme: str = "LUTON") -> tuple[dict[str, Rows], list[str]]:
    """The accepted rows of a checked return in version 2.0, as texts, and the loss notes."""
    notes = keep_accepted(checked.connection, checked.validation, phase_scheme)
    rows: dict[str, Rows] = {}
    for name, model in LATEST.tables.items():
        fields = list(model.columns())
        found = checked.connection.execute(f"SELECT {', '.join(fields)} FROM kept_{name} ORDER BY row_id").fetchall()
        rows[name] = [{field: _text(value) for field, value in zip(fields, row, strict=True)} for row in found]
    return rows, notes


def checked_twice(case: Mapping[str, Any]) -> tuple[Checked, Checked, list[str]]:
    """A case of version 1.0 under its own rules, and its accepted rows under those of 2.0."""
    first = check(old(case), "1.0")
    rows, notes = mapped_up(first)
    as_case: dict[str, Any] = {**rows, "header": rows["header"][0], "received_on": OLD["received_on"]}
    return first, check(as_case), notes


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
