"""`mds keys`: list a home's keys, issue a network pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns

app = typer.Typer(help="Keys: list them, issue a provider its network pack.", no_args_is_help=True)


@app.command("list")
def list_keys(home: options.HomeOption = None) -> None:
    """List the keys of a home: id, purpose, date. Never their secrets.

    mds keys list --home region

    mds keys list --home hospice
    """
    from mds.home import load_home

    known = load_home(options.required_home(home))
    for path in sorted((known.path / "keys").rglob("*.key")):
        key = known.keys.load(path.stem)
        typer.echo(f"{key.key_id:<28} {key.purpose:<20} made {key.created}")


@app.command("issue")
def issue(
    provider: Annotated[str, typer.Option("--provider", help="The provider that gets the pack.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The pack to write (.mdsk).")],
    home: options.HomeOption = None,
) -> None:
    """Issue a provider its network pack, with which it checks and packs returns on its own machine.

    mds keys issue --provider 8HX01 --out sunny-bank.mdsk --home region

    mds keys issue --provider RX101 -o fen.mdsk
    """
    from mds.exchange import issue_pack
    from mds.home import load_home

    known = load_home(options.required_home(home))
    with known.locked():
        passphrase = issue_pack(known, provider, out, returns.the_day(options.day(None)))
    typer.echo(passphrase)
    returns.say(
        f"{out} is written. The line above is its passphrase: it stands nowhere else, so note it, and tell it to the "
        "provider by telephone, not in the same message as the pack."
    )
