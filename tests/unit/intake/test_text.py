"""CSV files in every dress (specification 5.2, L23 to L26)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sent import CHILD, ROBIN, read, xlsx

from mds.duck import connect
from mds.failures import UnreadableFile
from mds.intake import text
from mds.intake.files import open_file
from mds.intake.text import CsvPage

HEADINGS = (*CHILD, "given_name")
JOSE = (*ROBIN, "José")


def page(path: Path) -> CsvPage:
    opened = open_file(path).pages[0]
    assert isinstance(opened, CsvPage)
    return opened


def lines(delimiter: str, *rows: tuple[str, ...]) -> str:
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("sep", [False, True])
def test_delimiters_l23(tmp_path: Path, delimiter: str, quoted: bool, sep: bool) -> None:
    rows = [HEADINGS, (*ROBIN, f'"Robin{delimiter} Jo"' if quoted else "Robin")]
    path = tmp_path / "child.csv"
    path.write_text((f"sep={delimiter}\n" if sep else "") + lines(delimiter, *rows))
    assert page(path).delimiter == delimiter
    assert read(path).values("given_name") == [f"Robin{delimiter} Jo".replace("\t", "") if quoted else "Robin"]


def test_delimiter_giving_the_most_stable_number_of_columns_l23(tmp_path: Path) -> None:
    rows = [
        ("contact_id", "referral_id", "duration_min", "staff_count"),
        ("C1", "R1", "1,5", "2,5"),
        ("C2", "R1", "2", "1"),
    ]
    path = tmp_path / "contact.csv"
    path.write_text("Our contacts, so far, this year\n" + lines(";", *rows))
    assert page(path).delimiter == ";"


def test_unusual_sep_line_l23(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text("sep=^\r\n" + lines("^", HEADINGS, JOSE).replace("\n", "\r\n"), newline="")
    assert read(path).values("given_name") == ["José"]


def test_a_heading_that_begins_with_sep_is_no_sep_line(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text("sep=x\n" + lines(",", HEADINGS, JOSE))
    assert read(path).lines() == [3]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_l24(tmp_path: Path, codec: str, end: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    path = tmp_path / "child.csv"
    path.write_bytes(mark + lines(",", HEADINGS, JOSE).replace("\n", end).encode(codec))
    found = read(path)
    assert found.values("given_name") == ["José"]
    assert "CP000200Q" not in found.codes


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (lines(",", HEADINGS, JOSE).encode("cp1252") + b"SB002,07,1,APAK,A,\x81\x8d\n", 2),
        (b"\xef\xbb\xbf" + lines(",", HEADINGS, JOSE).encode() + b"SB002,07,1,APAK,A,\xff\n", 1),
        (b"\xff\xfe" + lines(",", HEADINGS, JOSE).encode("utf-16-le") + b"\x00\xd8,\x00", 1),
    ],
    ids=["cp1252", "marked", "utf-16"],
)
def test_replaced_characters_are_counted_l24(tmp_path: Path, content: bytes, count: int) -> None:
    path = tmp_path / "child.csv"
    path.write_bytes(content)
    found = read(path)
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000200Q"] == [("child", "")]
    assert f"({count})" in found.messages("CP000200Q")[0]


def test_utf8_that_ends_inside_a_character_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_bytes(lines(",", HEADINGS, JOSE).encode() + b"SB002,07,1,APAK,A,\xc3")
    assert page(path).encoding == "cp1252"


def test_line_breaks_and_quotes_inside_cells_l26(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text(lines(",", HEADINGS, (*ROBIN, '"Ro""bin,\n\nJo"'), (*ROBIN, 'Ro"bin')))
    assert read(path).values("given_name") == ['Ro"bin, Jo', 'Ro"bin']


@pytest.mark.parametrize(
    ("rows", "line", "row"),
    [
        ([HEADINGS, JOSE, (*ROBIN, '"Robin'), JOSE], 3, 3),
        ([HEADINGS, (*ROBIN, '"Jo\nRobin"'), (*ROBIN, '"Robin" Jo'), JOSE], 4, 3),
        ([HEADINGS, *([JOSE] * 200), (*ROBIN, '"Robin')], 202, 202),
    ],
    ids=["never closed", "text behind the quote", "far below"],
)
def test_broken_quotes_are_told_with_their_line_l26(
    tmp_path: Path, rows: list[tuple[str, ...]], line: int, row: int
) -> None:
    path = tmp_path / "child.csv"
    path.write_text(lines(",", *rows))
    with pytest.raises(UnreadableFile, match=rf"from line {line} on \(row {row} in"):
        read(path)


def test_broken_quotes_below_a_sep_line_l26(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text("sep=,\n" + lines(",", HEADINGS, (*ROBIN, '"Robin')))
    with pytest.raises(UnreadableFile, match=r"from line 3 on \(row 2 in"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "plain"),
    [
        ("child.csv", "", True),
        ("child.csv", "\n\n", True),
        ("child.csv", "\r\n", False),
        ("child.csv", "SB002,07,1,APAK,A,x\n\nSB003,07,1,APAK,A,x\n", False),
        ("child [1].csv", "", False),
        ("child*.csv", "", False),
        ("child?.csv", "", False),
        ('o\'brien "x".csv', "", True),
        ("child\n.csv", "", True),
        ("child.csv.gz", "", True),
    ],
)
def test_plain_files_go_straight_into_duckdb(tmp_path: Path, name: str, content: str, plain: bool) -> None:
    path = tmp_path / name
    path.write_text(lines(",", HEADINGS, JOSE) + content, newline="")
    (tmp_path / "child1.csv").write_text(lines(",", HEADINGS, (*ROBIN, "Wrong file")))
    connection = connect(threads=1)
    line, _ = page(path).load(connection, "raw_0", 0, 6)
    assert line.startswith("raw.rowid") == plain
    assert read(path).values("given_name")[0] == "José"


def test_members_of_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("return/child.csv", lines(";", HEADINGS, JOSE).encode("cp1252"))
        archive.writestr("__MACOSX/child.csv", b"\x00\x05")
        archive.writestr("return/.hidden.csv", b"x")
        archive.writestr("return/empty.csv", b"")
        archive.writestr("return/readme.txt", b"hello")
    found = read(path)
    assert found.values("given_name") == ["José"]
    assert [source.sheet for source in found.intake.sources] == ["child", ""]


def test_a_line_without_end_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_LINE", 100)
    endless = CsvPage("child", lambda: io.BytesIO(b"x" * 1000))
    with pytest.raises(UnreadableFile, match="longer than any row"):
        endless.preview()


def test_error_texts_of_an_exported_sheet_l30(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text(lines(",", HEADINGS, (*ROBIN, "#name"), (*ROBIN, "#N/A"), (*ROBIN, "#REF!")))
    found = read(path)
    assert found.values("given_name") == ["#name", None, None]
    assert [cell for code, _, cell in found.found if code == "CP000210Q"] == ["F3", "F4"]


@pytest.mark.parametrize("which", [range(1), range(9), range(3, 70, 2), range(65, 70), range(70)])
@pytest.mark.parametrize("headings", [HEADINGS, (*HEADINGS, "")])
def test_cells_beyond_the_last_heading_are_told_as_in_a_workbook(
    tmp_path: Path, which: range, headings: tuple[str, ...]
) -> None:
    rows = [(*JOSE, "stray") if number in which else JOSE for number in range(70)]
    path = tmp_path / "child.csv"
    path.write_text(lines(",", headings, *rows))
    in_workbook = read(xlsx(tmp_path / "child.xlsx", {"child": [headings, *rows]}))
    found = read(path)
    assert len(found.values("given_name")) == 70
    assert [place for place in found.found if place[0] == "CP000095Q"] == [("CP000095Q", "child", "G1")]
    assert found.messages("CP000095Q") == in_workbook.messages("CP000095Q")


def test_empty_cells_beyond_the_last_heading_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "child.csv"
    path.write_text(lines(",", HEADINGS, *[(*JOSE, "", " ")] * 70))
    assert "CP000095Q" not in read(path).codes


def test_lists_in_cells_do_not_hide_the_delimiter_or_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    rows = [(*ROBIN, "05;09")] * 8
    path = tmp_path / "child.csv"
    path.write_text(lines(",", HEADINGS, *rows, (*ROBIN, "05;09", "stray"), (*ROBIN, "05;09", "stray")))
    assert page(path).delimiter == ","
    path.write_text(lines(",", HEADINGS, *rows, ("SB009", '"07', *ROBIN[2:], "05;09"), *rows))
    with pytest.raises(UnreadableFile, match="The file child cannot be read from line 10 on"):
        read(path)
