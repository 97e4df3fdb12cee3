"""Opens what a sender gives: a workbook, a CSV file, a zip or a folder of CSV files. Files may be hostile."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mds.digest import csv_files, digest, digest_of_return
from mds.failures import UnreadableFile
from mds.intake.pages import Page
from mds.intake.text import CsvPage

MOST_BYTES = 1 << 30
"""A return of a million contacts takes a tenth of this."""
MOST_UNPACKED = 3 << 30
MOST_RATIO = 250
"""Text in a spreadsheet shrinks to a twentieth or so; what shrinks to less than this is a zip bomb."""
SMALL = 64 << 20
"""Below this a high ratio does no harm: a sheet of formatted but empty rows has one."""
MOST_MEMBERS = 1000

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_NOT_TEXT = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"<!DO",
    b"<htm",
    b"<?xm",
    b"\x7fELF",
    b"MZ",
    b"Rar!",
    b"7z\xbc\xaf",
)
_WRONG_KIND = "The file is not a spreadsheet or CSV file. Send the return as .xlsx, .csv or a .zip of CSV files."


@dataclass
class Opened:
    """A file that could be opened: its pages, its digest, and whether it is a workbook."""

    pages: Sequence[Page]
    sha256: str
    kind: str


def open_file(path: Path) -> Opened:
    """The pages of a return. Raises UnreadableFile when nothing can be read."""
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise UnreadableFile("There is no file of that name. Check the name and the folder.")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile("The file is empty. Save the return again and send that.")
    if size > MOST_BYTES:
        raise UnreadableFile(
            f"The file is larger than {MOST_BYTES >> 30} GB. Send one period and one provider at a time."
        )
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(_ZIP):
        return _open_zip(path)
    if start.startswith(_OLD_WORKBOOK):
        from mds.intake.workbook import sheets

        return Opened(sheets(path), digest(path), "workbook")
    if start.startswith(_NOT_TEXT) or (b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise UnreadableFile(_WRONG_KIND)
    return Opened([CsvPage(path.stem, path=path)], digest(path), "csv")


def _open_folder(folder: Path) -> Opened:
    files = csv_files(folder)
    if not files:
        raise UnreadableFile("There is no CSV file in this folder. Put one CSV file for each table into it.")
    if any(path.stat().st_size > MOST_BYTES for path in files):
        raise UnreadableFile(f"A file in the folder is larger than {MOST_BYTES >> 30} GB.")
    pages = [CsvPage(path.stem, path=path) for path in files if path.stat().st_size]
    return Opened(pages, digest_of_return(folder), "csv")


def _open_zip(path: Path) -> Opened:
    """A workbook, which is a zip, or a zip of CSV files."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _guard(members)
            names = {member.filename for member in members}
            if "[Content_Types].xml" in names or "mimetype" in names:
                from mds.intake.workbook import sheets

                return Opened(sheets(path), digest(path), "workbook")
            texts = [member for member in members if _is_csv(member.filename)]
            if not texts:
                raise UnreadableFile("There is no CSV file in this zip. Put one CSV file for each table into it.")
            pages = [CsvPage(Path(member.filename).stem, content=archive.read(member)) for member in texts]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise UnreadableFile("The file is damaged and cannot be opened. Save the return again and send that.") from None
    except RuntimeError:  # what zipfile raises for a member that needs a password
        raise UnreadableFile("The zip is protected by a password. Send it without one.") from None
    return Opened([page for page in pages if page.content], digest(path), "csv")


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith("__MACOSX") and "/." not in f"/{name}"


def _guard(members: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that would unpack to far more than it is. Raises UnreadableFile."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise UnreadableFile(
            "The file unpacks to more than this program reads. Send one period and one provider at a time."
        )
    for member in members:
        if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise UnreadableFile("The file unpacks to far more than a return can hold, so it was not opened.")
