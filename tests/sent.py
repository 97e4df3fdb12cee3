"""Files as senders make them, drawn in a test as rows of cells, and what the intake makes of them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drawn import USUAL, example_row
from openpyxl import Workbook
from openpyxl.utils import coordinate_to_tuple

from mds.duck import connect
from mds.intake.returns import read_return
from mds.intake.source import Intake
from mds.validate.engine import FINDING_TABLE
from mds.validate.findings import Findings
from mds.validate.returns import Validation, _record_intake, _type_tables, validate
from mds.validate.surroundings import Surroundings, create_tables
from mds_schemas.versions import LATEST, Version

RECEIVED_ON = date(2026, 7, 6)
Rows = Sequence[Sequence[Any]]

CHILD = ("local_patient_id", "nhs_number_status", "sex", "ethnic_category", "caseload_status")
"""The mandatory columns of a child."""
ROBIN = ("SB001", "07", "1", "APAK", "A")
HEADER = {"schema_version": "2.0", "return_type": "MDS", "provider_code": "8HX01", "network_code": "EE",
          "rp_start": "2026-04-01", "rp_end": "2026-06-30", "live_or_test": "T"}  # fmt: skip


def xlsx(path: Path, sheets: Mapping[str, Rows], *, corner: str = "A1", hidden: Sequence[str] = ()) -> Path:
    """A workbook whose tables begin at `corner`. A cell that is None is not written."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    down, right = coordinate_to_tuple(corner)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for line, row in enumerate(rows, down):
            for column, value in enumerate(row, right):
                if value is not None:
                    sheet.cell(line, column, value)
        if name in hidden:
            sheet.sheet_state = "hidden"
    workbook.save(path)
    return path


def children(*rows: Sequence[Any], headings: Sequence[Any] = CHILD) -> Rows:
    return [list(headings), *map(list, rows)]


def child_with(field: str, *values: Any) -> Rows:
    """Children that have the mandatory columns, and one more with the values to look at."""
    rows = [[f"SB{number:03}", *ROBIN[1:], value] for number, value in enumerate(values, 1)]
    return children(*rows, headings=[*CHILD, field])


def example_sheets(
    version: Version = LATEST, **changes: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> dict[str, Rows]:
    """The example return as sheets named and headed as in the template, with changes to rows of some tables."""
    drawn: dict[str, Rows] = {}
    for table, model in version.tables.items():
        changed = changes.get(table, {} if table in USUAL else [])
        rows = [changed] if isinstance(changed, Mapping) else changed
        if rows:
            columns = model.columns()
            complete = [{**example_row(version, table), **row} for row in rows]
            labels = [column.item.label for column in columns.values()]
            drawn[model.info.title] = [labels, *([row[name] or None for name in columns] for row in complete)]
    return drawn


def converted(path: Path, kind: str) -> Path:
    """The same workbook as LibreOffice saves it. Skips the test where there is no LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    target = path.with_suffix(f".{kind}")
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    folder = path.parent / kind
    command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (folder / path.name).with_suffix(f".{kind}").replace(target)


@dataclass
class Read:
    """A file after the intake and the typing of its columns: values and findings as compact tuples."""

    connection: duckdb.DuckDBPyConnection
    intake: Intake

    @property
    def found(self) -> list[tuple[str, str, str]]:
        """(code, sheet, cell) of each finding; the cell is the row where the finding has no column."""
        return [(one.code, one.sheet, one.cell or str(one.row or "")) for one in Findings(self.connection, self.intake)]

    @property
    def codes(self) -> set[str]:
        return {code for code, _, _ in self.found}

    def messages(self, code: str) -> list[str]:
        return [one.message for one in Findings(self.connection, self.intake) if one.code == code]

    def values(self, field: str, table: str = "child") -> list[Any]:
        """The values of a field, row by row."""
        rows = self.connection.execute(f"SELECT {field} FROM all_{table} ORDER BY row_id").fetchall()
        return [row[0] for row in rows]

    def lines(self, table: str = "child") -> list[int]:
        return [row[0] for row in self.connection.execute(f"SELECT line FROM all_{table} ORDER BY row_id").fetchall()]


def read(path: Path, options: dict[str, str] | None = None) -> Read:
    """Read a file and type its columns, without the rules that look at more than one field."""
    connection = connect(threads=1)
    create_tables(connection)
    intake = read_return(connection, path, HEADER if options is None else options)
    connection.execute(FINDING_TABLE)
    _record_intake(connection, intake)
    _type_tables(connection, intake, Surroundings(RECEIVED_ON))
    return Read(connection, intake)


def checked(path: Path, options: dict[str, str] | None = None) -> tuple[Validation, Read]:
    """Read a file and run every rule."""
    connection = connect(threads=1)
    create_tables(connection)
    intake = read_return(connection, path, options or {})
    validation = validate(connection, intake, Surroundings(RECEIVED_ON))
    return validation, Read(connection, intake)
