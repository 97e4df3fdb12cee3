"""Findings with their place in the sender's file, in the order in which they are worth working through.

A finding's message is safe: it holds no cell value, local number or name, and may be printed, logged and e-mailed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mds_validators.rules import Rule, all_rules

if TYPE_CHECKING:
    import duckdb

    from mds.intake.source import Intake

SEVERITIES = ("file", "record", "warning")
_SHOWN_ROWS = 5


@dataclass(frozen=True)
class Finding:
    """One finding, where it stands in the sender's file, and what to do about it."""

    code: str
    severity: str
    table: str
    sheet: str
    row: int | None
    cell: str
    field: str
    message: str
    answered: bool = False
    """A warning that the provider has answered."""

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "table": self.table,
            "sheet": self.sheet or None,
            "row": self.row,
            "cell": self.cell or None,
            "field": self.field or None,
            "message": self.message,
            **({"answered": True} if self.answered else {}),
        }


def column_letters(position: int) -> str:
    """Column number from 0 → its letters: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _lines_in_words(lines: list[int], more: int) -> str:
    """Rows of one sheet: "row 2", "rows 2, 3 and 7 more"."""
    words = [*map(str, lines), *([f"{more} more"] if more else [])]
    return f"row {words[0]}" if len(words) == 1 else f"rows {_listed(words)}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class Findings:
    """The findings of one validated return, read out of its working database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
        self.connection = connection
        self.intake = intake
        self._tables = list(intake.version.tables)

    def __iter__(self) -> Iterator[Finding]:
        cursor = self.connection.cursor()
        cursor.execute(self._located())
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                yield self._finding(*row)

    def count_warnings(self) -> tuple[int, int]:
        """How many findings are warnings, and how many of these are answered."""
        warnings = [code for code, rule in all_rules().items() if rule.severity == "warning"]
        row = self.connection.execute(
            "SELECT count(*), count(*) FILTER (answered) FROM finding WHERE code IN (SELECT unnest(?))", [warnings]
        ).fetchone()
        return row or (0, 0)

    def by_rule(self) -> list[tuple[Rule, int]]:
        """Each rule that was broken, with its number of findings, in order."""
        counts = self.connection.execute("SELECT code, count(*) FROM finding GROUP BY code").fetchall()
        rules = all_rules()
        order = {name: number for number, name in enumerate(self._tables)}
        found = [(rules[code], count) for code, count in counts]
        return sorted(
            found, key=lambda entry: (SEVERITIES.index(entry[0].severity), order.get(entry[0].table, 99), entry[0].code)
        )

    def _located(self) -> str:
        """SQL: the findings with sheet number and line, sorted by severity, table, rule and place."""
        rows = " UNION ALL ".join(
            f"SELECT '{name}' AS tbl, row_id, src, line FROM all_{name} WHERE row_id IN"
            f" (SELECT row_id FROM finding WHERE tbl = '{name}')"
            for name in self._tables
        )
        rank = {code: SEVERITIES.index(rule.severity) for code, rule in all_rules().items()}
        ranks = ", ".join(f"('{code}', {number})" for code, number in rank.items())
        tables = ", ".join(f"('{name}', {number})" for number, name in enumerate(self._tables))
        return f"""
            SELECT f.code, f.tbl, f.field, f.facts, coalesce(f.src, r.src), coalesce(f.line, r.line), f.col, f.sheet, f.answered
            FROM finding AS f
            LEFT JOIN ({rows}) AS r ON r.tbl = f.tbl AND r.row_id = f.row_id
            JOIN (VALUES {ranks}) AS rule (code, severity) ON rule.code = f.code
            JOIN (VALUES {tables}) AS place (tbl, number) ON place.tbl = f.tbl
            ORDER BY rule.severity, place.number, f.code, 5 NULLS FIRST, 6 NULLS FIRST, f.field, f.facts, f.col
        """

    def _finding(
        self, code: str, table: str, field: str | None, facts: str | None, src: int | None, line: int | None,
        column: int | None, sheet: str | None, answered: bool,
    ) -> Finding:  # fmt: skip
        rule = all_rules()[code]
        sheet, line, cell = self._place(table, field, src, line, column, sheet)
        message = self._message(rule, table, field, json.loads(facts) if facts else {}, src)
        return Finding(code, rule.severity, table, sheet, line, cell, field or "", message, bool(answered))

    def _place(
        self, table: str, field: str | None, src: int | None, line: int | None, column: int | None, sheet: str | None
    ) -> tuple[str, int | None, str]:
        if table == "header" and sheet is None:
            place = self.intake.header_places.get(field or "")
            if place is None:
                return "", None, ""
            sheet, line, column = place
        elif src is not None:
            source = self.intake.sources[src]
            sheet = source.sheet
            if column is None and field:
                column = source.columns.get(field)
        cell = f"{column_letters(column)}{line}" if column is not None and line is not None else ""
        return sheet or "", line, cell

    def _message(self, rule: Rule, table: str, field: str | None, facts: dict[str, Any], src: int | None) -> str:
        if "{" not in rule.message:
            return rule.message
        if field and (column := self.intake.version.tables[table].columns().get(field)):
            facts = {"label": column.item.label, "takes": column.kind.describe(), **facts}
        if "others" in facts:
            facts["others"] = self._rows_in_words(table, facts["others"], src)
        if "{parent}" in rule.message:
            facts["parent"] = self._parent_in_words(table, facts)
        return rule.message.format(**facts)

    def _rows_in_words(self, table: str, row_ids: list[int], src: int | None) -> str:
        """Rows by their numbers, those of another sheet than `src` with its name."""
        ids = sorted(set(row_ids))
        rows = self.connection.cursor().execute(
            f"SELECT src, line FROM all_{table} WHERE row_id IN ({', '.join(map(str, ids[:_SHOWN_ROWS]))}) ORDER BY row_id"
        ).fetchall()  # fmt: skip
        more = len(ids) - len(rows)
        sheets = [(place, [line for _, line in group]) for place, group in groupby(rows, key=itemgetter(0))]
        words = []
        for place, lines in sheets:
            there = "" if place == src else f" of {self.intake.sources[place].sheet}"
            words.append(_lines_in_words(lines, more if len(sheets) == 1 else 0) + there)
        if more and len(sheets) > 1:
            words.append(f"{more} more")
        return _listed(words)

    def _parent_in_words(self, table: str, facts: dict[str, Any]) -> str:
        parent = self.intake.version.tables[table].info.parent
        if facts.get("parent_row") is None:
            return "no row with that number was sent"
        line = self.connection.cursor().execute(
            f"SELECT src, line FROM all_{parent} WHERE row_id = ?", [facts["parent_row"]]
        ).fetchone() or (0, None)  # fmt: skip
        where = f"row {line[1]} of {self.intake.sources[line[0]].sheet}"
        return f"{where}: {facts['parent_code']}" if facts.get("parent_code") else where
