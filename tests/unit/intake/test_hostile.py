"""Bad files through the front door: what cannot be read is told in one line, nothing is stored, memory stays small."""

from __future__ import annotations

import csv
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from homes import ON_TIME, PERIODS, Region, Said, drawn_return, mds, write_return
from openpyxl import Workbook, load_workbook
from sent import ROBIN, Rows, children, converted, example_sheets, read, xlsx

CANNOT_BE_READ, NOT_A_RETURN = 10, 11
READ = {0, 1, 3}
MOST_MEMORY = 1 << 30
GIGABYTES = 3 << 30

_WHAT_TO_DO = re.compile(r"\b(?:Save|Send|Put|Check|Close|Open|Look|Keep|Delete)\b")
_MEASURE = """
import os, resource, sys
child = os.fork()
if child == 0:
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    os.execv(sys.executable, [sys.executable, "-c", "from mds.main import run; run()", *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a command out of a small process: of a large one, the kernel would count the memory before the command begins."""

Maker = Callable[[Path], Path]


def check(path: Path, *words: object) -> Said:
    said = mds("check", path, "--received-on", ON_TIME, *words)
    assert "Traceback" not in said.out + said.err
    return said


def refusal(said: Said) -> str:
    """The one line that is said of a file that cannot be read."""
    assert said.code == CANNOT_BE_READ, said
    assert said.err == ""
    told = re.fullmatch(r"CP000010  SENT BACK  ([A-Z][ -~]+\.)\n", said.out)
    assert told, said.out
    assert _WHAT_TO_DO.search(told[1]), told[1]
    return told[1]


def measured(*words: object) -> Said:
    """A command in a process of its own, which must not need more memory than it may."""
    asked = [sys.executable, "-c", _MEASURE, *map(str, words)]
    done = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
    out, _, used = done.stdout.rstrip("\n").rpartition("\n")
    assert "Traceback" not in out + done.stderr
    assert int(used) * 1024 < MOST_MEMORY
    return Said(done.returncode, out + "\n", done.stderr)


def valid_csvs() -> dict[str, bytes]:
    """The example return as CSV files."""
    made = {}
    for table, rows in drawn_return().items():
        if rows:
            lines = [list(rows[0]), *(list(row.values()) for row in rows)]
            made[f"{table}.csv"] = (
                "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode() + b"\r\n"
            )
    return made


