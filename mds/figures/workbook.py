"""Tables as a workbook that a co-ordinator can work through: a sheet a table, with room for notes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.figures.page import period_in_words
from mds.figures.table import FigureTable
from mds.figures.words import as_day, heading, shown
from mds.reports.cells import print_wide, row_height, set_text, sheet_title
from mds.reports.files import replacing

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

_WIDEST, _NARROWEST = 60, 10
_TO_FILL_IN = ("Asked on", "Answer", "Done")
_DATE_FORMAT = "d mmmm yyyy"
"""6 August 2018, as on the page; a real date sorts and filters as one."""
_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheet programs disagree on the days before."""


def write_workbook(
    path: Path, title: str, sharing: str, tables: list[FigureTable], connection: duckdb.DuckDBPyConnection, home: Home
) -> None:
    """Write one sheet a table: title, what it is, who may see it, headings with a filter, rows, and columns to fill in."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    workbook = Workbook()
    workbook.remove(workbook.active)
    # A workbook of the same rows is the same, whenever it is made.
    workbook.properties.created = workbook.properties.modified = datetime(2000, 1, 1)
    workbook.properties.title = title
    for table in tables:
        sheet = workbook.create_sheet(sheet_title(table.title, workbook.sheetnames))
        above = [
            f"{title}: {table.title}",
            f"{'TEST DATA. ' if home.is_test else ''}{period_in_words(connection)}. {table.note}",
            *([sharing] if table.shape.counts else []),
        ]
        for number, text in enumerate(above, 1):
            set_text(sheet.cell(number, 1), text)
        sheet.cell(1, 1).font = Font(bold=True, size=14)
        names = [*map(heading, table.columns), *_TO_FILL_IN]
        for column, name in enumerate(names, 1):
            cell = sheet.cell(4, column)
            set_text(cell, name)
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor="005EB8")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for number, row in enumerate(table.rows, 5):
            for column, value in enumerate(row, 1):
                _fill(sheet.cell(number, column), table.columns[column - 1], value)
        if not table.rows:
            set_text(sheet.cell(5, 1), "None.")
        _lay_out(sheet, table, names)
    with replacing(path) as beside:
        workbook.save(beside)


def _fill(cell: Any, column: str, value: Any) -> None:
    from openpyxl.styles import Alignment

    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        cell.value = float(value) if isinstance(value, Decimal) else value
    elif (found := as_day(value)) and found >= _FIRST_DAY:
        cell.value = found
        cell.number_format = _DATE_FORMAT
    elif text := shown(column, value):
        set_text(cell, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left" if cell.is_date else None)


def _lay_out(sheet: Any, table: FigureTable, names: list[str]) -> None:
    from openpyxl.utils import get_column_letter

    last = get_column_letter(len(names))
    sheet.auto_filter.ref = f"A4:{last}{max(5, 4 + len(table.rows))}"
    sheet.freeze_panes = "A5"
    for place, name in enumerate(names):
        texts = [shown(table.columns[place], row[place]) for row in table.rows] if place < len(table.columns) else []
        width = min(_WIDEST, max([_NARROWEST, len(name) + 4, *map(len, texts)]))
        sheet.column_dimensions[get_column_letter(place + 1)].width = width
        for number, text in enumerate(texts, 5):
            if height := row_height(text, width):
                sheet.row_dimensions[number].height = max(height, sheet.row_dimensions[number].height or 0)
    print_wide(sheet, heading_row=4)
