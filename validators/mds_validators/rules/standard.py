"""The rules that every table has: mandatory fields, unreadable values, the same key twice, a parent that fell out.

They close gaps of the specification (section 4 gives them for some tables only), so that every fault has a code:
900 and 910Q for fields without a rule of their own, 920 and 925Q for keys, 930 for the cascade.
"""

from __future__ import annotations

from collections.abc import Iterator

from mds_schemas.reading import Fault, ReadContext
from mds_schemas.table import Table
from mds_schemas.types import Kind, Pounds
from mds_schemas.versions import LATEST
from mds_validators.rules.rule import Rule, Stage

OWN_DUPLICATE_RULES = frozenset({"header", "child", "referral", "contact", "death"})
OWN_RULE_FOR_DIFFERENT_ROWS = frozenset({"phase", "service"})
OWN_CASCADE_RULES = frozenset({"condition", "referral", "phase", "contact", "short_break", "care_plan", "death"})


def _refuses(kind: Kind, text: str) -> bool:
    try:
        kind.read(text, ReadContext())
    except Fault:
        return True
    return False


def _field_rules(model: type[Table]) -> Iterator[Rule]:
    info = model.info
    own = model.columns()
    strict = [name for name, column in own.items() if column.mandatory and not column.item.rules]
    lenient = [n for n, c in own.items() if c.item.requirement in ("required", "optional") and not c.item.rules]
    lenient = [name for name in lenient if _refuses(own[name].kind, "!")]
    is_header = info.name == "header"
    yield Rule(
        f"{info.rule_prefix}900",
        "file" if is_header else "record",
        Stage.FIELD,
        info.name,
        "{label}: enter {takes}.",
        "A field that must be filled in is blank, or what stands in it cannot be read.",
        checked_by="field",
        bad={info.name: {strict[0]: ""}} if strict else {},
        good={info.name: {}},
    )
    if lenient:
        yield Rule(
            f"{info.rule_prefix}910Q",
            "warning",
            Stage.FIELD,
            info.name,
            "{label}: this was left out because it cannot be read. Enter {takes}, or leave it blank.",
            "What stands in a field that may be blank cannot be read, so the row is kept without it.",
            checked_by="field",
            bad={info.name: {lenient[0]: "!"}},
            good={info.name: {lenient[0]: ""}},
        )


def _key_rules(model: type[Table]) -> Iterator[Rule]:
    info, own = model.info, model.columns()
    key = ", ".join(info.key)
    # Not by the fields' names, which differ between versions.
    content = f"hash(*COLUMNS(* EXCLUDE (row_id, src, line, {key})))"
    given = " AND ".join(f"{name} IS NOT NULL" for name in info.key)
    blankable = [n for n, c in own.items() if n not in info.key and not c.mandatory and c.sent and c.item.example]
    marked = min(blankable, key=lambda name: isinstance(own[name].kind, Pounds))  # a sum without a part does not add up
    different = Rule(
        f"{info.rule_prefix}920",
        "record",
        Stage.XREC,
        info.name,
        "This row and {others} have the same number but different details. Keep one, or give each its own number.",
        "Two rows that claim to be the same thing cannot both be right.",
        at=info.key,
        query=f"""
            WITH content AS (SELECT row_id, {key}, {content} AS content FROM {info.name} WHERE {given}),
                differing AS (
                    SELECT {key}, min(row_id) AS first, max(row_id) AS last FROM content
                    GROUP BY {key} HAVING count(DISTINCT content) > 1
                )
            SELECT row_id, [CASE WHEN row_id = first THEN last ELSE first END] AS others
            FROM content JOIN differing USING ({key})
        """,
        bad={info.name: [{}, {marked: ""}]},
        good={info.name: [{}, {}]},
    )
    if info.name not in OWN_RULE_FOR_DIFFERENT_ROWS:
        yield different
    yield Rule(
        f"{info.rule_prefix}925Q",
        "warning",
        Stage.XREC,
        info.name,
        "This row is a copy of {others}; one was kept.",
        "Rows that are pasted twice would be counted twice.",
        at=info.key,
        query=f"""
            WITH content AS (SELECT row_id, {key}, {content} AS content FROM {info.name} WHERE {given}),
                copied AS (
                    SELECT {key}, content, min(row_id) AS first FROM content GROUP BY {key}, content HAVING count(*) > 1
                )
            SELECT row_id, [first] AS others FROM content JOIN copied USING ({key}, content) WHERE row_id > first
        """,
        keeps_first=True,
        bad={info.name: [{}, {}]},
        good={info.name: [{}]},
    )


def _cascade_rule(model: type[Table]) -> Rule:
    info = model.info
    return Rule(
        f"{info.rule_prefix}930",
        "record",
        Stage.XTAB,
        info.name,
        f"This row belongs to a {LATEST.tables[info.parent].info.name} row that was not accepted ({{parent}}). "
        "Fix that row first.",
        "A row cannot be kept without the row that it belongs to.",
        at=(info.parent_key,),
        checked_by="cascade",
        bad={info.name: {info.parent_key: "NOSUCH1"}},
        good={info.name: {}},
    )


def _rules() -> Iterator[Rule]:
    for model in LATEST:
        yield from _field_rules(model)
        if model.info.name not in OWN_DUPLICATE_RULES:
            yield from _key_rules(model)
        if model.info.parent and model.info.name not in OWN_CASCADE_RULES:
            yield _cascade_rule(model)


RULES = tuple(_rules())
