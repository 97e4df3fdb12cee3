"""Which cell of which page a finding marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mds.intake.pages import Page
from mds.intake.source import Intake
from mds.reports.places import Keyed


class Spot(NamedTuple):
    """A cell of the sender's file: number of the page, line from 1, column from 0."""

    page: int
    line: int
    column: int


class Placing:
    """The pages of a file matched with the sources that the intake made of them."""

    def __init__(self, intake: Intake, pages: Sequence[Page]) -> None:
        self.intake = intake
        self.names = [page.name for page in pages]
        self.page_of_source = self._match([number for number, page in enumerate(pages) if not page.hidden])

    def _match(self, free: list[int]) -> dict[int, int]:
        """Number of a source → number of its page. Pages of one name are taken in turn."""
        matched = {}
        for number, source in enumerate(self.intake.sources):
            page = next((page for page in free if self.names[page] == source.sheet), None)
            if source.heading_line and page is not None:
                matched[number] = page
                free.remove(page)
        return matched

    def heading_lines(self) -> dict[int, int]:
        """Page → line of its headings, for the pages on which a table was recognised."""
        return {page: self.intake.sources[source].heading_line for source, page in self.page_of_source.items()}

    def spot(self, keyed: Keyed) -> Spot | None:
        """The cell to mark: that of the finding, or the key cell of its row. None for a finding about no row."""
        finding, source = keyed.finding, keyed.source
        page = self.page_of_source.get(source) if source is not None else None
        if page is None and finding.sheet in self.names:
            page = self.names.index(finding.sheet)
        if page is None or finding.row is None:
            return None
        letters = finding.cell.rstrip("0123456789")
        return Spot(page, finding.row, _column(letters) if letters else self._key_column(source))

    def _key_column(self, source: int | None) -> int:
        if source is None:
            return 0
        about = self.intake.sources[source]
        key = self.intake.version.tables[about.table].info.key
        return next((about.columns[name] for name in key if name in about.columns), 0)


def _column(letters: str) -> int:
    """Column letters → number from 0."""
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1
