"""The sender's workbook back, with the cells marked."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from returned import Returned, drawn, received, write_book, write_folder

from mds.failures import UnreadableFile, UsageFailure
from mds.reports.cells import plain_text, sheet_title
from mds.reports.findings_sheet import FindingsSheets
from mds.reports.marks import FILLS
from mds.reports.places import Places
from mds.reports.template import write_template
from mds.reports.workbook import write_workbook

BAD = {
    "child": [{"local_patient_id": "SB001", "sex": "?"}, {"local_patient_id": "SB002", "ethnic_category": "?"}],
    "condition": [{}, {}],
}


def marked(original: Path, out: Path) -> tuple[Returned, Any]:
    """A return checked and its marked copy, opened again."""
    returned = received(original)
    write_workbook(out, original, returned.validation, returned.findings, returned.connection)
    return returned, load_workbook(out)


def lines(sheet: Any) -> list[dict[str, Any]]:
    """The findings that a sheet lists."""
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(number for number, row in enumerate(rows) if row[0] == "Code")
    return [dict(zip(rows[heading], row, strict=True)) for row in rows[heading + 1 :]]


def colour(cell: Any) -> str:
    return str(cell.fill.start_color.rgb) if cell.fill.fill_type == "solid" else ""


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return write_book(tmp_path / "return.xlsx", BAD)


def test_the_cells_with_findings_are_coloured_and_say_what_to_do(original: Path, tmp_path: Path) -> None:
    returned, workbook = marked(original, tmp_path / "out.xlsx")
    for finding in returned.findings:
        if finding.cell:
            cell = workbook[finding.sheet][finding.cell]
            assert colour(cell) in FILLS.values()
            assert finding.code in cell.comment.text and finding.message in cell.comment.text
    sex = workbook["Children"]["H2"]
    assert colour(sex) == FILLS["record"]
    assert sex.comment.text.startswith("REJECTED CP101140\n")
    assert colour(workbook["Conditions"]["A3"]) == FILLS["warning"]
    assert not any(colour(cell) for cell in workbook["Children"][1])


def test_several_findings_on_a_cell_share_a_comment_and_the_worst_colour(original: Path, tmp_path: Path) -> None:
    returned = received(original)
    returned.connection.execute(
        "INSERT INTO finding (code, tbl, row_id, field) VALUES ('CP102900', 'condition', 1, 'local_patient_id')"
    )
    write_workbook(tmp_path / "out.xlsx", original, returned.validation, returned.findings, returned.connection)
    cell = load_workbook(tmp_path / "out.xlsx")["Conditions"]["A3"]
    assert colour(cell) == FILLS["record"]
    assert re.findall(r"^([A-Z ]+) (CP\w+)$", cell.comment.text, re.MULTILINE) == [
        ("REJECTED", "CP102900"),
        ("WARNING", "CP102925Q"),
    ]


def test_the_first_sheet_lists_every_finding_with_a_link_to_its_cell(original: Path, tmp_path: Path) -> None:
    returned, workbook = marked(original, tmp_path / "out.xlsx")
    sheet = workbook.worksheets[0]
    assert sheet.title == "Findings" and workbook.active.title == "Findings"
    assert {(line["Code"], line["Sheet"] or "", line["Cell"] or "") for line in lines(sheet)} >= returned.found()
    assert len(lines(sheet)) == sum(1 for _ in returned.findings)
    links = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links
    for link in links:
        title, address = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", link.hyperlink.location).groups()
        assert link.hyperlink.ref == link.coordinate
        assert workbook[title.replace("''", "'")][address].comment is not None


def test_the_list_of_findings_is_an_accessible_sheet(original: Path, tmp_path: Path) -> None:
    _, workbook = marked(original, tmp_path / "out.xlsx")
    sheet = workbook["Findings"]
    heading = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Code")
    assert str(sheet["A1"].value).startswith("Findings of mds check: ACCEPTED IN PART")
    assert sheet.freeze_panes == f"A{heading + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{heading}:")
    assert not sheet.merged_cells.ranges
    above = " ".join(str(sheet.cell(row, 1).value) for row in range(1, heading))
    assert "red SENT BACK" in above and "orange REJECTED" in above and "yellow WARNING" in above


def test_the_row_key_lets_the_sender_answer_a_warning(original: Path, tmp_path: Path) -> None:
    _, workbook = marked(original, tmp_path / "out.xlsx")
    keys = {line["Code"]: line["Row key"] for line in lines(workbook["Findings"])}
    assert keys["CP101140"] == "SB001"
    assert keys["CP102925Q"] == "SB001|1"


def test_everything_else_in_the_workbook_stays(original: Path, tmp_path: Path) -> None:
    workbook = load_workbook(original)
    children = workbook["Children"]
    children.column_dimensions["B"].width = 33
    children["AZ1"] = "=1+1"
    children["B2"].comment = Comment("ask Jo", "Sam")
    children["H2"].comment = Comment("see the letter", "Sam")
    children["H2"].font = Font(color="FFFFFFFF", bold=True)
    choice = DataValidation(type="list", formula1='"1,2"')
    choice.add("H2:H9")
    children.add_data_validation(choice)
    notes = workbook.create_sheet("Findings")
    notes["A1"] = "our own list"
    notes["B2"] = "=SUM(1,2)"
    workbook.save(original)
    _, after = marked(original, tmp_path / "out.xlsx")
    children = after["Children"]
    assert children.column_dimensions["B"].width == 33
    assert children["AZ1"].value == "=1+1"
    assert children["B2"].comment.text == "ask Jo"
    assert "see the letter" in children["H2"].comment.text and "CP101140" in children["H2"].comment.text
    assert children["H2"].font.bold and children["H2"].font.color.rgb == "FF000000"
    assert [str(found.sqref) for found in children.data_validations.dataValidation] == ["H2:H9"]
    assert (after["Findings"]["A1"].value, after["Findings"]["B2"].value) == ("our own list", "=SUM(1,2)")
    assert after.sheetnames[0] == "Findings (2)"
    assert [sheet.title for sheet in after if sheet.sheet_view.tabSelected] == ["Findings (2)"]


@pytest.mark.parametrize("keeps", ["everything", "no authors", "no list"])
def test_the_marked_workbook_can_be_put_right_and_sent_again(original: Path, tmp_path: Path, keeps: str) -> None:
    workbook = load_workbook(original)
    workbook["Children"]["H2"].comment = Comment("ask Jo", "Sam")
    workbook.save(original)
    first, workbook = marked(original, tmp_path / "out.xlsx")
    assert received(tmp_path / "out.xlsx").found() == first.found()
    workbook["Children"]["H2"] = "1"
    if keeps == "no authors":  # some programs do not keep who made a comment
        for sheet in workbook:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.comment):
                cell.comment = Comment(cell.comment.text, "")
    if keeps == "no list":
        workbook.remove(workbook["Findings"])
    workbook.save(tmp_path / "corrected.xlsx")
    second, after = marked(tmp_path / "corrected.xlsx", tmp_path / "again.xlsx")
    assert "CP101140" not in {code for code, _, _ in second.found()}
    assert after.sheetnames.count("Findings") == 1 and "Findings (2)" not in after.sheetnames
    assert after["Children"]["H2"].comment.text == "ask Jo" and not colour(after["Children"]["H2"])
    assert after["Children"]["J3"].comment.text.count("CP101150") == 1


def test_a_filled_in_template_keeps_its_drop_downs_and_guidance(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    write_template(path, "2.0", provider_code="8HX01")
    before = load_workbook(path)
    before["Children"]["A2"] = "SB001"
    before.save(path)
    _, after = marked(path, tmp_path / "out.xlsx")
    assert not any("copy" in str(cell.value) for cell in after["Findings"]["A"])
    for sheet in before:
        was = [(found.type, found.formula1, str(found.sqref)) for found in sheet.data_validations.dataValidation]
        now = after[sheet.title].data_validations.dataValidation
        assert [(found.type, found.formula1, str(found.sqref)) for found in now] == was
    assert set(after.defined_names) == set(before.defined_names)
    assert after["Children"]["B1"].comment.text == before["Children"]["B1"].comment.text
    assert after["Children"].column_dimensions["B"].number_format == "@"


def test_a_finding_about_a_missing_column_marks_the_heading_of_the_key(tmp_path: Path) -> None:
    path = write_book(tmp_path / "return.xlsx", {})
    workbook = load_workbook(path)
    workbook["Children"]["H1"] = "Wholly other thing"
    workbook.save(path)
    _, after = marked(path, tmp_path / "out.xlsx")
    assert "CP000090" in after["Children"]["A1"].comment.text
    assert colour(after["Children"]["A1"]) == FILLS["file"]
    assert "CP000095Q" in after["Children"]["H1"].comment.text


def test_a_finding_inside_merged_cells_marks_the_one_that_shows(tmp_path: Path) -> None:
    path = write_book(tmp_path / "return.xlsx", {"child": {"sex": ""}})
    workbook = load_workbook(path)
    workbook["Children"].merge_cells("G2:H2")
    workbook.save(path)
    _, after = marked(path, tmp_path / "out.xlsx")
    assert "CP101140" in after["Children"]["G2"].comment.text


def rewritten(path: Path, change: dict[str, Any], add: dict[str, bytes] | None = None) -> Path:
    """A workbook with parts of its zip changed: name → function of its text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, function in change.items():
        parts[name] = function(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, **(add or {})}.items():
            archive.writestr(name, content)
    return path


