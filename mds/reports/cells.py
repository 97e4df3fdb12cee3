"""Cells of a workbook that hold text and nothing but text, and names that a spreadsheet program takes for a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from typing import Any

MOST_CHARACTERS = 32_767
"""In one cell; a spreadsheet program refuses a file with more."""
MOST_IN_A_NAME = 31

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_RESERVED = "history"
_CHARACTERS_PER_WIDTH = 1.25
"""Of Arial at 10 points; a column's width counts the wider digits."""


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet program would take `text` for a formula."""
    return text.startswith(_LIKE_A_FORMULA)


def plain_text(text: str) -> str:
    """`text` as it may stand in a cell: without characters that a workbook cannot hold, and not too long."""
    return _LOOKS_ESCAPED.sub("_x005F_", _NOT_IN_XML.sub("\ufffd", text)[:MOST_CHARACTERS])


def set_text(cell: Any, text: str) -> None:
    """Put `text` into a cell as text, whatever it begins with."""
    cell.value = plain_text(text)
    cell.data_type = "s"


class Styles:
    """Named looks of the text cells of one workbook, each made once, since openpyxl is slow to look one up."""

    def __init__(self, workbook: Any) -> None:
        from openpyxl.worksheet._write_only import WriteOnlyWorksheet

        self._nowhere = WriteOnlyWorksheet(workbook, None)
        self._styles: dict[tuple[str, bool], Any] = {}

    def add(self, name: str, **parts: Any) -> None:
        """`parts` are `font`, `fill`, `alignment`, `border`, `number_format`, which is that of text unless given."""
        for quoted in (False, True):
            cell = self._blank()
            for part, value in ({"number_format": "@"} | parts).items():
                setattr(cell, part, value)
            cell.quotePrefix = quoted
            self._styles[name, quoted] = cell._style

    def apply(self, cell: Any, name: str, text: str = "") -> None:
        """Give a cell a look. A text that begins like a formula stays a text when the cell is edited."""
        cell._style = copy(self._styles[name, like_a_formula(text)])

    def _blank(self) -> Any:
        from openpyxl.cell import Cell

        return Cell(self._nowhere, row=1, column=1)


def sheet_title(wanted: str, taken: Iterable[str]) -> str:
    """`wanted` made into a name that a sheet may have and that none of `taken` has, whatever the case."""
    others = {name.lower() for name in taken} | {_RESERVED}
    base = _NOT_IN_A_NAME.sub("_", wanted).strip().strip("'")[:MOST_IN_A_NAME].strip(" '") or "Sheet"
    title, number = base, 1
    while title.lower() in others:
        number += 1
        ending = f" ({number})"
        title = base[: MOST_IN_A_NAME - len(ending)] + ending
    return title


def reference(title: str, address: str) -> str:
    """Where a link leads: 'Children'!C14."""
    return "'" + title.replace("'", "''") + f"'!{address}"


def print_wide(sheet: Any, heading_row: int = 0, *, fit: bool = True) -> None:
    """Print a sheet on its side, where asked as wide as the paper, with its headings on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    if fit:
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    if heading_row:
        sheet.print_title_rows = f"{heading_row}:{heading_row}"


def row_height(text: str, width: int) -> float | None:
    """The height of a row whose `text` wraps in a column of `width`; None where it fits on one line."""
    lines = sum(1 + int(len(line) / (_CHARACTERS_PER_WIDTH * width)) for line in text.split("\n"))
    return 13.0 * lines + 2 if lines > 1 else None
