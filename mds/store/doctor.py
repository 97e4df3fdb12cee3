"""Verifies what the store's safety rests on, by trying it and not by believing the settings (privacy design b6)."""

from __future__ import annotations

import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mds.duck import connect, quoted
from mds.encrypted import attach, lock_down
from mds.failures import Failure
from mds.keys import NATIONAL, REGION_PURPOSES, STAGE1, STORE, drawer_key_name, new_key, require_private
from mds.version import TOOL_VERSION

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

_MARKER = "MARKERMARKERMARKER"


@dataclass(frozen=True)
class Line:
    what: str
    well: bool = True


def examine(home: Home | None, *, upgrade: bool = False) -> Iterator[Line]:
    """All checks of the installation and, where one is named, of a home."""
    import duckdb

    yield Line(f"mds {TOOL_VERSION}, Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}")
    yield from _encryption()
    if home is None:
        yield Line("no home named (--home DIR): only the installation was examined")
        return
    whose = "the national home" if home.role == "national" else f"home of a {home.role}, network {home.network}"
    yield Line(f"{whose}, {home.channel} data")
    yield from _register(home)
    yield from _modes(home)
    yield from _keys(home)
    if home.role == "region":
        if upgrade:
            from mds.store.migrate import upgrade as bring_up

            bring_up(home.store_path, home.keys.load(STORE))
        yield from _store(home)
    for kind, about in home.reference.snapshots().items():
        yield Line(f"{kind}: {about['rows']:,} rows as of {about['as_of']}")


def _encryption() -> Iterator[Line]:
    """Write an encrypted file, make it spill, and look at every byte of both for what was written."""
    from datetime import date

    with tempfile.TemporaryDirectory(prefix="mds-doctor-") as folder:
        place = Path(folder)
        spill = place / "spill"
        spill.mkdir()
        connection = connect(spill, memory_limit="100MB", threads=1)
        try:
            attach(connection, place / "try.duckdb", new_key(STORE, date(2000, 1, 1)), alias="store")
            cipher = connection.execute(
                "SELECT encrypted, cipher FROM duckdb_databases() WHERE database_name = 'store'"
            ).fetchone()
            yield Line(
                f"store cipher: {cipher[1] if cipher else 'none'}", bool(cipher and cipher[0] and cipher[1] == "GCM")
            )
            yield Line("encrypted store: no readable byte of what was written", _unreadable(connection, place))
            yield Line(
                "encrypted spill: no readable byte of what did not fit in memory", _spill_unreadable(connection, spill)
            )
            lock_down(connection)
            yield Line("locked configuration: no other file can be opened", _locked(connection, place))
        finally:
            connection.close()


def _unreadable(connection: duckdb.DuckDBPyConnection, place: Path) -> bool:
    connection.execute(f"CREATE TABLE store.tried AS SELECT '{_MARKER}' || i AS text FROM range(1000) t(i)")
    connection.execute("CHECKPOINT store")
    return all(_MARKER.encode() not in path.read_bytes() for path in place.glob("try.duckdb*"))


def _spill_unreadable(connection: duckdb.DuckDBPyConnection, spill: Path) -> bool:
    """Fill more than fits, then look at the spill files while the rows are still in them."""
    connection.execute(
        f"CREATE TEMP TABLE much AS SELECT '{_MARKER}' || i AS text, hash(i) AS number, repeat(chr(65 + (i % 26)::INTEGER), 60)"
        " AS filler FROM range(2500000) t(i)"
    )
    files = [path for path in spill.rglob("*") if path.is_file()]
    return bool(files) and all(_MARKER.encode() not in path.read_bytes() for path in files)


def _locked(connection: duckdb.DuckDBPyConnection, place: Path) -> bool:
    import duckdb

    for statement in (
        f"ATTACH '{place / 'other.duckdb'}'",
        f"COPY (SELECT 1) TO '{place / 'out.csv'}'",
        "SET enable_external_access = true",
    ):
        try:
            connection.execute(statement)
        except duckdb.Error:
            continue
        return False
    return True


def _register(home: Home) -> Iterator[Line]:
    if home.role != "region":
        return
    try:
        yield Line(f"{len(home.providers)} providers in the register")
    except Failure as failure:
        yield Line(str(failure), False)


def _keys(home: Home) -> Iterator[Line]:
    """Every key that this home's work needs can be loaded."""
    drawers = [drawer_key_name(path.parent.name) for path in sorted(home.path.glob("drawers/*/drawer.duckdb"))]
    own = {
        "region": [purpose for purpose in REGION_PURPOSES if purpose != STAGE1], "national": [NATIONAL], "provider": [],
    }[home.role]  # fmt: skip
    for name in [*own, *drawers]:
        try:
            home.keys.load(name)
        except Failure as failure:
            yield Line(str(failure), False)


def _modes(home: Home) -> Iterator[Line]:
    keys = sorted((home.path / "keys").rglob("*.key"))
    try:
        for path in keys:
            require_private(path)
        yield Line(f"{len(keys)} key files: readable by their owner only")
    except Failure as failure:
        yield Line(str(failure), False)
    files = [path for path in (home.store_path, *home.path.glob("drawers/*/drawer.duckdb*")) if path.exists()]
    loose = [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    yield Line(
        f"{len(files)} database files: readable by their owner only"
        if not loose
        else f"others can read {loose[0]}: chmod 600",
        not loose,
    )


def _read_all(connection: duckdb.DuckDBPyConnection) -> int:
    """Read every value of every table, so that damage is seen wherever it is; how many rows there are."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'store'").fetchall()
    rows = 0
    for (name,) in tables:
        found = connection.execute(f"SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM {quoted(name)}").fetchone()
        rows += found[0] if found else 0
    return rows


def _store(home: Home) -> Iterator[Line]:
    from mds.store.database import SCHEMA_REVISION, open_store, sqlalchemy_engine
    from mds.store.migrate import differences, heads

    try:
        with home.locked(), open_store(home, read_only=True) as connection:
            about = connection.execute(
                "SELECT encrypted, cipher FROM duckdb_databases() WHERE database_name = 'store'"
            ).fetchone()
            yield Line(f"the store opens with its key (cipher {about[1] if about else '?'})", bool(about and about[0]))
            temp = connection.execute(
                "SELECT value FROM duckdb_settings() WHERE name = 'temp_file_encryption'"
            ).fetchone()
            yield Line("the store's spill is encrypted", bool(temp and temp[0] == "true"))
            yield Line(f"every row of the store was read: {_read_all(connection):,}")
    except Failure as failure:
        yield Line(str(failure), False)
        return
    yield Line(f"store revision {SCHEMA_REVISION} is the newest migration", heads() == [SCHEMA_REVISION])
    engine = sqlalchemy_engine(home.store_path, home.keys.load(STORE))
    try:
        found = differences(engine)
    finally:
        engine.dispose()
    yield Line("tables agree with the models" if not found else f"tables differ from the models: {found[0]}", not found)
