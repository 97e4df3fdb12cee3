"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods) through python-calamine. Macros never run; cached values are used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.failures import UnreadableFile
from mds.intake.pages import CHUNK_ROWS, PREVIEW_ROWS, append_rows, create_raw
from mds_schemas.reading import cell_text

if TYPE_CHECKING:
    import duckdb
    from python_calamine import CalamineSheet

MOST_SHEETS = 200
EMPTY_ROWS_AT_THE_END = 200
"""After so many empty rows the rest of a sheet is formatting (L09)."""


@dataclass
class SheetPage:
    """One sheet. Rows are counted from the top of the sheet, whatever part of it is filled."""

    name: str
    sheet: CalamineSheet
    hidden: bool = False

    def _rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Number from 1 and cells from column A, without the formatted emptiness at the end."""
        empty = 0
        for number, row in enumerate(self.sheet.iter_rows(), 1):
            if row.count("") == len(row):
                empty += 1
                if empty >= EMPTY_ROWS_AT_THE_END:
                    return
                continue
            empty = 0
            yield number, row

    @cached_property
    def _preview(self) -> list[list[str]]:
        shown: list[list[str]] = []
        for number, row in self._rows():
            if number > PREVIEW_ROWS:
                break
            shown.extend([] for _ in range(number - len(shown) - 1))
            shown.append([cell_text(cell) for cell in row])
        return shown

    def preview(self) -> Sequence[Sequence[str]]:
        return self._preview

    def load(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> tuple[str, str]:
        create_raw(connection, raw, width)
        lines: list[int] = []
        rows: list[list[Any]] = []
        for number, row in self._rows():
            if number <= heading_row + 1:
                continue
            lines.append(number)
            rows.append(row)
            if len(rows) == CHUNK_ROWS:
                append_rows(connection, raw, width, lines, _texts(rows, width))
                lines, rows = [], []
        if rows:
            append_rows(connection, raw, width, lines, _texts(rows, width))
        return "line", "true"


def _texts(rows: list[list[Any]], width: int) -> list[list[str | None]]:
    """Columns of texts; each distinct value of a column is turned into text once."""
    columns: list[list[str | None]] = []
    for column in list(zip(*rows, strict=True))[:width]:
        kinds = set(map(type, column))
        if kinds == {str}:
            columns.append([cell or None for cell in column])
        elif bool in kinds:  # True and 1 are equal, so they cannot share a memory
            columns.append([cell_text(cell) or None for cell in column])
        else:
            known = {cell: cell_text(cell) or None for cell in set(column)}
            columns.append([known[cell] for cell in column])
    columns.extend([None] * len(rows) for _ in range(width - len(columns)))
    return columns


def sheets(path: Path) -> list[SheetPage]:
    """The sheets of a workbook. Raises UnreadableFile."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        about = [entry for entry in workbook.sheets_metadata if entry.typ == SheetTypeEnum.WorkSheet]
        if len(about) > MOST_SHEETS:
            raise UnreadableFile(
                f"The workbook has {len(about)} sheets; at most {MOST_SHEETS} can be read. Keep the sheets of the return."
            )
        return [
            SheetPage(entry.name, workbook.get_sheet_by_name(entry.name), entry.visible != SheetVisibleEnum.Visible)
            for entry in about
        ]
    except PasswordError:
        raise UnreadableFile("The file is protected by a password. Save a copy without one and send that.") from None
    except (CalamineError, OSError, ValueError):
        raise UnreadableFile(
            "We could not open this workbook; it may be damaged or hold a password. Open it, save it again as .xlsx "
            "without a password, and send that."
        ) from None
