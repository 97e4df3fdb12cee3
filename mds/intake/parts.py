"""The parts of a zipped file, looked through before anything else reads them.

Calamine makes a full grid of a sheet, so that a cell far away from the others would take all memory. It reads a cell
with an error as blank, and says nothing of hidden rows, formulas without a result and the calendar of the workbook.
All of this stands in the parts themselves.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from html import unescape
from posixpath import join, normpath

from mds.failures import UnreadableFile
from mds.intake.pages import MOST_ERRORS, Remarks

MOST_UNPACKED = 2 << 30
"""Bytes of all parts together. The sheet of a million contacts takes a third of this."""
MOST_RATIO = 250
"""Text in a spreadsheet shrinks to a twentieth or so; what shrinks to less than this is a zip bomb."""
SMALL = 64 << 20
"""Below this a high ratio does no harm: a sheet of formatted but empty rows has one."""
MOST_MEMBERS = 1000
MOST_CELLS = 50_000_000
"""Cells of a sheet's grid: as many rows as a sheet can have, with more columns than any table has."""
MOST_COPIED = 1 << 30
"""Bytes of shared texts, counted once for each cell that shows one."""
TOO_MUCH = "The file unpacks to more than this program reads. Send one period and one provider at a time."
_BOMB = (
    "The file unpacks to far more than a return can hold, so it was not opened. Save the return again and send that."
)
_NOWHERE = "A cell of a sheet stands where no cell can be. Save the return again as .xlsx and send that."
_BLOCK = 4 << 20
_MOST_KEPT = 64 << 20
_MOST_LISTED = 16 << 20
_SMALLEST_CELL = len('<c t="s"><v>0</v></c>')

_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_SHARED = "xl/sharedstrings.xml"
_WIDE = re.compile(rb'r="(?:[A-Za-z]{2}|[A-Za-z][0-9]{7})')
_PLACELESS = (re.compile(rb'<c(?! r="|[a-z])'), re.compile(rb":c[\s>/]"))
"""Beginnings of a cell in which its place is not told, or not where spreadsheet programs tell it."""
_PLACE = re.compile(rb'r="([A-Za-z]+)([0-9]+)"')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"')
_HIDDEN_ROW = re.compile(rb'<row [^>]*\bhidden="(?:1|true)"')
_UNSAVED = re.compile(rb"(?:</f>|<f\b[^>]*/>)(?:<v ?/>|<v></v>)?</c>")
_SHOWN = re.compile(rb'\bt="s"[^>]*><v>([0-9]{1,9})</v>')
_REMARKABLE = r'hidden|"e"|<f|:c[\s>/]|r="(?:[A-Za-z]{2}|[A-Za-z][0-9]{7})|<c(?:[^ a-z]| [^r]| r[^=]| r=[^"])'
"""What all of these have in common, for a faster engine that does not look ahead."""
_ODS_REPEATED = re.compile(rb'<table:table-(row|cell)\b[^>]*-repeated="[0-9]{5,}"[^>]*>')
_ODS_REMARK = re.compile(
    rb'<table:table [^>]*table:name="(?P<name>[^"]*)"|(?P<error>calcext:value-type="error")'
    rb'|<table:table-row\b[^>]*(?P<hidden>visibility="(?:collapse|filter)")'
)


@dataclass
class Parts:
    """What the parts of a workbook say."""

    sheets: dict[str, Remarks] = field(default_factory=dict)
    """Name of a sheet → what is to be said of it."""
    epoch_1904: bool = False
    tells_its_size: bool = True
    """Whether it can be known from the parts how much memory the workbook takes."""
    tells_remarks: bool = True
    """Whether hidden rows and cells with errors can be seen in the parts."""


