"""What the intake hands on: the raw rows of each table, every cell as text, every row knowing where it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mds_schemas.versions import LATEST, Version


@dataclass(frozen=True)
class Source:
    """The rows of one table as they stand on one sheet or in one CSV file.

    `raw` is a physical DuckDB table with the columns `c0`, `c1` … (text, one for each column of the sheet, counted
    from its left edge) in the order of the file. `line` is the SQL expression for the row's number in the sender's
    file, `where` the condition under which a row holds anything.
    """

    table: str
    sheet: str
    raw: str
    columns: dict[str, int]
    heading_line: int
    line: str = "line"
    where: str = "true"
    headings: Sequence[str] = ()
    """The headings as they stand, for every column of the sheet."""


@dataclass(frozen=True)
class IntakeFinding:
    """Something the intake noticed, with its place: a sheet, and the row and column counted from 1 and from 0."""

    code: str
    table: str = "header"
    source: int | None = None
    sheet: str = ""
    line: int | None = None
    column: int | None = None
    field: str = ""
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass
class Intake:
    """A return as it was read: its header as texts, its tables, and what was noticed on the way."""

    header: dict[str, str]
    sources: list[Source] = dataclasses.field(default_factory=list)
    findings: list[IntakeFinding] = dataclasses.field(default_factory=list)
    version: Version = LATEST
    header_places: dict[str, tuple[str, int, int]] = dataclasses.field(default_factory=dict)
    """Header field → sheet, row from 1 and column from 0, for the findings about it."""
    file_sha256: str = ""
    file_kind: str = ""
    epoch_1904: bool = False
    notes: list[str] = dataclasses.field(default_factory=list)
    """What the reader did that its sender should know, in words without values. A sheet may be named."""
