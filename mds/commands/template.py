"""`mds template`: a workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.failures import UsageFailure
from mds.writing import writing


def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    home: options.HomeOption = None,
    provider: options.ProviderOption = "",
    start: options.FromOption = "",
    end: options.ToOption = "",
    version: options.VersionOption = "2.0",
    return_type: Annotated[
        str, typer.Option("--type", help="MDS for children, SQ for the service questionnaires, ALL for both.")
    ] = "MDS",
) -> None:
    """Write a template: a workbook with drop-downs, guidance and the version stamp.

    mds template return.xlsx

    mds template services.xlsx --type SQ

    mds template return.xlsx --home region --provider 8HX01 --from 2026-04-01 --to 2026-06-30
    """
    from mds.reports.template import write_template
    from mds.submission import home_at
    from mds_schemas.versions import parts

    if out.suffix.lower() != ".xlsx":
        raise UsageFailure("A template is an .xlsx file: mds template return.xlsx")
    if out.exists():
        raise UsageFailure("That file exists already and is not replaced. Give the template another name.")
    if not parts(return_type):
        raise UsageFailure("There is no such type of return. Use MDS, SQ or ALL.")
    known = home_at(home)
    names = {row["provider_code"]: row["provider_name"] for row in known.providers} if known else {}
    try:
        with writing("The template"):
            write_template(
                out, version, return_type=return_type, network_code=known.network if known else "", provider_code=provider,
                provider_name=names.get(provider, ""), rp_start=returns.the_day(start) if start else None,
                rp_end=returns.the_day(end) if end else None,
                live_or_test=("T" if known.is_test else "L") if known else "",
            )  # fmt: skip
    except KeyError:
        raise UsageFailure("There is no such version. Use 1.0 or 2.0.") from None
    except ValueError:
        raise UsageFailure("Give the days of the period as 2026-04-01.") from None
    typer.echo(f"{out}")
    returns.say("Fill it in, then: mds check FILE")
