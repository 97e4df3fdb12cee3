"""The header of a return (M000): a one-row table, a sheet of keys and values, or options where the file has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from mds.intake.headings import HEADING_ROWS, Match, field_for, named_table
from mds_schemas.reading import plain
from mds_schemas.versions import LATEST

ENOUGH_KEYS = 3
ENOUGH_VALUES = 2
"""A row below header columns with fewer values is a remark."""
FARTHEST_VALUE = 2
"""Columns from a key to its value."""


@dataclass
class HeaderPage:
    """What one page says about the header: field → text, and where it says so (row from 1, column from 0)."""

    sheet: str
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)


def keys_and_values(sheet: str, rows: Sequence[Sequence[str]]) -> HeaderPage | None:
    """A sheet on which at least three header fields stand below each other with their values beside them, or only one
    where the sheet bears the header's name."""
    model = LATEST.tables["header"]
    found = HeaderPage(sheet)
    for number, row in enumerate(rows[: 2 * HEADING_ROWS], 1):
        filled = [position for position, cell in enumerate(row) if plain(cell)]
        for key in filled[:2]:  # a number may stand in front of the key
            name = field_for(model, row[key].rstrip(": \u00a0"))
            if name and name not in found.places:
                value = next((place for place in filled if key < place <= key + FARTHEST_VALUE), key + 1)
                text = row[value] if value < len(row) else ""
                if field_for(model, text):  # a row of headings
                    break
                found.texts[name], found.places[name] = text, (number, value)
            if name:
                break
    enough = 1 if named_table(LATEST, sheet) is model else ENOUGH_KEYS
    return found if len(found.places) >= enough else None


def header_rows(sheet: str, rows: Sequence[Sequence[str]], match: Match) -> list[HeaderPage]:
    """A header that stands as a table: one header a row, and more than one only by mistake."""
    found = []
    for number, row in enumerate(rows[match.heading_row + 1 :], match.heading_row + 2):
        texts = {name: row[place] if place < len(row) else "" for name, place in match.columns.items()}
        if sum(plain(text) != "" for text in texts.values()) >= min(ENOUGH_VALUES, len(texts)):
            found.append(HeaderPage(sheet, texts, {name: (number, place) for name, place in match.columns.items()}))
    return found or [HeaderPage(sheet)]


def differing(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """The fields that both headers give and give differently."""
    return [
        name for name, text in first.items()
        if plain(text) and plain(second.get(name, "")) and _meaning(name, text) != _meaning(name, second[name])
    ]  # fmt: skip


def _meaning(name: str, text: str) -> object:
    """The value of a header field, so that a day written in two ways is one day."""
    try:
        return LATEST.tables["header"].columns()[name].adapter.validate_python(text)
    except ValidationError:
        return plain(text).lower()
