"""`mds national`: collect the extracts of the regions, and compare them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.failures import Failure, UnreadableFile, UsageFailure

app = typer.Typer(
    help="The national collation: collect the extracts of the regions, compare them.", no_args_is_help=True
)

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


@app.command("compare")
def compare(
    home: options.HomeOption = None,
    period: options.PeriodOption = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for the release.")
    ] = None,
) -> None:
    """Compare the regions: children by region of residence, with small numbers protected, and a certificate.

    Ends with 14, and writes nothing, where from what would be printed somebody could come too close to a small number.

    mds national compare --home national --period 2026-04-01 -o release
    """
    from datetime import date

    from mds.home import load_home
    from mds.national import collect as collation
    from mds.national.release import release
    from mds.reports.wording import counted

    known, start = load_home(options.required_home(home)), options.period_day(period)
    collation.require_national(known)
    if output is None:
        raise UsageFailure("Name a folder for the release: -o release")
    with known.locked():
        extracts = [
            collation.kept(known, one)
            for one in sorted(collation.collected(known), key=lambda one: one.network)
            if one.counts and one.rp_start == start.isoformat()
        ]
        ends = {one.manifest.rp_end for one in extracts}
        if len(ends) > 1:
            raise UsageFailure(
                "The extracts of this period do not end on one day. Ask the regions for their calendars."
            )
        made = release(known, extracts, start, date.fromisoformat(max(ends, default=str(start))), output, returns.say)
    if known.is_test:
        typer.echo("TEST DATA\n")
    networks = ", ".join(one["network"] for one in made.certificate["extracts"])
    typer.echo(f"{counted(len(extracts), 'region')} compared: {networks}.")
    typer.echo(
        f"{counted(made.shown, 'cell')} shown, {made.hidden:,} hidden; certificate: {output / 'certificate.json'}"
    )


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
