"""`mds status`: what has been received, what is missing, what replaced what; and whether a receipt holds."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure

if TYPE_CHECKING:
    from mds.home import Home


def status(
    home: options.HomeOption = None,
    provider: Annotated[str, typer.Option("--provider", help="Only this provider.")] = "",
    verify: Annotated[Path | None, typer.Option("--verify", metavar="RECEIPT", help="Recompute this receipt.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="With --verify: the return that the receipt is for.")
    ] = None,
    received_on: options.ReceivedOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Show the returns of each period, what is missing and what replaced what.

    mds status --home region

    mds status --home region --verify region/receipts/R20260706-1a2b3c4d5e.json
    """
    from mds.home import load_home

    known = load_home(options.required_home(home))
    if verify is not None:
        _verify(known, verify, file, as_json)
    elif file is not None:
        raise UsageFailure("--file goes with --verify: it is the return that the receipt is for.")
    else:
        _show(known, provider, returns.the_day(options.day(received_on)), as_json)


def _show(home: Home, provider: str, today: date, as_json: bool) -> None:
    from mds.store.database import open_store
    from mds.store.standing import standing, table_text

    if home.role != "region":
        raise UsageFailure("This is no region's home: the region knows what it received. To check a receipt: --verify")
    if provider and provider not in {row["provider_code"] for row in home.providers}:
        raise UsageFailure("That provider is not in the register (providers.csv).")
    with home.locked(), open_store(home, read_only=True) as connection:
        found = standing(connection, home, today, provider)
    if as_json:
        typer.echo(json.dumps({"format_version": 1, "test_data": home.is_test, **found}, indent=1))
    else:
        typer.echo(table_text(found, home))


def _verify(home: Home, receipt: Path, file: Path | None, as_json: bool) -> None:
    from mds.store.verify import verify_receipt

    checks = verify_receipt(home, receipt, file)
    holds = all(check.holds is not False for check in checks)
    if as_json:
        listed = [{"what": check.what, "holds": check.holds} for check in checks]
        typer.echo(json.dumps({"format_version": 1, "holds": holds, "checks": listed}, indent=1))
    else:
        words = {True: "OK", False: "FAILED", None: "not run"}
        for check in checks:
            typer.echo(f"{words[check.holds]:<7}  {check.what}")
    raise typer.Exit(0 if holds else 1)
