"""Lists that ship with the standard. What is short and asked from code is read here; the rest is read as it lies."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files


@cache
def bank_holidays() -> frozenset[date]:
    """Those of England."""
    text = (files("mds_schemas.reference") / "bank_holidays.csv").read_text(encoding="utf-8")
    return frozenset(date.fromisoformat(row["day"]) for row in csv.DictReader(text.splitlines()))
