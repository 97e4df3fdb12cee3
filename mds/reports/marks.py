"""What a marked cell looks like and says: the colour of its worst finding, and a comment with all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

from mds.reports.cells import plain_text
from mds.reports.places import Keyed
from mds.reports.placing import Spot
from mds.reports.wording import SEVERITY_WORDS, counted
from mds.validate.findings import SEVERITIES

AUTHOR = "mds check"
TEMPLATE_AUTHOR = "mds template"
_OURS = re.compile(rf"(?:{'|'.join(SEVERITY_WORDS.values())}) CP\d{{6}}Q?\n")
"""How our comments begin: some programs keep a comment but not its author."""
_TEMPLATE_BEFORE, _COMMENT_BEFORE = "\n\nFrom the template:\n", "\n\nThe comment that was here:\n"
FILLS = {"file": "FFF4A6A0", "record": "FFFBCF9D", "warning": "FFFFF2A8"}
"""Pale enough for black text: at least 10 to 1."""
COLOUR_NAMES = {"file": "red", "record": "orange", "warning": "yellow"}

MOST_IN_A_COMMENT = 8
MOST_COMMENTS = 20_000
"""More would make a spreadsheet program slow to open the file; cells beyond are coloured only."""

_WIDTH, _LINE_HEIGHT, _LINE_CHARACTERS = 320, 17, 46


class Mark(NamedTuple):
    """One finding on one cell."""

    severity: str
    code: str
    message: str


class Marks:
    """The marks of a workbook: page → line from 1 → column from 0 → findings."""

    def __init__(self) -> None:
        self._pages: dict[int, dict[int, dict[int, list[Mark]]]] = defaultdict(lambda: defaultdict(dict))

    def add(self, spot: Spot, keyed: Keyed) -> None:
        finding = keyed.finding
        mark = Mark(finding.severity, finding.code, finding.message)
        self._pages[spot.page][spot.line].setdefault(spot.column, []).append(mark)

    def on(self, page: int) -> dict[int, dict[int, list[Mark]]]:
        """Line → column → findings of one page."""
        return self._pages.get(page, {})

    def cells(self) -> int:
        return sum(len(columns) for lines in self._pages.values() for columns in lines.values())


def worst(marks: Iterable[Mark]) -> str:
    return min((mark.severity for mark in marks), key=SEVERITIES.index)


def comment_text(marks: list[Mark]) -> str:
    """Code, what is wrong and what to do, of each finding."""
    ordered = sorted(marks, key=lambda mark: SEVERITIES.index(mark.severity))
    parts = [f"{SEVERITY_WORDS[mark.severity]} {mark.code}\n{mark.message}" for mark in ordered[:MOST_IN_A_COMMENT]]
    if len(ordered) > MOST_IN_A_COMMENT:
        parts.append(f"And {counted(len(ordered) - MOST_IN_A_COMMENT, 'more finding')}, see the first sheet.")
    return plain_text("\n\n".join(parts))


class Brush:
    """Colours cells and comments on them; stops commenting when there are too many comments."""

    def __init__(self) -> None:
        from openpyxl.styles import PatternFill

        self._fills = {severity: PatternFill("solid", start_color=colour) for severity, colour in FILLS.items()}
        self._coloured: dict[tuple[bytes, str], Any] = {}
        """(style as it was, severity) → style as marked: openpyxl is slow to make one."""
        self.comments = 0

    def colour(self, cell: Any, severity: str) -> None:
        """Fill a cell and make its text black, so that it can be read whatever its colour was."""
        known = cell._style.tobytes() if cell.has_style else b"", severity
        if known not in self._coloured:
            cell.fill = self._fills[severity]
            font = copy(cell.font)
            font.color = "FF000000"
            cell.font = font
            self._coloured[known] = cell._style
        cell._style = copy(self._coloured[known])

    def mark(self, cell: Any, marks: list[Mark]) -> None:
        self.colour(cell, worst(marks))
        if self.comments < MOST_COMMENTS:
            self.comments += 1
            text = comment_text(marks)
            if cell.comment is not None:
                between = _TEMPLATE_BEFORE if cell.comment.author == TEMPLATE_AUTHOR else _COMMENT_BEFORE
                text += between + plain_text(cell.comment.text)
            cell.comment = comment(text, AUTHOR)


def comment(text: str, author: str) -> Any:
    """A comment in a box that shows all of it."""
    from openpyxl.comments import Comment

    lines = sum(1 + len(line) // _LINE_CHARACTERS for line in text.split("\n"))
    return Comment(text, author, height=min(_LINE_HEIGHT * lines + 12, 600), width=_WIDTH)


def remove_mark(cell: Any, checked_before: bool) -> None:
    """Take the mark of an earlier check off a cell and put back the comment that was there before it."""
    from openpyxl.styles import PatternFill

    ours = cell.comment is not None and _OURS.match(cell.comment.text)
    if ours:
        text, cell.comment = cell.comment.text, None
        for between, author in ((_TEMPLATE_BEFORE, TEMPLATE_AUTHOR), (_COMMENT_BEFORE, "")):
            _, found, before = text.partition(between)
            if found:
                cell.comment = comment(before, author)
                break
    if (
        (ours or checked_before)
        and cell.has_style
        and cell.fill.fill_type == "solid"
        and cell.fill.start_color.rgb in FILLS.values()
    ):
        cell.fill = PatternFill()
