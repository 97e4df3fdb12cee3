"""`mds services`: the service map of the network, and the indicators of its services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mds.commands import options
from mds.failures import UsageFailure
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

    from mds.figures.table import FigureTable
    from mds.home import Home

    Writer = Callable[[Path, list[FigureTable], duckdb.DuckDBPyConnection, Home], None]

app = typer.Typer(
    help="The services of the network: the map, overlaps and gaps, indicators, what to follow up.", no_args_is_help=True
)
_SHOWN, _WIDEST = 10, 60
"""Rows of a table and characters of a cell on the terminal; the other forms have all of them."""


@app.callback()
def services() -> None:
    """The services of the network: the map, overlaps and gaps."""


CsvOption = Annotated[
    Path | None, typer.Option("--csv", metavar="DIR", help="Write each table as a CSV file into this folder.")
]


HtmlOption = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page that opens without a network.")
]


WorkbookOption = Annotated[
    Path | None, typer.Option("--workbook", metavar="FILE", help="Write a workbook (.xlsx) to work through.")
]


ExactOption = Annotated[
    bool, typer.Option("--exact", help="Small numbers too. For your own machine: such tables are not to be passed on.")
]
_EXACT = "Exact figures, small ones too: for your own machine, not to be passed on."


@app.command("map")
def map_(
    home: options.HomeOption = None, period: options.PeriodOption = "", html: HtmlOption = None, csv_folder: CsvOption = None,
    as_json: options.JsonOption = False,
) -> None:  # fmt: skip
    """Show which function is offered where, overlaps and gaps, hours of access, and the nearest bed.

    mds services map --home region --period 2026-04-01

    mds services map --home region --period 2026-04-01 --html map.html --csv map
    """
    from mds.services.map import tables
    from mds.services.page import write_map

    _tell(home, period, csv_folder, as_json, tables, [(html, write_map)])


@app.command("indicators")
def indicators(
    home: options.HomeOption = None, period: options.PeriodOption = "", html: HtmlOption = None, csv_folder: CsvOption = None,
    exact: ExactOption = False, as_json: options.JsonOption = False,
) -> None:  # fmt: skip
    """Show staff and vacancies, training, income and costs, experience and standards, each with what it rests on.

    mds services indicators --home region --period 2026-04-01

    mds services indicators --home region --period 2026-04-01 --html indicators.html
    """
    from mds.figures.page import write_tables
    from mds.services.indicators import ALL

    title = "Indicators of the services"
    intro = "Each line carries its numerator, its denominator and the number of providers that it rests on."

    def page(path: Path, found: list[FigureTable], connection: duckdb.DuckDBPyConnection, known: Home) -> None:
        write_tables(path, title, intro, _sharing(exact), found, connection, known)

    def made(connection: duckdb.DuckDBPyConnection, _: Home) -> list[FigureTable]:
        return _as_asked([make(connection) for make in ALL], exact)

    _tell(home, period, csv_folder, as_json, made, [(html, page)], _sharing(exact))


@app.command("followup")
def followup(
    home: options.HomeOption = None, period: options.PeriodOption = "", html: HtmlOption = None,
    workbook: WorkbookOption = None, csv_folder: CsvOption = None, exact: ExactOption = False,
    as_json: options.JsonOption = False,
) -> None:  # fmt: skip
    """Show who has not answered, which entries are stale, and which answers contradict the rows about children.

    mds services followup --home region --period 2026-04-01

    mds services followup --home region --period 2026-04-01 --workbook followup.xlsx --html followup.html
    """
    from mds.figures.page import write_tables
    from mds.figures.workbook import write_workbook
    from mds.services.followup import tables

    title, intro = "What to follow up", "Who to ask, and what about. Nothing here is a verdict: ask first."

    def page(path: Path, found: list[FigureTable], connection: duckdb.DuckDBPyConnection, known: Home) -> None:
        write_tables(path, title, intro, _sharing(exact), found, connection, known)

    def sheets(path: Path, found: list[FigureTable], connection: duckdb.DuckDBPyConnection, known: Home) -> None:
        write_workbook(path, title, _sharing(exact), found, connection, known)

    def made(connection: duckdb.DuckDBPyConnection, known: Home) -> list[FigureTable]:
        return _as_asked(tables(connection, known, exact), exact)

    _tell(home, period, csv_folder, as_json, made, [(html, page), (workbook, sheets)], _sharing(exact))


@app.command("directory")
def directory(
    home: options.HomeOption = None, period: options.PeriodOption = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for the site.")] = None,
) -> None:  # fmt: skip
    """Build the public directory: a website of the services whose owner agrees, with CSV and Open Referral UK beside it.

    mds services directory --home region --period 2026-04-01 -o directory
    """
    from mds.reports.wording import counted
    from mds.services.directory import entries
    from mds.services.site import write_site

    if output is None:
        raise UsageFailure("Name a folder for the site: -o directory")
    with _in_force(home, period) as (known, connection):
        found = entries(connection)
        as_of = connection.execute("SELECT rp_end FROM period").fetchall()[0][0]
    network = codes.load("CL36").labels[known.network]
    write_site(output, found, as_of, network=network, test_data=known.is_test)
    stale = sum(entry.is_stale for entry in found)
    if known.is_test:
        typer.echo("TEST DATA\n")
    typer.echo(
        f"{counted(len(found), 'service')}, {stale:,} of them not confirmed for half a year. Open {output / 'index.html'}"
    )


@contextmanager
def _in_force(home: Path | None, period: str) -> Iterator[tuple[Home, duckdb.DuckDBPyConnection]]:
    """The region's store, opened for reading, with the questionnaires that hold in a period."""
    from mds.home import load_home
    from mds.services.in_force import prepare
    from mds.store.database import open_store

    known = load_home(options.required_home(home))
    if known.role != "region":
        raise UsageFailure("This is no region's home: the services of the network are the region's to show.")
    start = options.period_day(period)
    with known.locked(), open_store(known, read_only=True) as connection:
        prepare(connection, known, start)
        yield known, connection


