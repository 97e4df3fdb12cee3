"""Workbooks: what stands in their cells, and what their cells do not show (specification 5.2, L06, L07, L09, L17, L30, L31)."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sent import CHILD, HEADER, ROBIN, child_with, children, converted, read, xlsx

from mds.failures import UnreadableFile
from mds.intake import parts
from mds.intake import workbook as reader
from mds.intake.files import open_file
from mds.intake.pages import Remarks
from mds.intake.returns import _note_errors
from mds.intake.source import Intake, Source

CELLS = [
    ("person_birth_date", date(2016, 8, 8), date(2016, 8, 8)),
    ("first_known_date", datetime(2023, 3, 16, 10, 30), date(2023, 3, 16)),
    ("nhs_number", 9990000018, "9990000018"),
    ("siblings_count", 2.0, 2),
    ("interpreter_needed", True, "Y"),
    ("postcode", "ZX1\u00a01AA", "ZX1 1AA"),
    ("given_name", "Zoë\nMae", "Zoë Mae"),
]


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "xls", "ods"])
def test_cells_of_every_kind_of_workbook_l31(tmp_path: Path, kind: str) -> None:
    headings = [*CHILD, *(field for field, _, _ in CELLS)]
    rows = {"Children": [headings, [*ROBIN, *(cell for _, cell, _ in CELLS)]]}
    path = xlsx(tmp_path / "sent.xlsx", rows)
    if kind == "xlsm":
        path = path.rename(tmp_path / "sent.xlsm")
    elif kind != "xlsx":
        path = converted(path, kind)
    found = read(path)
    assert [found.values(field)[0] for field, _, _ in CELLS] == [value for _, _, value in CELLS]


def test_times_and_dates_of_contacts(tmp_path: Path) -> None:
    headings = ["contact_id", "referral_id", "contact_date", "contact_type", "mechanism", "contact_time"]
    rows = [headings, ["C1", "R1", datetime(2026, 5, 1), 1, "01", time(9, 5)], ["C2", "R1", 46143, "1", 1.0, 0.5]]
    found = read(xlsx(tmp_path / "sent.xlsx", {"Contacts": rows}))
    assert found.values("contact_date", "contact") == [date(2026, 5, 1), date(2026, 5, 1)]
    assert found.values("contact_time", "contact") == [time(9, 5), time(12)]
    assert found.values("contact_type", "contact") == ["01", "01"]
    assert "CP301075Q" in found.codes


@pytest.mark.parametrize("name", ["sent.xls", "sent.csv", "sent.ods", "sent", "sent.txt", "sent.XLSX"])
def test_a_workbook_is_known_by_what_it_holds(tmp_path: Path, name: str) -> None:
    path = xlsx(tmp_path / "right.xlsx", {"Children": children(ROBIN)}).rename(tmp_path / name)
    assert read(path).values("local_patient_id") == ["SB001"]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_kinds_are_known_by_what_they_hold(tmp_path: Path, kind: str) -> None:
    path = converted(xlsx(tmp_path / "right.xlsx", {"Children": children(ROBIN)}), kind).rename(tmp_path / "sent.xlsx")
    assert read(path).values("local_patient_id") == ["SB001"]


def test_dates_of_a_1904_workbook_l20(tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = "Children"
    for row in child_with("person_birth_date", date(2016, 8, 8), 41128):
        sheet.append(row)
    book.save(path)
    found = read(path)
    assert found.intake.epoch_1904
    assert found.values("person_birth_date") == [date(2016, 8, 8), date(2016, 8, 8)]


def test_error_cells_are_blank_and_told_with_their_place_l30(tmp_path: Path) -> None:
    found = read(
        xlsx(tmp_path / "sent.xlsx", {"Children": child_with("postcode", "ZX1 1AA", "#N/A", "#REF!")}, corner="C4")
    )
    assert found.values("postcode") == ["ZX1 1AA", None, None]
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000210Q"] == [
        ("Children", "H6"), ("Children", "H7"),
    ]  # fmt: skip
    assert set(found.messages("CP000210Q")) == {
        "A spreadsheet error such as #N/A stands here and was read as blank. Correct the formula."
    }


@pytest.mark.parametrize(("errors", "more"), [(3, "1 more cell"), (4, "2 more cells")])
def test_error_cells_beyond_the_most_that_are_told_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, errors: int, more: str
) -> None:
    monkeypatch.setattr(parts, "MOST_ERRORS", 2)
    found = read(xlsx(tmp_path / "sent.xlsx", {"Children": child_with("postcode", *["#N/A"] * errors)}))
    assert [cell for code, _, cell in found.found if code == "CP000210Q"] == ["", "F2", "F3"]
    assert f"read as blank (in {more} of this sheet). Correct" in found.messages("CP000210Q")[0]


@pytest.mark.parametrize(("errors", "told"), [(1, "1 cell"), (1200, "1,200 cells")])
def test_error_cells_of_which_only_the_number_is_known(errors: int, told: str) -> None:
    intake = Intake(header={})
    source = Source("child", "Children", "raw_0", {}, 1)
    _note_errors(intake, 0, source, Remarks(errors=errors))
    assert [(found.line, found.facts) for found in intake.findings] == [
        (None, {"cells": f" (in {told} of this sheet)"})
    ]


def test_a_stray_error_below_the_table_makes_no_record_l30(tmp_path: Path) -> None:
    rows = [*children(ROBIN), *([[]] * 60), ["#REF!"]]
    found = read(xlsx(tmp_path / "sent.xlsx", {"Children": rows}))
    assert found.values("local_patient_id") == ["SB001"]
    assert [cell for code, _, cell in found.found if code == "CP000210Q"] == ["A63"]


def test_formulas_with_their_stored_results_l30(tmp_path: Path) -> None:
    headings = [*CHILD[:4], "siblings_count", "caseload_status"]
    rows = [headings, [*ROBIN[:4], "=1+1", "A"], ["SB002", *ROBIN[1:4], "=1/0", "A"]]
    path = xlsx(tmp_path / "sent.xlsx", {"Children": rows})
    calculated = path.rename(tmp_path / "formulas.xlsx")
    found = read(converted(calculated, "xlsx"))
    assert found.values("siblings_count") == [2, None]
    assert "CP000210Q" in found.codes
    assert found.intake.notes == []


def test_formulas_without_a_result_are_told_l30(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path / "sent.xlsx", {"Children": child_with("siblings_count", "=1+1", 2)}))
    assert found.values("siblings_count") == [None, 2]
    assert found.intake.notes == [
        "Children: 1 formulas have no stored result and were read as blank. Open the file in a spreadsheet program and "
        "save it there."
    ]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_hidden_rows_are_read_and_counted_l07(tmp_path: Path, kind: str) -> None:
    path = xlsx(tmp_path / "sent.xlsx", {"Children": child_with("postcode", "ZX1 1AA", "ZX1 1AB", "ZX1 1AA")})
    book = load_workbook(path)
    for row in (3, 4):
        book["Children"].row_dimensions[row].hidden = True
    book.save(path)
    found = read(path if kind == "xlsx" else converted(path, kind))
    assert len(found.values("local_patient_id")) == 3
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000220Q"] == [("Children", "")]
    assert kind == "ods" or "(2)" in found.messages("CP000220Q")[0]


def test_formatting_below_the_table_ends_it_l09(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN)})
    book = load_workbook(path)
    for row in range(3, 3000):
        book["Children"].cell(row, 1).fill = PatternFill("solid", fgColor="FFFF00")
    book.save(path)
    found = read(path)
    assert found.values("local_patient_id") == ["SB001"]
    assert found.intake.notes == []


@pytest.mark.parametrize(("gap", "rows", "noted"), [(199, ["SB001", "SB002"], False), (200, ["SB001"], True)])
def test_reading_stops_after_200_empty_rows_and_says_so_l09(
    tmp_path: Path, gap: int, rows: list[str], noted: bool
) -> None:
    sheet = [*children(ROBIN), *([[]] * gap), ["SB002", *ROBIN[1:]]]
    found = read(xlsx(tmp_path / "sent.xlsx", {"Children": sheet}))
    assert found.values("local_patient_id") == rows
    assert found.intake.notes == noted * [
        "Children: more than 200 empty rows follow row 2, and what stands below them was not read."
    ]


def coloured(path: Path, text: str | None, colour: str | None) -> Path:
    headings = ["referral_id", "phase_date", "phase_scheme", "phase_submitted"]
    xlsx(
        path,
        {"Phases": [headings, ["RF1", "2026-05-01", "LUTON", text], ["RF2", "2026-05-01", "LUTON", None]]},
        corner="B3",
    )
    if colour:
        book = load_workbook(path)
        book["Phases"]["E4"].fill = PatternFill("solid", fgColor=colour)
        book.save(path)
    return path


@pytest.mark.parametrize(
    ("text", "colour", "warned"),
    [(None, "0000FF", True), ("blue", "0000FF", False), (None, None, False)],
)
def test_colours_are_not_read_and_told_l17(tmp_path: Path, text: str | None, colour: str | None, warned: bool) -> None:
    from mds.duck import connect
    from mds.intake.returns import read_return

    path = coloured(tmp_path / "sent.xlsx", text, colour)
    findings = read_return(connect(threads=1), path, HEADER).findings
    told = [(one.code, one.sheet, one.line, one.column, one.field) for one in findings if one.code == "CP202100Q"]
    assert told == warned * [("CP202100Q", "Phases", 3, 4, "phase_submitted")]


def test_colours_are_looked_for_only_where_the_phase_is_blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    monkeypatch.setattr(reader.SheetPage, "is_coloured", lambda *arguments: looked.append(arguments))
    read(coloured(tmp_path / "sent.xlsx", "blue", "0000FF"))
    read(xlsx(tmp_path / "child.xlsx", {"Children": children(ROBIN)}))
    assert looked == []


def test_password_l31() -> None:
    with pytest.raises(UnreadableFile, match="protected by a password"):
        open_file(Path(__file__).parent / "files" / "locked.xlsx")


def test_password_of_an_old_workbook_l31(tmp_path: Path) -> None:
    """An .xls file is locked where the record that says so stands behind its first one."""
    path = converted(xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN)}), "xls")
    content = bytearray(path.read_bytes())
    first_record = content.index(b"\x09\x08\x10\x00")
    content[first_record + 20 : first_record + 22] = b"\x2f\x00"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="protected by a password"):
        open_file(path)


def test_sheets_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_SHEETS", 3)
    path = xlsx(tmp_path / "sent.xlsx", {f"S{number}": [["x"]] for number in range(4)})
    with pytest.raises(UnreadableFile, match="has 4 sheets; at most 3"):
        open_file(path)


def test_names_of_sheets_are_unescaped(tmp_path: Path) -> None:
    name = "Children & <others> \"'é"
    found = read(xlsx(tmp_path / "sent.xlsx", {name: child_with("postcode", "#N/A")}))
    assert ("CP000210Q", name, "F2") in found.found


def test_parts_in_other_places(tmp_path: Path) -> None:
    """A part may be named absolutely or lie elsewhere; what is said of a sheet must be said of that sheet."""
    path = xlsx(tmp_path / "right.xlsx", {"Notes": [["x"]], "Children": child_with("postcode", "#N/A")})
    moved = tmp_path / "sent.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(moved, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename.endswith((".rels", "[Content_Types].xml")):
                content = content.replace(b"/xl/worksheets/sheet2.xml", b"/xl/elsewhere/Kinder.xml")
            new.writestr(member.filename.replace("worksheets/sheet2.xml", "elsewhere/Kinder.xml"), content)
    found = read(moved)
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000210Q"] == [("Children", "F2")]
