"""CSV files: encoding, delimiter, rows. A plain file goes straight into DuckDB, any other through Python's reader.

Both ways give the same rows and row numbers; a property test holds that.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mds.duck import literal
from mds.failures import UnreadableFile
from mds.intake.pages import PREVIEW_ROWS, append_rows, create_raw, in_chunks

if TYPE_CHECKING:
    import duckdb

SNIFFED_LINES = 50
_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLANK_LINE = re.compile(rb"\n\r?\n")


@dataclass
class CsvPage:
    """One CSV file, on disk (`path`) or out of a zip (`content`)."""

    name: str
    path: Path | None = None
    content: bytes | None = None
    hidden: bool = False
    replaced: int = field(default=0, init=False)
    """Characters that could not be read and were replaced."""

    def _open(self) -> io.BufferedIOBase:
        return self.path.open("rb") if self.path else io.BytesIO(self.content or b"")

    @cached_property
    def encoding(self) -> str:
        """By its mark, else UTF-8 when all of it is, else Windows-1252 (L24)."""
        with self._open() as stream:
            start = stream.read(4)
            for mark, name in _MARKS:
                if start.startswith(mark):
                    return name
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                block = start
                while block:
                    decoder.decode(block)
                    block = stream.read(_BLOCK)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
        return "utf-8"

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._open(), encoding=self.encoding, errors="replace", newline="")  # type: ignore[type-var]

    @cached_property
    def _sep_line(self) -> bool:
        with self._text() as stream:
            return re.fullmatch(r"sep=.\r?\n?", stream.readline(10)) is not None

    @cached_property
    def delimiter(self) -> str:
        """The delimiter that splits the first lines most evenly (L23)."""
        with self._text() as stream:
            lines = [line for _, line in zip(range(SNIFFED_LINES), _bounded_lines(stream), strict=False)]
        if lines and self._sep_line:
            return lines[0][4]
        best, score = ",", (0, 0)
        for candidate in ",;\t|":
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=candidate) if row)
            width, rows = max(widths.items(), key=lambda entry: (entry[0] > 1, entry[1], entry[0]), default=(1, 0))
            if width > 1 and (rows, width) > score:
                best, score = candidate, (rows, width)
        return best

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Number from 1 and cells of each row, as a spreadsheet program would show them."""
        with self._text() as stream:
            reader = csv.reader(stream, delimiter=self.delimiter)
            try:
                for number, row in enumerate(reader, 1):
                    if number == 1 and self._sep_line:
                        yield number, []
                    else:
                        yield number, row
            except csv.Error:
                raise UnreadableFile(
                    f"The file cannot be read from line {reader.line_num} on. Open it in a spreadsheet program, "
                    "look at the quotes and breaks there, and save it again as CSV."
                ) from None

    def preview(self) -> Sequence[Sequence[str]]:
        return [row for _, (_, row) in zip(range(PREVIEW_ROWS), self._rows(), strict=False)]

    def load(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> tuple[str, str]:
        if self._is_plain(heading_row) and self._load_plain(connection, raw, heading_row, width):
            cells = ", ".join(f"nullif(c{position}, '')" for position in range(width))
            return f"raw.rowid + {heading_row + 2}", f"coalesce({cells}) IS NOT NULL"
        connection.execute(f"DROP TABLE IF EXISTS {raw}")
        create_raw(connection, raw, width)
        rows = ((line, row) for line, row in self._rows() if line > heading_row + 1)
        if self.encoding != "utf-8":
            rows = self._counting_replaced(rows)
        for lines, columns in in_chunks(rows, width):
            append_rows(connection, raw, width, lines, columns)
        return "line", "true"

    def _counting_replaced(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        for line, row in rows:
            self.replaced += sum(cell.count("\ufffd") for cell in row)
            yield line, row

    def _is_plain(self, heading_row: int) -> bool:
        """Whether DuckDB sees the same rows as a spreadsheet program: UTF-8, no blank lines, one line a title row."""
        if self.path is None or not self.encoding.startswith("utf-8"):
            return False
        with self._text() as stream:
            reader = csv.reader(stream, delimiter=self.delimiter)
            for number, row in zip(range(heading_row + 1), reader, strict=False):
                if reader.line_num != number + 1 or not row:
                    return False
        return self._has_plain_lines()

    def _has_plain_lines(self) -> bool:
        """No blank line, no NUL, and no carriage return but before a line feed."""
        tail, returns, pairs = b"", 0, 0
        with self._open() as stream:
            while block := stream.read(_BLOCK):
                if b"\0" in block or _BLANK_LINE.search(tail + block):
                    return False
                returns += block.count(b"\r")
                pairs += (tail[-1:] + block).count(b"\r\n")
                tail = block[-2:]
        return returns == pairs

    def _load_plain(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> bool:
        import duckdb

        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
        try:
            connection.execute(
                f"CREATE TABLE {raw} AS SELECT * FROM read_csv({literal(str(self.path))}, auto_detect = false,"
                f" header = false, skip = {heading_row + 1}, delim = {literal(self.delimiter)}, quote = '\"',"
                f" escape = '\"', columns = {{{columns}}}, null_padding = true, strict_mode = true)"
            )
        except duckdb.Error:  # ragged or oddly quoted: the other way tells the sender where
            return False
        return True


def _bounded_lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """Lines of at most a megabyte: a file without line breaks must not be read whole to be looked at."""
    while line := stream.readline(_BLOCK):
        yield line
