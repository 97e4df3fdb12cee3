"""`mds init`: make a home."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure
from mds.writing import filled_or_gone, writing


def init(
    home: Annotated[Path, typer.Argument(metavar="HOME", help="The folder to make.")],
    network: Annotated[str, typer.Option("--network", help="Network code, such as EE (list CL36).")] = "",
    providers: Annotated[
        Path | None, typer.Option("--providers", help="CSV register of the network's providers.")
    ] = None,
    test: Annotated[bool, typer.Option("--test", help="A test region: takes test returns only.")] = False,
    last_day_of_v1: Annotated[str, typer.Option(help="Last day of version 1.0, such as 2025-03-31.")] = "2025-03-31",
    phase_scheme: Annotated[
        str, typer.Option(help="What the colours of version 1.0 returns mean (list CL11).")
    ] = "LUTON",
    national: Annotated[
        bool, typer.Option("--national", help="The national home, which collects the extracts.")
    ] = False,
    pack: Annotated[Path | None, typer.Option("--pack", help="A network pack: makes a provider's home.")] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="File with the pack's passphrase.")
    ] = None,
) -> None:
    """Make a region's home, a provider's home from its network pack, or the national home.

    mds init region --network EE --providers providers.csv --test

    mds init hospice --pack hospice.mdsk

    mds init national --national
    """
    if pack is not None:
        _provider_home(home, pack, passphrase_file)
        return
    if national and (network or providers or pack):
        raise UsageFailure("The national home has no network, register or pack: mds init HOME --national")
    if national:
        _national_home(home, test)
        return
    if not network or providers is None:
        raise UsageFailure("Name the network and its register: mds init HOME --network EE --providers providers.csv")
    from mds.store.founding import found

    with filled_or_gone(home), writing("The home folder"):
        made = found(
            home, network, providers, channel="test" if test else "live", last_day_of_v1=_day(last_day_of_v1),
            phase_scheme=phase_scheme, today=returns.the_day(options.day(None)),
        )  # fmt: skip
    kind = "a test region (TEST DATA only)" if test else "a live region"
    typer.echo(f"{made.path} is the home of {kind} of network {network} with {len(made.providers)} providers.")
    returns.say("Next: mds reference load postcodes FILE; then mds submit FILE --home HOME. Back up the keys folder.")


def _national_home(home: Path, test: bool) -> None:
    from mds.national.founding import found_national

    with filled_or_gone(home), writing("The home folder"):
        made = found_national(home, "test" if test else "live", returns.the_day(options.day(None)))
    typer.echo(f"{made.path} is the national home{' (TEST DATA only)' if test else ''}.")
    returns.say("Next: mds keys card --home HOME -o national.json, and send that card to the regions.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageFailure("Give the last day of version 1.0 as 2025-03-31.") from None


def _read(passphrase_file: Path) -> str:
    try:
        return passphrase_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise UsageFailure(
            "The passphrase file cannot be read. Give a text file that holds the passphrase alone."
        ) from None


def _asked() -> str:
    """The passphrase as it is typed. Raises UsageFailure where nobody can type it."""
    if not sys.stdin.isatty():
        raise UsageFailure("Nobody is there to type the passphrase. Give a file that holds it: --passphrase-file FILE")
    return str(typer.prompt("Passphrase of the network pack", hide_input=True))


def _provider_home(home: Path, pack: Path, passphrase_file: Path | None) -> None:
    from mds.exchange import accept_pack
    from mds.home import load_home

    if (home / "mds.toml").exists() and load_home(home).role == "region":
        raise UsageFailure("There is a region's home in that folder already.")
    passphrase = _read(passphrase_file) if passphrase_file else _asked()
    with filled_or_gone(home):
        made = accept_pack(pack, passphrase, home)
    typer.echo(f"{made.path} is the home of provider {made.provider} in network {made.network}.")
    returns.say("Next: mds submit FILE --home HOME --pack OUT.mdsp, and send OUT.mdsp to the network office.")
