"""A provider's drawer: its own last accepted returns, encrypted, for comparison with the next one.

It never leaves the provider. It holds identity, as the provider's own systems do, and so has its own key.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mds.duck import in_one_step, literal
from mds.encrypted import attach, told
from mds.keys import Key, private_folder
from mds.validate.surroundings import fill_known_services
from mds.writing import writing
from mds_schemas.versions import LATEST, Part, part_of, parts

if TYPE_CHECKING:
    import duckdb

    from mds.validate.returns import Validation

ALIAS = "drawer"
MOST_SAME_FILES = 50
"""Of so many files that held exactly the same the digests are kept."""
_CHOSEN = "return_type = ? AND rp_start = ?"
"""The rows of one part and period. The column `return_type` holds the part, which is itself a type of return."""


def _kept_tables(*held: Part) -> list[str]:
    """The tables of which rows are kept, those of some parts or of all."""
    return [
        name for name, model in LATEST.tables.items() if name != "header" and part_of(model) in (held or ("MDS", "SQ"))
    ]


@dataclass(frozen=True)
class Drawer:
    """The drawer of one provider."""

    folder: Path
    key: Key

    @property
    def path(self) -> Path:
        return self.folder / "drawer.duckdb"

    @contextmanager
    def attached(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """The drawer under the alias `drawer`, made where there is none. Raises StoreFailure."""
        if not self.path.is_file():
            self._make(connection)
        attach(connection, self.path, self.key, alias=ALIAS)
        try:
            with told(self.path.name):
                _bring_up(connection)
                yield
        finally:
            _let_go(connection)

    def _make(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make an empty drawer under another name first, so that a run that is cut short leaves none that is half made."""
        private_folder(self.folder)
        arriving = self.folder / "arriving.duckdb"
        for left in self.folder.glob("arriving.duckdb*"):
            left.unlink()
        attach(connection, arriving, self.key, alias=ALIAS)
        with told(self.path.name):
            _bring_up(connection)
            connection.execute(f"DETACH {ALIAS}")
        with writing(self.path.name):
            arriving.replace(self.path)

    def fill_previous(self, connection: duckdb.DuckDBPyConnection, return_type: str, rp_start: date) -> bool:
        """Fill the `previous_` tables of a working database from the last return before `rp_start` of each part that
        a return of this type holds, if there is one."""
        if not self.path.is_file():
            return False
        with self.attached(connection):
            last = {part: self._last(connection, part, "<", rp_start) for part in parts(return_type)}
            for part, start in last.items():
                if start is not None:
                    self._fill(connection, part, start, rp_start)
            return any(last.values())

    def _last(self, connection: duckdb.DuckDBPyConnection, part: Part, compared: str, rp_start: date) -> date | None:
        row = connection.execute(
            f"SELECT max(rp_start) FROM {ALIAS}.ret WHERE return_type = ? AND rp_start {compared} ?", [part, rp_start]
        ).fetchone()
        return row[0] if row else None

    def _fill(self, connection: duckdb.DuckDBPyConnection, part: Part, last: date, rp_start: date) -> None:
        for name in _kept_tables(part):
            fields = ", ".join(LATEST.tables[name].columns())
            connection.execute(
                f"INSERT INTO previous_{name} SELECT {fields} FROM {ALIAS}.{name} WHERE {_CHOSEN}", [part, last]
            )
        if part == "SQ":
            return
        connection.execute(
            f"INSERT INTO previous_ret SELECT rp_start, rp_end, reference_date, contacts FROM {ALIAS}.ret WHERE {_CHOSEN}",
            [part, last],
        )
        connection.execute(
            "INSERT INTO earlier_death SELECT d.local_patient_id, d.death_date, d.death_place, r.rp_end"
            f" FROM {ALIAS}.death AS d JOIN {ALIAS}.ret AS r USING (return_type, rp_start)"
            " WHERE return_type = ? AND rp_start < ?",
            [part, rp_start],
        )

    def fill_known_services(self, connection: duckdb.DuckDBPyConnection, rp_start: date) -> bool:
        """Fill the `known_` tables from the last questionnaire of the period or before, if there is one."""
        if not self.path.is_file():
            return False
        with self.attached(connection):
            last = self._last(connection, "SQ", "<=", rp_start)
            if last is not None:
                fill_known_services(connection, f"(FROM {ALIAS}.{{}} WHERE return_type = 'SQ' AND rp_start = '{last}')")
            return last is not None

    def compare(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Fill `same_period` from what was kept of the same parts and period, if anything was, and `same_file` where
        that is exactly the same. The tables `T` are those of the return at hand, after all its rules have run."""
        if not self.path.is_file():
            return False
        with self.attached(connection):
            row = connection.execute("SELECT return_type, rp_start, rp_end FROM ret").fetchone() or ("", None, None)
            held = list(parts(row[0]))
            kept = connection.execute(
                f"SELECT max(received_on), list(return_type) FROM {ALIAS}.ret WHERE list_contains(?, return_type)"
                " AND rp_start = ? AND rp_end = ? AND hashed_by = ?",
                [held, row[1], row[2], _hashed_by(connection)],
            ).fetchone()
            if kept is None or kept[0] is None:
                return False
            was = " UNION ALL ".join(f"FROM {ALIAS}.{_print_of(part, row[1])}" for part in kept[1])
            now = " UNION ALL ".join(_prints(connection, part) for part in held)
            connection.execute(
                f"""
                INSERT INTO same_period
                WITH was AS ({was}), now AS ({now}),
                    counted AS (
                        SELECT count(*) FILTER (was.content IS NULL) AS added,
                            count(*) FILTER (was.content <> now.content) AS changed,
                            count(*) FILTER (now.content IS NULL) AS removed
                        FROM was FULL JOIN now USING (key)
                    )
                SELECT ?, added + changed + removed = 0, added, changed, removed FROM counted
                """,
                [kept[0]],
            )
            _fill_same_file(connection, held)
            return True

    @contextmanager
    def keeping(
        self, connection: duckdb.DuckDBPyConnection, validation: Validation, received_on: date, same_as: list[str]
    ) -> Iterator[None]:
        """Keep the accepted rows of a return in place of what was kept for its period, in one transaction, which ends
        when the body does and is undone when the body fails. `same_as` are the files that held exactly the same."""
        files = [*(file for file in same_as if file != validation.intake.file_sha256), validation.intake.file_sha256]
        with self.attached(connection):
            connection.execute("BEGIN TRANSACTION")
            for part in parts(validation.header["return_type"]):
                self._keep(connection, part, validation.header["rp_start"], received_on, files[-MOST_SAME_FILES:])
            yield
            connection.execute("COMMIT")

    def _keep(
        self, connection: duckdb.DuckDBPyConnection, part: Part, rp_start: date, received_on: date, files: list[str]
    ) -> None:
        period = [part, rp_start]
        for name in ("ret", *_kept_tables(part)):
            connection.execute(f"DELETE FROM {ALIAS}.{name} WHERE {_CHOSEN}", period)
        connection.execute(
            f"INSERT INTO {ALIAS}.ret (return_type, rp_start, rp_end, reference_date, received_on, contacts, hashed_by,"
            " files) SELECT ?, rp_start, rp_end, reference_date, ?, (SELECT count(*) FROM kept_contact), ?, ? FROM ret",
            [part, received_on, _hashed_by(connection), files],
        )
        for name in _kept_tables(part):
            fields = ", ".join(LATEST.tables[name].columns())
            connection.execute(
                f"INSERT INTO {ALIAS}.{name} (return_type, rp_start, {fields}) SELECT ?, ?, {fields} FROM {_kept(name)}",
                period,
            )
        connection.execute(
            f"CREATE OR REPLACE TABLE {ALIAS}.{_print_of(part, rp_start)} AS {_prints(connection, part)}"
        )


def _fill_same_file(connection: duckdb.DuckDBPyConnection, held: list[Part]) -> None:
    """The files of which every part that is held now was kept last and is the same, by their digests."""
    connection.execute(
        f"""
        INSERT INTO same_file
        SELECT file FROM (
            SELECT unnest(k.files) AS file FROM {ALIAS}.ret AS k JOIN ret USING (rp_start, rp_end, reference_date)
            WHERE list_contains(?, k.return_type) AND k.hashed_by = ?
        )
        WHERE (SELECT bool_and(identical) FROM same_period) GROUP BY file HAVING count(*) = ?
        """,
        [held, _hashed_by(connection), len(held)],
    )


def _kept(name: str) -> str:
    """The rows of a table that later rules may ask for. Of a million contacts only the last of each episode."""
    if name == "contact":
        last = "SELECT arg_max(row_id, contact_date) FROM kept_contact GROUP BY referral_id"
        return f"(SELECT * FROM kept_contact WHERE row_id IN ({last}))"
    return f"kept_{name}"


def _let_go(connection: duckdb.DuckDBPyConnection) -> None:
    """Detach the drawer, also after an error. What went wrong before is what is told."""
    import duckdb

    for statement in ("ROLLBACK", f"DETACH {ALIAS}"):
        with contextlib.suppress(duckdb.Error):
            connection.execute(statement)


def _tables() -> dict[str, dict[str, str]]:
    """The drawer's tables: name → column → type."""
    period = {"return_type": "VARCHAR", "rp_start": "DATE"}
    tables = {
        "ret": {
            **period, "rp_end": "DATE", "reference_date": "DATE", "received_on": "DATE", "contacts": "BIGINT",
            "hashed_by": "VARCHAR", "files": "VARCHAR[]",
        },
        "answer": {
            "code": "VARCHAR", "tbl": "VARCHAR", "row_key": "VARCHAR", "digest": "VARCHAR", "reason": "VARCHAR",
            "answered_on": "DATE",
        },
    }  # fmt: skip
    for name in _kept_tables():
        fields = {field: column.kind.sql for field, column in LATEST.tables[name].columns().items()}
        tables[name] = {**period, **fields}
    return tables


def _bring_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables, and the columns that came with newer versions of the program."""
    tables = _tables()
    layout = hashlib.sha256(repr(tables).encode()).hexdigest()
    known: dict[str, set[str]] = {}
    asked = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = ?"
    for name, column in connection.execute(asked, [ALIAS]).fetchall():
        known.setdefault(name, set()).add(column)
    if "layout_of" in known and connection.execute(f"FROM {ALIAS}.layout_of").fetchall() == [(layout,)]:
        return
    steps = [f"CREATE OR REPLACE TABLE {ALIAS}.layout_of AS SELECT {literal(layout)} AS layout"]
    for name, columns in tables.items():
        if name not in known:
            declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            steps.append(f"CREATE TABLE {ALIAS}.{name} ({declared})")
        else:
            missing = [f"{column} {kind}" for column, kind in columns.items() if column not in known[name]]
            steps.extend(f"ALTER TABLE {ALIAS}.{name} ADD COLUMN {column}" for column in missing)
    in_one_step(connection, steps)


def _print_of(part: Part, rp_start: date) -> str:
    """The table of the numbers by which the rows of a part and period are known again; one a period is written in half
    the time of one for all."""
    return f"print_{part}_{rp_start:%Y%m%d}"


def _hashed_by(connection: duckdb.DuckDBPyConnection) -> str:
    """Who made the numbers of the prints: another version of the database may make others of the same rows."""
    row = connection.execute("SELECT version()").fetchone()
    return str(row[0]) if row else ""


def _prints(connection: duckdb.DuckDBPyConnection, part: Part) -> str:
    """SQL: for each accepted row of a part of the return at hand a number for its key and one for its content."""
    present = {
        row[0] for row in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    selects = []
    for name in _kept_tables(part):
        if name not in present:
            continue
        described = connection.execute(f"DESCRIBE {name}").fetchall()
        content = ", ".join(column[0] for column in described if column[0] not in ("row_id", "src", "line"))
        key = ", ".join(LATEST.tables[name].info.key)
        selects.append(f"SELECT hash('{name}', {key}) AS key, hash({content}) AS content FROM {name}")
    return " UNION ALL ".join(selects)
