"""`mds keys`: list a home's keys, issue a network pack, exchange cards between regions and the national recipient."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns

app = typer.Typer(help="Keys: list them, issue a provider its network pack, exchange cards.", no_args_is_help=True)


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


@app.command("card")
def card(
    out: Annotated[Path, typer.Option("--out", "-o", help="The card to write (.json).")],
    home: options.HomeOption = None,
) -> None:
    """Write the public keys of a region or of the national recipient, for the other one to trust.

    mds keys card --home region -o EE.json

    mds keys card --home national -o national.json
    """
    from mds.cards import own_card
    from mds.home import load_home
    from mds.writing import write_whole, writing

    known = load_home(options.required_home(home))
    with known.locked():
        made = own_card(known, returns.the_day(options.day(None)))
    with writing("The card"):
        write_whole(out, (json.dumps(made.as_json(), indent=1) + "\n").encode())
    typer.echo(made.fingerprint)
    returns.say(
        f"{out} is written and holds no secret. Send it, and tell the line above by telephone, not in the same message. Back up "
        "the keys folder."
    )


@app.command("trust")
def trust(
    file: Annotated[Path, typer.Argument(metavar="CARD", help="The other's card.")],
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="What the other told you of it by telephone.")],
    home: options.HomeOption = None,
) -> None:
    """Trust a card: of the national recipient in a region's home, of a region in the national one.

    mds keys trust national.json --fingerprint "826e c796 d834 ea82 8981 afb3" --home region

    mds keys trust EE.json --fingerprint "f085 3b5c 50f7 ba0d 5d7d a3c4" --home national
    """
    from mds.cards import read_card
    from mds.cards import trust as trust_card
    from mds.home import load_home

    known = load_home(options.required_home(home))
    found = read_card(file)
    with known.locked():
        former = trust_card(known, found, fingerprint)
    typer.echo(f"The card of {found.of} is trusted.")
    if former is not None:
        returns.say(f"It takes the place of another card of {found.of}, {former.fingerprint}.")


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
