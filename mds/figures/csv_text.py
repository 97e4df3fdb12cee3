"""Tables as CSV that a spreadsheet program opens as what it is: text as text, numbers as numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from mds.reports.cells import like_a_formula


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A heading and rows; nothing for a blank, and what a cell has several of by ;."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> object:
    """A number as it is, and all else as text that no spreadsheet program takes for a formula."""
    if value is None or isinstance(value, (int, float, Decimal)):
        return value
    text = ";".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
    return f"'{text}" if like_a_formula(text) else text