def _tell(
    home: Path | None, period: str, csv_folder: Path | None, as_json: bool,
    make: Callable[[duckdb.DuckDBPyConnection, Home], list[FigureTable]],
    writers: Iterable[tuple[Path | None, Writer]] = (), sharing: str = "",
) -> None:  # fmt: skip
    """Make the tables over the questionnaires in force, and give them in the forms that were asked for."""
    with _in_force(home, period) as (known, connection):
        found = make(connection, known)
        for path, write in writers:
            if path is not None:
                write(path, found, connection, known)
    if csv_folder is not None:
        _write(csv_folder, found)
    if as_json:
        from mds.figures.json_text import json_text

        about = {
            "format_version": 1,
            "network": known.network,
            "test_data": known.is_test,
            "rp_start": options.period_day(period).isoformat(),
            **({"sharing": sharing} if sharing else {}),
        }
        document = {**about, "tables": [table.as_json() for table in found]}
        typer.echo(json_text(document))
        return
    if known.is_test:
        typer.echo("TEST DATA\n")
    for table in found:
        typer.echo(_shown(table))
    if sharing:
        typer.echo(sharing)


def _as_asked(found: list[FigureTable], exact: bool) -> list[FigureTable]:
    """The tables as they are, or as others may see them."""
    from mds.figures.sharing import for_sharing

    return found if exact else list(map(for_sharing, found))


def _sharing(exact: bool) -> str:
    """Who may see the tables."""
    from mds.figures.sharing import NOTE

    return _EXACT if exact else NOTE


def _write(folder: Path, found: list[FigureTable]) -> None:
    from mds.figures.csv_text import csv_text
    from mds.writing import writing

    with writing("The tables of the map"):
        folder.mkdir(parents=True, exist_ok=True)
        for table in found:
            text = csv_text(table.columns, table.rows)
            (folder / f"{table.name}.csv").write_text(text, encoding="utf-8", newline="")


def _shown(table: FigureTable) -> str:
    """The first rows of a table, and how many more there are."""
    rows = [["" if cell is None else _cut(str(cell)) for cell in row] for row in table.rows[:_SHOWN]]
    widths = [max(map(len, column)) for column in zip(table.columns, *rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in (table.columns, *rows)]  # fmt: skip
    more = [f"and {len(table.rows) - _SHOWN:,} more"] if len(table.rows) > _SHOWN else []
    return "\n".join([f"{table.title} ({len(table.rows):,})", *(lines if rows else ["none"]), *more, ""])


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"