def guard(members: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that says of itself that it unpacks to far more than it is. Raises UnreadableFile."""
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnreadableFile(TOO_MUCH)
    for member in members:
        if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise UnreadableFile(_BOMB)


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part, block by block, to its real end. Raises UnreadableFile when it is not as long as it says."""
    to_the_end = copy(member)
    to_the_end.file_size = member.file_size + 1
    length = 0
    with archive.open(to_the_end) as stream, ThreadPoolExecutor(max_workers=1) as ahead:
        reading = ahead.submit(stream.read, _BLOCK)
        while block := reading.result():  # the next block is unpacked while this one is looked at
            reading = ahead.submit(stream.read, _BLOCK)
            length += len(block)
            yield block
    if length != member.file_size:
        raise UnreadableFile(_BOMB)


def look_through(archive: zipfile.ZipFile) -> Parts:
    """Unpack every part of a workbook once, and see what it says. Raises UnreadableFile for what is not to be read."""
    names = archive.namelist()
    parts = Parts(tells_its_size="xl/workbook.xml" in names, tells_remarks="xl/workbook.bin" not in names)
    sheets = _sheet_names(archive, parts)
    shared = next((member for member in archive.infolist() if member.filename.lower() == _SHARED), None)
    longest = max(_shared_lengths(archive, shared), default=0) if shared else 0
    for member in archive.infolist():
        name = member.filename.lower()
        if name in sheets or _SHEET.fullmatch(name):
            told = _look_at_sheet(archive, member, parts.sheets.setdefault(sheets.get(name, ""), Remarks()))
            parts.tells_its_size &= told
            if shared and longest * member.file_size > MOST_COPIED * _SMALLEST_CELL:
                _check_copies(archive, shared, member)
        elif name == "content.xml":
            _look_at_ods(archive, member, parts)
        elif member is not shared:
            for _ in unpacked(archive, member):
                pass
    return parts


def _sheet_names(archive: zipfile.ZipFile, parts: Parts) -> dict[str, str]:
    """Part (in lower case) → name of its sheet, as the workbook lists them. Empty when the list cannot be read."""
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

    try:
        books = [archive.getinfo(name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")]
        if any(book.file_size > _MOST_LISTED for book in books):
            return {}
        workbook, relations = (fromstring(b"".join(unpacked(archive, book))) for book in books)
    except (KeyError, ParseError, DefusedXmlException, ValueError):
        return {}
    settings = workbook.find("{*}workbookPr")
    parts.epoch_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    found = {}
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        target = next((targets[value] for key, value in sheet.items() if key.endswith("}id") and value in targets), "")
        found[normpath(join("/xl", target)).lstrip("/").lower()] = sheet.get("name", "")
    return found


def _whole(blocks: Iterable[bytes], start: bytes) -> Iterator[bytes]:
    """The same bytes, cut where an element begins with `start`, so that no element before it is cut in two."""
    kept = b""
    for block in blocks:
        kept += block
        cut = max(kept.rfind(start), 0)
        if cut or len(kept) > _MOST_KEPT:
            yield kept[: cut or len(kept)]
            kept = kept[cut or len(kept) :]
    yield kept


def _look_at_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo, remarks: Remarks) -> bool:
    """Returns whether all cells tell their places."""
    wide, told = False, True
    for block in filter(_is_remarkable, _whole(unpacked(archive, member), b"<c ")):
        wide = wide or _WIDE.search(block) is not None
        told = told and not _is_placeless(block)
        if b"hidden" in block:
            remarks.hidden_rows += len(_HIDDEN_ROW.findall(block))
        if b'"e"' in block:
            _count_errors(block, remarks)
        if b"<f" in block:
            remarks.unsaved += len(_UNSAVED.findall(block))
    if wide:
        _check_grid(archive, member)
    return told


def _is_remarkable(block: bytes) -> bool:
    """Whether anything in a block needs a closer look. Most hold nothing but plain cells; to see so in one pass takes a
    third of the time of looking for each thing by itself."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return bool(pc.match_substring_regex(pa.array([block], pa.binary()), _REMARKABLE)[0].as_py())


def _is_placeless(block: bytes) -> bool:
    return any(placeless.search(block) for placeless in _PLACELESS)


def _count_errors(block: bytes, remarks: Remarks) -> None:
    found = _ERROR.findall(block)
    told = found[: MOST_ERRORS - len(remarks.error_places)]
    remarks.error_places.extend((int(digits), _column(letters)) for letters, digits in told)
    remarks.errors += len(found)


def _column(letters: bytes) -> int:
    """Column letters → number from 0."""
    column = 0
    for letter in letters.upper():
        column = 26 * column + letter - ord("A") + 1
    return column - 1


def _check_grid(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose cells lie so far apart that the grid between them does not fit into memory."""
    rows: set[int] = set()
    columns: set[bytes] = set()
    for block in _whole(unpacked(archive, member), b"<c "):
        if found := _PLACE.findall(block):
            letters, digits = zip(*found, strict=True)
            if max(map(len, letters)) > 3 or max(map(len, digits)) > 7:
                raise UnreadableFile(_NOWHERE)
            numbers = list(map(int, digits))
            rows |= {min(numbers), max(numbers)}
            columns |= set(letters)
    positions = {_column(letters): letters for letters in columns}
    if rows and (max(rows) - min(rows) + 1) * (max(positions) - min(positions) + 1) > MOST_CELLS:
        raise UnreadableFile(
            f"A sheet has cells in use as far down as row {max(rows)} and as far right as column "
            f"{positions[max(positions)].decode()}. Delete the rows and columns outside the table and save the file."
        )


def _shared_lengths(archive: zipfile.ZipFile, shared: zipfile.ZipInfo) -> Iterator[int]:
    """The lengths of the texts that cells share, with their tags."""
    for block in _whole(unpacked(archive, shared), b"<si"):
        yield from map(len, block.split(b"<si")[1:])


def _check_copies(archive: zipfile.ZipFile, shared: zipfile.ZipInfo, sheet: zipfile.ZipInfo) -> None:
    """Refuse a sheet that shows more text than fits into memory. A shared text is copied for each cell it stands in."""
    shown: Counter[int] = Counter()
    for block in _whole(unpacked(archive, sheet), b"<c "):
        shown.update(map(int, _SHOWN.findall(block)))
    if sum(shown[number] * length for number, length in enumerate(_shared_lengths(archive, shared))) > MOST_COPIED:
        raise UnreadableFile(TOO_MUCH)


def _look_at_ods(archive: zipfile.ZipFile, member: zipfile.ZipInfo, parts: Parts) -> None:
    remarks = Remarks()
    for block in _whole(unpacked(archive, member), b"<table:table-row"):
        for repeated in _ODS_REPEATED.finditer(block):
            end = block.find(b"</table:table-row>", repeated.end()) if repeated[1] == b"row" else repeated.end()
            if b"office:value" in block[repeated.start() : end]:
                raise UnreadableFile(_BOMB)
        for found in _ODS_REMARK.finditer(block):
            if found["name"] is not None:
                remarks = parts.sheets.setdefault(unescape(found["name"].decode("utf-8", "replace")), Remarks())
            remarks.errors += found["error"] is not None
            remarks.hidden_rows += found["hidden"] is not None
