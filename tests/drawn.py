"""Returns that are drawn in a test: the example return of the schemas, with a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest.mock import patch

import duckdb

from mds.duck import connect
from mds.intake.source import Intake, Source
from mds.validate.engine import Engine
from mds.validate.returns import Validation, validate
from mds.validate.surroundings import Surroundings, create_tables
from mds_schemas.versions import LATEST, VERSIONS, Version
from mds_validators.rules import Rule

USUAL = ("header", "child", "condition", "register_membership", "referral", "phase", "contact", "short_break",
         "admission", "care_plan", "equipment_request")  # fmt: skip
"""The tables of which the example return has a row. The others come in only when a case names them."""

RECEIVED_ON = "2026-07-06"
Rows = list[dict[str, str]]


def example_row(version: Version, table: str) -> dict[str, str]:
    return {name: column.item.example for name, column in version.tables[table].columns().items()}


def rows_of(case: Mapping[str, Any], version: Version = LATEST) -> dict[str, Rows]:
    """The rows of the example return after the change that `case` describes."""
    rows: dict[str, Rows] = {}
    named = [model for model in version if model.info.about_services and case.get(model.info.name, []) != []]
    if any(model.info.parent for model in named):
        case = {"service": {}, **case}
    for table in version.tables:
        changes = case.get(table, {} if table in USUAL else [])
        if isinstance(changes, Mapping):
            changes = [changes]
        rows[table] = [{**example_row(version, table), **change} for change in changes]
    if version.number == "1.0" and rows["header"] and "schema_version" not in case.get("header", {}):
        rows["header"][0]["schema_version"] = "1.0"
    if named and rows["header"] and "return_type" not in case.get("header", {}):
        rows["header"][0]["return_type"] = "ALL"
    return rows


def load_raw(connection: duckdb.DuckDBPyConnection, rows: dict[str, Rows]) -> list[Source]:
    """Put drawn rows into the working database the way the intake does: texts, with a line number."""
    sources = []
    for table, drawn in rows.items():
        if not drawn:
            continue
        fields = list(dict.fromkeys(name for row in drawn for name in row))
        columns = ", ".join(f"c{position} VARCHAR" for position in range(len(fields)))
        connection.execute(f"CREATE TABLE raw_{table} (line BIGINT, {columns})")
        marks = ", ".join("?" * (len(fields) + 1))
        connection.executemany(
            f"INSERT INTO raw_{table} VALUES ({marks})",
            [[line, *(row.get(name) or None for name in fields)] for line, row in enumerate(drawn, 2)],
        )
        sources.append(
            Source(
                table, LATEST.tables[table].info.title, f"raw_{table}", dict(zip(fields, range(99), strict=False)), 1
            )
        )
    return sources


@dataclass
class Checked:
    """A drawn return after validation: compact tuples to compare."""

    validation: Validation
    connection: duckdb.DuckDBPyConnection
    found: list[tuple[str, str, int | None]] = field(default_factory=list)
    """(code, table, number of the row from 1, None for a finding about the table)."""

    @property
    def codes(self) -> set[str]:
        return {code for code, _, _ in self.found}


REGISTER = [
    ("8HX01", "Sunny Bank Hospice", "CH", "VOL", "EE", "2010-04-01", None),
    ("RX101", "Fen Community Team", "CN", "NHS", "EE", "2010-04-01", None),
    ("RX102", "Closed Team", "CN", "NHS", "EE", "2010-04-01", "2020-03-31"),
    ("RX103", "Northern Team", "CN", "NHS", "NE", "2010-04-01", None),
    ("5E1", "Old Trust", "PC", "NHS", "EE", "2002-04-01", "2013-03-31"),
]
CALENDAR = [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"), ("2025-01-01", "2025-03-31")]
POSTCODES = [
    ("ZX1 1AA", "E09999901", "E12000006", "3", 500000, 200000, "2000-01-01", None),
    ("ZX1 1AB", "E09999902", "E12000006", "8", 530000, 200000, "2000-01-01", None),
    ("ZX9 9ZZ", "E09999901", "E12000006", "3", 500000, 200000, "2000-01-01", "2015-01-01"),
]
ORGANISATIONS = [("8HX01", "Sunny Bank Hospice", "ZX1 1AB", "2010-04-01", None)]
PRACTICES = [("Y99001", "QHG1", "QHG", "2000-01-01", None), ("Y99002", "QHG1", "QHG", "2000-01-01", "2020-01-01")]
SERVICES = [("S1", ["E09999901"], 0, 25)]
COVER = [("S1", "WD", "VIS", "00:00", "24:00")]
CAPACITY = [("S1", 90)]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))


def surround(connection: duckdb.DuckDBPyConnection, case: Mapping[str, Any]) -> Surroundings:
    """The made-up network around a drawn return, with the changes of the case."""
    create_tables(connection)
    for table, rows in (("register", REGISTER), ("calendar", CALENDAR), ("postcodes", POSTCODES),
                        ("organisations", ORGANISATIONS), ("practices", PRACTICES)):  # fmt: skip
        _insert(connection, table, rows)
    around = Surroundings(
        received_on=date.fromisoformat(case.get("received_on", RECEIVED_ON)),
        channel=case.get("channel", "test"),
        at_hand={"register", "calendar", "postcodes", "organisations", "practices", "network", "questionnaire"},
    )
    questionnaire = case.get("questionnaire", {})
    _insert(connection, "known_service", questionnaire.get("service", SERVICES))
    _insert(
        connection,
        "known_cover",
        questionnaire.get("cover", [(*line[:4], line[4].replace("24:", "23:")) for line in COVER]),
    )
    _insert(connection, "known_capacity", questionnaire.get("capacity", CAPACITY))
    _insert(connection, "network_hospice_child", [(child,) for child in case.get("network", ["SB001"])])
    _insert(connection, "network_income", case.get("network_income", []))
    if "same_period" in case:
        _insert(connection, "same_period", [case["same_period"]])
        around.at_hand.add("same_period")
    if "previous" in case:
        _load_previous(connection, case["previous"])
        around.at_hand.add("previous")
    return around


PREVIOUS_HEADER = {"rp_start": "2026-01-01", "rp_end": "2026-03-31", "reference_date": "2026-03-31"}


def _load_previous(connection: duckdb.DuckDBPyConnection, case: Mapping[str, Any]) -> None:
    """The return before, read through the models so that its tables hold what a drawer would hold."""
    rows = rows_of({**case, "header": {**PREVIOUS_HEADER, **case.get("header", {})}})
    for table, drawn in rows.items():
        for row in drawn:
            read = LATEST.tables[table].model_validate(row).model_dump()
            values = [list(value) if isinstance(value, tuple) else value for value in read.values()]
            connection.execute(f"INSERT INTO previous_{table} VALUES ({', '.join('?' * len(values))})", values)
    connection.execute(
        "INSERT INTO previous_ret SELECT rp_start, rp_end, reference_date, ? FROM previous_header",
        [len(rows["contact"])],
    )
    connection.execute(
        "INSERT INTO earlier_death SELECT local_patient_id, death_date, death_place, rp_end FROM previous_death, previous_ret"
    )
    connection.execute(
        "UPDATE previous_phase SET phase_code = p.phase FROM phase_values p"
        " WHERE p.scheme = phase_scheme AND p.word = phase_submitted"
    )


def check_alone(rule: Rule, case: Mapping[str, Any]) -> Checked:
    """The same with one rule, the cascades and the copies, so that no other rule takes away the rows at which it is to look."""
    choose = Engine._choose

    def chosen(engine: Engine, wanted: Callable[[Rule], bool]) -> list[Rule]:
        return choose(
            engine,
            lambda one: wanted(one) and (one.code == rule.code or one.checked_by == "cascade" or one.keeps_first),
        )

    with patch.object(Engine, "_choose", chosen):
        return check(case, rule.versions[-1])


def check(case: Mapping[str, Any], version: str = "2.0") -> Checked:
    """Validate the example return after the change that `case` describes."""
    connection = connect(threads=1)
    around = surround(connection, case)
    chosen = VERSIONS[version]
    sources = load_raw(connection, rows_of(case, chosen))
    validation = validate(connection, Intake(header={}, sources=sources, version=chosen), around)
    found = connection.execute("SELECT code, tbl, row_id + 1 FROM finding ORDER BY ALL").fetchall()
    return Checked(validation, connection, found)
