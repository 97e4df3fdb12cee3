"""Validates returns of the demo among the register and the reference snapshots that go with them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from mds.duck import connect
from mds.intake.returns import read_return
from mds.validate.findings import Findings
from mds.validate.returns import Validation, validate
from mds.validate.surroundings import Surroundings, create_tables
from mds_schemas.versions import LATEST

LOADED = {
    "register": "providers.csv",
    "postcodes": "reference/postcodes.csv",
    "organisations": "reference/organisations.csv",
    "practices": "reference/practices.csv",
}
CALENDAR = [(date(year, month, 1)) for year in (2025, 2026) for month in (1, 4, 7, 10)]


@dataclass
class Checked:
    """A return after validation, with what the next return of its provider is checked against."""

    validation: Validation
    found: list[tuple[str, str, str, str]]
    """(code, table, sheet, cell) of each finding."""
    accepted: dict[str, Any] = field(default_factory=dict)
    """Table → its accepted rows as an Arrow table."""

    @property
    def codes(self) -> set[str]:
        return {found[0] for found in self.found}

    @property
    def severe(self) -> list[tuple[str, str, str, str]]:
        return [found for found in self.found if not found[0].endswith("Q")]


def check(path: Path, folder: Path, received_on: date, before: list[Checked] | None = None) -> Checked:
    """Validate the return at `path`. `folder` holds `providers.csv` and `reference/`; `before` are the accepted returns
    of the same provider, oldest first, where they are at hand."""
    connection = connect(threads=1)
    create_tables(connection)
    _load(connection, folder)
    around = Surroundings(received_on, channel="test", at_hand={*LOADED, "calendar"})
    if before:
        _load_previous(connection, before)
        around.at_hand |= {"previous"}
    intake = read_return(connection, path)
    validation = validate(connection, intake, around)
    found = [(one.code, one.table, one.sheet or "", one.cell or "") for one in Findings(connection, intake)]
    accepted = {
        name: connection.execute(f"SELECT * EXCLUDE (row_id, src, line) FROM {name}").to_arrow_table()
        for name in intake.version.tables
        if name != "header"
    }
    return Checked(validation, found, accepted)


def _load(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for table, name in LOADED.items():
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            heading, *rows = csv.reader(stream)
        marks = ", ".join("?" * len(heading))
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(heading)}) VALUES ({marks})",
            [[cell or None for cell in row] for row in rows],
        )
    quarters = [(first, after) for first, after in pairwise(CALENDAR)]
    connection.executemany("INSERT INTO calendar VALUES (?, CAST(? AS DATE) - 1)", quarters)


def _load_previous(connection: duckdb.DuckDBPyConnection, before: list[Checked]) -> None:
    for name, rows in before[-1].accepted.items():
        known = [column for column in rows.column_names if column in LATEST.tables[name].columns()]
        if rows.num_rows:
            connection.register("arriving", rows)
            connection.execute(f"INSERT INTO previous_{name} BY NAME SELECT {', '.join(known)} FROM arriving")
            connection.unregister("arriving")
    header = before[-1].validation.header
    connection.execute(
        "INSERT INTO previous_ret VALUES (?, ?, ?, ?)",
        [header["rp_start"], header["rp_end"], header["reference_date"], before[-1].accepted["contact"].num_rows],
    )
    for checked in before:
        if checked.accepted["death"].num_rows:
            connection.register("arriving", checked.accepted["death"])
            connection.execute(
                "INSERT INTO earlier_death SELECT local_patient_id, death_date, death_place, ? FROM arriving",
                [checked.validation.header["rp_end"]],
            )
            connection.unregister("arriving")
