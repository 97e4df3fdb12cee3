"""How one cell is read: the outcome of a reading, what the reader may know, and the plain form of a text.

Readers are generous with layout and strict with meaning (specification 5.2): they take what people and spreadsheets
write, note what they repaired, and never guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

_PLAIN_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\ufe0e\ufe0f", None),
        **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", None),
        **dict.fromkeys((chr(code) for code in range(32) if chr(code) not in "\t\n\v\f\r"), None),
    }
)
_SPACES = re.compile(r"\s+")

SPREADSHEET_ERRORS = frozenset(
    {"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#spill!", "#calc!"}
)
"""What stands in a cell whose formula failed (L30)."""

BLANK_WORDS = SPREADSHEET_ERRORS | {
    "n/k",
    "nk",
    "n/a",
    "na",
    "not known",
    "unknown",
    "tbc",
    "null",
    "-",
    "--",
    "?",
    ".",
}
"""What people type where they have nothing to say (specification L19). Compared without case."""

BLANK_NUMBERS = frozenset({"0", "99"})
"""What stands for nothing besides, in numbers and codes that cannot be 0 or 99."""

BLANK_DATES = BLANK_NUMBERS | {"00/01/1900", "1900-01-00", "00/00/0000", "0000-00-00"}
"""What stands for nothing besides, in dates. Fillers that are real days are known as such when they are read."""

REPAIRS = frozenset({"padded", "ambiguous", "older", "pseudo", "from_number", "converted"})
"""The kinds of repair that readers note. A repair breaks a rule only where the field names one for it."""


class Fault(Exception):
    """A value that cannot stand in its field. Carries the kind of fault, never the value."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass
class ReadContext:
    """What a reader knows beyond the cell itself, the same for a whole column.

    `notes` collects the kinds of repair made to the value at hand; the caller empties it before each value.
    """

    month_first: bool = False
    ambiguous_dates: bool = False
    epoch_1904: bool = False
    latest_year: int = 2100
    numeric_codes: Mapping[str, str] = field(default_factory=dict)
    """Number → the one register code that a spreadsheet turns into it (specification L13)."""
    notes: set[str] = field(default_factory=set)

    def note(self, kind: str) -> None:
        """Note one of the `REPAIRS`."""
        self.notes.add(kind)


def plain(text: str) -> str:
    """`text` with typographic quotes, dashes and spaces made ordinary, and no space at either end (L25)."""
    if text.isascii() and text.isprintable() and "  " not in text and "`" not in text:
        return text.strip()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text.translate(_PLAIN_CHARACTERS))).strip()


def cell_text(value: object) -> str:
    """The text of a typed spreadsheet cell: whole numbers without ".0", dates as CCYY-MM-DD, times as hh:mm."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            if (value.hour, value.minute, value.second) == (0, 0, 0):
                return value.date().isoformat()
            return value.isoformat(sep=" ", timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case Decimal():
            return format(value, "f")
        case tuple() | list():
            return ";".join(cell_text(item) for item in value)
        case _:
            return str(value)
