"""A page: one sheet of a workbook or one CSV file, seen as rows of texts that can be loaded into DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from mds_schemas.reading import cell_text

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PREVIEW_ROWS = 60
CHUNK_ROWS = 20_000
Chunk = tuple[Sequence[int], Sequence[Sequence[Any]]]
"""The lines of some rows, and their cells as columns."""
_CHUNKS_AT_ONCE = 10
MOST_ERRORS = 1000
"""Cells with an error that are told one by one on a sheet."""
MOST_COLUMNS = 1000
"""What stands to the right of so many columns is not looked at."""


@dataclass
class Remarks:
    """What is to be said of a page beside its texts, each as a count."""

    replaced: int = 0
    """Characters that could not be read and were replaced."""
    errors: int = 0
    """Cells that hold a spreadsheet error."""
    errors_as_text: bool = False
    """Such errors may stand in the texts themselves and are not counted yet."""
    error_places: list[tuple[int, int]] = field(default_factory=list)
    """Row from 1 and column from 0 of the first of them; empty where only their number is known."""
    beyond: set[int] = field(default_factory=set)
    """Columns, from 0, that hold something farther to the right than the rows that were looked at first."""
    unsaved: int = 0
    """Formulas without a stored result."""
    hidden_rows: int = 0
    last_row: int = 0
    """The row after which reading stopped although more stands below it, 0 where all was read."""


class Page(Protocol):
    """What the intake needs of a sheet or CSV file."""

    name: str
    hidden: bool
    remarks: Remarks
    """Complete once the page is loaded."""

    def preview(self) -> Sequence[Sequence[str]]:
        """The first rows as texts, from the top left corner of the sheet."""

    def load(self, connection: duckdb.DuckDBPyConnection, raw: str, heading_row: int, width: int) -> tuple[str, str]:
        """Create the table `raw` of the rows below `heading_row`. Returns the SQL for a row's number and for a row
        that holds anything. Rows that are wholly blank are left out or not, but never counted."""

    def is_coloured(self, heading_row: int, column: int) -> bool:
        """Whether cells of a column have a fill below its heading."""


def create_raw(connection: duckdb.DuckDBPyConnection, raw: str, width: int) -> None:
    columns = ", ".join(f"c{position} VARCHAR" for position in range(width))
    connection.execute(f"CREATE TABLE {raw} (line BIGINT, {columns})")


def append_rows(
    connection: duckdb.DuckDBPyConnection, raw: str, width: int, lines: Sequence[int], columns: Sequence[Sequence[Any]]
) -> None:
    """Add rows, given as columns of cells, to a raw table: as texts, blank ones as NULL."""
    append_chunks(connection, raw, width, [(lines, columns)])


def append_chunks(connection: duckdb.DuckDBPyConnection, raw: str, width: int, chunks: Iterable[Chunk]) -> None:
    """The same for chunks of rows: they are turned into texts one by one, and handed to the database several at once,
    which takes half the time."""
    import pyarrow as pa

    names = [f"c{position}" for position in range(width)]
    filled = "".join(f", nullif({name}, '')" for name in names)
    tables = (
        pa.table(dict(zip(["line", *names], [pa.array(lines, pa.int64()), *map(_texts, columns)], strict=True)))
        for lines, columns in chunks
    )
    while several := list(islice(tables, _CHUNKS_AT_ONCE)):
        connection.register("arriving", pa.concat_tables(several))
        connection.execute(f"INSERT INTO {raw} SELECT line{filled} FROM arriving")
        connection.unregister("arriving")


def _texts(cells: Sequence[Any]) -> pa.Array:
    """A column of cells as texts; each distinct value of a mixed one is turned into text once."""
    import pyarrow as pa

    try:
        return pa.array(cells, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # not texts alone
        if bool in set(map(type, cells)):  # True and 1 are equal, so they cannot share a memory
            return pa.array(map(cell_text, cells), pa.string())
        known = {cell: cell_text(cell) for cell in set(cells)}
        return pa.array([known[cell] for cell in cells], pa.string())


def in_chunks(rows: Iterable[tuple[int, list[str]]], width: int) -> Iterator[Chunk]:
    """Numbered rows as chunks of columns: each row cut or filled to `width`, wholly blank rows left out."""
    lines: list[int] = []
    cells: list[list[str]] = []
    for line, row in rows:
        if not any(row):
            continue
        lines.append(line)
        cells.append(row[:width] + [""] * (width - len(row)))
        if len(lines) == CHUNK_ROWS:
            yield lines, _columns(cells)
            lines, cells = [], []
    if lines:
        yield lines, _columns(cells)


def _columns(cells: list[list[str]]) -> list[list[str | None]]:
    return [[cell or None for cell in column] for column in zip(*cells, strict=True)]
