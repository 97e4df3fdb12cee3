"""Returns as files: written, read, checked, and ready to be reported on."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from drawn import Checked, check, rows_of
from openpyxl import Workbook

from mds.duck import connect
from mds.intake.returns import read_return
from mds.validate.findings import Findings
from mds.validate.returns import Validation, validate
from mds.validate.surroundings import Surroundings, create_tables
from mds_schemas.versions import LATEST

RECEIVED_ON = date(2026, 7, 6)


@dataclass
class Returned:
    """A return after its check."""

    connection: duckdb.DuckDBPyConnection
    validation: Validation
    findings: Findings

    def found(self) -> set[tuple[str, str, str]]:
        return {(finding.code, finding.sheet, finding.cell) for finding in self.findings}


def drawn(case: Mapping[str, Any]) -> Returned:
    """The example return after a change, checked without a file."""
    checked: Checked = check(case)
    return Returned(checked.connection, checked.validation, Findings(checked.connection, checked.validation.intake))


def received(path: Path) -> Returned:
    """A return checked from its file, on a machine that knows nothing of the network."""
    connection = connect(threads=1)
    create_tables(connection)
    intake = read_return(connection, path)
    validation = validate(connection, intake, Surroundings(RECEIVED_ON))
    return Returned(connection, validation, Findings(connection, intake))


def write_folder(folder: Path, case: Mapping[str, Any]) -> Path:
    """The example return after a change, as one CSV file for each table."""
    folder.mkdir(exist_ok=True)
    for table, rows in rows_of(case).items():
        if rows:
            with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    return folder


def write_book(path: Path, case: Mapping[str, Any]) -> Path:
    """The example return after a change, as a workbook with a sheet for each table."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for table, rows in rows_of(case).items():
        if rows:
            sheet = workbook.create_sheet(LATEST.tables[table].info.title)
            sheet.append(list(rows[0]))
            for row in rows:
                sheet.append([text or None for text in row.values()])
    workbook.save(path)
    return path
