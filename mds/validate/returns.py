"""Validates one return: typed tables, derived fields, rules, verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mds.duck import in_one_step
from mds.validate import sql
from mds.validate.columns import ColumnReader, declaration
from mds.validate.derive import derive
from mds.validate.engine import FINDING_TABLE, Engine
from mds.validate.surroundings import Surroundings, fill_known_services
from mds_schemas.reading import ReadContext
from mds_schemas.versions import LATEST, part_of, parts
from mds_validators.rules import all_rules

if TYPE_CHECKING:
    import duckdb

    from mds.intake.source import Intake

Verdict = Literal["accepted", "accepted_in_part", "sent_back"]


@dataclass(frozen=True)
class Count:
    """Rows of one table: sent = accepted + rejected + held.

    Rejected rows break a record-level rule, or belong to a row that does. Held rows are not wrong in themselves: copies
    of a row that was kept, and all the rest of a return that was sent back.
    """

    rows: int
    accepted: int
    rejected: int
    held: int


@dataclass
class Validation:
    """The outcome of checking one return. The findings themselves stand in the working database."""

    intake: Intake
    verdict: Verdict
    header: dict[str, Any]
    tables: dict[str, Count]
    not_run: list[tuple[str, str]] = field(default_factory=list)
    """(rule code, what it needs that is not at hand)."""
    warnings: int = 0
    answered: int = 0
    """How many of the warnings have an answer."""


def validate(connection: duckdb.DuckDBPyConnection, intake: Intake, around: Surroundings) -> Validation:
    """Check a return that the intake has read into `connection`, where the tables of `around` are loaded too."""
    in_one_step(connection, (*sql.MACROS, FINDING_TABLE))
    _record_intake(connection, intake)
    _type_tables(connection, intake, around)
    _make_ret(connection, around)
    derive(connection, intake.version, around.phase_scheme)
    header = _header(connection)
    earlier = around.earlier_of(header["provider_code"] or "")
    about, start = header["return_type"], header["rp_start"]
    if earlier and about and start and earlier.fill_previous(connection, about, start):
        around.at_hand.add("previous")
    if "SQ" in parts(about):
        fill_known_services(connection, "all_{}")
        around.at_hand.add("questionnaire")
    elif earlier and start and earlier.fill_known_services(connection, start):
        around.at_hand.add("questionnaire")
    engine = Engine(connection, intake.version, around.needs_met())
    engine.prepare()
    engine.run(earlier)
    verdict = _verdict(connection)
    return Validation(
        intake=intake,
        verdict=verdict,
        header=header,
        tables=_count(connection, intake, verdict),
        not_run=[(code, need) for code, need in engine.not_run if _is_about(code, about)],
    )


def _is_about(code: str, return_type: str | None) -> bool:
    """Whether a rule is about a part that a return of this type holds: its sender need not hear of the others."""
    table = all_rules()[code].table
    return table == "header" or not parts(return_type) or part_of(LATEST.tables[table]) in parts(return_type)


def _record_intake(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    import json

    for found in intake.findings:
        facts = json.dumps(found.facts, sort_keys=True) if found.facts else None
        connection.execute(
            "INSERT INTO finding (code, tbl, field, facts, src, line, col, sheet) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                found.code,
                found.table,
                found.field or None,
                facts,
                found.source,
                found.line,
                found.column,
                found.sheet or None,
            ],
        )


def _type_tables(connection: duckdb.DuckDBPyConnection, intake: Intake, around: Surroundings) -> None:
    numeric = connection.execute("SELECT provider_code FROM register UNION SELECT code FROM organisations").fetchall()
    context = ReadContext(
        epoch_1904=intake.epoch_1904,
        latest_year=around.received_on.year,
        numeric_codes=_numeric_codes([code for (code,) in numeric]),
    )
    empty = []
    # All tables of the latest version are there, so that derived fields need not ask which version this is.
    for name, model in {**LATEST.tables, **intake.version.tables}.items():
        if sources := [(number, source) for number, source in enumerate(intake.sources) if source.table == name]:
            ColumnReader(connection, model, context).build(sources)
        else:
            empty.append(declaration(model))
    in_one_step(connection, empty)


def _numeric_codes(codes: list[str]) -> dict[str, str]:
    """Number → code, for register codes such as 5E1 that a spreadsheet reads as a number, when only one does (L13)."""
    from mds_schemas.types import as_number

    readings: dict[str, set[str]] = {}
    for code in codes:
        if (number := as_number(code)) is not None:
            readings.setdefault(number, set()).add(code)
    return {number: found.copy().pop() for number, found in readings.items() if len(found) == 1}


def _make_ret(connection: duckdb.DuckDBPyConnection, around: Surroundings) -> None:
    """`ret`: the header as one row, with what stands in for a clock and for the network's settings."""
    connection.execute(
        """
        CREATE TABLE ret AS SELECT header.* REPLACE (coalesce(header.reference_date, header.rp_end) AS reference_date),
            ?::DATE AS received_on, ?::VARCHAR AS channel, ?::DATE AS last_day_of_v1
        FROM (SELECT 1) LEFT JOIN (SELECT * EXCLUDE (row_id, src, line) FROM all_header ORDER BY row_id LIMIT 1) AS header ON true
        """,
        [around.received_on, around.channel, around.last_day_of_v1],
    )


def _header(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    cursor = connection.execute("SELECT * FROM ret")
    names = [column[0] for column in cursor.description or []]
    row = cursor.fetchone()
    return dict(zip(names, row or [None] * len(names), strict=True))


def _verdict(connection: duckdb.DuckDBPyConnection) -> Verdict:
    found = {row[0] for row in connection.execute("SELECT DISTINCT code FROM finding").fetchall()}
    severities = {all_rules()[code].severity for code in found}
    if "file" in severities:
        return "sent_back"
    return "accepted_in_part" if "record" in severities else "accepted"


def _count(connection: duckdb.DuckDBPyConnection, intake: Intake, verdict: Verdict) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    sent = {source.table for source in intake.sources} - {"header"}
    for name in filter(sent.__contains__, intake.version.tables):
        row = connection.execute(
            f"SELECT (SELECT count(*) FROM all_{name}), (SELECT count(*) FROM out_{name} WHERE NOT held),"
            f" (SELECT count(*) FROM out_{name} WHERE held)"
        ).fetchone()
        rows, rejected, held = row or (0, 0, 0)
        if verdict == "sent_back":
            held = rows - rejected
        if rows:
            counts[name] = Count(rows, rows - rejected - held, rejected, held)
    return counts
