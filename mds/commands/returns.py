"""What `mds check` and `mds submit` share: the reports of a checked return, and what is said when one is unreadable."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mds.failures import NotPermitted, UnreadableFile, UsageFailure
from mds.version import TOOL_VERSION
from mds.writing import writing

if TYPE_CHECKING:
    from mds.submission import Checked, Submitted

EXIT_CODES = {"accepted": 0, "accepted_in_part": 1, "sent_back": 3}
UNKNOWN_RETURN = 11
_UNKNOWN = {"CP000020", "CP000030"}


def exit_code(result: Checked) -> int:
    """The exit code of a verdict; a file that is no return we know has its own."""
    if result.validation.verdict == "sent_back":
        found = {rule.code for rule, _ in result.findings.by_rule()}
        if found & _UNKNOWN:
            return UNKNOWN_RETURN
    return EXIT_CODES[result.validation.verdict]


def for_each(files: list[Path], as_json: bool, act: Callable[[Path], int]) -> int:
    """Do the same with each file; returns the worst exit code. One that is refused does not hold up the others.

    As JSON several returns stand in one document, in the order of the files.
    """
    several = len(files) > 1
    worst = 0
    if several and as_json:
        typer.echo('{"format_version": 1, "returns": [')
    try:
        for number, file in enumerate(files, 1):
            if several and as_json and number > 1:
                typer.echo(",")
            if several:
                say(f"{number} of {len(files)}: {file.name}")
            worst = max(worst, _one(file, several, as_json, act))
    finally:
        if several and as_json:
            typer.echo("]}")
    return worst


def _one(file: Path, several: bool, as_json: bool, act: Callable[[Path], int]) -> int:
    try:
        return act(file)
    except (UnreadableFile, NotPermitted) as failure:
        if not several:
            raise
        say(f"mds: {file.name}: {failure}")
        if as_json:
            told = {"exit_code": failure.exit_code, "message": str(failure)}
            typer.echo(json.dumps({"format_version": 1, "failure": told}, indent=1))
        return failure.exit_code


def write_reports(result: Checked, file: Path, page: Path | None, workbook: Path | None) -> None:
    """Write the files that were asked for, and say where they are."""
    test_data = result.around.channel == "test"
    if page is not None:
        from mds.reports.page import write_page

        with writing("The page of findings"):
            write_page(page, result.validation, result.findings, tool_version=TOOL_VERSION, test_data=test_data)
        say(f"Findings as a page: {page}")
    if workbook is not None:
        from mds.reports.workbook import write_workbook

        with writing("The workbook"):
            written = write_workbook(
                workbook, file, result.validation, result.findings, result.connection, test_data=test_data
            )
        say(
            f"Your workbook with the cells marked: {written or workbook} (it holds your data; keep it where you keep them)"
        )


def print_result(result: Checked, outcome: Submitted | None, as_json: bool) -> None:
    """The result on stdout: text, or the JSON document."""
    test_data = result.around.channel == "test"
    receipt_id = outcome.receipt.receipt_id if outcome and outcome.receipt else None
    if as_json:
        from mds.reports.document import document

        sys.stdout.writelines(
            document(result.validation, result.findings, TOOL_VERSION, receipt_id, test_data=test_data)
        )
        return
    from mds.reports.summary import coloured, summary

    next_step = _next_step(result, outcome) if outcome else ""
    text = summary(result.validation, result.findings, test_data=test_data, next_step=next_step)
    if sys.stdout.isatty():
        from rich.console import Console

        Console(highlight=False).print(coloured(text), soft_wrap=True)
    else:
        typer.echo(text)


def _next_step(result: Checked, outcome: Submitted) -> str:
    """What the sender does after `mds submit`; empty where the general words say it."""
    done = result.validation.verdict == "accepted" and result.validation.warnings == result.validation.answered
    if outcome.package is not None:
        send = f"Send {outcome.package} to the network office, which takes it in with mds receive."
        return send if done else f"{send} Or first put right what is listed here, and make the package again."
    if outcome.receipt is not None and done:
        return f"Keep the receipt {outcome.filed}. It can be checked at any time:\n{_verify_command(outcome)}"
    return ""


def _verify_command(outcome: Submitted) -> str:
    """The command that checks the receipt, as it can be typed where this one was."""
    assert outcome.filed is not None  # noqa: S101 - a receipt is filed in the home
    return shlex.join(["mds", "status", "--home", str(outcome.filed.parent.parent), "--verify", str(outcome.filed)])


def unreadable(failure: UnreadableFile, as_json: bool) -> None:
    """A file that cannot be opened, told in the same shapes as any other return."""
    if as_json:
        found = {"code": "CP000010", "severity": "file", "table": "header", "sheet": None, "row": None, "cell": None,
                 "field": None, "message": str(failure)}  # fmt: skip
        empty: dict[str, Any] = dict.fromkeys(
            ("return_type", "schema_version", "provider_code", "rp_start", "rp_end", "file_sha256")
        )
        document = {"format_version": 1, "tool_version": TOOL_VERSION, "verdict": "sent_back", **empty, "tables": {},
                    "findings": [found]}  # fmt: skip
        typer.echo(json.dumps(document, indent=1))
    else:
        typer.echo(f"CP000010  SENT BACK  {failure}")


def say(text: str) -> None:
    """Talk and progress go to stderr, results to stdout."""
    typer.echo(text, err=True)


def the_day(text: str) -> date:
    return date.fromisoformat(text)


def one_file(files: list[Path], answers: Path | None) -> None:
    """Answers are about one return. Raises UsageFailure."""
    if len(files) > 1 and answers is not None:
        raise UsageFailure("Answers are about one return. Name one file.")


def became(document: dict[str, Any], identical: bool) -> str:
    """What a return did to the store, by its receipt, in one sentence; nothing where it is the first."""
    change = document["replaces"]
    if identical:
        return "The region holds exactly this already. Nothing was changed."
    if not change:
        return ""
    if not (change["added"] or change["changed"] or change["removed"]):
        return (
            f"It replaces the return of {change['received_on']}. The rows that the region holds stay the same; what changed "
            "is findings, answers to them, or fields that stay with you."
        )
    return (
        f"It replaces the return of {change['received_on']}: {change['added']:,} rows added, "
        f"{change['changed']:,} changed, {change['removed']:,} removed."
    )
