"""The sheet "Codes explained" of the template. The drop-downs take their choices from it, so that both always agree.

The sheet is not hidden: the intake warns about hidden sheets, and people want to see what stands behind a list.
"""

from __future__ import annotations

from typing import Any

from mds.reports.cells import Styles, print_wide, reference, set_text
from mds.reports.choices import choices, coded
from mds.reports.wording import listed
from mds_schemas.types import Coded
from mds_schemas.versions import Version

TITLE = "Codes explained"
HEADINGS = ("Used for", "Code", "Meaning", "Choice in the drop-down", "List")
"""The name of a list comes last: some are named like a field of the header, which the intake looks for in front."""
HEADING_ROW = 4
_WIDTHS = (70, 10, 60, 60, 22)
_MOST_USES = 2
_CHOICE_COLUMN = "D"


def lists_of(version: Version) -> dict[Coded, list[str]]:
    """Every list that a field of the version takes → the fields, as "Children: Sex". Lists that differ only in codes
    left out count once for each."""
    used: dict[Coded, list[str]] = {}
    for model in version:
        for column in model.columns().values():
            if (kind := coded(column.kind)) and column.sent:
                used.setdefault(kind, []).append(f"{model.info.title}: {column.item.label}")
    return used


class CodesSheet:
    """Writes the lists one below the other and names the choices of each, for the drop-downs to refer to."""

    def __init__(self, workbook: Any, styles: Styles) -> None:
        self.workbook = workbook
        self.styles = styles
        self.names: dict[Coded, str] = {}
        """Kind → the defined name of its choices."""

    def write(self, version: Version) -> None:
        """Add the sheet, at the end of the workbook."""
        sheet = self.workbook.create_sheet(TITLE)
        for letter, width in zip("ABCDE", _WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
        self._put(sheet, 1, 1, f"Codes of data set version {version.number}", "title")
        self._put(
            sheet,
            2,
            1,
            "Each code with its meaning. A cell takes the code alone or the choice in the drop-down.",
            "note",
        )
        for place, heading in enumerate(HEADINGS, 1):
            self._put(sheet, HEADING_ROW, place, heading, "mandatory")
        sheet.freeze_panes = f"A{HEADING_ROW + 1}"
        print_wide(sheet, HEADING_ROW)
        row = HEADING_ROW
        for kind, fields in lists_of(version).items():
            row = self._list(sheet, row, kind, fields)
        sheet.auto_filter.ref = f"A{HEADING_ROW}:E{row}"
        sheet.protection.sheet = True  # without a password: only so that nobody sorts the lists by accident
        sheet.protection.autoFilter = False

    def _list(self, sheet: Any, row: int, kind: Coded, fields: list[str]) -> int:
        from openpyxl.workbook.defined_name import DefinedName

        first = row + 1
        allowed, uses = kind.allowed(), listed(fields, _MOST_USES)
        for code, shown in choices(kind).items():
            if code not in allowed:
                continue
            row += 1
            for place, text in enumerate((uses, code, allowed[code], shown, kind.list_name), 1):
                self._put(sheet, row, place, text, "wrapped")
        self.names[kind] = name = f"choices_{kind.list_name}" + "".join(f"_not_{code}" for code in kind.leave_out)
        where = reference(TITLE, f"${_CHOICE_COLUMN}${first}:${_CHOICE_COLUMN}${row}")
        self.workbook.defined_names[name] = DefinedName(name, attr_text=where)
        return row

    def _put(self, sheet: Any, row: int, column: int, text: str, style: str) -> None:
        cell = sheet.cell(row, column)
        set_text(cell, text)
        self.styles.apply(cell, style, text)
