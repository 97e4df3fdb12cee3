"""Marks cells in the sender's own .xlsx workbook and leaves everything else in it as it was."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from mds.reports.findings_sheet import FIRST_WORDS
from mds.reports.marks import remove_mark

MOST_UNPACKED = 100 << 20
"""openpyxl needs more than ten times as much memory. A workbook of 50,000 contacts unpacks to half of this."""

MOST_ROWS = 100_000
"""openpyxl needs five kilobytes for each row, also for one that is only formatted."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EXTENDED = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_FORMULAS = "{http://schemas.microsoft.com/office/excel/2006/main}"
_PREFIXED = re.compile(rb"<\w+:dataValidation\b")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
_RICH = re.compile(rb"<(?:\w+:)?rPr\b")
_TEXTS = re.compile(r"xl/(?:sharedStrings|worksheets/[^/]+)\.xml")
_NOT_KEPT = (
    ("pictures, charts or shapes", re.compile(r"xl/(?:media|charts|drawings/drawing)")),
    ("macros", re.compile(r"xl/vbaProject")),
    ("slicers or timelines", re.compile(r"xl/(?:slicers|timelines)/")),
    ("buttons or other controls", re.compile(r"xl/(?:ctrlProps|activeX)/")),
)


class CannotMark(Exception):
    """This workbook is not one that can be changed in place."""


def open_workbook(path: Path) -> tuple[Any, list[str]]:
    """The sender's workbook, and what of it the copy will lack. Raises CannotMark, or whatever openpyxl trips over.

    Macros are dropped, so that a file that is mailed back never runs any and always is an .xlsx.
    """
    from openpyxl import load_workbook

    with ZipFile(path) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names or sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
            raise CannotMark
        if sum(_rows(archive, name) for name in names if _SHEETS.fullmatch(name)) > MOST_ROWS:
            raise CannotMark
        extended = _extended_validations(archive)
        rich = any(_holds(archive, name, _RICH) for name in names if _TEXTS.fullmatch(name))
    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")  # about the parts that openpyxl leaves out; they are named below
        workbook = load_workbook(stream, rich_text=rich)  # which doubles the time
    for title, validations in extended.items():
        for validation in validations:
            workbook[title].add_data_validation(validation)
    lost = [words for words, pattern in _NOT_KEPT if any(pattern.match(name) for name in names)]
    workbook.calculation.fullCalcOnLoad = True  # openpyxl keeps formulas but not the results that were stored with them
    return workbook, lost


def _extended_validations(archive: ZipFile) -> dict[str, list[Any]]:
    """Sheet → the drop-downs that take their choices from another sheet in the way that openpyxl would lose."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.xml.functions import fromstring, iterparse

    relations = get_dependents(archive, get_rels_path("xl/workbook.xml"))
    found: dict[str, list[Any]] = {}
    for sheet in fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        relation = relations.get(next(value for key, value in sheet.attrib.items() if key.endswith("}id")))
        if not relation.Type.endswith("/worksheet") or not _holds(archive, relation.target, _PREFIXED):
            continue
        with archive.open(relation.target) as stream:
            for _, element in iterparse(stream):
                if element.tag == f"{_EXTENDED}dataValidation":
                    found.setdefault(sheet.attrib["name"], []).append(_validation(element))
                elif element.tag == f"{_MAIN}row":
                    element.clear()
    return found


def _rows(archive: ZipFile, name: str) -> int:
    """The rows that a sheet's part tells of, read piece by piece."""
    found, rest = 0, b""
    with archive.open(name) as stream:
        while piece := stream.read(1 << 20):
            text = rest + piece
            found += sum(1 for _ in _ROW.finditer(text))
            rest = text[text.rfind(b"<") :] if b"<" in text else b""
            found -= sum(1 for _ in _ROW.finditer(rest))  # it is looked at again with the next piece
        return found + sum(1 for _ in _ROW.finditer(rest))


def _holds(archive: ZipFile, name: str, pattern: re.Pattern[bytes]) -> bool:
    """Whether a part of the file has a place that matches, without parsing it."""
    tail = b""
    with archive.open(name) as stream:
        while block := stream.read(1 << 20):
            if pattern.search(tail + block):
                return True
            tail = block[-100:]
    return False


def _validation(element: Any) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    known = set(DataValidation.__attrs__) - {"sqref"}
    settings = {name: value for name, value in element.attrib.items() if name in known}
    for number in (1, 2):
        formula = element.find(f"{_EXTENDED}formula{number}/{_FORMULAS}f")
        settings[f"formula{number}"] = formula.text if formula is not None else None
    return DataValidation(sqref=element.findtext(f"{_FORMULAS}sqref"), **settings)


def remove_old_marks(workbook: Any) -> None:
    """Take out the sheets, colours and comments of an earlier check, so that only what is still open is marked."""
    old = [sheet for sheet in workbook.worksheets if str(sheet["A1"].value or "").startswith(FIRST_WORDS)]
    for sheet in old[: len(workbook.worksheets) - 1]:  # a workbook needs a sheet
        workbook.remove(sheet)
    for sheet in workbook.worksheets:
        for cell in _cells(sheet):
            remove_mark(cell, bool(old))


def _cells(sheet: Any) -> Iterator[Any]:
    for row in sheet.iter_rows():
        for cell in row:
            if type(cell).__name__ != "MergedCell":
                yield cell


def cell_at(sheet: Any, line: int, column: int) -> Any:
    """The cell at a place, or, inside merged cells, the one that shows."""
    cell = sheet.cell(line, column + 1)
    if type(cell).__name__ == "MergedCell":
        for merged in sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell
