"""A rule's message for all its findings at once: what differs between them is said in general words."""

from __future__ import annotations

from string import Formatter

from mds.duck import literal
from mds.reports.places import Places
from mds.reports.wording import field_label, listed, number
from mds_validators.rules import Rule

_MOST_FIELDS = 3
_GENERAL = {"others": "other rows", "parent": "each finding says which row", "advice": "do what each finding says"}


def common_message(places: Places, rule: Rule) -> str:
    """What the findings of a rule say, or, where they differ, the message without what differs."""
    same = places.message_of(rule)
    if same is not None:
        return same
    words: dict[str, str] = dict(_GENERAL)
    for _, name, _, _ in Formatter().parse(rule.message):
        if name in ("label", "takes"):
            words |= _field_words(places, rule)
        elif name and name not in words:
            words[name] = _range(places, rule, name)
    return rule.message.format(**words)


def _field_words(places: Places, rule: Rule) -> dict[str, str]:
    """The labels of the fields concerned, and what they take when they all take the same."""
    rows = places.connection.cursor().execute(
        "SELECT tbl, field FROM finding WHERE code = ? GROUP BY ALL ORDER BY min(rowid)", [rule.code]
    ).fetchall()  # fmt: skip
    version = places.intake.version
    labels = list(dict.fromkeys(field_label(version, table, field or "") for table, field in rows))
    takes = {
        column.kind.describe()
        for table, field in rows
        if (model := version.tables.get(table)) and (column := model.columns().get(field or ""))
    }
    return {
        "label": listed(labels, _MOST_FIELDS),
        "takes": takes.pop() if len(takes) == 1 else "what the field takes",
    }


def _range(places: Places, rule: Rule, name: str) -> str:
    """The numbers of a fact as "2 to 14"; its words where there are few; else nothing."""
    fact = f"json_extract_string(facts, {literal('$.' + name)})"
    row = places.connection.cursor().execute(
        f"SELECT min(TRY_CAST({fact} AS DOUBLE)), max(TRY_CAST({fact} AS DOUBLE)), count(DISTINCT {fact}),"
        f" count(TRY_CAST({fact} AS DOUBLE)) = count({fact}) FROM finding WHERE code = ?",
        [rule.code],
    ).fetchone()  # fmt: skip
    least, most, kinds, numeric = row or (None, None, 0, False)
    if numeric and least is not None:
        return _plain(least) if least == most else f"{_plain(least)} to {_plain(most)}"
    texts = places.connection.cursor().execute(
        f"SELECT DISTINCT {fact} AS fact FROM finding WHERE code = ? AND fact IS NOT NULL ORDER BY fact LIMIT ?",
        [rule.code, _MOST_FIELDS + 1],
    ).fetchall()  # fmt: skip
    hint = any(text.startswith(" ") for (text,) in texts)  # an addition to the message, not a word of it
    if hint or not texts:
        return ""
    return listed([text for (text,) in texts]) if kinds <= _MOST_FIELDS else "several"


def _plain(value: float) -> str:
    return number(int(value)) if value.is_integer() else f"{value:g}"
