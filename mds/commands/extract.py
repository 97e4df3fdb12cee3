"""`mds extract`: the region's extract for a period, sealed for the national recipient."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure

if TYPE_CHECKING:
    from mds.national.manifest import Manifest


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
    from mds.home import load_home
    from mds.national.extract import Asked, recorded, sealed
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
        file = output / f"{made.name}.mdsx"
        content = sealed(made, asked)
        recorded(made, known)
        with writing(f"The extract's folder {output}"):
            output.mkdir(parents=True, exist_ok=True)
            write_whole(file, content)
    if as_json:
        typer.echo(json.dumps({**made.manifest.model_dump(), "file": file.name}, indent=1))
    else:
        typer.echo(_told(made.manifest, file))


def _told(manifest: Manifest, file: Path) -> str:
    from mds.reports.wording import counted

    checkpoint = manifest.checkpoint
    came = sum(one.returned for one in manifest.returns)
    found = f"{counted(len(checkpoint.errors), 'error')} and {counted(len(checkpoint.warnings), 'warning')}"
    lines = [
        *(["TEST DATA", ""] if manifest.test_data else []),
        f"{counted(len(manifest.tables), 'table')}: exact counts of children, and the services. None holds a row of a child.",
        f"{came} of {counted(len(manifest.returns), 'provider')} sent a return about children that counts.",
        f"{checkpoint.checks} checks of the merged data: {found}.",
        *([f"It leaves in spite of the errors: {checkpoint.despite}"] if checkpoint.despite else []),
        f"{file} is sealed: only the national recipient can open it. Send it to them.",
    ]
    return "\n".join(lines)
