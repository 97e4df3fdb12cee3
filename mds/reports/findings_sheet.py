"""The sheet "Findings" of a marked workbook: one line a finding, each with a link to its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from textwrap import wrap
from typing import Any, NamedTuple

from mds.reports.cells import Styles, print_wide, reference, row_height, set_text, sheet_title
from mds.reports.marks import COLOUR_NAMES, FILLS
from mds.reports.outcome import Outcome
from mds.reports.places import Keyed
from mds.reports.wording import SEVERITY_MEANINGS, SEVERITY_WORDS, field_label
from mds.validate.findings import SEVERITIES
from mds_schemas.versions import Version

TITLE = "Findings"
FIRST_WORDS = "Findings of mds check: "
"""Begins cell A1, by which a later check knows this sheet for its own."""

HEADINGS = ("Code", "Severity", "Sheet", "Row", "Cell", "Field", "What to do", "Row key", "Answered")
WIDTHS = (12, 13, 22, 9, 9, 28, 95, 34, 11)
MOST_ROWS = 1_000_000
"""Findings on one sheet; a sheet holds 1,048,576 rows."""
MOST_LINKS = 65_000
"""On one sheet; a spreadsheet program drops the links of a sheet with more than 65,530."""


class Target(NamedTuple):
    """The marked cell that a finding leads to: its sheet, its address there, and its address in the sender's file."""

    title: str
    address: str
    original: str


_LINE_CHARACTERS = 230
"""What fits beside each other above the columns, so that the lines on top need no merged cells."""

Locate = Callable[[Keyed], Target | None]


class FindingsSheets:
    """Writes the findings into a workbook, on as many sheets as they need."""

    def __init__(self, workbook: Any, version: Version, top: Iterable[str], most_rows: int = MOST_ROWS) -> None:
        self.workbook = workbook
        self.version = version
        self.most_rows = most_rows
        self.top = [part for line in top for part in wrap(line, _LINE_CHARACTERS)]
        self.heading_row = len(self.top) + 1
        self.sheets: list[Any] = []
        self._styles = _styles(workbook)

    def open_sheet(self) -> Any:
        """Add a sheet, the first in front of all others, with its title, legend and headings."""
        title = sheet_title(TITLE, self.workbook.sheetnames)
        sheet = self.workbook.create_sheet(title, len(self.sheets))
        for number, width in enumerate(WIDTHS):
            sheet.column_dimensions["ABCDEFGHI"[number]].width = width
        sheet.freeze_panes = f"A{self.heading_row + 1}"
        print_wide(sheet, self.heading_row)
        self.sheets.append(sheet)
        for row, text in enumerate(self.top, 1):
            sheet.append([self._cell(sheet, row, 1, text, "title" if row == 1 else "note")])
        sheet.append([self._cell(sheet, self.heading_row, n, text, "heading") for n, text in enumerate(HEADINGS, 1)])
        return sheet

    def write(self, findings: Iterable[Keyed], locate: Locate) -> None:
        """One line a finding, below the headings of the sheet that is open."""
        sheet, row = self.sheets[-1], self.heading_row
        for keyed in findings:
            if row - self.heading_row == self.most_rows:
                self._close(sheet, row)
                sheet, row = self.open_sheet(), self.heading_row
            row += 1
            if height := row_height(keyed.finding.message, WIDTHS[6]):
                sheet.row_dimensions[row].height = height
            sheet.append(self._line(sheet, row, keyed, locate(keyed)))
        self._close(sheet, row)

    def _line(self, sheet: Any, row: int, keyed: Keyed, target: Target | None) -> list[Any]:
        from openpyxl.worksheet.hyperlink import Hyperlink

        finding = keyed.finding
        address = finding.cell or (target.original if target else "")
        link = self._cell(sheet, row, 5, address, "text")
        if target and row - self.heading_row <= MOST_LINKS:
            link = self._cell(sheet, row, 5, address, "link")
            link.hyperlink = Hyperlink(ref=link.coordinate, location=reference(target.title, target.address))
        line = self._cell(sheet, row, 4, "", "number")
        line.value = finding.row
        return [
            self._cell(sheet, row, 1, finding.code, "text"),
            self._cell(sheet, row, 2, SEVERITY_WORDS[finding.severity], finding.severity),
            self._cell(sheet, row, 3, finding.sheet, "text"),
            line,
            link,
            self._cell(sheet, row, 6, field_label(self.version, finding.table, finding.field), "text"),
            self._cell(sheet, row, 7, finding.message, "wrapped"),
            self._cell(sheet, row, 8, keyed.key, "text"),
            self._cell(sheet, row, 9, "yes" if finding.answered else "", "text"),
        ]

    def _cell(self, sheet: Any, row: int, column: int, text: str, style: str) -> Any:
        from openpyxl.cell import Cell

        cell = Cell(sheet, row=row, column=column)
        if text:
            set_text(cell, text)
        self._styles.apply(cell, style, text)
        return cell

    def _close(self, sheet: Any, last: int) -> None:
        sheet.auto_filter.ref = f"A{self.heading_row}:I{max(last, self.heading_row)}"


def _styles(workbook: Any) -> Styles:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    usual, top = Font(name="Arial", size=10), Alignment(vertical="top")
    wrapped, below = Alignment(vertical="top", wrap_text=True), Border(bottom=Side("thin", color="FFAEB7BD"))
    white = Font(name="Arial", size=10, bold=True, color="FFFFFFFF")
    linked = Font(name="Arial", size=10, underline="single", color="FF005EB8")
    styles = Styles(workbook)
    styles.add("title", font=Font(name="Arial", size=14, bold=True))
    styles.add("note", font=usual)
    styles.add("heading", font=white, fill=PatternFill("solid", start_color="FF005EB8"))
    styles.add("text", font=usual, alignment=top, border=below)
    styles.add("wrapped", font=usual, alignment=wrapped, border=below)
    styles.add("number", font=usual, alignment=top, border=below, number_format="0")
    styles.add("link", font=linked, alignment=top, border=below)
    for severity, colour in FILLS.items():
        styles.add(severity, font=usual, alignment=top, border=below, fill=PatternFill("solid", start_color=colour))
    return styles


def top_lines(outcome: Outcome, notes: Iterable[str], *, test_data: bool, next_step: str) -> list[str]:
    """Title, what to do and how much is listed, what the colours mean, and what is to be known of this copy."""
    test = "TEST DATA, never counted. " if test_data else ""
    legend = "; ".join(
        f"{COLOUR_NAMES[severity]} {SEVERITY_WORDS[severity]}, {SEVERITY_MEANINGS[severity]}" for severity in SEVERITIES
    )
    return [
        f"{FIRST_WORDS}{outcome.verdict}. {outcome.about}",
        f"{test}{outcome.counts[:1].upper()}{outcome.counts[1:]}. {next_step or outcome.next_step}",
        outcome.completeness,
        f"Marked cells have a comment that says what to do, and a colour: {legend}.",
        " ".join(["This workbook holds the records of your return: keep it where you keep them.", *notes]),
    ]
