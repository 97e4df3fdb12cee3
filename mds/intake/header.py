"""The header of a return (M000): a one-row table, a sheet of keys and values, or options where the file has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mds.intake.headings import HEADING_ROWS, field_for, named_table
from mds_schemas.reading import plain
from mds_schemas.versions import LATEST

ENOUGH_KEYS = 3


@dataclass
class HeaderPage:
    """What one page says about the header: field → text, and where it says so (row from 1, column from 0)."""

    sheet: str
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)


def keys_and_values(sheet: str, rows: Sequence[Sequence[str]]) -> HeaderPage | None:
    """A sheet on which at least three header fields stand below each other with their values beside them."""
    model = LATEST.tables["header"]
    found = HeaderPage(sheet)
    named = named_table(LATEST, sheet) is model
    for number, row in enumerate(rows[: 2 * HEADING_ROWS], 1):
        filled = [position for position, cell in enumerate(row) if cell.strip()]
        if not filled or (name := field_for(model, row[filled[0]].rstrip(": "))) is None:
            continue
        value = filled[1] if len(filled) > 1 else filled[0] + 1
        if name not in found.places and value <= filled[0] + 2:
            found.texts[name] = row[value] if value < len(row) else ""
            found.places[name] = (number, value)
    distinct = len(found.places)
    return found if distinct >= (2 if named else ENOUGH_KEYS) else None


def same(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """The fields that both headers give and give differently."""
    return [
        name for name, text in first.items()
        if plain(text) and plain(second.get(name, "")) and plain(text).lower() != plain(second[name]).lower()
    ]  # fmt: skip
