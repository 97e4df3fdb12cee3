"""`mds check`: validate only, nothing kept."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from mds.commands import options, returns
from mds.commands.outputs import Outputs
from mds.failures import UnreadableFile


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="A workbook, a CSV file, or a zip or folder of CSVs.")
    ],
    home: options.HomeOption = None,
    provider: options.ProviderOption = "",
    start: options.FromOption = "",
    end: options.ToOption = "",
    version: options.VersionOption = "",
    received_on: options.ReceivedOption = None,
    as_json: options.JsonOption = False,
    report: options.ReportOption = None,
    workbook: options.WorkbookOption = None,
) -> None:
    """Check returns without sending them.

    mds check return.xlsx

    mds check return.xlsx --workbook marked.xlsx --report findings.html
    """
    from mds.submission import Asked, checked, home_at

    Outputs(report, workbook).require_possible(files)
    known = home_at(home)
    header = options.header_options(provider, start, end, version)
    given = {name: text for name, text in header.items() if text}
    day = returns.the_day(options.day(received_on))

    def look(file: Path) -> int:
        try:
            with known.locked() if known else nullcontext(), checked(Asked(file, day, given), known) as result:
                returns.print_result(result, None, as_json)
                returns.write_reports(result, file, report, workbook)
                if known and known.is_test and result.validation.header["live_or_test"] == "L":
                    returns.say(
                        "This home is for test data: mds submit would not take a return that is marked live (L)."
                    )
                return returns.exit_code(result)
        except UnreadableFile as failure:
            returns.unreadable(failure, as_json)
            return failure.exit_code

    raise typer.Exit(returns.for_each(files, as_json, look))
