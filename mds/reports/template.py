"""The template: an .xlsx with a sheet for each table, guidance beside the cells and drop-downs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from mds.reports.cells import Styles, print_wide, reference, row_height, set_text
from mds.reports.choices import choices, coded
from mds.reports.files import replacing
from mds.reports.marks import TEMPLATE_AUTHOR, comment
from mds.reports.template_codes import TITLE as CODES
from mds.reports.template_codes import CodesSheet
from mds.reports.template_fields import LAST_ROW, guidance, heading, number_format, validation, width
from mds_schemas.table import Column, Table
from mds_schemas.versions import VERSIONS, Version

START = "Start here"
VERSION_PROPERTY = "MDS data set version"

_FILLS = {"mandatory": "FF005EB8", "required": "FFC8DDF2", "optional": "FFE8EDEE", "conditional": "FFE8EDEE"}
_GUIDANCE_WIDTH = 120
_HOW = (
    "1. Fill in the sheet Header: one value beside each name. A star means that it must be filled in.",
    "2. On each sheet that follows, enter one row for each child, event or service that the table below names.",
    "3. Use the same number for a child, a referral or a service on every sheet.",
    "4. Choose from the drop-down where there is one. Where a cell takes several codes, type them with ; between.",
    '5. Keep the headings. Save the file as .xlsx, check it ("mds check FILE") and send it.',
)


def write_template(
    path: Path,
    version: str,
    *,
    return_type: str = "MDS",
    network_code: str = "",
    provider_code: str = "",
    provider_name: str = "",
    rp_start: date | None = None,
    rp_end: date | None = None,
    live_or_test: str = "",
) -> None:
    """Write the template of a version for a type of return, with its header filled in as far as it is known.

    Raises KeyError for a version that does not exist.
    """
    from openpyxl import Workbook

    workbook, chosen = Workbook(), VERSIONS[version].of(return_type)
    filled: dict[str, str | date | None] = {
        "schema_version": chosen.number,
        "return_type": return_type,
        "provider_code": provider_code,
        "provider_name": provider_name,
        "network_code": network_code,
        "rp_start": rp_start,
        "rp_end": rp_end,
        "reference_date": rp_end,
        "live_or_test": live_or_test,
    }
    _Template(workbook, chosen).write({name: value for name, value in filled.items() if value})
    with replacing(path) as beside:
        workbook.save(beside)


class _Template:
    """The sheets of one template."""

    def __init__(self, workbook: Any, version: Version) -> None:
        self.workbook = workbook
        self.version = version
        self.styles = _styles(workbook)
        self.codes = CodesSheet(workbook, self.styles)

    def write(self, filled: dict[str, str | date]) -> None:
        self._start(self.workbook.active)
        sheets = {model: self.workbook.create_sheet(model.info.title) for model in self.version}
        self.codes.write(self.version)
        for model, sheet in sheets.items():
            if model.info.name == "header":
                self._header(sheet, model, filled)
            else:
                self._table(sheet, model)
        self._stamp()

    def _start(self, sheet: Any) -> None:
        sheet.title = START
        sheet.column_dimensions["A"].width = 24
        sheet.column_dimensions["B"].width = 76
        sheet.column_dimensions["C"].width = 86
        sheet.sheet_view.showGridLines = False
        print_wide(sheet)
        self._put(sheet, 1, 1, f"Return of children's palliative care, data set version {self.version.number}", "title")
        for row, line in enumerate(_HOW, 2):
            self._put(sheet, row, 1, line, "note")
        first = len(_HOW) + 3
        for place, text in enumerate(("Sheet", "What a row is", "When it is needed"), 1):
            self._put(sheet, first, place, text, "mandatory")
        for row, model in enumerate(self.version, first + 1):
            self._link(sheet, row, model.info.title)
            self._put(sheet, row, 2, (model.__doc__ or "").strip().split("\n\n")[0], "wrapped")
            self._put(sheet, row, 3, self._needed(model), "wrapped")
        last = first + len(self.version.tables) + 1
        self._link(sheet, last, CODES)
        self._put(sheet, last, 2, "One row per code.", "wrapped")
        self._put(sheet, last, 3, "For looking up what a code means. Leave it as it is.", "wrapped")
        for row, (style, text) in enumerate(
            (
                ("mandatory", "Heading on dark blue, with a star: must be filled in."),
                ("required", "Heading on light blue: expected; leave it blank only when it is not known."),
                ("optional", "Heading on grey: where it applies."),
            ),
            last + 2,
        ):
            self._put(sheet, row, 1, "Heading" + (" *" if style == "mandatory" else ""), style)
            self._put(sheet, row, 2, text, "wrapped")

    def _needed(self, model: type[Table]) -> str:
        if model.info.name == "header":
            return "Always."
        if model.info.name == "commissioner":
            return "From commissioners alone."
        if model.info.about_services and not model.info.parent:
            return "Always."
        if not model.info.parent:
            return "Always, unless there is no child to report. Then say so on the sheet Header (nil return)."
        parent = self.version.tables[model.info.parent]
        tie = parent.columns()[model.info.parent_key].item.label.lower()
        whole = f", or be {model.info.parentless} for all of them" if model.info.parentless else ""
        return f"When there is one to report. The {tie} must also stand on the sheet {parent.info.title}{whole}."

    def _header(self, sheet: Any, model: type[Table], filled: dict[str, str | date]) -> None:
        """Names and values. The guidance keeps its distance, so that it is never read as the value of a blank field."""
        for letter, wide in zip("ABCD", (28, 40, 3, _GUIDANCE_WIDTH), strict=True):
            sheet.column_dimensions[letter].width = wide
        for place, text in ((1, "Field"), (2, "Your entry"), (4, "What to enter")):
            self._put(sheet, 1, place, text, "mandatory")
        sheet.freeze_panes = "A2"
        print_wide(sheet, 1)
        for row, (name, column) in enumerate(_sent(model).items(), 2):
            self._put(sheet, row, 1, heading(column), column.item.requirement)
            self._put(sheet, row, 4, guidance(column), "wrapped")
            sheet.row_dimensions[row].height = row_height(guidance(column), _GUIDANCE_WIDTH)
            cell = sheet.cell(row, 2)
            if (value := filled.get(name)) is not None:
                cell.value = _shown(column, value)
            self.styles.apply(cell, "entry")
            cell.number_format = number_format(column.kind)
            sheet.add_data_validation(validation(column, self.codes.names, cell.coordinate))

    def _table(self, sheet: Any, model: type[Table]) -> None:
        from openpyxl.utils import get_column_letter

        sheet.freeze_panes = "B2"
        print_wide(sheet, 1, fit=False)
        sheet.row_dimensions[1].height = 45
        for place, column in enumerate(_sent(model).values(), 1):
            letter = get_column_letter(place)
            self._put(sheet, 1, place, heading(column), column.item.requirement)
            sheet.cell(1, place).comment = comment(guidance(column), TEMPLATE_AUTHOR)
            dimension = sheet.column_dimensions[letter]
            dimension.width = width(column)
            dimension.number_format = number_format(column.kind)
            sheet.add_data_validation(validation(column, self.codes.names, f"{letter}2:{letter}{LAST_ROW}"))

    def _stamp(self) -> None:
        from openpyxl.packaging.custom import StringProperty

        self.workbook.properties.title = f"Children's palliative care return, data set version {self.version.number}"
        self.workbook.properties.creator = TEMPLATE_AUTHOR
        self.workbook.custom_doc_props.append(StringProperty(name=VERSION_PROPERTY, value=self.version.number))

    def _link(self, sheet: Any, row: int, title: str) -> None:
        from openpyxl.worksheet.hyperlink import Hyperlink

        self._put(sheet, row, 1, title, "link")
        sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=reference(title, "A1"))

    def _put(self, sheet: Any, row: int, column: int, text: str, style: str) -> None:
        cell = sheet.cell(row, column)
        set_text(cell, text)
        self.styles.apply(cell, style, text)


def _sent(model: type[Table]) -> dict[str, Column]:
    return {name: column for name, column in model.columns().items() if column.sent}


def _shown(column: Column, value: str | date) -> str | date:
    """A code as its drop-down shows it; anything else as it is."""
    kind = coded(column.kind)
    return choices(kind).get(value, value) if kind and isinstance(value, str) else value


def _styles(workbook: Any) -> Styles:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    usual, wrapped = Font(name="Arial", size=10), Alignment(vertical="top", wrap_text=True)
    line = Side("thin", color="FF768692")
    styles = Styles(workbook)
    styles.add("title", font=Font(name="Arial", size=14, bold=True))
    styles.add("note", font=usual)
    styles.add("wrapped", font=usual, alignment=wrapped)
    styles.add("link", font=Font(name="Arial", size=10, underline="single", color="FF005EB8"), alignment=wrapped)
    styles.add("entry", font=usual, alignment=wrapped, border=Border(line, line, line, line))
    for requirement, colour in _FILLS.items():
        white = requirement == "mandatory"
        font = Font(name="Arial", size=10, bold=True, color="FFFFFFFF" if white else "FF000000")
        styles.add(requirement, font=font, alignment=wrapped, fill=PatternFill("solid", start_color=colour))
    return styles
