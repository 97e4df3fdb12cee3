"""`mds report`: what came, how good it is, and what the merged data say of the network's children."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure

if TYPE_CHECKING:
    from mds.home import Home
    from mds.network.chapters import Asked
    from mds.network.report import Report

ExactOption = Annotated[
    bool, typer.Option("--exact", help="Small numbers too. For your own machine: such a report is not to be passed on.")
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for the report.")]


def report(
    home: options.HomeOption = None,
    period: options.PeriodOption = "",
    provider: Annotated[
        str, typer.Option("--provider", help="Only for this provider: its figures and the network's.")
    ] = "",
    output: OutputOption = None,
    exact: ExactOption = False,
    day: options.ReceivedOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Report on a period: its returns and their quality, checks of the merged data, and the picture of the network.

    Ends with 1 when a check of the merged data fails.

    mds report --home region --period 2026-04-01 -o report

    mds report --home region --period 2026-04-01 --provider 8HX01 -o for-8HX01
    """
    from mds.home import load_home

    known = load_home(options.required_home(home))
    if known.role != "region":
        raise UsageFailure("This is no region's home: the network's report is the region's to make.")
    if provider and provider not in {row["provider_code"] for row in known.providers}:
        raise UsageFailure("That provider is not in the register (providers.csv).")
    if provider and exact:
        raise UsageFailure("A provider gets its own figures exact and the network's protected: leave --exact out.")
    start, today = options.period_day(period), returns.the_day(options.day(day))
    if start > today:
        from mds.reports.wording import day as in_words

        raise UsageFailure(f"The period that begins on {in_words(start)} has not begun: there is nothing to report.")
    raise typer.Exit(_report(known, start, provider, output, exact, today, as_json))


def _report(known: Home, start: date, provider: str, output: Path | None, exact: bool, day: date, as_json: bool) -> int:
    from mds.network.chapters import Asked
    from mds.network.report import network_report, provider_report
    from mds.store.database import open_store
    from mds.writing import writing

    if output is not None:
        # A folder that cannot be written is found out before the work, not after it.
        with writing(f"The report's folder {output}"):
            output.mkdir(parents=True, exist_ok=True)
    with known.locked(), open_store(known, read_only=True) as connection:
        asked = Asked(connection, known, day, exact)
        made = (
            provider_report(asked, start, provider, returns.say)
            if provider
            else network_report(asked, start, returns.say)
        )
        _give(asked, made, output, as_json)
    return 1 if made.failed else 0


def _give(asked: Asked, made: Report, output: Path | None, as_json: bool) -> None:
    """Write the folder that was asked for, and say the rest on the terminal."""
    from mds.figures.json_text import json_text
    from mds.network.page import document, write_report

    page = write_report(output, made.words, made.parts, asked.connection, asked.home) if output else None
    if as_json:
        typer.echo(json_text(document(made.parts, asked.home, asked.connection)))
        return
    if asked.home.is_test:
        typer.echo("TEST DATA\n")
    for line in made.words.summary:
        typer.echo(line)
    typer.echo(f"Open {page}" if page else "Name a folder for the whole report: -o report")
