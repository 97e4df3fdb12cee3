"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods) through python-calamine. Macros never run; cached values are used."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.failures import UnreadableFile
from mds.intake.pages import CHUNK_ROWS, MOST_COLUMNS, PREVIEW_ROWS, Chunk, Remarks, append_chunks, create_raw
from mds_schemas.reading import cell_text

if TYPE_CHECKING:
    import duckdb
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_SHEETS = 200
EMPTY_ROWS_AT_THE_END = 200
"""After so many empty rows the rest of a sheet is formatting (L09)."""
MOST_LOOKED_AT = 1000
"""Rows that are looked at for colours."""


@dataclass
class SheetPage:
    """One sheet. Rows and columns are counted from the corner of the sheet, whatever part of it is filled."""

    name: str
    path: Path
    workbook: CalamineWorkbook
    index: int
    hidden: bool = False
    remarks: Remarks = field(default_factory=Remarks)

    @cached_property
    def _sheet(self) -> CalamineSheet:
        with _readable():
            return self.workbook.get_sheet_by_index(self.index)

    @property
    def _left(self) -> int:
        """Empty columns at the left, which calamine leaves out of its rows."""
        return self._sheet.start[1] if self._sheet.start else 0

    def _rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Number from 1 and cells of each row that holds anything, without the formatted emptiness at the end."""
        empty = 0
        with _readable():
            for number, row in enumerate(self._sheet.iter_rows(), 1):
                if any(row) or row.count("") < len(row):  # what is 0 is no emptiness, but most rows begin with a text
                    empty = 0
                    yield number, row
                    continue
                empty += 1
                if empty == EMPTY_ROWS_AT_THE_END:
                    self.remarks.last_row = number - empty
                    return

    @cached_property
    def _preview(self) -> list[list[str]]:
        shown: list[list[str]] = []
        margin = [""] * self._left
        for number, row in self._rows():
            if number > PREVIEW_ROWS:
                break
            shown.extend([] for _ in range(number - len(shown) - 1))
            shown.append([*margin, *map(cell_text, row)][:MOST_COLUMNS])
        return shown

    def preview(self) -> Sequence[Sequence[str]]:
        return self._preview

    def load(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> tuple[str, str]:
        create_raw(connection, raw, width)
        numbered = (entry for entry in self._rows() if entry[0] > heading_row + 1)
        with _without_collection():
            append_chunks(connection, raw, width, _chunks(numbered, self._left, width))
        return "line", "true"

    def is_coloured(self, heading_row: int, column: int) -> bool:
        from openpyxl import load_workbook

        first, place = heading_row + 2, column + 1
        try:
            with closing(load_workbook(self.path, read_only=True)) as workbook:
                rows = workbook[self.name].iter_rows(first, first + MOST_LOOKED_AT, place, place)
                return any(cell.fill and cell.fill.fill_type for row in rows for cell in row)
        except Exception:  # of another kind, or one that openpyxl cannot handle: calamine has read it, without colours
            return False


@contextmanager
def _without_collection() -> Iterator[None]:
    """Millions of cells are made here and none of them points to another: to look for circles takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _chunks(numbered: Iterator[tuple[int, list[Any]]], left: int, width: int) -> Iterator[Chunk]:
    while chunk := list(islice(numbered, CHUNK_ROWS)):
        lines, rows = zip(*chunk, strict=True)
        yield lines, _columns(rows, left, width)


def _columns(rows: Sequence[list[Any]], left: int, width: int) -> list[Sequence[Any]]:
    """Rows of cells as columns, from the left edge of the sheet."""
    margin: list[Sequence[Any]] = [[None] * len(rows)] * left
    columns = [*margin, *zip(*rows, strict=True)]
    columns.extend([[None] * len(rows)] * (width - len(columns)))
    return columns[:width]


def sheets(path: Path, remarks: Mapping[str, Remarks]) -> list[SheetPage]:
    """The sheets of a workbook, with what is known of them. Raises UnreadableFile."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with _readable():
        workbook = _open(path)
        about = [
            (index, entry)
            for index, entry in enumerate(workbook.sheets_metadata)
            if entry.typ == SheetTypeEnum.WorkSheet
        ]
    if len(about) > MOST_SHEETS:
        raise UnreadableFile(
            f"The workbook has {len(about)} sheets; at most {MOST_SHEETS} can be read. "
            "Keep the sheets of the return only."
        )
    return [
        SheetPage(
            entry.name, path, workbook, index, entry.visible != SheetVisibleEnum.Visible,
            remarks.get(entry.name, Remarks()),
        )
        for index, entry in about
    ]  # fmt: skip


def _open(path: Path) -> CalamineWorkbook:
    """A workbook by the ending of its name, which tells a password apart, else by what it holds: many an .xls is
    really an .xlsx."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise
    except CalamineError:
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream)


@contextmanager
def _readable() -> Iterator[None]:
    """Turns what calamine raises into UnreadableFile. Its messages may quote the file."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise UnreadableFile("The file is protected by a password. Save a copy without one and send that.") from None
    except (CalamineError, ValueError, OverflowError):
        raise UnreadableFile(_DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what a fault in calamine itself becomes
            raise UnreadableFile(_DAMAGED) from None
        raise


_DAMAGED = (
    "We could not open this workbook; it may be damaged or hold a password. Open it, save it again as .xlsx "
    "without a password, and send that."
)
