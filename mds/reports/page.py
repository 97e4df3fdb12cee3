"""The findings as one HTML file: opens by double-click without a network, prints, and holds no cell's value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mds.reports.files import replacing
from mds.reports.generalise import common_message
from mds.reports.html import environment
from mds.reports.outcome import Outcome
from mds.reports.places import Places
from mds.reports.wording import (
    SEVERITY_MEANINGS,
    SEVERITY_WORDS,
    field_label,
)
from mds.validate.findings import Finding, Findings
from mds.validate.returns import Count, Validation
from mds_validators.rules import Rule

SHOWN_PLACES = 10
"""Places of a rule that show at once; the others are listed in full under a heading that opens."""

_BAR_WIDTH, _GAP, _LEAST = 200.0, 2.0, 3.0
_HEADINGS = {"file": "Faults of the return as a whole", "record": "Rows that were rejected", "warning": "Warnings"}


@dataclass(frozen=True)
class Section:
    """One rule on the page. `rest` is read once, while the page is written."""

    rule: Rule
    count: int
    message: str
    same: bool
    """All findings say `message`, so the table of places need not repeat it."""
    first: list[Finding]
    rest: Iterator[Finding]
    opens: bool
    """The first rule of its severity, which has a heading of its own."""

    @property
    def others(self) -> int:
        return self.count - len(self.first)


@dataclass(frozen=True)
class Piece:
    """A part of a bar: what it stands for, where it begins and how wide it is, in 200ths."""

    kind: str
    start: float
    width: float


def write_page(
    path: Path,
    validation: Validation,
    findings: Findings,
    *,
    tool_version: str = "",
    test_data: bool = False,
    next_step: str = "",
) -> None:
    """Write the page. However many findings there are, only a few are in memory at a time."""
    outcome, places = Outcome(validation, findings), Places.of(findings)
    version = validation.intake.version
    messages = {rule.code: common_message(places, rule) for rule, _ in outcome.rules}
    stream = (
        environment()
        .get_template("findings.html")
        .stream(
            outcome=outcome,
            validation=validation,
            next_step=next_step or outcome.next_step,
            messages=messages,
            sections=_sections(places, messages),
            headings=_HEADINGS,
            words=SEVERITY_WORDS,
            meanings=SEVERITY_MEANINGS,
            label=lambda finding: field_label(version, finding.table, finding.field),
            title=lambda rule: version.tables[rule.table].info.title if rule.table in version.tables else "",
            bar=bar,
            tool_version=tool_version,
            test_data=test_data,
        )
    )
    stream.enable_buffering(500)
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as target:
        target.writelines(stream)


def _sections(places: Places, messages: dict[str, str]) -> Iterator[Section]:
    before = ""
    for rule, count, found in places.by_place():
        first = list(islice(found, SHOWN_PLACES))
        same = places.message_of(rule) is not None
        yield Section(rule, count, messages[rule.code], same, first, found, rule.severity != before)
        before = rule.severity


def bar(count: Count) -> list[Piece]:
    """The parts of a table's bar: as wide as their share, with a gap between, and none too thin to be seen."""
    parts = [("accepted", count.accepted), ("rejected", count.rejected), ("held", count.held)]
    parts = [(kind, size) for kind, size in parts if size]
    free = _BAR_WIDTH - _GAP * (len(parts) - 1)
    widths = [max(_LEAST, free * size / count.rows) for _, size in parts]
    excess = sum(widths) - free
    widest = max(range(len(widths)), key=lambda place: widths[place], default=0)
    pieces, start = [], 0.0
    for place, (kind, _) in enumerate(parts):
        width = widths[place] - (excess if place == widest else 0)
        pieces.append(Piece(kind, round(start, 2), round(width, 2)))
        start += width + _GAP
    return pieces
