"""`mds extract`: the region's extract for a period, sealed for the national recipient."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure


def extract(
    home: options.HomeOption = None,
    period: options.PeriodOption = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for the extract.")
    ] = None,
    despite: Annotated[
        str, typer.Option("--despite", metavar="REASON", help="Why it leaves although a check fails; goes with it.")
    ] = "",
    day: options.ReceivedOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Make the region's extract: exact counts of the registered tables and the services, sealed for the national recipient.

    Ends with 14, and writes nothing, when a check of the merged data fails with an error or something identifying would leave.

    mds extract --home region --period 2026-04-01 -o extracts

    mds extract --home region --period 2026-04-01 -o extracts --despite "one wrong code at 8HX01, corrected next week"
    """
    from mds.figures.json_text import json_text
    from mds.home import load_home
    from mds.national.extract import Asked, sealed
    from mds.national.extract import extract as make
    from mds.store.database import open_store
    from mds.writing import write_whole, writing

    known = load_home(options.required_home(home))
    if known.role != "region":
        raise UsageFailure("This is no region's home: extracts are the region's to make.")
    if output is None:
        raise UsageFailure("Name a folder for the extract: -o extracts")
    start, today = options.period_day(period), returns.the_day(options.day(day))
    with known.locked(), open_store(known, read_only=True) as connection:
        asked = Asked(connection, known, today, despite)
        made = make(asked, start, returns.say)
        content = sealed(made, asked)
    with writing("The extract"):
        output.mkdir(parents=True, exist_ok=True)
        write_whole(output / f"{made.name}.mdsx", content)
    if as_json:
        typer.echo(json_text({"file": f"{made.name}.mdsx", **made.manifest}))
        return
    typer.echo(_told(made.manifest, output / f"{made.name}.mdsx", known.is_test))


def _told(manifest: dict[str, object], file: Path, is_test: bool) -> str:
    from mds.reports.wording import counted

    sent = manifest["returns"]
    checkpoint = manifest["checkpoint"]
    tables = manifest["tables"]
    assert isinstance(sent, list) and isinstance(checkpoint, dict) and isinstance(tables, dict)  # noqa: S101 - as it was made
    came = sum(bool(one["returned"]) for one in sent)
    found = f"{counted(len(checkpoint['errors']), 'error')} and {counted(len(checkpoint['warnings']), 'warning')}"
    lines = [
        *(["TEST DATA", ""] if is_test else []),
        f"{counted(len(tables), 'table')}: exact counts of children, and the services. None holds a row of a child.",
        f"{came} of {counted(len(sent), 'provider')} sent a return about children that counts.",
        f"{checkpoint['checks']} checks of the merged data: {found}.",
        *([f"It leaves in spite of the errors: {checkpoint['despite']}"] if checkpoint["despite"] else []),
        f"{file} is sealed: only the national recipient can open it. Send it to them.",
    ]
    return "\n".join(lines)
