"""Reads a return: pages → header, version, tables as raw rows in the working database, and what was noticed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mds.intake import shapes
from mds.intake.files import open_file
from mds.intake.header import HeaderPage, differing, header_rows, keys_and_values
from mds.intake.headings import Match, headings_of, named_table, nearest, nearly, recognise, squeezed, table_beside
from mds.intake.pages import MOST_ERRORS, Page, Remarks, append_rows, create_raw
from mds.intake.source import Intake, IntakeFinding, Source
from mds_schemas.reading import SPREADSHEET_ERRORS, Fault, ReadContext, plain
from mds_schemas.types import Coded
from mds_schemas.versions import LATEST, VERSIONS, Version, part_of

if TYPE_CHECKING:
    import duckdb

_COLOURED = ("phase_submitted", "phase_colour")
"""The fields that some senders fill with a colour and no text (L17)."""

_UNTOLD = (
    "In workbooks of this kind (.xls, .xlsb) hidden rows are read like others and cells with an error such as #N/A as "
    "blank, without a word about them. Save the return as .xlsx to be told."
)

_NO_HEADER = (
    "No header was found. Add the header sheet of the template, or name the provider, the period and the version with "
    "--provider, --from, --to and --version."
)


def read_return(connection: duckdb.DuckDBPyConnection, path: Path, options: dict[str, str] | None = None) -> Intake:
    """Read the return at `path` into `connection`. `options` gives header fields that the file lacks.

    Raises UnreadableFile when the file cannot be opened; all else becomes findings.
    """
    opened = open_file(path)
    intake = Intake(header={}, file_sha256=opened.sha256, file_kind=opened.kind, epoch_1904=opened.epoch_1904)
    if not opened.tells_remarks:
        intake.notes.append(_UNTOLD)
    pages = [page for page in opened.pages if not page.hidden]
    _note_hidden_sheets(intake, opened.pages)
    tables = _find_header(intake, pages)
    _use_options(intake, options or {})
    intake.version = _version(intake.header)
    unread = [_read_table(connection, intake, page) for page in tables]
    _note_unread_children(intake, [(page, near) for page, near in zip(tables, unread, strict=True) if near])
    if not intake.header_places and not any((options or {}).values()):
        intake.notes.append(_NO_HEADER)
    if not intake.sources and not intake.header_places and intake.header.get("nil_return", "").upper() != "Y":
        intake.findings.append(IntakeFinding("CP000020"))
    if options and not plain(intake.header.get("return_type", "")):
        intake.header["return_type"] = _kind_of(intake)
    _load_header(connection, intake)
    shapes.unfold(connection, intake)
    return intake


def _use_options(intake: Intake, options: dict[str, str]) -> None:
    """Options stand in for what the file's header lacks. What the file says comes first, and the sender is told so."""
    asked = {name: text for name, text in options.items() if text}
    for name in differing(intake.header, asked):
        label = LATEST.tables["header"].columns()[name].item.label
        intake.notes.append(
            f'The file gives another "{label}" than the command. The one in the file is used: correct whichever is wrong.'
        )
    for name, text in asked.items():
        if not plain(intake.header.get(name, "")):
            intake.header[name] = text


def _kind_of(intake: Intake) -> str:
    """The type of a return that does not name it, by its tables; one without any is about children."""
    held = {part_of(intake.version.tables[source.table]) for source in intake.sources}
    return "ALL" if len(held) > 1 else next(iter(held), "MDS")


def _note_hidden_sheets(intake: Intake, pages: Sequence[Page]) -> None:
    for page in pages:
        if page.hidden:
            intake.findings.append(IntakeFinding("CP000220Q", sheet=page.name, facts={"n": 1}))


def _find_header(intake: Intake, pages: Sequence[Page]) -> list[Page]:
    """Read the header pages into `intake.header`; returns the other pages."""
    headers: list[HeaderPage] = []
    others: list[Page] = []
    for page in pages:
        found = _header_on(page)
        headers.extend(found)
        if not found:
            others.append(page)
    for header in headers:
        for name in differing(intake.header, header.texts):
            label = LATEST.tables["header"].columns()[name].item.label
            line, column = header.places[name]
            intake.findings.append(
                IntakeFinding(
                    "CP000080", sheet=header.sheet, line=line, column=column, field=name, facts={"what": label}
                )
            )
        for name, text in header.texts.items():
            if plain(text) and not plain(intake.header.get(name, "")):
                intake.header[name] = text
                intake.header_places[name] = (header.sheet, *header.places[name])
            intake.header_places.setdefault(name, (header.sheet, *header.places[name]))
    return others


