"""Reads a return: pages → header, version, tables as raw rows in the working database, and what was noticed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mds.intake import shapes
from mds.intake.files import open_file
from mds.intake.header import HeaderPage, keys_and_values, same
from mds.intake.headings import Match, nearest, recognise
from mds.intake.pages import Page, append_rows, create_raw
from mds.intake.source import Intake, IntakeFinding, Source
from mds.intake.text import CsvPage
from mds_schemas.reading import SPREADSHEET_ERRORS, ReadContext, plain
from mds_schemas.types import Coded, Fault
from mds_schemas.versions import LATEST, VERSIONS, Version

if TYPE_CHECKING:
    import duckdb


def read_return(connection: duckdb.DuckDBPyConnection, path: Path, options: dict[str, str] | None = None) -> Intake:
    """Read the return at `path` into `connection`. `options` gives header fields that the file lacks.

    Raises UnreadableFile when the file cannot be opened; all else becomes findings.
    """
    opened = open_file(path)
    intake = Intake(header={}, file_sha256=opened.sha256, file_kind=opened.kind)
    pages = [page for page in opened.pages if not page.hidden]
    _note_hidden(intake, opened.pages)
    tables = _find_header(intake, pages)
    for name, text in (options or {}).items():
        if text and not plain(intake.header.get(name, "")):
            intake.header[name] = text
    intake.version = _version(intake.header)
    for page in tables:
        _read_table(connection, intake, page)
    if not intake.sources and not intake.header_places and intake.header.get("nil_return", "").upper() != "Y":
        intake.findings.append(IntakeFinding("CP000020"))
    _load_header(connection, intake)
    shapes.unfold(connection, intake)
    _count_errors(connection, intake)
    _note_replaced(intake, pages)
    return intake


def _note_hidden(intake: Intake, pages: Sequence[Page]) -> None:
    hidden = sum(page.hidden for page in pages)
    if hidden:
        intake.findings.append(IntakeFinding("CP000220Q", facts={"n": hidden}))


def _find_header(intake: Intake, pages: Sequence[Page]) -> list[Page]:
    """Read the header pages into `intake.header`; returns the other pages."""
    headers: list[HeaderPage] = []
    others: list[Page] = []
    for page in pages:
        rows = page.preview()
        keyed = keys_and_values(page.name, rows)
        found = [keyed] if keyed else _header_table(page, rows)
        headers.extend(found)
        if not found:
            others.append(page)
    for header in headers:
        for name in same(intake.header, header.texts):
            label = LATEST.tables["header"].columns()[name].item.label
            line, column = header.places[name]
            intake.findings.append(
                IntakeFinding(
                    "CP000080", sheet=header.sheet, line=line, column=column, field=name, facts={"what": label}
                )
            )
        for name, text in header.texts.items():
            if plain(text) and name not in intake.header:
                intake.header[name] = text
            intake.header_places.setdefault(name, (header.sheet, *header.places[name]))
    return others


def _header_table(page: Page, rows: Sequence[Sequence[str]]) -> list[HeaderPage]:
    """A header that stands as a table: one header a row, and more than one only by mistake."""
    match = recognise(LATEST, page.name, rows)
    if match is None or match.model.info.name != "header":
        return []
    below = [(number, row) for number, row in enumerate(rows, 1) if number > match.heading_row + 1 and any(row)]
    return [
        HeaderPage(
            page.name,
            {name: row[position] if position < len(row) else "" for name, position in match.columns.items()},
            {name: (number, position) for name, position in match.columns.items()},
        )
        for number, row in below
    ] or [HeaderPage(page.name)]


def _version(header: dict[str, str]) -> Version:
    text = plain(header.get("schema_version", ""))
    try:
        return VERSIONS.get(Coded("schema_version").read(text, ReadContext()), LATEST)
    except Fault:
        return LATEST


def _read_table(connection: duckdb.DuckDBPyConnection, intake: Intake, page: Page) -> None:
    match = recognise(intake.version, page.name, page.preview())
    if match is None or match.model.info.name == "header":
        return
    number = len(intake.sources)
    width = max(len(row) for row in page.preview())
    raw = f"raw_{number}"
    line, where = page.load(connection, raw, match.heading_row, width)
    source = Source(match.model.info.name, page.name, raw, match.columns, match.heading_row + 1, line, where)
    intake.sources.append(source)
    _note_columns(connection, intake, number, source, match)


def _note_columns(
    connection: duckdb.DuckDBPyConnection, intake: Intake, number: int, source: Source, match: Match
) -> None:
    """Findings about the headings of one table: missing, unknown and doubled columns."""
    table, line = source.table, source.heading_line
    columns = match.model.columns()
    for name in match.missing:
        facts = {"label": columns[name].item.label}
        intake.findings.append(IntakeFinding("CP000090", table, number, source.sheet, line, None, name, facts))
    for position in match.unknown:
        near = nearest(match.model, match.headings[position], within=4)
        hint = f' (did you mean "{columns[near].item.label}"?)' if near and near not in match.columns else ""
        intake.findings.append(
            IntakeFinding("CP000095Q", table, number, source.sheet, line, position, "", {"hint": hint})
        )
    for name, position in match.again:
        first = match.columns[name]
        differing = connection.execute(
            f"SELECT count(*) FROM {source.raw} AS raw WHERE c{first} IS DISTINCT FROM c{position} AND {source.where}"
        ).fetchone()
        if differing and differing[0]:
            facts = {"label": columns[name].item.label}
            intake.findings.append(IntakeFinding("CP000100", table, number, source.sheet, line, position, name, facts))


def _load_header(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """The header as a raw table of one row, so that its fields are read like any other."""
    if not intake.header and not intake.sources:
        return
    names = list(intake.version.tables["header"].columns())
    create_raw(connection, "raw_header", len(names))
    append_rows(connection, "raw_header", len(names), [1], [[intake.header.get(name) or None] for name in names])
    columns = {name: position for position, name in enumerate(names)}
    sheet = next((place[0] for place in intake.header_places.values()), "")
    intake.sources.append(Source("header", sheet, "raw_header", columns, 0))


def _count_errors(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Cells that hold a spreadsheet error are read as blank, and counted (L30)."""
    if intake.file_kind != "workbook":
        return
    errors = ", ".join(f"'{error}'" for error in sorted(SPREADSHEET_ERRORS))
    for number, source in enumerate(intake.sources):
        counts = " + ".join(
            f"count(*) FILTER (lower(c{position}) IN ({errors}))" for position in source.columns.values()
        )
        row = connection.execute(f"SELECT {counts} FROM {source.raw}").fetchone() if counts else None
        if row and row[0]:
            intake.findings.append(IntakeFinding("CP000210Q", source.table, number, source.sheet, facts={"n": row[0]}))


def _note_replaced(intake: Intake, pages: Sequence[Page]) -> None:
    for page in pages:
        if isinstance(page, CsvPage) and page.replaced:
            intake.findings.append(IntakeFinding("CP000200Q", sheet=page.name, facts={"n": page.replaced}))
