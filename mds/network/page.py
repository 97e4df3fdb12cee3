"""A report of several parts as a folder: one page that opens without a network, a CSV file a table, and all of it as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.figures.csv_text import csv_text
from mds.figures.drawing import drawing
from mds.figures.json_text import json_text
from mds.figures.page import write_page
from mds.figures.signals import Signal
from mds.figures.table import FigureTable
from mds.writing import writing

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

MOST_LINES = 200
"""Of a table on the page; its CSV file has all."""
_AT_ONCE = 12
"""Lines of a table that is open when the page is."""


@dataclass(frozen=True)
class Part:
    """One part of a report."""

    name: str
    title: str
    intro: str
    tables: list[FigureTable]
    signals: Sequence[Signal] = ()
    """What stands out in its run charts."""


@dataclass(frozen=True)
class Words:
    """What a report says around its parts."""

    title: str
    lead: str
    summary: Sequence[str]
    sharing: str
    """Who may see it."""
    footer: str


def write_report(
    folder: Path, words: Words, parts: Sequence[Part], connection: duckdb.DuckDBPyConnection, home: Home
) -> Path:
    """Write the folder; returns the page. Raises StoreFailure when it cannot be written."""
    page = folder / "index.html"
    with writing("The report"):
        (folder / "csv").mkdir(parents=True, exist_ok=True)
        _clear(folder)
        for table in (table for part in parts for table in part.tables):
            text = csv_text(table.columns, table.rows)
            (folder / "csv" / f"{table.name}.csv").write_text(text, encoding="utf-8", newline="")
        (folder / "report.json").write_text(json_text(document(parts, home, connection)) + "\n", encoding="utf-8")
        write_page(
            page, "network.html", home, connection, title=words.title, lead=words.lead, summary=words.summary,
            sharing=words.sharing, footer=words.footer, parts=parts, drawing=drawing,
            first=_first, most=MOST_LINES, at_once=_AT_ONCE,
        )  # fmt: skip
    return page


def _clear(folder: Path) -> None:
    """Take away the tables of the report that was written there before: it may have told more than this one."""
    try:
        before = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        names = [str(table["name"]) for part in before["parts"] for table in part["tables"]]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for name in names:
        (folder / "csv" / f"{Path(name).name}.csv").unlink(missing_ok=True)


def document(parts: Sequence[Part], home: Home, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The report as one JSON document."""
    start, end = connection.execute("FROM period").fetchall()[0]
    return {
        "format_version": 1,
        "network": home.network,
        "test_data": home.is_test,
        "rp_start": start.isoformat(),
        "rp_end": end.isoformat(),
        "parts": [{"name": part.name, "title": part.title, "tables": [table.as_json() for table in part.tables]}
                  for part in parts],
    }  # fmt: skip


def _first(table: FigureTable) -> FigureTable:
    return replace(table, rows=table.rows[:MOST_LINES])
