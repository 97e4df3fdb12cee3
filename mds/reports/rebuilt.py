"""A new workbook with a sheet for each page of what was sent, every cell as text, for files that cannot be marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mds.intake.pages import Page
from mds.reports.cells import Styles, set_text
from mds.reports.marks import Brush, Mark

if TYPE_CHECKING:
    import duckdb

WHOLE_FILE = -1
"""As the number of the heading row: a page is then loaded from its first line on."""
ROW_HEADING = "Row"
_NARROWEST, _WIDEST = 10, 40
_CHUNK = 2_000

Texts = Sequence[str | None]
MarkedLines = dict[int, dict[int, list[Mark]]]


@dataclass
class Sent:
    """One page of what was sent, read again from its first line on: its rows stand in the table `raw`."""

    page: Page
    raw: str
    width: int
    line: str
    """SQL for a row's number in the sender's file."""
    title: str
    heading_line: int = 0
    """0 where no table was recognised on the page."""
    lines: dict[int, int] = field(default_factory=dict)
    """Line in the sender's file → row of the new sheet, when only some rows are written."""

    def rows(self, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, Texts]]:
        """Line and cells of each row that holds anything."""
        cells = ", ".join(f"c{position}" for position in range(self.width))
        cursor = connection.cursor()
        cursor.execute(f"SELECT {self.line} AS line, {cells} FROM {self.raw} AS raw ORDER BY 1")
        while chunk := cursor.fetchmany(_CHUNK):
            for line, *texts in chunk:
                yield line, texts


def read_again(connection: duckdb.DuckDBPyConnection, number: int, page: Page, title: str) -> Sent:
    """A page as its sender sees it, also one on which no table was recognised."""
    width = max((len(row) for row in page.preview()), default=0) or 1
    raw = f"page_{number}"
    line, _ = page.load(connection, raw, WHOLE_FILE, width)
    return Sent(page, raw, width, line, title)


class PageWriter:
    """Writes pages as sheets of a write-only workbook. Every text stays text, whatever it begins with."""

    def __init__(self, workbook: Any, brush: Brush) -> None:
        from openpyxl.styles import Font

        self.workbook = workbook
        self.brush = brush
        self.styles = Styles(workbook)
        self.styles.add("cell", font=Font(name="Arial", size=10))
        self.styles.add("heading", font=Font(name="Arial", size=10, bold=True))

    def write(self, sent: Sent, marks: MarkedLines, rows: Iterable[tuple[int, Texts]]) -> None:
        """The rows of a page at their own row numbers, or only those of `sent.lines`, with their numbers in front."""
        sheet = self.workbook.create_sheet(sent.title)
        self._prepare(sheet, sent)
        written = 0
        for line, texts in _with_lines_that_are_empty(rows, marks):
            row = sent.lines.get(line, 0) if sent.lines else line
            if not row:
                continue
            for _ in range(written + 1, row):
                sheet.append([])
            style = "heading" if line == sent.heading_line else "cell"
            front = [ROW_HEADING if style == "heading" else str(line)] if sent.lines else []
            found = {column + len(front): findings for column, findings in marks.get(line, {}).items()}
            sheet.append(list(self._cells(sheet, [*front, *texts], found, style)))
            written = row

    def _prepare(self, sheet: Any, sent: Sent) -> None:
        from openpyxl.utils import get_column_letter

        if sent.heading_line:
            sheet.freeze_panes = f"A{sent.lines.get(sent.heading_line, sent.heading_line) + 1}"
        if sent.page.hidden:
            sheet.sheet_state = "hidden"
        for position, width in enumerate([_NARROWEST] * bool(sent.lines) + _widths(sent), 1):
            sheet.column_dimensions[get_column_letter(position)].width = width

    def _cells(self, sheet: Any, texts: Texts, found: dict[int, list[Mark]], style: str) -> Iterator[Any]:
        from openpyxl.cell import WriteOnlyCell

        for place in range(max(len(texts), *(column + 1 for column in found), 0) if found else len(texts)):
            text = texts[place] if place < len(texts) else None
            if not text and place not in found:
                yield None
                continue
            cell = WriteOnlyCell(sheet)
            self.styles.apply(cell, style, text or "")
            if text:
                set_text(cell, text)
            if place in found:
                self.brush.mark(cell, found[place])
            yield cell


def _with_lines_that_are_empty(rows: Iterable[tuple[int, Texts]], marks: MarkedLines) -> Iterator[tuple[int, Texts]]:
    """The rows, and between them the marked lines on which nothing stands."""
    waiting = sorted(marks, reverse=True)
    for line, texts in rows:
        while waiting and waiting[-1] <= line:
            if (marked := waiting.pop()) < line:
                yield marked, []
        yield line, texts
    for line in reversed(waiting):
        yield line, []


def _widths(sent: Sent) -> list[int]:
    """Column widths after the first rows of the page."""
    rows = sent.page.preview()
    longest = [max((len(row[n]) for row in rows if n < len(row)), default=0) for n in range(sent.width)]
    return [min(max(length + 2, _NARROWEST), _WIDEST) for length in longest]
