"""`mds rules`: explain a rule, or list them. Imports no engine, so that it answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mds.commands import options
from mds.failures import UsageFailure

if TYPE_CHECKING:
    from mds_validators.expectations.check import Check
    from mds_validators.rules import Rule


def rules(
    code: Annotated[str, typer.Argument(metavar="[CODE]", help="A rule, or the beginning of its code.")] = "",
    as_json: options.JsonOption = False,
) -> None:
    """Explain a rule or a check of the merged store: what, why, a bad example and a good one.

    mds rules CP101040

    mds rules CP101
    """
    from mds.network.checks import all_checks
    from mds_validators.catalogue import as_json as rule_as_json
    from mds_validators.catalogue import explain, line
    from mds_validators.rules import all_rules

    wanted = code.strip().upper()
    known: dict[str, Rule | Check] = {**all_rules(), **all_checks()}
    found = [rule for rule in known.values() if rule.code.startswith(wanted)]
    exact = [rule for rule in found if rule.code == wanted]
    if not found:
        near = _near(wanted, list(known))
        raise UsageFailure(f"There is no rule with that code.{near} See them all: mds rules")
    if as_json:
        import json

        typer.echo(
            json.dumps({"format_version": 1, "rules": [rule_as_json(rule) for rule in exact or found]}, indent=1)
        )
    elif exact:
        typer.echo(explain(exact[0]))
    else:
        typer.echo("\n".join(line(rule) for rule in sorted(found, key=lambda rule: rule.code)))


def _near(wanted: str, codes: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(wanted, codes, n=2)
    return f" Did you mean {' or '.join(close)}?" if close else ""
