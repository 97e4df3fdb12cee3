"""Answers to warnings: the provider says why a true oddity is true, and is not asked again while the value stays.

An answer belongs to a rule and a row, named by the row's key fields with `|` between them (as the marked workbook shows
them). Answers and their reasons stay in the provider's drawer; what leaves is that a warning was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mds.failures import UnreadableFile, UsageFailure
from mds.intake.text import CsvPage
from mds_schemas.versions import Version
from mds_validators.rules import all_rules

if TYPE_CHECKING:
    import duckdb

COLUMNS = ("rule", "row key", "reason")
_ALSO = {"code": "rule"}
"""Headings of the marked workbook."""


@dataclass(frozen=True)
class Answer:
    """One answer: the line of the file that gives it, the rule, the row's key and the reason."""

    line: int
    code: str
    row_key: str
    reason: str


def read_answers(path: Path) -> list[Answer]:
    """The answers in a CSV file, which is read as a return is. Raises UsageFailure when a column is missing or a rule
    cannot be answered."""
    try:
        rows = [
            (line, row) for line, row in CsvPage(path.stem, lambda: path.open("rb")).rows() if any(map(str.strip, row))
        ]
    except (OSError, UnreadableFile):
        raise UsageFailure("The answers file cannot be read. Look at its quotes, and save it as CSV UTF-8.") from None
    headings = [_heading(name) for name in rows[0][1]] if rows else []
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise UsageFailure(f'The answers file lacks the column "{missing[0]}". It needs: {", ".join(COLUMNS)}.')
    answers = []
    for line, row in rows[1:]:
        named = dict.fromkeys(COLUMNS, "") | {
            name: text.strip() for name, text in zip(headings, row, strict=False) if name
        }
        if not any(named.values()):
            continue
        code = named["rule"].upper()
        rule = all_rules().get(code)
        if rule is None or rule.severity != "warning":
            raise UsageFailure(
                f"Line {line} of the answers file does not name a warning. Only warnings can be answered."
            )
        if not named["reason"]:
            raise UsageFailure(f"Line {line} of the answers file gives no reason.")
        answers.append(Answer(line, code, named["row key"], named["reason"]))
    return answers


def _heading(name: str) -> str:
    heading = name.strip().lower().replace("_", " ")
    return _ALSO.get(heading, heading)


def key_and_digest(version: Version, code: str, table: str) -> tuple[str, str]:
    """SQL for the key of a row `r` and for a digest that changes with what the rule looks at in it.

    What is said of a table or of the header as a whole changes with the numbers found (`f.facts`) and the place.
    """
    model = version.tables[table]
    parts = ", ".join(f"coalesce(r.{name}::VARCHAR, '')" for name in model.info.key)
    looked_at = [name for name in all_rules()[code].at if name in model.columns()] or list(model.columns())
    texts = [f"r.{name}::VARCHAR" for name in looked_at]
    texts += [f"CASE WHEN f.row_id IS NULL THEN f.{name}::VARCHAR END" for name in ("facts", "field", "col")]
    key = f"CASE WHEN r.row_id IS NULL THEN '' ELSE concat_ws('|', {parts}) END"
    return key, f"sha256(to_json([{', '.join(texts)}])::VARCHAR)"


def mark_answered(
    connection: duckdb.DuckDBPyConnection, version: Version, answers: list[Answer], drawer: str | None, today: date
) -> list[int]:
    """Mark the warnings that are answered now or were before; returns the lines of answers that fit no warning.

    `drawer` is the alias of the attached drawer, whose answers are renewed, or None where there is none.
    """
    fitting: set[int] = set()
    warned = connection.execute("SELECT DISTINCT code, tbl FROM finding ORDER BY ALL").fetchall()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE given (line INTEGER, code VARCHAR, row_key VARCHAR, reason VARCHAR)"
    )
    for answer in answers:
        values = [answer.line, answer.code, answer.row_key, answer.reason]
        connection.execute("INSERT INTO given VALUES (?, ?, ?, ?)", values)
    for code, table in warned:
        if all_rules()[code].severity == "warning" and table in version.tables:
            fitting |= _answer(connection, version, drawer, code, table, today)
    return sorted({answer.line for answer in answers} - fitting)


_LISTED = "array_to_string(f.facts ->> '$.keys[*]', ', ') AS listed"
"""The keys of rows that are not in the file, as the marked workbook shows them."""


def _answer(
    connection: duckdb.DuckDBPyConnection, version: Version, drawer: str | None, code: str, table: str, today: date
) -> set[int]:
    """Mark the answered warnings of one rule; returns the lines of the answers that fit one."""
    key, digest = key_and_digest(version, code, table)
    # A finding about the header, or about a whole table, names no row: there is one header.
    same = "true" if table == "header" else "r.row_id = f.row_id"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE asked AS SELECT f.rowid AS id, {key} AS row_key, {digest} AS digest, {_LISTED}"
        f" FROM finding AS f LEFT JOIN all_{table} AS r ON {same} WHERE f.code = ? AND f.tbl = ?",
        [code, table],
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE answering AS
        SELECT DISTINCT ON (asked.id) asked.*, given.line, given.reason FROM asked
        JOIN given ON given.code = ? AND given.row_key IN (asked.row_key, listed, CASE WHEN ? THEN '' END)
        ORDER BY given.line DESC
        """,
        [code, table == "header"],
    )
    known = "SELECT id FROM answering"
    if drawer:
        _remember(connection, drawer, code, table, today)
        known += (
            f" UNION SELECT id FROM asked JOIN {drawer}.answer AS k USING (row_key, digest)"
            f" WHERE k.code = '{code}' AND k.tbl = '{table}'"
        )
    connection.execute(f"UPDATE finding SET answered = true WHERE rowid IN ({known})")
    fitted = connection.execute(
        "SELECT DISTINCT line FROM given JOIN asked ON given.row_key IN (asked.row_key, listed, CASE WHEN ? THEN '' END)"
        " WHERE given.code = ?",
        [table == "header", code],
    ).fetchall()
    return {line for (line,) in fitted}


def _remember(connection: duckdb.DuckDBPyConnection, drawer: str, code: str, table: str, today: date) -> None:
    """Put the answers given now into the drawer, in place of older ones for the same row and rule."""
    connection.execute(
        f"DELETE FROM {drawer}.answer WHERE code = ? AND tbl = ? AND row_key IN (SELECT row_key FROM answering)",
        [code, table],
    )
    connection.execute(
        f"INSERT INTO {drawer}.answer (code, tbl, row_key, digest, reason, answered_on)"
        " SELECT DISTINCT ?, ?, row_key, digest, reason, ?::DATE FROM answering",
        [code, table, today],
    )
