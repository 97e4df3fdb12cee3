"""CSV files: encoding, delimiter, rows. A plain file goes straight into DuckDB, any other through Python's reader.

Both ways give the same rows and row numbers; a property test holds that.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mds.duck import literal
from mds.failures import UnreadableFile
from mds.intake.headings import HEADING_ROWS, known_headings
from mds.intake.pages import MOST_COLUMNS, PREVIEW_ROWS, Remarks, append_chunks, create_raw, in_chunks
from mds_schemas.reading import plain

if TYPE_CHECKING:
    import duckdb

SNIFFED_LINES = 50
MOST_SNIFFED = 1 << 16
"""Characters of a line that are looked at for the delimiter."""
MOST_LINE = 4 << 20
"""Characters of a line. A file without line breaks must not be read whole to be refused."""
MOST_CELL = 2 << 20
"""Characters of a cell: a quote that is never closed would take in the rest of the file."""
csv.field_size_limit(MOST_CELL)
_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLANK_LINE = re.compile(rb"\n\r?\n[^\r\n]")
"""A line on which nothing stands and which something follows."""
_SEP_LINE = re.compile(r"sep=([^\w\s\"]|\t)(?:\r\n?|\n)?")
_GLOB = re.compile(r"[*?\[\ud800-\udfff]")
"""In a name that DuckDB would take for several files, or not at all."""


@dataclass
class CsvPage:
    """One CSV file, on disk (`path`) or out of a zip."""

    name: str
    open: Callable[[], IO[bytes]]
    path: Path | None = None
    hidden: bool = False
    remarks: Remarks = field(default_factory=lambda: Remarks(errors_as_text=True))

    @cached_property
    def encoding(self) -> str:
        """By its mark, else UTF-8 when all of it is, else Windows-1252 (L24)."""
        with self.open() as stream:
            start = stream.read(4)
            for mark, name in _MARKS:
                if start.startswith(mark):
                    return name
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                block = start
                while block:
                    if not block.isascii() or decoder.getstate()[0]:
                        decoder.decode(block)
                    block = stream.read(_BLOCK)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
        return "utf-8"

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self.open(), encoding=self.encoding, errors="replace", newline="")

    @cached_property
    def _sep(self) -> str:
        """The delimiter that a first line such as "sep=;" names. Excel does not show that line, nor count it."""
        with self._text() as stream:
            found = _SEP_LINE.fullmatch(stream.readline(10))
        return found[1] if found else ""

    @cached_property
    def delimiter(self) -> str:
        """The delimiter that gives the most known headings, else the one that splits the first lines most evenly (L23).

        Lists in cells, such as "05;09", or a quote that is never closed may make another one look more even.
        """
        if self._sep:
            return self._sep
        with self._text() as stream:
            lines = [line[:MOST_SNIFFED] for _, line in zip(range(SNIFFED_LINES), _lines(stream), strict=False)]
        best, score = ",", (0, 0, 0)
        for candidate in ",;\t|":
            split = [row for row in csv.reader(lines, delimiter=candidate) if row]
            widths = Counter(map(len, split))
            width, rows = max(widths.items(), key=lambda entry: (entry[0] > 1, entry[1], entry[0]), default=(1, 0))
            known = max(map(known_headings, split[:HEADING_ROWS]), default=0)
            if width > 1 and (known, rows, width) > score:
                best, score = candidate, (known, rows, width)
        return best

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Number from 1 and cells of each row, as a spreadsheet program shows them."""
        with self._text() as stream:
            if self._sep:
                stream.readline()
            reader = csv.reader(_lines(stream), delimiter=self.delimiter, strict=True)
            number = begun = 0
            try:
                for number, row in enumerate(reader, 1):
                    yield number, row
                    begun = reader.line_num
            except csv.Error:
                line = begun + bool(self._sep) + 1
                raise UnreadableFile(
                    f"The file {self.name} cannot be read from line {line} on (row {number + 1} in a spreadsheet program). "
                    "Look at the quotes there, and save the file again as CSV."
                ) from None

    def preview(self) -> Sequence[Sequence[str]]:
        return [row[:MOST_COLUMNS] for _, (_, row) in zip(range(PREVIEW_ROWS), self.rows(), strict=False)]

    def load(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> tuple[str, str]:
        if self._is_plain(heading_row) and self._load_plain(connection, raw, heading_row, width):
            cells = ", ".join(f"nullif(c{position}, '')" for position in range(width))
            return f"raw.rowid + {heading_row + 2}", f"coalesce({cells}) IS NOT NULL"
        connection.execute(f"DROP TABLE IF EXISTS {raw}")
        create_raw(connection, raw, width)
        rows = self._noting_beyond(((line, row) for line, row in self.rows() if line > heading_row + 1), width)
        chunks = in_chunks(self._counting_replaced(rows) if self.encoding != "utf-8" else rows, width)
        append_chunks(connection, raw, width, chunks)
        return "line", "true"

    def is_coloured(self, heading_row: int, column: int) -> bool:
        return False

    def _noting_beyond(self, rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
        for line, row in rows:
            if len(row) > width:
                filled = {place for place, cell in enumerate(row[:MOST_COLUMNS]) if place >= width and plain(cell)}
                self.remarks.beyond |= filled
            yield line, row

    def _counting_replaced(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        self.remarks.replaced = 0
        for line, row in rows:
            self.remarks.replaced += sum(cell.count("\ufffd") for cell in row)
            yield line, row

    def _is_plain(self, heading_row: int) -> bool:
        """Whether DuckDB sees the same rows as a spreadsheet program: UTF-8, no blank lines, one line a title row."""
        if self.path is None or _GLOB.search(str(self.path)) or not self.encoding.startswith("utf-8"):
            return False
        with self._text() as stream:
            reader = csv.reader(_lines(stream), delimiter=self.delimiter)
            for number, row in zip(range(heading_row + 1 + bool(self._sep)), reader, strict=False):
                if reader.line_num != number + 1 or not row:
                    return False
        return self._has_plain_lines()

    def _has_plain_lines(self) -> bool:
        """No blank line but at the end, no NUL, and no carriage return but before a line feed."""
        tail = b""
        marks_of_errors = False
        with self.open() as stream:
            while block := stream.read(_BLOCK):
                marks_of_errors |= b"#" in block
                seen = tail + block
                may_be_blank = b"\n\n" in seen or b"\n\r\n" in seen  # far quicker to look for than what it may stand in
                if b"\0" in block or (may_be_blank and _BLANK_LINE.search(seen)):
                    return False
                if b"\r" in seen and seen.count(b"\r") - seen.endswith(b"\r") != seen.count(b"\r\n"):
                    return False
                tail = seen[-3:]
        self.remarks.errors_as_text = marks_of_errors
        return not tail.endswith(b"\r")

    def _load_plain(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> bool:
        import duckdb

        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
        skipped = heading_row + 1 + bool(self._sep)
        try:
            connection.execute(
                f"CREATE TABLE {raw} AS SELECT * FROM read_csv({literal(str(self.path))}, auto_detect = false,"
                f" header = false, skip = {skipped}, delim = {literal(self.delimiter)}, quote = '\"',"
                f" escape = '\"', columns = {{{columns}}}, null_padding = true, strict_mode = true,"
                " compression = 'none')"
            )
        except duckdb.Error:  # ragged or oddly quoted: the other way tells the sender where
            return False
        return True


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a file. Raises UnreadableFile at one that is too long to be read."""
    while line := stream.readline(MOST_LINE):
        if len(line) == MOST_LINE:
            raise UnreadableFile(
                "The file has a line that is longer than any row of a return. Save the return again as .xlsx or .csv."
            )
        yield line
