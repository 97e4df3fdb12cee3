"""`mds receive`: the network office takes in packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mds.commands import options, returns

if TYPE_CHECKING:
    from mds.region.receipt import Receipt


def receive(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Packages that providers sent (.mdsp).")],
    home: options.HomeOption = None,
    received_on: options.ReceivedOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Take packages into the region's store.

    mds receive return.mdsp --home region

    mds receive inbox/*.mdsp --home region
    """
    from mds.home import load_home
    from mds.submission import receive_package

    known = load_home(options.required_home(home))
    day = returns.the_day(options.day(received_on))

    def take(file: Path) -> int:
        outcome = receive_package(file, known, day)
        if outcome.receipt is not None:
            _tell(outcome.receipt, outcome.identical, as_json)
            return returns.EXIT_CODES[str(outcome.receipt.document["verdict"])]
        return 0

    raise typer.Exit(returns.for_each(files, as_json, take))


def _tell(receipt: Receipt, identical: bool, as_json: bool) -> None:
    document = receipt.document
    if as_json:
        names = ("receipt_id", "provider_code", "rp_start", "rp_end", "received_on", "verdict", "test_data", "replaces")
        named: dict[str, Any] = {name: document[name] for name in names}
        typer.echo(json.dumps({"format_version": 1, "identical": identical, **named}, indent=1))
    else:
        verdict = str(document["verdict"]).replace("_", " ")
        typer.echo(
            f"{receipt.receipt_id}  {document['provider_code']}  {document['rp_start']} to {document['rp_end']}  {verdict}"
        )
    if became := returns.became(document, identical):
        returns.say(became)
    if not identical:
        returns.say(document["counts"])
