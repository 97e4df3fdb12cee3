"""The words that every report shares, so that no two of them say the same thing differently."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from mds_schemas.versions import Version

SEVERITY_WORDS = {"file": "SENT BACK", "record": "REJECTED", "warning": "WARNING"}
VERDICT_WORDS = {"accepted": "ACCEPTED", "accepted_in_part": "ACCEPTED IN PART", "sent_back": "SENT BACK"}

SEVERITY_MEANINGS = {
    "file": "the whole return is sent back until this is put right",
    "record": "the row is left out until this is put right",
    "warning": "the row is kept; look whether this is right",
}


def number(count: int) -> str:
    """1234 → "1,234"."""
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """ "no findings", "1 finding", "1,234 findings"."""
    if count == 1:
        return f"1 {one}"
    return f"{number(count) if count else 'no'} {many or one + 's'}"


def day(moment: date) -> str:
    """6 August 2018."""
    return f"{moment.day} {moment:%B %Y}"


def period(start: date | None, end: date | None) -> str:
    """ "1 April 2026 to 30 June 2026", or nothing when the header did not say it."""
    return f"{day(start)} to {day(end)}" if start and end else ""


def listed(words: Sequence[str], most: int = 0) -> str:
    """ "a, b and c"; with `most`, "a, b and 4 more"."""
    if most and len(words) > most:
        return f"{', '.join(words[:most])} and {number(len(words) - most)} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def printable(text: str) -> str:
    """A sheet's name without the characters that could move a cursor, colour a terminal or turn text round."""
    return "".join(
        "?" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character for character in text
    )


def field_label(version: Version, table: str, field: str) -> str:
    """The label of a field as it stands in the template, or nothing for a finding about no field."""
    model = version.tables.get(table)
    column = model.columns().get(field) if model else None
    return column.item.label if column else field
