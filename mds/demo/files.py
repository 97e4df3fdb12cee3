"""Writes a return as its provider would send it when all goes well. Headings come from the schema."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from mds.demo.ods import write_ods
from mds.demo.providers import Form
from mds.demo.returns import Return
from mds.demo.rows import Row, Value, sent_fields
from mds_schemas.reading import cell_text
from mds_schemas.versions import Version

Cell = str | int | float | date | datetime | time | None
Sheet = tuple[str, list[list[Cell]]]
_ENDINGS: dict[Form, str] = {"workbook": ".xlsx", "field_names": ".xlsx", "folder": "", "zip": ".zip", "ods": ".ods"}


def headings(version: Version, table: str, by_name: bool) -> list[str]:
    """The headings of a table: field names or labels."""
    columns = version.tables[table].columns()
    return [name if by_name else columns[name].item.label for name in sent_fields(version.number, table)]


def write_return(folder: Path, sent: Return) -> Path:
    """Write a return into its period's folder. Returns what the provider would send: a file or a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    form = sent.provider.form
    path = folder / (sent.provider.code + _ENDINGS[form])
    if form in ("folder", "zip"):
        texts = {f"{name}.csv": _csv_text(rows) for name, rows in _csv_tables(sent, by_name=form == "folder")}
        _write_texts(path, texts)
    elif form == "ods":
        write_ods(path, sheets(sent, by_name=False))
    else:
        write_workbook(path, sheets(sent, by_name=form == "field_names"))
    return path


def sheets(sent: Return, by_name: bool) -> list[Sheet]:
    """The sheets of the template: the header as keys and values, and a sheet for every table."""
    names = headings(sent.version, "header", by_name)
    found: list[Sheet] = [
        ("Header", [[key, cell(value)] for key, value in zip(names, sent.header.values(), strict=True)])
    ]
    held = sent.version.of(str(sent.header["return_type"])).tables
    for table in (name for name in sent.tables if name in held):
        rows, title = sent.tables[table], table if by_name else held[table].info.title
        found.append((title, [list(headings(sent.version, table, by_name)), *cells(rows)]))
    return found


def cells(rows: Iterable[Row]) -> list[list[Cell]]:
    return [[cell(value) for value in row.values()] for row in rows]


def cell(value: Value) -> Cell:
    """What a spreadsheet holds for a value: true dates and numbers, codes as text."""
    return float(value) if isinstance(value, Decimal) else value


def write_workbook(path: Path, found: Iterable[Sheet]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, rows in found:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


def _csv_tables(sent: Return, by_name: bool) -> list[tuple[str, list[list[str]]]]:
    """A page for the header, and one for each table that has rows. Pages are called as their tables are."""
    header = [headings(sent.version, "header", by_name), [cell_text(value) for value in sent.header.values()]]
    pages = [("header" if by_name else "Header", header)]
    for table, rows in sent.tables.items():
        if rows:
            title = table if by_name else sent.version.tables[table].info.title
            body = [[cell_text(value) for value in row.values()] for row in rows]
            pages.append((title, [headings(sent.version, table, by_name), *body]))
    return pages


def _csv_text(rows: Sequence[Sequence[str]]) -> bytes:
    return delimited(rows).encode()


def delimited(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _write_texts(path: Path, texts: dict[str, bytes]) -> None:
    if path.suffix == ".zip":
        write_zip(path, texts)
        return
    path.mkdir(exist_ok=True)
    for name, text in texts.items():
        (path / name).write_bytes(text)


def write_zip(path: Path, texts: dict[str, bytes]) -> None:
    """A zip that is the same, byte for byte, whenever it is written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_csv_text(rows))
