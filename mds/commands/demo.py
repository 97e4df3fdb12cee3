"""`mds demo`: a synthetic network and its returns, submitted to a region."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import returns
from mds.writing import filled_or_gone, writing


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to fill.")],
    seed: Annotated[int, typer.Option("--seed", help="Another number makes another network.")] = 2026,
) -> None:
    """Make a synthetic network of providers with six quarters of returns, and submit them. Every child is invented.

    mds demo demo

    mds demo demo --seed 7
    """
    from mds.demo.run import run_demo

    with filled_or_gone(folder), writing("The demo"):
        summary = run_demo(folder, seed, returns.say)
    typer.echo(summary)
