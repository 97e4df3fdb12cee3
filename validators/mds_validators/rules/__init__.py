"""All rules, by table. A new rule is one declaration in the module of its table and nothing else."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import import_module

from mds_validators.rules.rule import Rule, Stage

MODULES = (
    "header",
    "child_identity",
    "child",
    "condition",
    "register_membership",
    "referral",
    "funding",
    "phase",
    "contact",
    "stays",
    "plans",
    "end_of_life",
    "services",
    "resources",
    "answers",
    "standard",
)


@cache
def all_rules() -> dict[str, Rule]:
    """Code → rule, in the order in which they run. Raises ValueError for a code that is used twice."""
    rules: dict[str, Rule] = {}
    for module in MODULES:
        for rule in import_module(f"{__name__}.{module}").RULES:
            if rule.code in rules:
                raise ValueError(f"rule code {rule.code} is used twice")
            rules[rule.code] = rule
    return dict(sorted(rules.items(), key=lambda entry: (entry[1].stage, entry[0])))


@cache
def rule_set() -> str:
    """A short name of exactly these rules, for receipts: it changes when any of them does."""
    told = [
        (rule.code, rule.severity, int(rule.stage), rule.table, rule.sql, rule.at, rule.needs, rule.versions)
        for rule in all_rules().values()
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


__all__ = ["MODULES", "Rule", "Stage", "all_rules", "rule_set"]
