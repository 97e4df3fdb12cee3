"""What the terminal shows of a checked return: a page however many findings there are, without any cell's value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from mds.reports.generalise import common_message
from mds.reports.outcome import Outcome
from mds.reports.places import Places
from mds.reports.wording import SEVERITY_WORDS, VERDICT_WORDS, counted, number, printable
from mds.validate.findings import Finding, Findings
from mds.validate.returns import Validation

if TYPE_CHECKING:
    from rich.text import Text

SHOWN_PLACES = 3
_COLOURS = {
    "SENT BACK": "bold red",
    "REJECTED": "red",
    "WARNING": "yellow",
    "ACCEPTED IN PART": "yellow",
    "ACCEPTED": "green",
}


def summary(
    validation: Validation,
    findings: Findings,
    *,
    test_data: bool = False,
    width: int = 88,
    next_step: str = "",
) -> str:
    """The findings by rule, the counts, what could not be checked, and last the verdict and what to do next.

    `next_step` says what to do in the words of the command that was run; without it the general words are used.
    """
    outcome = Outcome(validation, findings)
    blocks = [
        *(["TEST DATA - nothing that is sent here is counted."] if test_data else []),
        outcome.about,
        *_findings(outcome, Places.of(findings), width),
        _tables(outcome),
        _not_run(outcome, width),
        *("\n".join(wrap(printable(f"Note: {note}"), width)) for note in validation.intake.notes),
        "\n".join(wrap(outcome.completeness, width)),
        "\n".join([f"{outcome.verdict}  {outcome.counts}", *_next(next_step or outcome.next_step, width)]),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _next(step: str, width: int) -> list[str]:
    """What to do next. A command stands on a line of its own, whole, so that it can be copied."""
    words, *commands = step.split("\n")
    return [*wrap(f"Next: {words}", width), *(f"    {command}" for command in commands)]


def coloured(text: str) -> Text:
    """The summary for a terminal that shows colours: the words of severity and verdict stand out."""
    from rich.text import Text

    styled = Text(text)
    words = sorted({*SEVERITY_WORDS.values(), *VERDICT_WORDS.values()}, key=len, reverse=True)
    for match in re.finditer(rf"^(?:{'|'.join(words)})(?=  )", text, re.MULTILINE):
        styled.stylize(_COLOURS[match.group()], match.start(), match.end())
    return styled


def _findings(outcome: Outcome, places: Places, width: int) -> Iterator[str]:
    first, answered = places.first(SHOWN_PLACES), places.answered()
    for rule, count in outcome.rules:
        tally = counted(count, "finding") + (
            f", {number(answered[rule.code])} answered" if rule.code in answered else ""
        )
        lines = [f"{SEVERITY_WORDS[rule.severity]:9}  {rule.code:9}  {tally}"]
        lines += wrap(printable(common_message(places, rule)), width, initial_indent="    ", subsequent_indent="    ")
        lines += wrap(
            _where(first.get(rule.code, []), count), width, initial_indent="    at ", subsequent_indent="       "
        )
        yield "\n".join(lines)


def _where(findings: Sequence[Finding], count: int) -> str:
    """ "Children C14, C29; Contacts B3 and 9 more"."""
    parts = []
    for sheet, group in groupby(findings, key=lambda finding: finding.sheet):
        cells = [finding.cell or (f"row {finding.row}" if finding.row else "") for finding in group]
        named = ", ".join(dict.fromkeys(cell for cell in cells if cell))
        parts.append(f"{printable(sheet)} {named}".strip() or "the return as a whole")
    rest = f" and {number(count - len(findings))} more" if count > len(findings) else ""
    return "; ".join(parts) + rest


def _tables(outcome: Outcome) -> str:
    if not outcome.rows:
        return ""
    headings = ("Rows", "Accepted", "Rejected", "Held")
    title = max(len("Sheet"), *(len(row.title) for row in outcome.rows))
    lines = [f"{'Sheet':{title}}" + "".join(f"{heading:>11}" for heading in headings)]
    for row in outcome.rows:
        figures = (row.count.rows, row.count.accepted, row.count.rejected, row.count.held)
        lines.append(f"{row.title:{title}}" + "".join(f"{number(figure):>11}" for figure in figures))
    return "\n".join(lines)


def _not_run(outcome: Outcome, width: int) -> str:
    if not outcome.not_run:
        return ""
    lines = ["Rules that could not run"]
    for unrun in outcome.not_run:
        lines += wrap(
            f"{counted(len(unrun.codes), 'rule')}: {unrun.reason}: {', '.join(unrun.codes)}",
            width,
            initial_indent="    ",
            subsequent_indent="        ",
            break_on_hyphens=False,
        )
    return "\n".join(lines)
