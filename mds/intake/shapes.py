"""Layouts that are not one record a row, unfolded before typing. A new layout is one more step here.

Later steps belong here too: numbered families of columns (L04), two-row headings (L02).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mds.duck import literal
from mds.intake.headings import squeezed
from mds.intake.pages import append_rows, create_raw
from mds.intake.source import Intake, Source
from mds_schemas.reading import BLANK_WORDS, plain
from mds_schemas.types import Icd10

if TYPE_CHECKING:
    import duckdb

_TOTAL = re.compile(r"(?:sub-?\s*|grand\s+)?totals?\b.*|end", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:signed|signature|(?:prepared|completed|compiled|authorised|checked) by|notes?|n\.?b\.?|source|key"
    r"|end of \w+)\b.*",
    re.IGNORECASE,
)
_LETTER_OR_DIGIT = re.compile(r"\w")
_WORDS_OF_A_REMARK = 3
_CELLS_OF_A_REMARK = 2
_SHOWN_ROWS = 5

_SUSPECT = (
    r"(?i)^\s*(?:$|\W|(?:sub-?\s*|grand\s+)?total|end|nb|n\.b|note|source|key|sign|(?:pre|com|aut|che)\w+ by|"
    + "|".join(f"{re.escape(word)}$" for word in sorted(BLANK_WORDS))
    + ")"
)
"""How the key cells of rows look (in RE2) that may be no records, so that the others need not be looked at."""


def unfold(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Apply every step to the sources of the intake."""
    for number, source in enumerate(intake.sources):
        if source.table == "header":
            continue
        records = _only_records(connection, source, intake)
        intake.sources[number] = _split_diagnoses(connection, records) if source.table == "condition" else records


@dataclass(frozen=True)
class _Row:
    """A row that may be no record: the plain texts of its cells in known columns, blank words as blank."""

    rowid: int
    line: int
    key: str
    texts: Sequence[str]

    @property
    def filled(self) -> list[str]:
        return [text for text in self.texts if text]

    def is_remark(self, headings: Sequence[str]) -> bool:
        """A total, a note, a signature or the headings once more (L08, L37)."""
        filled = self.filled
        if _TOTAL.fullmatch(self.key or filled[0]) or (len(filled) > 1 and [*map(squeezed, self.texts)] == headings):
            return True
        if len(filled) > _CELLS_OF_A_REMARK:
            return False
        return bool(_REMARK.fullmatch(filled[0])) or (len(filled) == 1 and len(filled[0].split()) >= _WORDS_OF_A_REMARK)


def _only_records(connection: duckdb.DuckDBPyConnection, source: Source, intake: Intake) -> Source:
    """Leave out the rows that are no records: those that hold nothing in a known column, and totals and remarks."""
    key = intake.version.tables[source.table].info.key[0]
    places = sorted(set(source.columns.values()))
    headings = [squeezed(source.headings[place]) for place in places]
    suspects = _suspects(connection, source, source.columns.get(key, places[0]))
    blank = [row for row in suspects if not row.filled]
    remarks = [row for row in suspects if row.filled and row.is_remark(headings)]
    if remarks:
        lines = sorted(row.line for row in remarks)
        rows = ", ".join(map(str, lines[:_SHOWN_ROWS])) + (", ..." if len(lines) > _SHOWN_ROWS else "")
        intake.notes.append(
            f"{source.sheet}: {len(lines)} rows hold totals or remarks and were not read as records (row {rows})."
        )
    if not blank and not remarks:
        return replace(source, where="true")
    left_out = f"{source.raw}_left_out"
    connection.execute(f"CREATE TABLE {left_out} (row BIGINT)")
    connection.execute(f"INSERT INTO {left_out} SELECT unnest(?)", [[row.rowid for row in (*blank, *remarks)]])
    return replace(source, where=f"raw.rowid NOT IN (SELECT row FROM {left_out})")


def _suspects(connection: duckdb.DuckDBPyConnection, source: Source, key: int) -> list[_Row]:
    places = sorted(set(source.columns.values()))
    cells = ", ".join(f"c{place}" for place in places)
    heading = literal(source.headings[key].strip())
    found = connection.execute(
        f"SELECT raw.rowid, {source.line}, {cells} FROM {source.raw} AS raw"
        f" WHERE coalesce(regexp_matches(c{key}, {literal(_SUSPECT)}) OR c{key} LIKE '% % %'"
        f" OR trim(c{key}) = {heading}, true) ORDER BY 1"
    ).fetchall()
    rows = []
    for rowid, line, *texts in found:
        known = [_meant(text) for text in texts]
        rows.append(_Row(rowid, line, known[places.index(key)], known))
    return rows


def _meant(text: str | None) -> str:
    """The plain text of a cell, "" for what stands for nothing: a blank word, or a line drawn under the table."""
    meant = plain(text or "")
    return "" if meant.lower() in BLANK_WORDS or not _LETTER_OR_DIGIT.search(meant) else meant


def _split_diagnoses(connection: duckdb.DuckDBPyConnection, source: Source) -> Source:
    """A cell with several ICD-10 codes becomes a row for each; the first keeps the mark of the main one (L35)."""
    if "icd10_code" not in source.columns:
        return source
    code = source.columns["icd10_code"]
    texts = connection.execute(
        f"SELECT DISTINCT c{code} FROM {source.raw} AS raw"
        rf" WHERE regexp_matches(c{code}, '[/;,&\s]') AND {source.where}"
    ).fetchall()
    several = {text: parts for (text,) in texts if len(parts := Icd10.several(text)) > 1}
    if not several:
        return source
    cursor = connection.execute(f"SELECT {source.line} AS line, raw.* FROM {source.raw} AS raw WHERE {source.where}")
    names = [column[0] for column in cursor.description or []]
    first = names.index("c0")
    lines: list[int] = []
    cells: list[list[str | None]] = []
    for row in cursor.fetchall():
        split = _parts(list(row[first:]), source, several)
        lines.extend([row[0]] * len(split))
        cells.extend(split)
    raw = f"{source.raw}_unfolded"
    width = len(names) - first
    create_raw(connection, raw, width)
    append_rows(connection, raw, width, lines, list(zip(*cells, strict=True)))
    return replace(source, raw=raw, line="line", where="true")


def _parts(row: list[str | None], source: Source, several: dict[str, list[str]]) -> list[list[str | None]]:
    code = source.columns["icd10_code"]
    parts = several.get(row[code] or "")
    if parts is None:
        return [row]
    result = []
    for number, part in enumerate(parts):
        copy = list(row)
        copy[code] = part
        if number and (position := source.columns.get("is_primary")) is not None:
            copy[position] = "N"
        if number and (position := source.columns.get("condition_seq")) is not None:
            copy[position] = f"{_sequence(row[position])}{number}"
        result.append(copy)
    return result


def _sequence(text: str | None) -> str:
    return (text or "1").split(".")[0][:1]
