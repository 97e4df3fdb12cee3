"""What a return came to, in the words that stand at the top and at the end of every report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mds.reports.wording import VERDICT_WORDS, counted, number, period
from mds.validate.findings import Findings
from mds.validate.returns import Count, Validation
from mds.validate.surroundings import NOT_AT_HAND
from mds_validators.rules import Rule, Stage


@dataclass(frozen=True)
class Unrun:
    """Rules that could not run, for one reason."""

    reason: str
    codes: list[str]


@dataclass(frozen=True)
class Row:
    """The counts of one table under the name that its sheet has in the template."""

    title: str
    count: Count


class Outcome:
    """The verdict, the counts and what to do next, worked out once for all reports."""

    def __init__(self, validation: Validation, findings: Findings) -> None:
        self.validation = validation
        self.rules: list[tuple[Rule, int]] = findings.by_rule()
        self.answered = findings.count_warnings()[1]
        """Warnings that the sender has answered."""

    @property
    def verdict(self) -> str:
        return VERDICT_WORDS[self.validation.verdict]

    @cached_property
    def rows(self) -> list[Row]:
        tables = self.validation.intake.version.tables
        return [Row(tables[name].info.title, count) for name, count in self.validation.tables.items()]

    @cached_property
    def total(self) -> Count:
        counts = [row.count for row in self.rows]
        return Count(
            sum(count.rows for count in counts),
            sum(count.accepted for count in counts),
            sum(count.rejected for count in counts),
            sum(count.held for count in counts),
        )

    def findings_of(self, severity: str) -> int:
        return sum(count for rule, count in self.rules if rule.severity == severity)

    @property
    def about(self) -> str:
        """Which return this is: provider, period, version."""
        header = self.validation.header
        words = [f"Return of {header['provider_code']}" if header.get("provider_code") else "Return"]
        if covered := period(header.get("rp_start"), header.get("rp_end")):
            words.append(covered)
        return ", ".join([*words, f"data set version {self.validation.intake.version.number}"])

    @property
    def counts(self) -> str:
        """ "3 of 128 records rejected · 5 warnings"."""
        total, parts = self.total, []
        if self.validation.verdict == "sent_back":
            parts += ["no record was accepted", counted(self.findings_of("file"), "finding") + " on the whole return"]
        if total.rejected:
            parts.append(f"{number(total.rejected)} of {counted(total.rows, 'record')} rejected")
        elif self.validation.verdict == "accepted":
            parts.append(counted(total.accepted, "record") + " accepted")
        if total.held and self.validation.verdict != "sent_back":
            parts.append(counted(total.held, "copy", "copies") + " left out")
        answered = f", {number(self.answered)} answered" if self.answered else ""
        return " · ".join([*parts, counted(self.findings_of("warning"), "warning") + answered])

    @property
    def next_step(self) -> str:
        if self.validation.verdict == "sent_back":
            return (
                "Put right what is marked SENT BACK, then what is marked REJECTED, and send the whole return again. "
                "Until then no record of it counts."
            )
        if self.validation.verdict == "accepted_in_part":
            return "Put right the rows marked REJECTED and send the whole return again; until then they do not count."
        if self.findings_of("warning") > self.answered:
            return "Look through the warnings. What is right may stay, or be answered so that it is not asked again."
        return "Nothing needs to be done."

    @cached_property
    def not_run(self) -> list[Unrun]:
        """The rules that could not run, by reason, in the order in which the reasons first come up."""
        reasons: dict[str, list[str]] = {}
        for code, need in self.validation.not_run:
            reasons.setdefault(NOT_AT_HAND.get(need, need), []).append(code)
        return [Unrun(reason, sorted(codes)) for reason, codes in reasons.items()]

    @property
    def completeness(self) -> str:
        """Whether putting right what is listed is all there is to do. A rejected row is left out of the later rules."""
        unrun = counted(len(self.validation.not_run), "rule") + " could not run (the reasons are given)"
        stopped = {rule.severity for rule, _ in self.rules if rule.stage < Stage.REF}
        if "record" in stopped or "file" in stopped:
            what = "rejected rows are" if "record" in stopped else "what is marked SENT BACK is"
            rest = f" {unrun[:1].upper()}{unrun[1:]}." if self.validation.not_run else ""
            return (
                f"Every finding so far is on this list. More may come up in the later comparisons once {what} put "
                f"right.{rest}"
            )
        if self.validation.not_run:
            return f"This list is complete for what can be checked here; {unrun}."
        return "This list is complete: every rule was applied to every row."
