"""Recognises tables by their headings: the field's name, its label or an alias, in any order, below title rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from mds.intake.pages import MOST_COLUMNS
from mds_schemas.codes import fold
from mds_schemas.reading import plain
from mds_schemas.table import Table
from mds_schemas.types import month_number
from mds_schemas.versions import VERSIONS, Version

HEADING_ROWS = 30
"""The heading stands on one of the first rows of a sheet (specification L01)."""

ENOUGH = 0.6
"""A table is recognised by this share of its mandatory columns (rule CP000020)."""

ENOUGH_COLUMNS = 3
"""Fewer columns say nothing of what a sheet is."""

ENOUGH_BELOW_A_NAME = 2
"""On a sheet that is named after a table. One is not enough: many a workbook has a cover page that is called "Cover"."""

ENOUGH_BESIDE = 2
"""Unknown headings of a table that another one knows, for a table that stands beside it."""

LONGEST = 200
"""What is longer is no heading."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TURNED_INTO_A_DATE = re.compile(
    r"\d{4}-0?(?P<month>\d+)-0?(?P<day>\d+)|0?(?P<first>\d+)-(?P<name>[A-Z][a-z]{2})(?:-\d+)?"
)
"""What a spreadsheet makes of "1-5" and "6-10": the first of May, the sixth of October (L14)."""
_NUMBERING = re.compile(r"^(?:[a-z]?\d+(?:\.\d+)*[a-z]?[.):]?\s+)(?=[a-z])", re.IGNORECASE)


def normal(heading: str) -> str:
    """A heading without case, punctuation, brackets, stars and leading numbers (L03)."""
    text = _band(plain(heading[:LONGEST]))
    stripped = _NUMBERING.sub("", _BRACKETS.sub(" ", text).strip())
    return fold(stripped) or fold(text)


def _band(text: str) -> str:
    """The band of ages that a heading was before a spreadsheet took it for a day and a month."""
    if not (turned := _TURNED_INTO_A_DATE.fullmatch(text)):
        return text
    if turned["name"]:
        return f"{turned['first']}-{month_number(turned['name'])}"
    return f"{turned['day']}-{turned['month']}"


def squeezed(heading: str) -> str:
    """The normal form without its spaces, so that "NHSNumber" and "nhs_number" are one heading."""
    return normal(heading).replace(" ", "")


