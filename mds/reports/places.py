"""The findings of a return in the ways in which the reports need them: by rule, the first few, with the row's key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from mds.duck import literal
from mds.validate.findings import Finding, Findings
from mds_validators.rules import Rule

_PLACE = ", ".join(f"found.{name} NULLS FIRST" for name in ("src", "line", "col", "field", "facts", "sheet"))
_FEW_MESSAGES = 50
"""Up to so many different sets of facts are worded to see whether they all say the same."""


@dataclass(frozen=True)
class Keyed:
    """A finding with the number of its source and the key of its row, the sender's own data."""

    finding: Finding
    source: int | None
    key: str


def _keys_among(facts: str | None) -> str:
    """The keys of rows that a finding is about although they are not in the file."""
    return ", ".join(json.loads(facts).get("keys", ())) if facts else ""


class Places(Findings):
    """Findings read out in another order or number. Nothing here holds more than a few of them in memory."""

    @classmethod
    def of(cls, findings: Findings) -> Places:
        return cls(findings.connection, findings.intake)

    def by_place(self) -> Iterator[tuple[Rule, int, Iterator[Finding]]]:
        """Each rule with its number of findings and, to be read before the next rule, these from top to bottom."""
        counted = {rule.code: (rule, count) for rule, count in self.by_rule()}
        rows = self._stream(f"SELECT found.* FROM {self._found()} {self._in_order(counted)}")
        for code, group in groupby(rows, key=lambda row: row[0]):
            rule, count = counted[code]
            yield rule, count, (self._finding(*row) for row in group)

    def first(self, most: int) -> dict[str, list[Finding]]:
        """Rule code → its first few findings."""
        rows = self._stream(
            f"SELECT * FROM {self._found()} QUALIFY row_number() OVER ("
            f" PARTITION BY found.code ORDER BY {_PLACE}) <= {most} ORDER BY code, {_PLACE}"
        )
        found: dict[str, list[Finding]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(self._finding(*row))
        return found

    def answered(self) -> dict[str, int]:
        """Rule code → how many of its findings the sender has answered."""
        rows = self.connection.execute("SELECT code, count(*) FROM finding WHERE answered GROUP BY code").fetchall()
        return dict(rows)

    def keyed(self) -> Iterator[Keyed]:
        """Every finding, by rule and place, with the key fields of its row joined by "|"."""
        keys = " UNION ALL ".join(self._keys_of(name) for name in self._tables)
        order = self._in_order(rule.code for rule, _ in self.by_rule())
        rows = self._stream(
            f"SELECT found.*, keys.key FROM {self._found()} LEFT JOIN ({keys}) AS keys ON keys.tbl = found.tbl"
            f" AND keys.src = found.src AND keys.line = found.line {order}"
        )
        for *row, key in rows:
            yield Keyed(self._finding(*row), row[4], key or _keys_among(row[3]))

    def message_of(self, rule: Rule) -> str | None:
        """What the findings of a rule say when they all say the same, else None."""
        if "{" not in rule.message:
            return rule.message
        # Other rows are named with their sheet where that is not the finding's own.
        where = ("src", self._found()) if "{others}" in rule.message else ("NULL", "finding")
        rows = self.connection.cursor().execute(
            "SELECT DISTINCT tbl, field, facts, {} FROM {} WHERE code = ? LIMIT ?".format(*where),
            [rule.code, _FEW_MESSAGES + 1],
        ).fetchall()  # fmt: skip
        if not rows or len(rows) > _FEW_MESSAGES:
            return None
        messages = {
            self._message(rule, table, field, json.loads(facts or "{}"), src) for table, field, facts, src in rows
        }
        return messages.pop() if len(messages) == 1 else None

    def _found(self) -> str:
        """SQL: the findings with their places under names that a query can use."""
        return f"({self._located()}) AS found (code, tbl, field, facts, src, line, col, sheet)"

    def _in_order(self, codes: Iterable[str]) -> str:
        """SQL: joins the number of each rule and sorts by it and by place."""
        numbers = ", ".join(f"({literal(code)}, {number})" for number, code in enumerate(codes)) or "('', 0)"
        return f"JOIN (VALUES {numbers}) AS rule (code, number) ON rule.code = found.code ORDER BY number, {_PLACE}"

    def _keys_of(self, table: str) -> str:
        """SQL: the key of every row with a finding. Where a row was unfolded into several, the first one's."""
        fields = self.intake.version.tables[table].info.key
        key = ", ".join(f"coalesce({field}::VARCHAR, '')" for field in fields)
        return (
            f"SELECT {literal(table)} AS tbl, src, line, arg_min(concat_ws('|', {key}), row_id) AS key FROM all_{table}"
            f" WHERE row_id IN (SELECT row_id FROM finding WHERE tbl = {literal(table)}) GROUP BY src, line"
        )

    def _stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(query)
        while rows := cursor.fetchmany(10_000):
            yield from rows
