"""Layouts that are not one record a row, unfolded before typing. A new layout is one more step here.

Later steps belong here too: numbered families of columns (L04), two-row headings (L02), notes below the data (L37).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mds.duck import literal
from mds.intake.pages import append_rows
from mds.intake.source import Intake, Source
from mds_schemas.types import Icd10

if TYPE_CHECKING:
    import duckdb

TOTALS = r"(?i)^\s*(?:sub-?\s*)?totals?\b.*|^\s*grand total.*|^\s*end\s*$"


def unfold(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Apply every step to the sources of the intake."""
    for number, source in enumerate(intake.sources):
        if source.table == "header":
            continue
        stripped = _without_totals(source, intake)
        intake.sources[number] = _split_diagnoses(connection, stripped) if source.table == "condition" else stripped


def _without_totals(source: Source, intake: Intake) -> Source:
    """Rows without a key that say "Total" or "END" anywhere are not records (L08)."""
    if intake.file_kind != "workbook":
        return source
    key = intake.version.tables[source.table].info.key
    keyed = [f"c{source.columns[name]}" for name in key if name in source.columns]
    if not keyed:
        return source
    key_cell = keyed[0]
    others = " OR ".join(
        f"coalesce(regexp_full_match(c{position}, {literal(TOTALS)}), false)"
        for position in set(source.columns.values())
    )
    total = f"((c{source.columns[key[0]]} IS NULL AND ({others})) OR coalesce(regexp_full_match({key_cell}, {literal(TOTALS)}), false))"
    return replace(source, where=f"({source.where}) AND NOT {total}")


def _split_diagnoses(connection: duckdb.DuckDBPyConnection, source: Source) -> Source:
    """A cell with several ICD-10 codes becomes a row for each; the first keeps the mark of the main one (L35)."""
    if "icd10_code" not in source.columns:
        return source
    code = source.columns["icd10_code"]
    texts = connection.execute(
        f"SELECT DISTINCT c{code} FROM {source.raw} AS raw WHERE regexp_matches(c{code}, '[/;,& ]') AND {source.where}"
    ).fetchall()
    several = {text: parts for (text,) in texts if len(parts := Icd10.several(text)) > 1}
    if not several:
        return source
    cursor = connection.execute(f"SELECT {source.line} AS line, raw.* FROM {source.raw} AS raw WHERE {source.where}")
    names = [column[0] for column in cursor.description or []]
    first = names.index("c0")
    rows = [[row[0], *row[first:]] for row in cursor.fetchall()]
    unfolded = [part for row in rows for part in _parts(row, source, several)]
    raw = f"{source.raw}_unfolded"
    width = len(names) - first
    connection.execute(
        f"CREATE TABLE {raw} AS SELECT 0::BIGINT AS line, * FROM (SELECT {', '.join(names[first:])} FROM {source.raw}) LIMIT 0"
    )
    append_rows(
        connection, raw, width, [row[0] for row in unfolded], list(zip(*[row[1:] for row in unfolded], strict=True))
    )
    return replace(source, raw=raw, line="line", where="true")


def _parts(row: list[str | None], source: Source, several: dict[str, list[str]]) -> list[list[str | None]]:
    code = source.columns["icd10_code"] + 1
    parts = several.get(row[code] or "")
    if parts is None:
        return [row]
    result = []
    for number, part in enumerate(parts):
        copy = list(row)
        copy[code] = part
        if number and (position := source.columns.get("is_primary")) is not None:
            copy[position + 1] = "N"
        if number and (position := source.columns.get("condition_seq")) is not None:
            copy[position + 1] = f"{_sequence(row[position + 1])}{number}"
        result.append(copy)
    return result


def _sequence(text: str | None) -> str:
    return (text or "1").split(".")[0][:1]
