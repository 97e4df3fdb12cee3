"""The `mds` command. Each command stands in its own short file in `mds/commands`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from mds.commands import (
    check,
    demo,
    doctor,
    extract,
    init,
    keys,
    national,
    receive,
    reference,
    report,
    rules,
    services,
    status,
    submit,
    template,
)
from mds.failures import Failure

app = typer.Typer(
    name="mds",
    help="Collects, checks, pseudonymises and merges the minimum data set of children's palliative care.\n\n"
    "Nothing leaves this machine: no command uses the network.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from mds.version import TOOL_VERSION

        typer.echo(f"mds {TOOL_VERSION}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version of the program.")
    ] = False,
) -> None:
    """What stands before every command."""


app.command("init")(init.init)
app.command("template")(template.template)
app.command("check")(check.check)
app.command("submit")(submit.submit)
app.command("status")(status.status)
app.command("rules")(rules.rules)
app.command("receive")(receive.receive)
app.command("report")(report.report)
app.add_typer(services.app, name="services")
app.command("extract")(extract.extract)
app.add_typer(national.app, name="national")
app.add_typer(keys.app, name="keys")
app.add_typer(reference.app, name="reference")
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)

UNEXPECTED = 70
INTERRUPTED = 130


def run() -> None:
    """Run the command line. Failures are one line and an exit code; a traceback, which may hold data, is never shown."""
    try:
        app()
    except Failure as failure:
        print(f"mds: {failure}", file=sys.stderr)
        _tell_as_json(failure.exit_code, str(failure))
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        print("mds: interrupted; nothing was left half done", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except Exception as error:
        from mds.crash import note

        told = note(error)
        print(f"mds: {told}", file=sys.stderr)
        _tell_as_json(UNEXPECTED, told)
        sys.exit(UNEXPECTED)


def _tell_as_json(exit_code: int, message: str) -> None:
    """Who asked for a document gets one, also of a failure."""
    if "--json" in sys.argv[1:]:
        import json

        print(json.dumps({"format_version": 1, "failure": {"exit_code": exit_code, "message": message}}, indent=1))


def main() -> None:
    """The program as it is installed: `run`, then the end at once. The system takes back the memory of a million rows in a
    tenth of the time that it takes to give it back piece by piece."""
    code: int | str | None = 0
    try:
        run()
    except SystemExit as ended:
        code = ended.code
    if code is not None and not isinstance(code, int):
        sys.exit(code)
    sys.stdout.flush()  # what cannot be written is told in the usual way
    sys.stderr.flush()
    os._exit(code or 0)