def test_drop_downs_with_choices_on_another_sheet_are_kept(original: Path, tmp_path: Path) -> None:
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
        ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
        '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>Lists!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>I2:I9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    rewritten(original, {"xl/worksheets/sheet2.xml": lambda text: text.replace("</worksheet>", extension)})
    _, after = marked(original, tmp_path / "out.xlsx")
    kept = after["Children"].data_validations.dataValidation
    assert [(found.type, found.formula1, str(found.sqref)) for found in kept] == [("list", "Lists!$A$1:$A$3", "I2:I9")]


def test_macros_are_left_out_and_it_says_so(original: Path, tmp_path: Path) -> None:
    types = lambda text: text.replace(  # noqa: E731
        "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    )
    macro = rewritten(original, {"[Content_Types].xml": types}, {"xl/vbaProject.bin": b"macro"})
    _, after = marked(macro.rename(tmp_path / "return.xlsm"), tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert not [name for name in archive.namelist() if "vba" in name]
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")
    assert any("macros" in str(cell.value) for cell in after["Findings"]["A"])
    assert after["Children"]["H2"].comment is not None


def test_comments_of_different_sheets_have_numbers_of_their_own(original: Path, tmp_path: Path) -> None:
    marked(original, tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        drawings = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".vml")]
    numbers = [number for drawing in drawings for number in re.findall(r'id="_x0000_s(\d+)"', drawing)]
    blocks = [re.search(r'idmap [^>]*data="([\d,]+)"', drawing).group(1) for drawing in drawings]
    assert len(drawings) > 1
    assert len(set(numbers)) == len(numbers)
    assert len(set(blocks)) == len(blocks)


def test_a_workbook_that_openpyxl_cannot_read_is_made_anew(original: Path, tmp_path: Path) -> None:
    rewritten(original, {"xl/styles.xml": lambda text: text.replace("<cellXfs", "<cellXfs count='x'><nonsense/", 1)})
    _, after = marked(original, tmp_path / "out.xlsx")
    assert "CP101140" in after["Children"]["H2"].comment.text
    assert any("cells are text" in str(cell.value) for cell in after["Findings"]["A"])


# --- files that are no workbook --------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+44 1234", "-5", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "#N/A"]


def test_csv_files_come_back_as_sheets_of_text_that_never_becomes_a_formula(tmp_path: Path) -> None:
    rows = [{"local_patient_id": f"SB{n:03}", "given_name": text, "sex": "?"} for n, text in enumerate(FORMULAS)]
    rows.append({"local_patient_id": "=2+3", "sex": "?"})
    folder = write_folder(tmp_path / "in", {"child": rows})
    returned, after = marked(folder, tmp_path / "out.xlsx")
    sheet = after["child"]
    assert [sheet.cell(row, 4).value for row in range(2, 2 + len(FORMULAS))] == FORMULAS
    assert all(cell.data_type == "s" for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None)
    assert all(sheet.cell(row, 4).quotePrefix for row in range(2, 7))
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in text or b"<f " in text for text in sheets)
    assert "=2+3" in {line["Row key"] for line in lines(after["Findings"])}
    for finding in returned.findings:
        if finding.cell:
            assert finding.code in after[finding.sheet][finding.cell].comment.text


