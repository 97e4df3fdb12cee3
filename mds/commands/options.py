"""Options that several commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from mds.failures import ConfigurationFailure, UsageFailure

HomeOption = Annotated[
    Path | None, typer.Option("--home", envvar="MDS_HOME", help="The home folder: a region's, or a provider's.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of text.")]
ProviderOption = Annotated[str, typer.Option("--provider", help="Provider code, where the file has no header.")]
FromOption = Annotated[str, typer.Option("--from", help="First day of the period, such as 2026-04-01.")]
ToOption = Annotated[str, typer.Option("--to", help="Last day of the period.")]
VersionOption = Annotated[str, typer.Option("--version", help="Data set version, 1.0 or 2.0.")]
ReceivedOption = Annotated[
    datetime | None,
    typer.Option("--received-on", formats=["%Y-%m-%d"], help="The day the return arrived, in place of today."),
]
PeriodOption = Annotated[str, typer.Option("--period", help="First day of the period, such as 2026-04-01.")]
ReportOption = Annotated[Path | None, typer.Option("--report", help="Write the findings as one HTML page.")]
WorkbookOption = Annotated[
    Path | None, typer.Option("--workbook", help="Write your own workbook with the failing cells marked.")
]


def required_home(home: Path | None) -> Path:
    """The home that must be named. Raises ConfigurationFailure."""
    if home is None:
        raise ConfigurationFailure("Name the home folder: --home DIR, or set MDS_HOME. Make one with mds init.")
    return home


def day(given: datetime | None) -> str:
    """The day that was given, or today, as CCYY-MM-DD."""
    return (given or datetime.now(UTC).astimezone()).date().isoformat()


def header_options(provider: str, start: str, end: str, version: str) -> dict[str, str]:
    """The header fields that were given as options. Raises UsageFailure for one that its field does not take."""
    from pydantic import ValidationError

    from mds_schemas.versions import LATEST

    given = {"provider_code": provider, "rp_start": start, "rp_end": end, "schema_version": version}
    for (name, text), option in zip(given.items(), ("--provider", "--from", "--to", "--version"), strict=True):
        column = LATEST.tables["header"].columns()[name]
        try:
            if text:
                column.adapter.validate_python(text)
        except ValidationError:
            raise UsageFailure(f"{option} takes {column.kind.describe()}. Correct it.") from None
    return given


def period_day(text: str) -> date:
    """The first day of a period. Raises UsageFailure."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageFailure("Give the first day of the period: --period 2026-04-01") from None
