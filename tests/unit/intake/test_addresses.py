"""A finding names the row and the cell at which the sender sees the fault, whatever the layout of the file."""

from pathlib import Path

import pytest
from sent import CHILD, ROBIN, Read, checked, children, converted, example_sheets, read, xlsx

from mds.validate.findings import Findings

BAD = ("SB002", "07", "1", "WRONG", "A")
"""A child whose ethnic category is on no list."""
LONELY = [("CP101150", "Children")]


def places(found: Read, code: str = "CP101150") -> list[str]:
    return [cell for one, _, cell in found.found if one == code]


@pytest.mark.parametrize("corner", ["A1", "C4", "A17", "F1", "AB30"])
def test_workbook_that_begins_anywhere(tmp_path: Path, corner: str) -> None:
    path = xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN, BAD)}, corner=corner)
    column, row = corner.rstrip("0123456789"), int(corner.lstrip("ABCDEFGHIJ"))
    wrong = {"A": "D", "C": "F", "F": "I", "AB": "AE"}[column]
    found = read(path)
    assert places(found) == [f"{wrong}{row + 2}"]
    assert found.values("local_patient_id") == ["SB001", "SB002"]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_workbooks_that_begin_in_the_middle(tmp_path: Path, kind: str) -> None:
    path = xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN, [None], [None], BAD)}, corner="C4")
    found = read(converted(path, kind))
    assert places(found) == ["F8"]


def test_title_rows_blank_rows_and_empty_columns(tmp_path: Path) -> None:
    rows = [
        ["Sunny Bank - caseload"],
        [],
        ["DRAFT"],
        [None, *CHILD[:2], None, *CHILD[2:]],
        [],
        [None, *ROBIN[:2], None, *ROBIN[2:]],
        [],
        [],
        [None, *BAD[:2], None, *BAD[2:]],
    ]
    found = read(xlsx(tmp_path / "sent.xlsx", {"Children": rows}))
    assert places(found) == ["F9"]
    assert found.lines() == [6, 9]


def csv_lines(*rows: tuple[str, ...], delimiter: str = ",") -> list[str]:
    return [delimiter.join(row) for row in rows]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("lines", "cell"),
    [
        (csv_lines(CHILD, ROBIN, BAD), "D3"),
        (["Sunny Bank,,,,", "", *csv_lines(CHILD, ROBIN, BAD)], "D5"),
        ([*csv_lines(CHILD), "", *csv_lines(ROBIN), "", "", *csv_lines(BAD)], "D6"),
        ([*csv_lines(CHILD), ",,,,", *csv_lines(ROBIN), " , ,,,", *csv_lines(BAD)], "D5"),
        ([*csv_lines(CHILD, ROBIN, BAD), "", "", ""], "D3"),
        (["", "", *csv_lines(CHILD, ROBIN, BAD)], "D5"),
        (["sep=;", *csv_lines(CHILD, ROBIN, BAD, delimiter=";")], "D3"),
        (["sep=;", "", *csv_lines(CHILD, ROBIN, BAD, delimiter=";")], "D4"),
    ],
    ids=["plain", "title", "blank lines", "blank cells", "blank end", "blank start", "sep", "sep and blank"],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "marked"])
def test_csv(tmp_path: Path, lines: list[str], cell: str, end: str, mark: bytes) -> None:
    path = tmp_path / "child.csv"
    path.write_bytes(mark + end.join([*lines, ""]).encode())
    found = read(path)
    assert places(found) == [cell]
    assert found.values("local_patient_id") == ["SB001", "SB002"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_counts_a_row_with_line_breaks_once(tmp_path: Path, end: str) -> None:
    path = tmp_path / "child.csv"
    heading = ",".join([*CHILD, f'"Post{end}code"'])
    rows = [heading, f'SB001,07,1,APAK,A,"ZX1{end}1AA"', "SB002,07,1,WRONG,A,ZX1 1AA", ""]
    path.write_bytes(end.join(rows).encode())
    found = read(path)
    assert places(found) == ["D3"]
    assert found.values("postcode") == ["ZX1 1AA", "ZX1 1AA"]


def test_title_with_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text('"Sunny\nBank",,,,\n' + "\n".join([*csv_lines(CHILD, ROBIN, BAD), ""]))
    assert places(read(path)) == ["D4"]


def test_short_and_long_rows(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text("\n".join([*csv_lines(CHILD), "SB001,07", *csv_lines((*ROBIN, "", "")), *csv_lines(BAD), ""]))
    found = read(path)
    assert places(found, "CP101140") == ["C2"]
    assert places(found) == ["D2", "D4"]


def test_rows_of_several_sheets(tmp_path: Path) -> None:
    sheets = {"April": children(ROBIN, BAD), "May": [["May"], [], *children(("SB003", "07", "1", "Q", "A"))]}
    found = read(xlsx(tmp_path / "sent.xlsx", sheets))
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP101150"] == [
        ("April", "D3"),
        ("May", "D4"),
    ]


def test_diagnoses_that_were_split_keep_their_row(tmp_path: Path) -> None:
    headings = ["local_patient_id", "condition_seq", "is_primary", "act_category", "icd10_code"]
    rows = [headings, ["SB001", "1", "Y", "3", "G71.0/J96.1"], [], ["SB002", "1", "Y", "3", "nonsense"]]
    found = read(xlsx(tmp_path / "sent.xlsx", {"Conditions": rows}, corner="B3"))
    assert found.lines("condition") == [4, 4, 6]
    assert places(found, "CP102020") == ["F6"]


def test_totals_and_remarks_between_rows_do_not_shift_them(tmp_path: Path) -> None:
    rows = children(ROBIN, ["Sub-total", None, "1"], BAD, ["Total", None, "2"])
    assert places(read(xlsx(tmp_path / "sent.xlsx", {"Children": rows}))) == ["D4"]


def test_rules_on_more_than_one_field_name_the_place_too(tmp_path: Path) -> None:
    sheets = example_sheets(contact={"contact_date": "2026-01-02"})
    sheets["Contacts"] = [["Our contacts"], [], *sheets["Contacts"]]
    path = xlsx(tmp_path / "sent.xlsx", sheets, corner="B2")
    _, found = checked(path)
    assert {(one.sheet, one.cell) for one in Findings(found.connection, found.intake) if one.table == "contact"} == {
        ("Contacts", "D5")
    }


def test_header_table_and_keys(tmp_path: Path) -> None:
    table = [["schema_version", "rp_start", "rp_end"], ["2.0", "2026-04-01", "30 Febtember"]]
    found = read(xlsx(tmp_path / "table.xlsx", {"Header": table, "Children": children(ROBIN)}, corner="C4"), {})
    assert ("Header", "E5") in [(sheet, cell) for _, sheet, cell in found.found]
    keys = [["About this return"], [], ["Data set version:", "2.0"], ["Period start", None, "2026-04-01"],
            ["Period end", "soon"], ["Network *", None, None, "one of the list"]]  # fmt: skip
    found = read(xlsx(tmp_path / "keys.xlsx", {"Header": keys, "Children": children(ROBIN)}, corner="B2"), {})
    cells = {cell for _, sheet, cell in found.found if sheet == "Header"}
    assert cells >= {"C6", "C7"}
    assert found.intake.header_places["rp_start"] == ("Header", 5, 3)
