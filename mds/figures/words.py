"""How the columns and values of a table read on a page: headings from names, codes by their labels."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from mds.reports.wording import day
from mds_schemas import codes

_LISTS = {
    "function": ("CL33",), "level": ("CL32",), "act_categories": ("CL08",), "subject": ("training_subject",),
    "audience": ("audience",), "funder": ("CL30",), "contract_form": ("contract_form",),
    "item": ("experience_item", "staff_item"), "respondent": ("respondent",), "framework": ("framework",),
    "rating": ("self_rating",), "staff": ("CL31",), "training_level": ("training_level",), "mode": ("training_mode",),
    "provider_type": ("CL01",), "kind_of_cover": ("cover_mode",), "kind_of_break": ("CL22",),
    "users_take_part_in": ("participation",), "reason": ("CL16",), "format": ("information_formats",), "setting": ("CL20",),
    "network": ("CL36",),
}  # fmt: skip
"""Column → the code lists of what stands in it, which have no code in common. What is on none stands as it is."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def heading(column: str) -> str:
    """`hours_a_week` → "Hours a week"."""
    words = column.replace("_", " ").replace("gbp", "£").replace("wte", "WTE")
    return words[:1].upper() + words[1:]


def shown(column: str, value: Any) -> str:
    """A value as a reader sees it; nothing for a blank."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (float, Decimal)):
        return (
            f"{value:,.1f}".removesuffix(".0")
            if abs(float(value)) >= 1
            else f"{value:.3f}".rstrip("0").rstrip(".") or "0"
        )
    text = str(value)
    if column in _LISTS:
        labels = {code: label for name in _LISTS[column] for code, label in codes.load(name).labels.items()}
        parts = text.split(";")
        return ", ".join(labels.get(part, part) for part in parts)
    found = as_day(value)
    return day(found) if found else text


def as_day(value: Any) -> date | None:
    """The day that a value is, as a date or as it stands in JSON and CSV: 2018-08-06."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return None
    with suppress(ValueError):  # a name may look like a day of a 13th month
        return date.fromisoformat(value)
    return None


def is_figure(column: str, values: list[Any]) -> bool:
    """Whether a column holds numbers, which stand at the right."""
    return any(isinstance(value, (int, float, Decimal)) for value in values) and column not in _LISTS
