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
    "function": ("CL33",), "level": ("CL32",), "subject": ("training_subject",),
    "audience": ("audience",), "funder": ("CL30",), "contract_form": ("contract_form",),
    "item": ("experience_item", "staff_item"), "respondent": ("respondent",), "framework": ("framework",),
    "rating": ("self_rating",), "staff": ("CL31",), "training_level": ("training_level",), "mode": ("training_mode",),
    "provider_type": ("CL01",), "kind_of_cover": ("cover_mode",), "kind_of_break": ("CL22",),
    "users_take_part_in": ("participation",), "reason": ("CL16",), "format": ("information_formats",), "setting": ("CL20",),
    "network": ("CL36",), "sex": ("CL04",), "ethnic_category": ("CL07",), "deprivation": ("imd_decile",),
    "act_category": ("CL08",), "category_before": ("CL08",), "diagnostic_group": ("CL09",), "phase": ("CL10",),
    "phase_before": ("CL10",), "disability": ("CL27",), "technology": ("CL28",), "register": ("CL29",),
    "urgency": ("CL14",), "referral_outcome": ("CL15",), "contact_type": ("CL18",), "stay_reason": ("CL23",),
    "ward_kind": ("ward_kind",), "preferred_place": ("CL25",), "plan": ("CL24",), "shared_with": ("shared_with",),
    "actual_place": ("CL25",), "place": ("CL25",), "why_elsewhere": ("CL26",), "expected": ("CL34",),
    "judged_by": ("judged_by",), "relation": ("relation",), "known_before": ("CL34",), "form": ("bereavement_kind",),
    "route": ("CL37",), "outcome": ("CL38",), "distance": ("distance_band",), "cancelled_by": ("cancelled_by",),
    "equipment": ("equipment_kind",),
    "received_by": ("contact_subject",),
}  # fmt: skip
"""Column → the code lists of what stands in it, which have no code in common. What is on none stands as it is."""
_NUMBERED = ("act_categories",)
"""Columns of codes that are numbers everybody knows; the table's note says what they mean."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def heading(column: str) -> str:
    """`hours_a_week` → "Hours a week"."""
    words = column.replace("_", " ").replace("gbp", "£").replace("wte", "WTE")
    words = re.sub(r"\bact\b", "ACT", words)
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
    if column in _NUMBERED:
        return text.replace(";", ", ")
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
