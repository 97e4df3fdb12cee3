"""Tables as JSON: numbers as numbers, days as 2026-04-01."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from typing import Any


def json_text(document: dict[str, Any]) -> str:
    """A document as text."""
    return json.dumps(document, indent=1, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} has no place in JSON")
