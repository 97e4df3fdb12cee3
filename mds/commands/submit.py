"""`mds submit`: validate, pseudonymise, merge, give a receipt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mds.commands import options, returns
from mds.commands.outputs import Outputs
from mds.failures import UnreadableFile

if TYPE_CHECKING:
    from mds.submission import Checked, Submitted


def submit(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="A workbook, a CSV file, or a zip or folder of CSVs.")
    ],
    home: options.HomeOption = None,
    pack: Annotated[
        Path | None, typer.Option("--pack", help="Stop at the package for the region and write it here.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="CSV file of answers to warnings: rule, row key, reason.")
    ] = None,
    provider: options.ProviderOption = "",
    start: options.FromOption = "",
    end: options.ToOption = "",
    version: options.VersionOption = "",
    received_on: options.ReceivedOption = None,
    as_json: options.JsonOption = False,
    report: options.ReportOption = None,
    workbook: options.WorkbookOption = None,
) -> None:
    """Send returns: check, take identity off, merge into the region's store, give a receipt.

    mds submit return.xlsx --home region

    mds submit return.xlsx --home hospice --pack return.mdsp
    """
    from mds.home import load_home
    from mds.submission import Asked, submitted

    returns.one_file(files, answers)
    Outputs(report, workbook, pack).require_possible(files, answers)
    known = load_home(options.required_home(home))
    header = options.header_options(provider, start, end, version)
    given = {name: text for name, text in header.items() if text}
    day = returns.the_day(options.day(received_on))

    def send(file: Path) -> int:
        try:
            with submitted(Asked(file, day, given, answers), known, pack) as (result, outcome):
                returns.print_result(result, outcome, as_json)
                _tell(result, outcome)
                returns.write_reports(result, file, report, workbook)
                return returns.exit_code(result)
        except UnreadableFile as failure:
            returns.unreadable(failure, as_json)
            return failure.exit_code

    raise typer.Exit(returns.for_each(files, as_json, send))


def _tell(result: Checked, outcome: Submitted) -> None:
    """What became of the return, for the person at the screen."""
    for line in result.unused_answers:
        returns.say(f"Line {line} of the answers file fits no warning of this return.")
    if outcome.package is not None:
        returns.say(f"Package for the region: {outcome.package}")
    if outcome.receipt is None:
        return
    if became := returns.became(outcome.receipt.document, outcome.identical):
        returns.say(became)
    returns.say(f"Receipt {outcome.receipt.receipt_id}. {outcome.receipt.document['counts']}")