def _header_on(page: Page) -> list[HeaderPage]:
    rows = page.preview()
    if keyed := keys_and_values(page.name, rows):
        return [keyed]
    match = recognise(LATEST, page.name, rows)
    return header_rows(page.name, rows, match) if match and match.model.info.name == "header" else []


def _version(header: dict[str, str]) -> Version:
    text = plain(header.get("schema_version", ""))
    try:
        return VERSIONS.get(Coded("schema_version").read(text, ReadContext()), LATEST)
    except Fault:
        return LATEST


def _read_table(connection: duckdb.DuckDBPyConnection, intake: Intake, page: Page) -> Match | None:
    """Read the table on a page. Returns what an unread one comes near to."""
    rows = page.preview()
    match = recognise(intake.version, page.name, rows)
    if match is None or match.model.info.name == "header":
        near = nearly(intake.version, rows)
        _note_unread(intake, page, near)
        return near
    number = len(intake.sources)
    width = max(len(row) for row in rows)
    raw = f"raw_{number}"
    line, where = page.load(connection, raw, match.heading_row, width)
    source = Source(
        match.model.info.name, page.name, raw, match.columns, match.heading_row + 1, line, where,
        [*match.headings, *[""] * (width - len(match.headings))],
    )  # fmt: skip
    intake.sources.append(source)
    _note_columns(connection, intake, number, source, match, page.remarks.beyond)
    _note_colours(connection, intake, number, source, page)
    _note_remarks(connection, intake, number, source, page)
    return None


def _note_unread_children(intake: Intake, unread: Sequence[tuple[Page, Match]]) -> None:
    """A return without children must not be advised to be a nil return where a sheet of children was not read."""
    told = {found.sheet for found in intake.findings if found.code == "CP000092"}
    if not intake.sources or any(source.table == "child" for source in intake.sources):
        return
    for page, near in unread:
        if near.model.info.name == "child" and page.name not in told:
            facts = {"title": near.model.info.title}
            intake.findings.append(IntakeFinding("CP000092", sheet=page.name, line=near.heading_row + 1, facts=facts))


def _note_unread(intake: Intake, page: Page, near: Match | None) -> None:
    """A sheet that looks like a table but lacks too many of its columns must not be passed over in silence."""
    named = named_table(intake.version, page.name)
    if named and named.info.name != "header" and any(plain(cell) for row in page.preview() for cell in row):
        facts = {"title": named.info.title}
        intake.findings.append(IntakeFinding("CP000092", sheet=page.name, line=1, facts=facts))
        return
    if near is not None:
        columns = near.model.columns()
        missing = ", ".join(f'"{columns[name].item.label}"' for name in near.missing)
        intake.notes.append(
            f"{page.name}: this looks like the table {near.model.info.title}, but was not read. "
            + (f"It lacks the columns {missing}." if missing else "Too few of its columns are known.")
        )


def _note_columns(
    connection: duckdb.DuckDBPyConnection, intake: Intake, number: int, source: Source, match: Match, beyond: set[int]
) -> None:
    """Findings about the headings of one table: missing, unknown and doubled columns, and filled ones beyond the last."""
    table, line = source.table, source.heading_line
    columns = match.model.columns()
    for name in match.missing:
        facts = {"label": columns[name].item.label}
        intake.findings.append(IntakeFinding("CP000090", table, number, source.sheet, line, None, name, facts))
    beside = table_beside(intake.version, match)
    for position in sorted({*match.unknown, *_without_heading(connection, source), *beyond}):
        heading = source.headings[position] if position < len(source.headings) else ""
        near = nearest(match.model, heading, within=4)
        hint = f' (did you mean "{columns[near].item.label}"?)' if near and near not in match.columns else ""
        advice = f"give it the heading of the template{hint}"
        if beside and squeezed(heading) in headings_of(beside):
            advice = f"put the table {beside.info.title}, to which it seems to belong, on a sheet of its own"
        facts = {"advice": advice}
        intake.findings.append(IntakeFinding("CP000095Q", table, number, source.sheet, line, position, "", facts))
    for name, position in match.again:
        first = match.columns[name]
        differing_row = connection.execute(
            f"SELECT min({source.line}) FROM {source.raw} AS raw"
            f" WHERE coalesce(trim(c{first}), '') <> coalesce(trim(c{position}), '') AND {source.where}"
        ).fetchone()
        if differing_row and differing_row[0] is not None:
            facts = {"label": columns[name].item.label}
            intake.findings.append(IntakeFinding("CP000100", table, number, source.sheet, line, position, name, facts))


