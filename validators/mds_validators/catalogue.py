"""The rules in words: one line, one explanation, and the page `validators/catalogue.md`, all from the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mds_schemas.versions import LATEST, VERSIONS
from mds_validators.expectations.check import Check, Suites
from mds_validators.rules import Rule, all_rules

_ADVICE = "give it the heading of the template"
SEVERITY_WORDS = {"file": "the whole return is sent back", "record": "the row is rejected", "warning": "a warning"}
STAGE_WORDS = {
    "FILE": "file",
    "FIELD": "one field",
    "XFIELD": "fields of a row",
    "XREC": "rows of a table",
    "XTAB": "rows of several tables",
    "PREV": "your return before",
    "REF": "reference data",
}
_NEEDS_WORDS = {
    "previous": "an earlier return of yours",
    "same_period": "an earlier return of yours",
    "register": "the register of providers",
    "calendar": "the reporting calendar",
    "channel": "a home that is live or test",
    "postcodes": "the postcode directory",
    "practices": "the list of GP practices",
    "questionnaire": "your service questionnaire",
    "network": "the other providers' returns",
    "organisations": "the organisation register",
}
_SUITES = {
    "schema": "Does the store hold what the schema allows",
    "merge": "Do the providers say the same of one child",
    "nation": "May the figures go to the nation",
    "completeness": "Are the fields filled in",
    "drift": "Are the numbers like those of former periods",
}
_CHECKS = """## Checks of the merged store

They are run on the store of a network for a period, after the returns were taken in. An error stops the national extract, a
warning does not. A check that fails names providers, fields and how many rows or children, never a child.

Codes that begin with CP are of the specification (4.13). Those that begin with GX hold the number of the table, and then: 010
kinds of values, 020 code lists, 030 mandatory fields, 040 keys, 050Q completeness, 060Q shares of codes, 070Q how many rows.
CP950050, on small numbers in what is published, is a check of the national extract and comes with it.
"""


def message(rule: Rule) -> str:
    """The message without the facts of a single finding."""
    return re.sub(
        r"\{(\w+)\}",
        lambda fact: {"label": "Field", "takes": "a value it takes", "cells": "", "advice": _ADVICE}.get(fact[1], "…"),
        rule.message,
    )


def line(rule: Rule | Check) -> str:
    """A rule or a check in one line."""
    if isinstance(rule, Check):
        return f"{rule.code:<11} {rule.severity:<8} {'merged store':<20} {rule.message}"
    return f"{rule.code:<11} {rule.severity:<8} {rule.table:<20} {message(rule)}"


def explain(rule: Rule | Check) -> str:
    """What a rule says, why, on what it is based, and a bad and a good example; of a check, what it looks at and finds."""
    if isinstance(rule, Check):
        return f"{rule.code}  {rule.severity} in the merged store\n  {rule.message}\nLooks at  {rule.title}"
    table = LATEST.tables[rule.table]
    fields = ", ".join(table.columns()[name].item.label for name in rule.at if name in table.columns())
    parts = [
        f"{rule.code}  {SEVERITY_WORDS[rule.severity]}",
        f"  {message(rule)}",
        f"Why       {rule.why}",
        f"Looks at  {STAGE_WORDS[rule.stage.name]}: {table.info.title}{f' ({fields})' if fields else ''}",
        f"Versions  {', '.join(rule.versions)}",
        f"Source    {rule.source}",
    ]
    if rule.needs:
        parts.append(f"Needs     {', '.join(_NEEDS_WORDS.get(need, need) for need in rule.needs)}")
    if rule.where:
        parts.append(f"Fires     {' '.join(rule.where.split())}")
    if rule.bad:
        parts.append(f"Bad       {_in_words(rule.bad)}")
        parts.append(f"Good      {_in_words(rule.good) or 'the example return of the template'}")
    return "\n".join(parts)


def _in_words(case: Mapping[str, Any]) -> str:
    """A case as the changes that it makes to the example return. All its values are invented."""
    told = []
    for table, change in case.items():
        rows = change if isinstance(change, list) else [change]
        for row in rows:
            if isinstance(row, Mapping):
                fields = ", ".join(
                    f"{name} = {value or '(blank)'}"
                    for name, value in row.items()
                    if not isinstance(value, dict | list)
                )
                told.append(f"{table}: {fields or 'as in the example'}")
            else:
                told.append(f"{table}: {row}")
        if not rows:
            told.append(f"{table}: no rows")
    return "; ".join(told)


def as_json(rule: Rule | Check) -> dict[str, Any]:
    """A rule or a check as it stands in the document of `mds rules --json`."""
    if isinstance(rule, Check):
        return {
            "code": rule.code,
            "severity": rule.severity,
            "stage": "STORE",
            "table": "",
            "fields": [],
            "message": rule.message,
            "why": rule.title,
            "needs": [],
            "versions": list(VERSIONS),
            "source": "",
        }
    return {
        "code": rule.code,
        "severity": rule.severity,
        "stage": rule.stage.name,
        "table": rule.table,
        "fields": list(rule.at),
        "message": message(rule),
        "why": rule.why,
        "needs": list(rule.needs),
        "versions": list(rule.versions),
        "source": rule.source,
    }


def page(suites: Suites) -> str:
    """The catalogue of all rules, and of the checks of the store, as Markdown."""
    return "\n".join([*_rules(), *_checks(suites)]) + "\n"


def _checks(suites: Suites) -> Iterator[str]:
    yield _CHECKS
    for name, checks in suites.items():
        yield f"### {_SUITES[name]}?\n"
        yield "| Check | Severity | Looks at | What it finds, and what to do |"
        yield "|---|---|---|---|"
        yield from (f"| {check.code} | {check.severity} | {check.title} | {check.message} |" for check in checks)
        yield ""


def _rules() -> Iterator[str]:
    rules = sorted(all_rules().values(), key=lambda rule: rule.code)
    counts = {severity: sum(rule.severity == severity for rule in rules) for severity in SEVERITY_WORDS}
    yield "# Rules\n"
    yield "Made by `make docs` from the declarations in `mds_validators`; do not edit.\n"
    sent_back, rejected, warned = (counts[severity] for severity in ("file", "record", "warning"))
    yield f"{len(rules)} rules: {sent_back} send a whole return back, {rejected} reject a row, {warned} warn.\n"
    for name, model in LATEST.tables.items():
        own = [rule for rule in rules if rule.table == name]
        if not own:
            continue
        yield f"## {model.info.title} ({model.info.number})\n"
        yield "| Rule | Severity | Message | Why | Needs | Source |"
        yield "|---|---|---|---|---|---|"
        for rule in own:
            cells = (rule.code, rule.severity, message(rule), rule.why, ", ".join(rule.needs), rule.source)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        yield ""


__all__ = ["as_json", "explain", "line", "message", "page"]