@cache
def _aliases() -> dict[str, dict[str, list[str]]]:
    """Table (or `*` for any) → field → other headings for it."""
    found: dict[str, dict[str, list[str]]] = {}
    text = (files("mds_schemas") / "aliases.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["table"], {}).setdefault(row["field"], []).append(row["alias"])
    return found


@cache
def headings_of(model: type[Table]) -> dict[str, str]:
    """Squeezed form of every heading that means a field of `model` → the field. Names win over labels and aliases."""
    meanings: dict[str, str] = {}
    own, shared = _aliases().get(model.info.name, {}), _aliases().get("*", {})
    columns = model.columns()
    for name in columns:
        meanings.setdefault(squeezed(name), name)
    for name, column in columns.items():
        meanings.setdefault(squeezed(column.item.label), name)
    for name in columns:
        for alias in (*own.get(name, ()), *shared.get(name, ())):
            meanings.setdefault(squeezed(alias), name)
    return meanings


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(meaning for version in VERSIONS.values() for model in version for meaning in headings_of(model))


def known_headings(row: Sequence[str]) -> int:
    """How many cells of a row are headings of some table, to the letter."""
    return sum(squeezed(cell) in _all_headings() for cell in row[:MOST_COLUMNS])


def field_for(model: type[Table], heading: str) -> str | None:
    """The field that a heading means, allowing two slips of the pen where only one field is that near (L03)."""
    return _field_for(model, squeezed(heading))


@lru_cache(maxsize=10_000)
def _field_for(model: type[Table], wanted: str) -> str | None:
    found = headings_of(model).get(wanted)
    if found is None and len(wanted) >= 5:
        found = _nearest(model, wanted, within=2 if len(wanted) >= 8 else 1)
    return found


def nearest(model: type[Table], heading: str, within: int) -> str | None:
    """The one field with a heading at most `within` letters away."""
    return _nearest(model, squeezed(heading), within)


def _nearest(model: type[Table], wanted: str, within: int) -> str | None:
    from rapidfuzz.distance import DamerauLevenshtein

    found = {
        name
        for meaning, name in headings_of(model).items()
        if DamerauLevenshtein.distance(wanted, meaning, score_cutoff=within) <= within
    }
    return found.pop() if len(found) == 1 else None


@dataclass
class Match:
    """A table found on a sheet."""

    model: type[Table]
    heading_row: int
    """Index of the heading among the rows looked at, from 0."""
    columns: dict[str, int] = field(default_factory=dict)
    again: list[tuple[str, int]] = field(default_factory=list)
    """(field, column) of further columns with the same meaning."""
    unknown: list[int] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        wanted = self.model.mandatory()
        return sum(name in self.columns for name in wanted) / len(wanted)

    @property
    def missing(self) -> list[str]:
        return [name for name in self.model.mandatory() if name not in self.columns]


def match_row(model: type[Table], row: Sequence[str], number: int) -> Match:
    """What a row of headings means for one table."""
    match = Match(model, number, headings=list(row))
    for position, heading in enumerate(row):
        if not plain(heading):
            continue
        name = field_for(model, heading)
        if name is None:
            match.unknown.append(position)
        elif name in match.columns:
            match.again.append((name, position))
        else:
            match.columns[name] = position
    return match


def named_table(version: Version, sheet: str) -> type[Table] | None:
    """The table that a sheet or file is named after: its title, its name or its number, at the start of the name."""
    name = normal(sheet)
    for model in version:
        for own in {normal(model.info.title), normal(model.info.name), fold(model.info.number)}:
            if name in (own, own + "s", f"mds {own}", f"{fold(model.info.number)} {own}"):
                return model
    return None


def recognise(version: Version, sheet: str, rows: Sequence[Sequence[str]]) -> Match | None:
    """The table on a sheet, from its first rows and its name, or None."""
    named = named_table(version, sheet)
    found = [match for match in _matches(version, rows, named) if _convinces(match, match.model is named)]
    return max(found, key=lambda match: _rank(match, named), default=None)


def nearly(version: Version, rows: Sequence[Sequence[str]]) -> Match | None:
    """The table that the headings of an unrecognised sheet come closest to, when they know enough of its columns."""
    found = [match for match in _matches(version, rows, None) if len(match.columns) >= ENOUGH_COLUMNS]
    return max(found, key=lambda match: _rank(match, None), default=None)


def table_beside(version: Version, match: Match) -> type[Table] | None:
    """The table that knows most of the headings that the matched one does not know, when it knows several."""
    unknown = {squeezed(match.headings[position]) for position in match.unknown}
    known = {model: len(unknown & headings_of(model).keys()) for model in version if model.info.name != "header"}
    best = max(known, key=known.__getitem__)
    return best if known[best] >= ENOUGH_BESIDE else None


def _matches(version: Version, rows: Sequence[Sequence[str]], named: type[Table] | None) -> list[Match]:
    """What each row could mean as the headings of each table that knows one of them to the letter. No other table is
    asked where the named one knows them all."""
    found: list[Match] = []
    for number, row in enumerate(rows[:HEADING_ROWS]):
        wanted = {squeezed(cell) for cell in row} - {""}
        knows_all = named is not None and wanted and wanted <= headings_of(named).keys()
        asked = [named] if named and knows_all else version
        found.extend(match_row(model, row, number) for model in asked if wanted & headings_of(model).keys())
    return found


def _convinces(match: Match, named: bool) -> bool:
    if named:
        return len(match.columns) >= ENOUGH_BELOW_A_NAME
    mostly_known = len(match.columns) >= len(match.unknown) and match.coverage >= ENOUGH
    return len(match.columns) >= ENOUGH_COLUMNS and (mostly_known or not match.missing)


def _rank(match: Match, named: type[Table] | None) -> tuple[int, bool, float, int]:
    return (len(match.columns), match.model is named, match.coverage, -match.heading_row)
