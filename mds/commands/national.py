"""`mds national`: collect the extracts of the regions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.failures import Failure, UnreadableFile

app = typer.Typer(help="The national collation: collect the extracts of the regions.", no_args_is_help=True)

_MOST_BYTES = 256 << 20


@app.callback()
def national() -> None:
    """The national collation."""


@app.command("collect")
def collect(
    files: Annotated[list[Path], typer.Argument(metavar="EXTRACT...", help="Extracts of regions (.mdsx).")],
    home: options.HomeOption = None,
    day: options.ReceivedOption = None,
) -> None:
    """Verify extracts and take them in. Each takes the place of the same region's former one for its period.

    mds national collect extracts/EE-2026-04-01-counts.mdsx --home national

    mds national collect inbox/*.mdsx --home national
    """
    from mds.home import load_home
    from mds.national import collect as collation

    known, today = load_home(options.required_home(home)), returns.the_day(options.day(day))
    collation.require_national(known)
    if known.is_test:
        typer.echo("TEST DATA\n")
    codes = []
    for file in files:
        try:
            with known.locked():
                arrived, former = collation.collect(known, _bytes(file), today)
        except Failure as failure:
            typer.echo(f"{file.name}: REFUSED. {failure}")
            codes.append(failure.exit_code)
        else:
            typer.echo(f"{file.name}: {_became(arrived, former)}")
    if codes:
        raise typer.Exit(codes[0])


@app.command("status")
def status(home: options.HomeOption = None) -> None:
    """Show which extracts count.

    mds national status --home national
    """
    from mds.home import load_home
    from mds.national import collect as collation

    known = load_home(options.required_home(home))
    collation.require_national(known)
    if known.is_test:
        typer.echo("TEST DATA\n")
    typer.echo(collation.told(collation.collected(known)))


def _bytes(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise UnreadableFile("The file cannot be read. Look whether it is there and is a file.")
        if file.stat().st_size > _MOST_BYTES:
            raise UnreadableFile("The file is larger than any extract. Ask the region to send it again.")
        return file.read_bytes()
    except OSError:
        raise UnreadableFile("The file cannot be read. Look whether it is there and is a file.") from None


def _became(arrived: object, former: object) -> str:
    from mds.national.collect import Collected

    assert isinstance(arrived, Collected)  # noqa: S101 - as collect gives it
    of = f"{arrived.network}, period from {arrived.rp_start}, {arrived.profile}"
    if former is arrived:
        return f"{of}: held already, nothing was changed."
    if isinstance(former, Collected):
        return f"{of}: accepted. It takes the place of the one made {former.made_on}."
    return f"{of}: accepted."