def test_the_rows_of_a_csv_keep_their_numbers(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", BAD)
    child = folder / "child.csv"
    heading, first, *rest = child.read_text().splitlines()
    child.write_text("\n".join(["Children of our hospice", "", heading, first, "", "", *rest]) + "\n")
    returned, after = marked(folder, tmp_path / "out.xlsx")
    sheet = after["child"]
    assert (sheet["A1"].value, sheet["A4"].value, sheet["A7"].value) == ("Children of our hospice", "SB001", "SB002")
    assert "CP101140" in sheet["H4"].comment.text and "CP101150" in sheet["J7"].comment.text
    assert sheet.freeze_panes == "A4"
    assert returned.validation.intake.sources[0].heading_line


def test_files_of_the_same_name_in_a_zip_get_a_sheet_each(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"child": [{"local_patient_id": "SB001", "sex": "?"}]})
    second = (folder / "child.csv").read_text().replace("SB001", "SB002").replace(",?,", ",1,")
    with zipfile.ZipFile(tmp_path / "return.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"north/{path.name}")
        archive.writestr("south/child.csv", second)
    _, after = marked(tmp_path / "return.zip", tmp_path / "out.xlsx")
    titles = [title for title in after.sheetnames if title.startswith("child")]
    assert titles == ["child", "child (2)"]
    where = {after[title]["A2"].value: colour(after[title]["H2"]) for title in titles}
    assert where == {"SB001": FILLS["record"], "SB002": ""}


def test_a_large_return_comes_back_as_the_rows_with_findings(tmp_path: Path) -> None:
    contacts = [{"contact_id": f"CT{n:06}", "contact_time": f"{n % 24:02}:{n // 24 % 60:02}"} for n in range(50_100)]
    contacts[40_000]["attendance"] = "zz"
    folder = write_folder(tmp_path / "in", {"contact": []})
    write_folder(folder, {"contact": contacts})
    returned = received(folder)
    returned.connection.execute("DELETE FROM finding WHERE code <> 'CP301070'")
    write_workbook(tmp_path / "out.xlsx", folder, returned.validation, returned.findings, returned.connection)
    after = load_workbook(tmp_path / "out.xlsx")
    rows = list(after["contact"].iter_rows(values_only=True))
    assert [row[:2] for row in rows] == [("Row", "contact_id"), ("40002", "CT040000")]
    assert "CP301070" in after["contact"]["J2"].comment.text
    line = lines(after["Findings"])[0]
    assert (line["Row"], line["Cell"]) == (40_002, "I40002")
    link = next(cell for row in after["Findings"].iter_rows() for cell in row if cell.hyperlink)
    assert link.hyperlink.location == "'contact'!J2"
    assert any("more than 50,000 rows" in str(cell.value) for cell in after["Findings"]["A"])


def test_answered_warnings_are_listed_but_not_marked(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"condition": [{}, {}]})
    returned = received(folder)
    returned.connection.execute("UPDATE finding SET answered = true WHERE code = 'CP102925Q'")
    write_workbook(tmp_path / "out.xlsx", folder, returned.validation, returned.findings, returned.connection)
    after = load_workbook(tmp_path / "out.xlsx")
    assert {line["Code"]: line["Answered"] for line in lines(after["Findings"])}["CP102925Q"] == "yes"
    assert after["condition"]["A3"].comment is None


