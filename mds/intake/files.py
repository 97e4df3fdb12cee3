"""Opens what a sender gives: a workbook, a CSV file, a zip or a folder of CSV files. Files may be hostile."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from mds.digest import csv_files, digest, digest_of_return
from mds.failures import UnreadableFile
from mds.intake.pages import Page
from mds.intake.parts import Parts, guard, look_through, unpacked
from mds.intake.text import CsvPage
from mds_schemas.types.identity import check_digit_agrees

MOST_BYTES = 1 << 30
"""A return of a million contacts takes a tenth of this."""
MOST_OLD_BYTES = 200 << 20
"""An old workbook (.xls) is not packed, and holds at most 65,536 rows a sheet."""

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = (
    b"%pdf",
    b"\x89png",
    b"\xff\xd8\xff",
    b"gif8",
    b"{\\rtf",
    b"<!do",
    b"<htm",
    b"<tab",
    b"<?xm",
    b"\x7felf",
    b"mz\x90",
    b"rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
_WRONG_KIND = "The file is not a spreadsheet or CSV file. Send the return as .xlsx, .csv or a .zip of CSV files."
_TOO_LARGE = f"The file is larger than {MOST_BYTES >> 30} GB. Send one period and one provider at a time."
_EMPTY = "The file is empty. Save the return again and send that."
_NAMED = "The name of this {what} holds what looks like an NHS number. Give it another name."
_TEN_DIGITS = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
_DAMAGED = "The file is damaged and cannot be opened. Save the return again and send that."


@dataclass
class Opened:
    """A file that could be opened: its pages, its digest, whether it is a workbook, and how its dates count."""

    pages: Sequence[Page]
    sha256: str
    kind: str
    epoch_1904: bool = False
    tells_remarks: bool = True
    """Whether its kind tells of hidden rows and of cells with errors (L30)."""


def open_file(path: Path) -> Opened:
    """The pages of a return. Raises UnreadableFile when nothing can be read."""
    try:
        opened = _open_folder(path) if path.is_dir() else _open_file(path)
        _check_names(path, opened.pages)
        return opened
    except OSError:
        raise UnreadableFile(
            "The file cannot be read. Close it in other programs, and check that you are allowed to open it."
        ) from None


def _check_names(path: Path, pages: Sequence[Page]) -> None:
    """Names of files and sheets are printed and logged, so they must not hold what only a cell may hold."""
    if _holds_nhs_number(path.name):
        raise UnreadableFile(_NAMED.format(what="file"))
    for place, page in enumerate(pages, 1):
        if _holds_nhs_number(page.name):
            raise UnreadableFile(_NAMED.format(what=f"file or sheet, number {place} of the return,"))


def _holds_nhs_number(name: str) -> bool:
    return any(check_digit_agrees("".join(found.groups())) for found in _TEN_DIGITS.finditer(name))


def _open_file(path: Path) -> Opened:
    if not path.is_file():
        raise UnreadableFile("There is no file of that name. Check the name and the folder.")
    _check_size(path)
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == _ZIP:
        return _open_zip(path)
    if start == _OLD_WORKBOOK:
        if path.stat().st_size > MOST_OLD_BYTES:
            raise UnreadableFile("The workbook is too large for its kind. Save it as .xlsx and send that.")
        return _open_workbook(path, Parts(tells_its_size=False, tells_remarks=False))
    return Opened([_csv_page(path.stem, partial(_open_path, path), path)], digest(path), "csv")


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile(_EMPTY)
    if size > MOST_BYTES:
        raise UnreadableFile(_TOO_LARGE)


def _csv_page(name: str, opener: Callable[[], IO[bytes]], path: Path | None = None) -> CsvPage:
    """A CSV file. Raises UnreadableFile for what is plainly something else."""
    with opener() as stream:
        start = stream.read(4096)
    if start.lstrip(b" \t\r\n\xef\xbb\xbf").lower().startswith(_NOT_TEXT):
        raise UnreadableFile(_WRONG_KIND)
    if b"\0" in start and not start.startswith(_WIDE_MARKS):
        raise UnreadableFile(_WRONG_KIND)
    return CsvPage(os.fsencode(name).decode(errors="replace"), opener, path)


def _open_folder(folder: Path) -> Opened:
    files = [path for path in csv_files(folder) if path.stat().st_size]
    if not files:
        raise UnreadableFile("There is no CSV file in this folder. Put one CSV file for each table into it.")
    for path in files:
        _check_size(path)
    pages = [_csv_page(path.stem, partial(_open_path, path), path) for path in files]
    return Opened(pages, digest_of_return(folder), "csv")


def _open_workbook(path: Path, parts: Parts) -> Opened:
    from mds.intake.trial import can_be_read
    from mds.intake.workbook import sheets

    if not parts.tells_its_size and not can_be_read(path):
        raise UnreadableFile(_DAMAGED)
    return Opened(sheets(path, parts.sheets), digest(path), "workbook", parts.epoch_1904, parts.tells_remarks)


def _open_zip(path: Path) -> Opened:
    """A workbook, which is a zip, or a zip of CSV files."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            guard(members)
            if _is_workbook(archive):
                return _open_workbook(path, look_through(archive))
            texts = [member for member in members if _is_csv(member.filename) and member.file_size]
            if not texts:
                raise UnreadableFile(
                    _WRONG_KIND if "[Content_Types].xml" in archive.namelist() or "mimetype" in archive.namelist()
                    else "There is no CSV file in this zip. Put one CSV file for each table into it."
                )  # fmt: skip
            for member in texts:
                for _ in unpacked(archive, member):
                    pass
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, zlib.error):
        raise UnreadableFile(_DAMAGED) from None
    except RuntimeError:  # what zipfile raises for a member that needs a password
        raise UnreadableFile("The zip is protected by a password. Send it without one.") from None
    pages = [_csv_page(Path(member.filename).stem, partial(_open_member, path, member)) for member in texts]
    return Opened(pages, digest(path), "csv")


def _open_path(path: Path) -> IO[bytes]:
    return path.open("rb")


def _open_member(path: Path, member: zipfile.ZipInfo) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:
        return archive.open(member)  # keeps the file open until it is closed itself


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        return b"spreadsheet" in archive.read("mimetype")
    return "[Content_Types].xml" in names and any(name.lower().startswith("xl/workbook.") for name in names)


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith("__MACOSX") and "/." not in f"/{name}"