def valid_sheets(**changes: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> dict[str, Rows]:
    start, end = PERIODS["Q2"]
    header = {"rp_start": start, "rp_end": end, "reference_date": end, "created_at": f"{end} 17:00"}
    return example_sheets(header=header, **changes)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A return that is right, as a workbook."""
    return xlsx(tmp_path_factory.mktemp("right") / "return.xlsx", valid_sheets())


def written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def zipped(path: Path, members: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def repacked(source: Path, path: Path, changed: Mapping[str, Callable[[bytes], bytes]], **added: bytes) -> Path:
    """A copy of a zip in which the content of some members is changed."""
    with zipfile.ZipFile(source) as old:
        members = {name: changed.get(name, bytes)(old.read(name)) for name in old.namelist()}
    return zipped(path, {**members, **added})


def packed_by_hand(path: Path, members: Iterable[tuple[str, bytes, int]], flags: int = 0) -> Path:
    """A zip whose members are deflated already and say of themselves that they are of some length."""
    directory, entries = b"", 0
    with path.open("wb") as stream:
        for name, deflated, length in members:
            about = struct.pack("<HHHHHIIIHH", 20, flags, 8, 0, 33, 0, len(deflated), length, len(name), 0)
            place = struct.pack("<HHHII", 0, 0, 0, 0, stream.tell())
            directory += b"PK\x01\x02\x14\x00" + about + place + name.encode()
            stream.write(b"PK\x03\x04" + about + name.encode() + deflated)
            entries += 1
        start = stream.tell()
        stream.write(directory)
        stream.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, entries, entries, len(directory), start, 0))
    return path


def deflated(start: bytes, filler: bytes, length: int) -> bytes:
    """`start`, and then `filler` again and again to some length, deflated without ever being made."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = filler * ((1 << 20) // len(filler))
    first = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (length // len(block)) + packer.flush()


def sparse(path: Path, start: bytes, length: int) -> Path:
    """A file of some length that takes no room on the disk."""
    written(path, start)
    os.truncate(path, length)
    return path


def locked(path: Path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "files" / "locked.xlsx", path / "return.xlsx"))


def folder(path: Path, **files: bytes) -> Path:
    made = path / "return"
    made.mkdir()
    for name, content in files.items():
        written(made / name.replace("_", "."), content)
    return made


def with_a_long_first_member(path: Path) -> Path:
    return packed_by_hand(path / "return.zip", [("child.csv", deflated(b"", b"SB001,1\n", GIGABYTES), GIGABYTES)])


UNREADABLE: dict[str, tuple[Maker, str]] = {
    "no file": (lambda path: path / "return.xlsx", "no file of that name"),
    "an empty file": (lambda path: written(path / "child.csv", b""), "is empty"),
    "an empty workbook": (lambda path: written(path / "return.xlsx", b""), "is empty"),
    "a password": (locked, "protected by a password"),
    "a PDF": (lambda path: written(path / "return.pdf", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj"), "not a spreadsheet"),
    "a PDF called .csv": (lambda path: written(path / "child.csv", b"%PDF-1.4\n"), "not a spreadsheet"),
    "a photograph": (lambda path: written(path / "IMG_1.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"), "not a spreadsheet"),
    "a page called .xls": (lambda path: written(path / "return.xls", b"<html><table><tr>"), "not a spreadsheet"),
    "XML called .xls": (lambda path: written(path / "return.xls", b'\xef\xbb\xbf<?xml version="1.0"?>'), "not a spreadsheet"),
    "gzip": (lambda path: written(path / "child.csv.gz", zlib.compress(b"x", wbits=31)), "not a spreadsheet"),
    "a program": (lambda path: written(path / "return.csv", b"\x7fELF\x02\x01\x01\0"), "not a spreadsheet"),
    "a letter": (
        lambda path: zipped(path / "return.docx", {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        "not a spreadsheet",
    ),
    "a letter called .xlsx": (
        lambda path: zipped(path / "return.xlsx", {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        "not a spreadsheet",
    ),
    "a zip without CSV files": (lambda path: zipped(path / "return.zip", {"readme.txt": "hello"}), "no CSV file in this zip"),
    "a zip with nothing in it": (lambda path: zipped(path / "return.zip", {}), "not a spreadsheet"),
    "a zip in a zip": (
        lambda path: zipped(path / "return.zip", {"return.zip": zipped(path / "inner.zip", valid_csvs()).read_bytes()}),
        "no CSV file in this zip",
    ),
    "a zip in a zip called .csv": (
        lambda path: zipped(path / "return.zip", {"child.csv": zipped(path / "inner.zip", valid_csvs()).read_bytes()}),
        "not a spreadsheet",
    ),
    "a zip with a password": (
        lambda path: packed_by_hand(path / "return.zip", [("child.csv", b"x" * 40, 100)], flags=1),
        "protected by a password",
    ),
    "an empty folder": (folder, "no CSV file in this folder"),
    "a folder of workbooks": (lambda path: folder(path, return_xlsx=b"PK\x03\x04"), "no CSV file in this folder"),
    "a folder of empty CSV files": (lambda path: folder(path, child_csv=b"", contact_csv=b""), "no CSV file in this folder"),
    "nothing but NUL": (lambda path: written(path / "child.csv", bytes(5000)), "not a spreadsheet"),
    "a line without end": (lambda path: written(path / "child.csv", b"local_patient_id,sex," * 300_000), "longer than any row"),
    "a line without end, quoted": (lambda path: written(path / "child.csv", b'"a","b' + b"x" * 6_000_000), "longer than any row"),
    "a quote that is never closed": (
        lambda path: written(path / "child.csv", b'local_patient_id,sex\nSB001,"1\n' + b"SB002,1\n" * 300_000),
        "from line 2 on (row 2 in",
    ),
    "old workbook of nothing": (lambda path: written(path / "return.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "could not open"),
    "300 sheets": (
        lambda path: xlsx(path / "return.xlsx", {f"Sheet{number}": [["x"]] for number in range(300)}),
        "has 300 sheets; at most 200",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line_and_not_stored(region: Region, name: str) -> None:
    make, phrase = UNREADABLE[name]
    path = make(region.desk)
    assert phrase in refusal(check(path))
    before = region.bytes_of_store()
    assert phrase in refusal(region.send(path))
    assert region.bytes_of_store() == before
    assert not list((region.path / "receipts").glob("*"))


@pytest.mark.parametrize("name", ["return.xlsx", "return.csv", "return.ods", "return"])
def test_a_letter_as_text_is_no_known_return(region: Region, name: str) -> None:
    before = region.bytes_of_store()
    path = written(region.desk / name, b"Dear Sam,\n\nhere are our numbers for the quarter: 12, 14 and 9990000018.\n")
    said = region.send(path)
    assert said.code == NOT_A_RETURN
    assert "9990000018" not in said.out + said.err
    assert region.bytes_of_store() == before


CUTS = [0.01, 0.1, 0.3, 0.5, 0.8, 0.95, 0.99]


@pytest.mark.parametrize("part", CUTS)
@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_file_that_arrived_in_part_is_damaged(tmp_path: Path, workbook: Path, part: float, kind: str) -> None:
    whole = (workbook if kind == "xlsx" else zipped(tmp_path / "whole.zip", valid_csvs())).read_bytes()
    path = written(tmp_path / f"return.{kind}", whole[: int(len(whole) * part)])
    assert "damaged" in refusal(check(path))


@pytest.mark.parametrize("kept", [3, 4, 5, 30, 31, -23, -22, -1])
def test_a_file_that_is_cut_at_a_mark_is_not_read(tmp_path: Path, workbook: Path, kept: int) -> None:
    said = check(written(tmp_path / "return.xlsx", workbook.read_bytes()[:kept]))
    assert said.code in (CANNOT_BE_READ, NOT_A_RETURN)


@pytest.mark.parametrize("place", range(0, 100, 9))
@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_flipped_byte_is_told_or_does_no_harm(tmp_path: Path, workbook: Path, place: int, kind: str) -> None:
    whole = bytearray((workbook if kind == "xlsx" else zipped(tmp_path / "whole.zip", valid_csvs())).read_bytes())
    whole[len(whole) * place // 100] ^= 0xFF
    said = check(written(tmp_path / f"return.{kind}", bytes(whole)))
    if said.code == CANNOT_BE_READ:
        refusal(said)
    assert said.code in {*READ, CANNOT_BE_READ, NOT_A_RETURN}


@pytest.mark.parametrize("member", ["xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml", "child.csv"])
def test_a_member_with_a_flipped_byte_is_damaged(tmp_path: Path, workbook: Path, member: str) -> None:
    source = zipped(tmp_path / "whole.zip", valid_csvs()) if member.endswith(".csv") else workbook
    content = bytearray(source.read_bytes())
    with zipfile.ZipFile(source) as archive:
        about = archive.getinfo(member)
    content[about.header_offset + 30 + len(member) + about.compress_size // 2] ^= 0xFF
    assert "damaged" in refusal(check(written(tmp_path / f"return{source.suffix}", bytes(content))))


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_HEADINGS = b"local_patient_id,sex\n"


def a_workbook_around(members: Mapping[str, tuple[bytes, int]]) -> list[tuple[str, bytes, int]]:
    """The least that is a workbook, with members of some claimed length."""
    types, book = b"<Types/>", b"<workbook/>"
    least = {
        "[Content_Types].xml": (deflated(types, b"\n", 0), len(types)),
        "xl/workbook.xml": (deflated(book, b"\n", 0), len(book)),
    }
    return [(name, *about) for name, about in {**least, **members}.items()]


BOMBS: dict[str, tuple[Maker, str]] = {
    "a CSV file of gigabytes": (with_a_long_first_member, "more than"),
    "a sheet of gigabytes": (
        lambda path: packed_by_hand(
            path / "return.xlsx",
            a_workbook_around({"xl/worksheets/sheet1.xml": (deflated(SHEET, b"<row/>", GIGABYTES), GIGABYTES)}),
        ),
        "more than",
    ),
    "gigabytes in many members": (
        lambda path: packed_by_hand(
            path / "return.zip",
            [(f"child{number}.csv", deflated(_HEADINGS, b"SB001,1\n", 60 << 20), 60 << 20) for number in range(60)],
        ),
        "more than",
    ),
    "more members than any return": (
        lambda path: zipped(path / "return.zip", {f"{number}/child.csv": _HEADINGS for number in range(1001)}),
        "more than",
    ),
    "a member that shrinks too well": (
        lambda path: packed_by_hand(
            path / "return.zip", [("child.csv", deflated(_HEADINGS, b"SB001,1\n", 1 << 30), 1 << 30)]
        ),
        "far more",
    ),
    "a member that says that it is small": (
        lambda path: packed_by_hand(path / "return.zip", [("child.csv", deflated(_HEADINGS, b"SB001,1\n", GIGABYTES), 500)]),
        "",
    ),
    "a sheet that says that it is small": (
        lambda path: packed_by_hand(
            path / "return.xlsx",
            a_workbook_around({"xl/worksheets/sheet1.xml": (deflated(SHEET, b"<row/>", GIGABYTES), 500)}),
        ),
        "",
    ),
    "a list of sheets that says that it is small": (
        lambda path: packed_by_hand(
            path / "return.xlsx", a_workbook_around({"xl/workbook.xml": (deflated(b"<workbook>", b"<sheet/>", GIGABYTES), 500)})
        ),
        "",
    ),
    "one member listed many times": (
        lambda path: listed_again(with_a_long_first_member(path), path / "again.zip", 100),
        "more than",
    ),
    "two gigabytes of nothing": (lambda path: sparse(path / "child.csv", _HEADINGS, 2 << 30), "larger than 1 GB"),
    "a gigabyte of nothing": (lambda path: sparse(path / "child.csv", b"", 1 << 30), "not a spreadsheet"),
    "a gigabyte of nothing below a table": (
        lambda path: sparse(path / "child.csv", _HEADINGS + b"SB001,1\n" * 1000, 900 << 20),
        "longer than any row",
    ),
    "a folder with a file of two gigabytes": (
        lambda path: sparse(path / "return" / "child.csv", _HEADINGS, 2 << 30).parent,
        "larger than 1 GB",
    ),
    "an old workbook of a gigabyte": (
        lambda path: sparse(path / "return.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 1 << 30),
        "too large for its kind",
    ),
    "an old workbook of nothing": (
        lambda path: sparse(path / "return.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 100 << 20),
        "could not open",
    ),
    "an old workbook that says that it is large": (
        lambda path: sparse(path / "return.xls", old_workbook_header(0x7FFFFFFF), 1 << 20),
        "damaged",
    ),
    "a long line of UTF-16": (
        lambda path: written(path / "child.csv", "\ufeff".encode("utf-16-le") + b"x\0" * 20_000_000),
        "longer than any row",
    ),
    "a cell without end in lines": (
        lambda path: written(path / "child.csv", b'local_patient_id,sex\nSB001,"1\n' + b"SB002,1\n" * 12_000_000),
        "from line 2 on",
    ),
}  # fmt: skip


def listed_again(source: Path, path: Path, times: int) -> Path:
    """A zip that lists its one member many times."""
    content = source.read_bytes()
    start = content.rindex(b"PK\x01\x02")
    entry = content[start : content.rindex(b"PK\x05\x06")]
    end = struct.pack("<HHHHIIH", 0, 0, times, times, len(entry) * times, start, 0)
    return written(path, content[:start] + entry * times + b"PK\x05\x06" + end)


def old_workbook_header(sectors: int) -> bytes:
    """The start of an old workbook, with tables of as many sectors as it claims."""
    counts = struct.pack("<IIIIIIIIII", sectors, sectors, 0, 0, 4096, 0, sectors, 0, sectors, 0)
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + b"\x3e\0\3\0\xfe\xff\x09\0\6\0"
        + bytes(6)
        + counts[:40]
        + bytes(440)
    )


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_would_take_all_memory_is_refused_in_little(tmp_path: Path, name: str) -> None:
    make, phrase = BOMBS[name]
    path = make(tmp_path)
    assert phrase in refusal(measured("check", path))
    assert {found.name for found in tmp_path.rglob("*") if found.stat().st_size > 1 << 28} <= {path.name, "child.csv"}


def test_nothing_is_stored_of_a_zip_bomb(region: Region) -> None:
    before = region.bytes_of_store()
    refusal(region.send(with_a_long_first_member(region.desk)))
    assert region.bytes_of_store() == before


def test_a_million_empty_rows_with_formats_are_read_as_the_few_rows_above_them(tmp_path: Path, workbook: Path) -> None:
    def formatted(sheet: bytes) -> bytes:
        cells = [f'<c r="{letter}%d" s="0"/>' for letter in "ABC"]
        row = '<row r="%d" s="0" customFormat="1">' + "".join(cells) + "</row>"
        return sheet.replace(
            b"</sheetData>", "".join(row % ((n,) * 4) for n in range(3, 1_000_003)).encode() + b"</sheetData>"
        )

    path = repacked(workbook, tmp_path / "return.xlsx", {"xl/worksheets/sheet2.xml": formatted})
    said = measured("check", path, "--received-on", ON_TIME)
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^Children +1 +1 +0 +0$", said.out, re.MULTILINE)


LAUGHS = '<!DOCTYPE lolz [<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE lolz [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
PARTS = ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml", "[Content_Types].xml",
         "xl/_rels/workbook.xml.rels", "docProps/core.xml"]  # fmt: skip


GREEDY = PARTS[1:3]
"""The parts that are read by more than one reader are read in a process that is measured."""


def content_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"".join(map(archive.read, archive.namelist()))


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
@pytest.mark.parametrize("part", PARTS)
def test_entities_are_never_resolved(tmp_path: Path, workbook: Path, part: str, declared: str) -> None:
    def changed(content: bytes) -> bytes:
        text = re.sub(r"^<\?xml[^>]*\?>", "", content.decode())
        named = re.sub(r"(<t>)[^<]*|(<(?:t|v)>)(?=SB001)", r"\1\2&l9;", text)
        return f"<?xml version='1.0'?>{declared}{named}".encode()

    path = repacked(workbook, tmp_path / "return.xlsx", {part: changed})
    marked = tmp_path / "marked.xlsx"
    words = [path, "--received-on", ON_TIME, "--workbook", marked]
    said = measured("check", *words) if declared is LAUGHS and part in GREEDY else check(*words)
    assert said.code in {*READ, CANNOT_BE_READ, NOT_A_RETURN}, said
    shown = content_of(marked) if marked.exists() else b""
    for secret in ("root:", "hahaha"):
        assert secret not in said.out + said.err
        assert secret.encode() not in shown


def test_entities_in_an_open_document_are_never_resolved(tmp_path: Path) -> None:
    content = (
        f"<?xml version='1.0'?>{LAUGHS}<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'>"
        "<office:body><office:spreadsheet><table:table table:name='Children'><table:table-row>"
        "<table:table-cell office:value-type='string'><text:p>&l9;</text:p></table:table-cell></table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    said = measured("check", zipped(tmp_path / "return.ods", {"mimetype": kind, "content.xml": content}))
    assert said.code in (CANNOT_BE_READ, NOT_A_RETURN)
    assert "haha" not in said.out + said.err


def nested(content: bytes) -> bytes:
    return content.replace(b"<sheets>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"<sheets>")


STRANGE: dict[str, dict[str, Callable[[bytes], bytes]]] = {
    "a cell in no row": {"xl/worksheets/sheet2.xml": lambda sheet: sheet.replace(b'r="A2"', b'r="A99999999999999999999"')},
    "a cell in no column": {"xl/worksheets/sheet2.xml": lambda sheet: sheet.replace(b'r="A2"', b'r="ZZZZZZZZZZZZZ2"')},
    "a cell without a place": {"xl/worksheets/sheet2.xml": lambda sheet: sheet.replace(b'r="A2"', b'r=""')},
    "cells far apart, written otherwise": {
        "xl/worksheets/sheet2.xml": lambda sheet: sheet.replace(b'r="A2"', b"r = 'XFD1048576'")
    },
    "cells far apart without places": {
        "xl/worksheets/sheet2.xml": lambda sheet: sheet.replace(
            b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * 9000 + b'</row><row r="1048576"><c><v>1</v></c></row></sheetData>'
        )
    },
    "a size that is not so": {"xl/worksheets/sheet2.xml": lambda sheet: re.sub(rb'ref="[^"]*"', b'ref="A1:XFD1048576"', sheet)},
    "a text that is not there": {"xl/sharedStrings.xml": lambda _: b'<sst xmlns="x" count="1"></sst>'},
    "a sheet that is not there": {"xl/_rels/workbook.xml.rels": lambda listed: listed.replace(b"sheet2.xml", b"sheet99.xml")},
    "a sheet outside": {
        "xl/_rels/workbook.xml.rels": lambda listed: listed.replace(b"/xl/worksheets/sheet2.xml", b"../../../../etc/passwd")
    },
    "elements in elements": {"xl/workbook.xml": nested},
    "no sheets": {"xl/workbook.xml": lambda book: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", book, flags=re.DOTALL)},
    "an empty list of sheets": {"xl/workbook.xml": lambda _: b""},
    "a sheet that ends in the middle": {"xl/worksheets/sheet2.xml": lambda sheet: sheet[: len(sheet) // 2]},
    "a sheet of another kind": {"xl/worksheets/sheet2.xml": lambda _: b"%PDF-1.4"},
    "a sheet of NUL": {"xl/worksheets/sheet2.xml": lambda sheet: bytes(len(sheet))},
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_a_workbook_that_is_not_made_as_it_should_be(tmp_path: Path, workbook: Path, name: str) -> None:
    path = repacked(workbook, tmp_path / "return.xlsx", STRANGE[name])
    said = measured("check", path, "--received-on", ON_TIME)
    assert said.code in {*READ, CANNOT_BE_READ, NOT_A_RETURN}, said
    if said.code == CANNOT_BE_READ:
        refusal(said)


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ1048576", "XFD9999"])
def test_a_cell_far_away_is_told_with_its_place(tmp_path: Path, place: str) -> None:
    book = Workbook()
    book.active["A1"], book.active[place] = "local_patient_id", "x"
    book.save(tmp_path / "return.xlsx")
    assert re.sub(r"\d", "", place) in refusal(measured("check", tmp_path / "return.xlsx"))


def test_formulas_without_a_result_are_told_and_read_as_blank(tmp_path: Path) -> None:
    sheets = valid_sheets(child={"siblings_count": "=1+1", "given_name": '=HYPERLINK("http://example.org","x")'})
    said = check(xlsx(tmp_path / "return.xlsx", sheets))
    assert said.code in READ
    assert "2 formulas have no stored result" in " ".join(said.out.split())
    assert "HYPERLINK" not in said.out


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://example.org")', "=cmd|' /C calc'!A0"]


def _formulas_of(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return [found for name in sheets for found in re.findall(r"<f\b", archive.read(name).decode())]


@pytest.mark.parametrize("sent_as", ["csv", "xlsx"])
def test_what_begins_like_a_formula_is_text_in_the_marked_workbook(tmp_path: Path, sent_as: str) -> None:
    texts = map(str.strip, FORMULAS)
    names = [{"local_patient_id": f"SB{n}", "given_name": text, "nhs_number": text} for n, text in enumerate(texts)]
    if sent_as == "csv":
        file = write_return(tmp_path / "return", drawn_return({"child": names}))
    else:
        file = xlsx(tmp_path / "return.xlsx", valid_sheets(child=names))
        book = load_workbook(file)
        for row in book["Children"].iter_rows(2):
            for cell in row:
                cell.data_type = "s"
        book.save(file)
    marked = tmp_path / "marked.xlsx"
    assert check(file, "--workbook", marked).code in READ
    assert _formulas_of(marked) == []
    cells = [cell for sheet in load_workbook(marked) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if str(cell.value)[:1] in "=+@"} <= {"s"}
    assert {text.strip() for text in FORMULAS} <= {str(cell.value) for cell in cells}


def test_headings_and_names_of_files_that_begin_like_formulas_are_text(tmp_path: Path) -> None:
    file = write_return(tmp_path / "return", drawn_return())
    (file / "=1+1.csv").write_text("=1+1,@x\n+3,-4\n")
    marked = tmp_path / "marked.xlsx"
    assert check(file, "--workbook", marked).code in READ
    assert _formulas_of(marked) == []


def test_nul_far_below_is_no_part_of_a_value(region: Region) -> None:
    file = region.file()
    contact = (file / "contact.csv").read_bytes()
    start, end = contact.split(b"\r\n")[:2]
    rows = [end.replace(b"CT001", b"CT%03d" % number) for number in range(100)]
    (file / "contact.csv").write_bytes(b"\r\n".join([start, *rows, rows[0].replace(b"CT000", b"C\0T1\0")]) + b"\r\n")
    said = region.send(file)
    assert said.code in READ
    assert "\0" not in said.out + said.err


ELSEWHERE = [
    "../../{}",
    "/elsewhere/{}",
    "C:\\return\\{}",
    "..\\..\\{}",
    "a/../../{}",
    "return/./{}",
    "//server/{}",
    "\u202e/{}",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_names_of_members_that_lead_elsewhere_lead_nowhere(region: Region, elsewhere: str) -> None:
    members = {elsewhere.format(name): content for name, content in valid_csvs().items()}
    path = zipped(region.desk / "return.zip", members)
    before = sorted(region.path.parent.parent.rglob("*.csv"))
    assert region.send(path).code in (0, CANNOT_BE_READ)
    assert sorted(region.path.parent.parent.rglob("*.csv")) == before
    assert not Path("/elsewhere").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_the_same_name_are_both_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "return.zip", valid_csvs())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("child.csv", valid_csvs()["child.csv"].replace(b"SB001", b"SB002"))
    said = check(path)
    assert said.code in READ
    assert re.search(r"^Children +2 ", said.out, re.MULTILINE)


def test_a_link_in_a_zip_is_not_followed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "return.zip", valid_csvs())
    link = zipfile.ZipInfo("notes.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    marked = tmp_path / "marked.xlsx"
    said = check(path, "--workbook", marked)
    assert said.code == 0
    assert b"root:" not in content_of(marked)


def test_a_link_in_a_folder_shows_nothing_of_what_it_leads_to(region: Region) -> None:
    file = region.desk / "return"
    file.mkdir()
    (file / "child.csv").symlink_to("/etc/passwd")
    before = region.bytes_of_store()
    said = region.send(file)
    assert said.code in (CANNOT_BE_READ, NOT_A_RETURN)
    assert "root" not in said.out + said.err
    assert region.bytes_of_store() == before


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin"])
def test_a_device_is_no_file(tmp_path: Path, device: str) -> None:
    (tmp_path / "child.csv").symlink_to(device)
    refusal(check(tmp_path))
    if not Path(device).is_file():
        refusal(check(tmp_path / "child.csv"))


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "child.csv")
    refusal(check(tmp_path))
    refusal(check(tmp_path / "child.csv"))


def test_a_link_to_itself_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "child.csv").symlink_to("child.csv")
    refusal(check(tmp_path / "child.csv"))
    refusal(check(tmp_path))


NAMES = ["-x", "child'; DROP TABLE finding; --", 'a"b', "a\nb", "a\tb", "%s{0}{x}", "$(touch x)", "名簿 👶", "a" * 240, " ", "*",
         "[1]", "?", "\x1b[31mred", "\u202egnp", os.fsdecode(b"caf\xe9")]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_strange_names_of_files_are_names(tmp_path: Path, name: str) -> None:
    file = write_return(tmp_path / "return", drawn_return())
    (file / "child.csv").rename(file / f"{name}.csv")
    said = check(file, "--workbook", tmp_path / "marked.xlsx", "--report", tmp_path / "page.html")
    assert said.code == 0, said
    assert load_workbook(tmp_path / "marked.xlsx")


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_strange_names_of_single_files_are_names(tmp_path: Path, name: str) -> None:
    file = write_return(tmp_path / "return", drawn_return()) / "child.csv"
    path = file.rename(tmp_path / f"{name}.csv")
    options = ["--provider", "8HX01", "--from", "2026-04-01", "--to", "2026-06-30"]
    assert check(path, "--json", *options).code in READ
    assert refusal(check(written(tmp_path / f"{name}.pdf", b"%PDF")))


def test_a_name_in_no_known_letters_is_shown_as_far_as_it_can_be(tmp_path: Path) -> None:
    file = write_return(tmp_path / "return", drawn_return({"child": {"sex": "7"}}))
    (file / "child.csv").rename(file / f"{NAMES[-1]}.csv")
    said = measured("check", file, "--received-on", ON_TIME)
    assert said.code in READ
    assert "caf\ufffd" in said.out


def test_macros_never_run_and_are_not_passed_on(tmp_path: Path, workbook: Path) -> None:
    kinds = (b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
    path = repacked(
        workbook, tmp_path / "return.xlsm",
        {"[Content_Types].xml": lambda types: types.replace(b"openxmlformats-officedocument." + kinds[0], kinds[1])},
        **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Sub Auto_Open()"},
    )  # fmt: skip
    marked = tmp_path / "marked.xlsx"
    assert check(path, "--workbook", marked).code == 0
    assert b"Auto_Open" not in content_of(marked)
    assert b"macroEnabled" not in content_of(marked)


def test_one_bad_file_does_not_hold_up_the_others(tmp_path: Path, workbook: Path) -> None:
    bad = written(tmp_path / "bad.xlsx", b"%PDF")
    said = mds("check", bad, workbook, "--received-on", ON_TIME)
    assert said.code == CANNOT_BE_READ
    assert "Children" in said.out
    assert said.err.count("\n") == 2


def test_a_csv_file_of_ten_thousand_columns_is_read_without_them(tmp_path: Path) -> None:
    file = write_return(tmp_path / "return", drawn_return())
    with (file / "child.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    with (file / "child.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([*row, *(["x"] * 10_000)] for row in rows)
    assert measured("check", file, "--received-on", ON_TIME).code in READ


@pytest.mark.parametrize("name", ["9990000018", "Robin 999 000 0018", "x999-000-0018y"])
def test_a_number_in_the_name_of_a_file_or_sheet_is_refused_and_not_repeated(region: Region, name: str) -> None:
    by_name = xlsx(region.desk / f"{name}.xlsx", {"Children": children(ROBIN)})
    by_sheet = xlsx(region.desk / "sent.xlsx", {"Notes": [["Notes"]], name: children(ROBIN)})
    for path, where in ((by_name, "this file"), (by_sheet, "sheet, number 2")):
        said = region.send(path)
        assert (said.code, where in said.out) == (10, True)
        assert "0018" not in said.out + said.err


def test_a_number_that_is_no_nhs_number_may_stand_in_a_name(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "export 2026063012.xlsx", {"Children": children(ROBIN)})
    assert read(path).values("local_patient_id") == ["SB001"]


def test_an_old_workbook_says_what_it_cannot_tell(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN)})
    assert not any(".xlsb" in note for note in read(path).intake.notes)
    assert any(".xlsb" in note for note in read(converted(path, "xls")).intake.notes)