# --- names and refusals ----------------------------------------------------------------------------------------------


def test_findings_that_a_sheet_cannot_hold_go_on_to_the_next() -> None:
    returned = drawn(BAD)
    workbook = Workbook()
    sheets = FindingsSheets(workbook, returned.validation.intake.version, ["Title"], most_rows=2)
    sheets.open_sheet()
    keyed = list(Places.of(returned.findings).keyed())
    sheets.write(keyed, lambda _: None)
    listed = [line["Code"] for title in workbook.sheetnames[:-1] for line in lines(workbook[title])]
    assert listed == [entry.finding.code for entry in keyed]
    assert workbook.sheetnames[:2] == ["Findings", "Findings (2)"]


@pytest.mark.parametrize(
    ("wanted", "taken", "title"),
    [
        ("Children", [], "Children"),
        ("a" * 40, [], "a" * 31),
        ("a" * 40, ["A" * 31], "a" * 27 + " (2)"),
        ("In [2026]: yes/no?", [], "In _2026__ yes_no_"),
        ("'quoted'", [], "quoted"),
        ("History", [], "History (2)"),
        ("", ["Sheet"], "Sheet (2)"),
    ],
)
def test_sheet_names_are_ones_that_a_spreadsheet_program_takes(wanted: str, taken: list[str], title: str) -> None:
    assert sheet_title(wanted, taken) == title


