"""The sender's own workbook back, with the cells to look at marked: for the sender only, since it holds the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.failures import UnreadableFile, UsageFailure
from mds.intake.files import Opened, open_file
from mds.reports import in_place
from mds.reports.cells import sheet_title
from mds.reports.files import replacing
from mds.reports.findings_sheet import TITLE, FindingsSheets, Target, top_lines
from mds.reports.marks import MOST_COMMENTS, Brush, Marks
from mds.reports.outcome import Outcome
from mds.reports.places import Keyed, Places
from mds.reports.placing import Placing, Spot
from mds.reports.rebuilt import PageWriter, Sent, read_again
from mds.reports.saving import save
from mds.reports.wording import listed, number
from mds.validate.findings import Findings, column_letters
from mds.validate.returns import Validation

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 50_000
"""With more rows than this the copy holds only those with findings: openpyxl would take minutes and gigabytes."""
MOST_FINDINGS = 100_000
"""With more findings than this the workbook is written row by row, as a new one."""


def write_workbook(
    path: Path,
    original: Path,
    validation: Validation,
    findings: Findings,
    connection: duckdb.DuckDBPyConnection,
    *,
    test_data: bool = False,
    next_step: str = "",
) -> Path:
    """Write the marked copy of `original` to `path`, always an .xlsx. Returns the path.

    A workbook of Excel's own kind is marked as it is, without its macros; of any other file, or one that openpyxl
    cannot handle, a new workbook is made with the cells as text. Raises UsageFailure and UnreadableFile.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageFailure("The marked workbook is an .xlsx file. Give it a name that ends so.")
    opened = open_file(original)
    if validation.intake.file_sha256 not in ("", opened.sha256):
        raise UnreadableFile("The file has changed since it was checked. Check it again.")
    outcome = Outcome(validation, findings)
    maker = _Maker(outcome, Places.of(findings), connection, opened)
    with replacing(path, original) as beside:
        maker.write(beside, original, lambda notes: top_lines(outcome, notes, test_data=test_data, next_step=next_step))
    return path


Top = Callable[[Sequence[str]], list[str]]
"""The lines above the list of findings, given what is to be known of the copy."""


class _Maker:
    """Makes one marked workbook, in place or anew."""

    def __init__(self, outcome: Outcome, places: Places, connection: duckdb.DuckDBPyConnection, opened: Opened) -> None:
        self.outcome = outcome
        self.places = places
        self.connection = connection
        self.opened = opened
        self.placing = Placing(places.intake, opened.pages)
        self.marks = Marks()
        for keyed in places.keyed():
            if (spot := self.placing.spot(keyed)) and not keyed.finding.answered:
                self.marks.add(spot, keyed)

    def write(self, path: Path, original: Path, top: Top) -> None:
        rows = self._count_rows()
        count = sum(count for _, count in self.outcome.rules)
        notes = ["Its cells are text: make your changes in your own file."]
        if self.opened.kind == "workbook" and rows <= MOST_ROWS and count <= MOST_FINDINGS:
            try:
                self._write_in_place(path, original, top)
                return
            except Exception:  # a hostile or odd workbook may raise anything in openpyxl
                notes.insert(0, "Your workbook could not be marked as it is, so this is a copy of its cells.")
        self._write_anew(path, top, notes, only_marked=rows > MOST_ROWS)

    def _count_rows(self) -> int:
        count = 0
        for source in self.places.intake.sources:
            row = self.connection.execute(f"SELECT count(*) FROM {source.raw}").fetchone()
            count += row[0] if row else 0
        return count

    def _write_in_place(self, path: Path, original: Path, top: Top) -> None:
        workbook, lost = in_place.open_workbook(original)
        in_place.remove_old_marks(workbook)
        brush = Brush()
        for page, name in enumerate(self.placing.names):
            for line, columns in self.marks.on(page).items():
                for column, marks in columns.items():
                    brush.mark(in_place.cell_at(workbook[name], line, column), marks)
        notes = [f"It lacks the {listed(lost)} of your own file: make your changes there."] if lost else []
        listing = self._list_findings(workbook, top, notes, self.placing.names, _address)
        for sheet in workbook.worksheets:
            sheet.sheet_view.tabSelected = sheet is listing  # else an edit would go to several sheets at once
        workbook.active = 0
        for view in workbook.views:
            view.firstSheet = 0
        save(workbook, path)

    def _write_anew(self, path: Path, top: Top, notes: list[str], *, only_marked: bool) -> None:
        from openpyxl import Workbook

        sent = self._read_again()
        if only_marked:
            notes.append(
                f"Your return has more than {number(MOST_ROWS)} rows, so only those with findings are here; "
                "the first column of a sheet says which row of your file each one is."
            )
            for page, about in enumerate(sent):
                about.lines = _close_together(about.heading_line, self.marks.on(page))
        workbook = Workbook(write_only=True)
        address = _address_in(sent) if only_marked else _address
        self._list_findings(workbook, top, notes, [about.title for about in sent], address)
        writer = PageWriter(workbook, Brush())
        for page, about in enumerate(sent):
            if about.lines or not only_marked:
                writer.write(about, self.marks.on(page), about.rows(self.connection))
            self.connection.execute(f"DROP TABLE {about.raw}")
        save(workbook, path)

    def _read_again(self) -> list[Sent]:
        sent: list[Sent] = []
        headings = self.placing.heading_lines()
        for number_of_page, page in enumerate(self.opened.pages):
            title = sheet_title(page.name, [TITLE, *(about.title for about in sent)])
            sent.append(read_again(self.connection, number_of_page, page, title))
            sent[-1].heading_line = headings.get(number_of_page, 0)
        return sent

    def _list_findings(
        self, workbook: Any, top: Top, notes: list[str], titles: list[str], address: Callable[[Spot], str]
    ) -> Any:
        """Write the sheet of findings in front of the others; returns it."""

        def locate(keyed: Keyed) -> Target | None:
            spot = self.placing.spot(keyed)
            return Target(titles[spot.page], address(spot), _address(spot)) if spot and address(spot) else None

        if self.marks.cells() > MOST_COMMENTS:
            notes.append(f"Only the first {number(MOST_COMMENTS)} marked cells have a comment; this list has them all.")
        sheets = FindingsSheets(workbook, self.places.intake.version, top(notes))
        first = sheets.open_sheet()
        sheets.write(self.places.keyed(), locate)
        return first


def _close_together(heading_line: int, marked: dict[int, Any]) -> dict[int, int]:
    """The heading and all above it, and the marked lines, each with its row when they stand below each other."""
    lines = sorted({*range(1, heading_line + 1), *marked}) if marked else []
    return {line: row for row, line in enumerate(lines, 1)}


def _address(spot: Spot) -> str:
    return f"{column_letters(spot.column)}{spot.line}"


def _address_in(sent: list[Sent]) -> Callable[[Spot], str]:
    """Addresses on sheets whose rows stand close together behind a column of row numbers."""

    def address(spot: Spot) -> str:
        row = sent[spot.page].lines.get(spot.line)
        return f"{column_letters(spot.column + 1)}{row}" if row else ""

    return address
