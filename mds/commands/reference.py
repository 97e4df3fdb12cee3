"""`mds reference`: load and list reference snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure

app = typer.Typer(
    help="Reference snapshots: postcodes, organisations, GP practices, populations and more.", no_args_is_help=True
)


@app.command("load")
def load(
    kind: Annotated[
        str,
        typer.Argument(
            help="postcodes, organisations, practices, populations, projections, ethnic_populations, registered_deaths or phases."
        ),
    ],
    file: Annotated[Path, typer.Argument(help="CSV file with the columns of that kind.")],
    home: options.HomeOption = None,
    as_of: options.ReceivedOption = None,
) -> None:
    """Load a snapshot, in place of the one before.

    mds reference load postcodes postcodes.csv --home region

    mds reference load practices practices.csv --home region
    """
    from mds.home import load_home
    from mds.reference import KINDS

    if kind not in KINDS:
        raise UsageFailure(f"There is no such kind of snapshot. Use one of: {', '.join(KINDS)}.")
    known = load_home(options.required_home(home))
    with known.locked():
        rows = known.reference.load(kind, file, returns.the_day(options.day(as_of)))
    typer.echo(f"{kind}: {rows:,} rows loaded")


@app.command("list")
def list_snapshots(home: options.HomeOption = None) -> None:
    """List the snapshots that are loaded.

    mds reference list --home region

    mds reference list
    """
    from mds.home import load_home
    from mds.reference import KINDS

    loaded = load_home(options.required_home(home)).reference.snapshots()
    for kind, columns in KINDS.items():
        about = loaded.get(kind)
        told = f"{about['rows']:>9,} rows, as of {about['as_of']}" if about else "not loaded"
        typer.echo(f"{kind:<18} {told:<34} columns: {', '.join(columns)}")