def test_the_marked_workbook_never_replaces_the_return(original: Path) -> None:
    returned = received(original)
    before = original.read_bytes()
    with pytest.raises(UsageFailure):
        write_workbook(original, original, returned.validation, returned.findings, returned.connection)
    assert original.read_bytes() == before


def test_a_name_that_is_no_workbook_is_refused(original: Path, tmp_path: Path) -> None:
    returned = received(original)
    with pytest.raises(UsageFailure):
        write_workbook(tmp_path / "out.csv", original, returned.validation, returned.findings, returned.connection)


def test_a_file_that_changed_after_its_check_is_not_marked(original: Path, tmp_path: Path) -> None:
    returned = received(original)
    write_book(original, {"child": []})
    with pytest.raises(UnreadableFile):
        write_workbook(tmp_path / "out.xlsx", original, returned.validation, returned.findings, returned.connection)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["return.xlsx"]


def test_a_clean_return_comes_back_without_marks(tmp_path: Path) -> None:
    returned, after = marked(write_book(tmp_path / "return.xlsx", {}), tmp_path / "out.xlsx")
    assert returned.validation.verdict == "accepted"
    assert not any(cell.comment for sheet in after for row in sheet.iter_rows() for cell in row)


def test_characters_that_a_workbook_cannot_hold_are_replaced(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"child": {"given_name": "Ro\x07bin", "sex": "?"}})
    _, after = marked(folder, tmp_path / "out.xlsx")
    assert after["child"]["D2"].value == "Ro\ufffdbin"


def test_text_that_looks_like_an_escape_is_escaped() -> None:
    assert plain_text("_x0041_") == "_x005F_x0041_"  # else a spreadsheet program shows an A


def test_white_text_on_a_dark_cell_can_still_be_read_when_marked(original: Path, tmp_path: Path) -> None:
    workbook = load_workbook(original)
    workbook["Children"]["H2"].fill = PatternFill("solid", start_color="FF000000")
    workbook["Children"]["H2"].font = Font(color="FFFFFFFF")
    workbook.save(original)
    _, after = marked(original, tmp_path / "out.xlsx")
    assert after["Children"]["H2"].font.color.rgb == "FF000000"
    assert colour(after["Children"]["H2"]) == FILLS["record"]


def test_a_drawn_return_without_a_file_lists_its_findings(tmp_path: Path) -> None:
    empty = tmp_path / "empty.xlsx"
    Workbook().save(empty)
    returned = drawn(BAD)
    write_workbook(tmp_path / "out.xlsx", empty, returned.validation, returned.findings, returned.connection)
    assert len(lines(load_workbook(tmp_path / "out.xlsx")["Findings"])) == sum(1 for _ in returned.findings)


def test_a_workbook_of_very_many_formatted_rows_is_written_anew(original: Path, tmp_path: Path) -> None:
    """openpyxl would need gigabytes for rows that hold nothing."""
    import re
    from zipfile import ZipFile

    from mds.reports.in_place import MOST_ROWS, CannotMark, open_workbook

    long = tmp_path / "long.xlsx"
    with ZipFile(original) as before, ZipFile(long, "w", 8) as after:
        for name in before.namelist():
            text = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                rows = b"".join(b'<row r="%d"/>' % (9_000 + number) for number in range(MOST_ROWS + 1))
                text = re.sub(rb"</sheetData>", rows + b"</sheetData>", text)
            after.writestr(name, text)

    with pytest.raises(CannotMark):
        open_workbook(long)
    open_workbook(original)
