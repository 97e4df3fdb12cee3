"""Reference snapshots: dated copies of outside registers, kept in a home as Parquet. No live register is ever asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.digest import digest
from mds.duck import connect, literal
from mds.failures import ConfigurationFailure

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

KINDS: dict[str, dict[str, str]] = {
    "postcodes": {
        "postcode": "VARCHAR", "lad_code": "VARCHAR", "region_code": "VARCHAR", "imd_decile": "VARCHAR",
        "easting": "INTEGER", "northing": "INTEGER", "valid_from": "DATE", "valid_to": "DATE",
    },
    "organisations": {
        "code": "VARCHAR", "name": "VARCHAR", "postcode": "VARCHAR", "open_from": "DATE", "open_to": "DATE",
    },
    "practices": {
        "practice_code": "VARCHAR", "sub_icb": "VARCHAR", "icb": "VARCHAR", "open_from": "DATE", "open_to": "DATE",
    },
    "populations": {
        "area_code": "VARCHAR", "area_name": "VARCHAR", "age_0_17": "BIGINT", "age_0_19": "BIGINT",
        "age_0_25": "BIGINT", "under_1": "BIGINT", "age_1_5": "BIGINT", "age_6_10": "BIGINT",
        "age_11_15": "BIGINT", "age_16_19": "BIGINT",
    },
    "phases": {"scheme": "VARCHAR", "word": "VARCHAR", "phase": "VARCHAR"},
    "projections": {
        "area_code": "VARCHAR", "year": "INTEGER", "age_0_19": "BIGINT", "age_0_25": "BIGINT", "under_1": "BIGINT",
        "age_1_5": "BIGINT", "age_6_10": "BIGINT", "age_11_15": "BIGINT", "age_16_19": "BIGINT",
    },
    "ethnic_populations": {"area_code": "VARCHAR", "ethnic_category": "VARCHAR", "age_0_19": "BIGINT"},
    "registered_deaths": {"area_code": "VARCHAR", "year": "INTEGER", "age_0_17": "BIGINT"},
}  # fmt: skip
"""Kind of snapshot → its columns. A file may hold more columns; they are left out."""

SHIPPED = files("mds_schemas.reference")
"""The lists that ship with the schemas."""

CHECKED_WITH = ("postcodes", "organisations", "practices")
"""The kinds that rules need."""


@dataclass(frozen=True)
class Reference:
    """The snapshots of one home."""

    folder: Path

    @property
    def _list(self) -> Path:
        return self.folder / "reference.json"

    def snapshots(self) -> dict[str, dict[str, Any]]:
        """Kind → as_of, rows and sha256 of the snapshot that is loaded."""
        if not self._list.is_file():
            return {}
        snapshots: dict[str, dict[str, Any]] = json.loads(self._list.read_text(encoding="utf-8"))
        return snapshots

    def load(self, kind: str, file: Path, as_of: date) -> int:
        """Take in a CSV file as the snapshot of a kind; returns its rows. Raises ConfigurationFailure."""
        import duckdb

        columns = KINDS[kind]
        self.folder.mkdir(parents=True, exist_ok=True)
        target, arriving = self.folder / f"{kind}.parquet", self.folder / f"{kind}.arriving"
        connection = connect()
        try:
            source = f"read_csv({literal(str(file))}, header = true, all_varchar = true)"
            present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
            missing = [name for name in columns if name not in present]
            if missing:
                raise ConfigurationFailure(
                    f"The {kind} file lacks the column {missing[0]}. It needs: {', '.join(columns)}."
                )
            chosen = ", ".join(f"CAST({name} AS {sql}) AS {name}" for name, sql in columns.items())
            connection.execute(
                f"COPY (SELECT {chosen} FROM {source} ORDER BY 1) TO {literal(str(arriving))} (FORMAT parquet)"
            )
            counted = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(arriving))})").fetchone()
        except duckdb.Error:
            raise ConfigurationFailure(
                f"The {kind} file cannot be read as CSV with dates like 2026-04-01 and whole numbers."
            ) from None
        finally:
            connection.close()
        rows = int(counted[0]) if counted else 0
        if not rows:
            arriving.unlink()
            raise ConfigurationFailure(f"The {kind} file holds no rows below its headings.")
        arriving.replace(target)
        snapshots = self.snapshots() | {kind: {"as_of": as_of.isoformat(), "rows": rows, "sha256": digest(file)}}
        self._list.write_text(json.dumps(snapshots, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return rows

    def copy(self, connection: duckdb.DuckDBPyConnection, name: str, kind: str, *columns: str) -> None:
        """Make the temporary table `name` of some columns of a snapshot, empty where it is not loaded. For connections
        that are locked down and cannot read the file themselves."""
        declared = ", ".join(f"{column} {KINDS[kind][column]}" for column in columns)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({declared})")
        file = self.folder / f"{kind}.parquet"
        if not file.is_file():
            return
        reading = connect()
        try:
            query = f"SELECT {', '.join(columns)} FROM read_parquet({literal(str(file))}) ORDER BY ALL"
            connection.register("snapshot", reading.execute(query).to_arrow_table())
            connection.execute(f"INSERT INTO temp.{name} FROM snapshot")
            connection.unregister("snapshot")
        finally:
            reading.close()

    def fill(self, connection: duckdb.DuckDBPyConnection) -> set[str]:
        """Put views of the snapshots in place of the empty reference tables; returns the kinds that are at hand."""
        filled = set()
        for kind in CHECKED_WITH:
            file = self.folder / f"{kind}.parquet"
            if kind in self.snapshots() and file.is_file():
                names = ", ".join(KINDS[kind])
                connection.execute(f"DROP TABLE {kind}")
                connection.execute(f"CREATE VIEW {kind} AS SELECT {names} FROM read_parquet({literal(str(file))})")
                filled.add(kind)
        phases = self.folder / "phases.parquet"
        if phases.is_file():  # a local scheme's words, beside those that ship
            connection.execute(
                f"INSERT INTO phase_values SELECT scheme, lower(word), phase FROM read_parquet({literal(str(phases))})"
            )
        return filled


def shipped(name: str) -> pa.Table:
    """A list that ships with the schemas, every value as text."""
    import pyarrow as pa
    from pyarrow import csv

    text = (SHIPPED / f"{name}.csv").read_bytes()
    columns = text.split(b"\n", 1)[0].decode().strip().split(",")
    types = dict.fromkeys(columns, pa.string())
    return csv.read_csv(pa.BufferReader(text), convert_options=csv.ConvertOptions(column_types=types))