def _without_heading(connection: duckdb.DuckDBPyConnection, source: Source) -> list[int]:
    """The columns that hold something under a blank heading."""
    blank = [position for position, heading in enumerate(source.headings) if not plain(heading)]
    if not blank:
        return []
    counts = ", ".join(f"count(nullif(trim(c{position}), ''))" for position in blank)
    counted = connection.execute(f"SELECT {counts} FROM {source.raw} AS raw WHERE {source.where}").fetchone() or ()
    return [position for position, count in zip(blank, counted, strict=True) if count]


def _note_colours(
    connection: duckdb.DuckDBPyConnection, intake: Intake, number: int, source: Source, page: Page
) -> None:
    """A column of phases that is blank but for the colour of its cells (L17)."""
    for name in _COLOURED:
        position = source.columns.get(name)
        if position is None:
            continue
        row = connection.execute(f"SELECT count(*), count(nullif(trim(c{position}), '')) FROM {source.raw}").fetchone()
        if row and row[0] and not row[1] and page.is_coloured(source.heading_line - 1, position):
            intake.findings.append(
                IntakeFinding("CP202100Q", source.table, number, source.sheet, source.heading_line, position, name)
            )


def _note_remarks(
    connection: duckdb.DuckDBPyConnection, intake: Intake, number: int, source: Source, page: Page
) -> None:
    """What the cells of a page do not show: errors, replaced characters, hidden rows, formulas without a result."""
    remarks = page.remarks
    if remarks.errors_as_text:
        _count_error_texts(connection, source, remarks)
    for code, count in (("CP000200Q", remarks.replaced), ("CP000220Q", remarks.hidden_rows)):
        if count:
            intake.findings.append(IntakeFinding(code, source.table, number, source.sheet, facts={"n": count}))
    _note_errors(intake, number, source, remarks)
    if remarks.unsaved:
        intake.notes.append(
            f"{source.sheet}: {remarks.unsaved} formulas have no stored result and were read as blank. "
            "Open the file in a spreadsheet program and save it there."
        )
    if remarks.last_row:
        intake.notes.append(
            f"{source.sheet}: more than 200 empty rows follow row {remarks.last_row}, and what stands below them was "
            "not read."
        )


def _note_errors(intake: Intake, number: int, source: Source, remarks: Remarks) -> None:
    """A finding for each cell with a spreadsheet error, or a single one where only their number is known."""
    if not remarks.errors:
        return
    more = remarks.errors - len(remarks.error_places)
    for line, column in remarks.error_places:
        facts = {"n": remarks.errors, "cells": ""}  # with the number, so that a further one is not taken as answered
        intake.findings.append(
            IntakeFinding("CP000210Q", source.table, number, source.sheet, line, column, facts=facts)
        )
    if more:
        which = "more cells" if remarks.error_places else "cells"
        cells = f"in {more:,} {which if more > 1 else which[:-1]} of this sheet"
        facts = {"cells": f" ({cells})"}
        if remarks.error_places:
            intake.notes.append(
                f"{source.sheet}: cells with a spreadsheet error stand also {cells} that are not listed."
            )
        intake.findings.append(IntakeFinding("CP000210Q", source.table, number, source.sheet, facts=facts))


def _count_error_texts(connection: duckdb.DuckDBPyConnection, source: Source, remarks: Remarks) -> None:
    """Cells that hold a spreadsheet error as text, which are read as blank (L30)."""
    places = sorted(source.columns.values())
    cells = [f"c{place}" for place in places]
    marked = " OR ".join(f"{cell} BETWEEN '#' AND '$'" for cell in cells)
    rows = connection.execute(
        f"SELECT {source.line}, {', '.join(cells)} FROM {source.raw} AS raw WHERE {marked} ORDER BY 1"
    ).fetchall()
    found = [
        (line, place)
        for line, *texts in rows
        for place, text in zip(places, texts, strict=True)
        if (text or "").lower() in SPREADSHEET_ERRORS
    ]
    remarks.errors = len(found)
    remarks.error_places = found[:MOST_ERRORS]


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
