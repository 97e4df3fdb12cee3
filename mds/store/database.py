"""The region's DuckDB file: encrypted at rest, attached to a working database and then locked down (privacy b6)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from mds.duck import connect
from mds.encrypted import attach, lock_down, told
from mds.failures import ConfigurationFailure, StoreFailure
from mds.keys import NORMALISATION, STAGE1, STAGE2, STORE, Key

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mds.home import Home

ALIAS = "store"
SCHEMA_REVISION = "0003"
"""The revision of the store that this program works with; `mds doctor` compares it with the migrations."""


@contextmanager
def open_store(home: Home, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked-down connection whose default database is the region's store. Raises StoreFailure.

    What was begun in a transaction and not committed is as if it had never been.
    """
    if not home.store_path.is_file():
        raise StoreFailure(
            "The region's store is missing (store/region.duckdb). Restore it from the backup; "
            "mds init makes a new region in an empty folder."
        )
    connection = connect(home.spill_folder())
    try:
        with told(home.store_path.name):
            attach(connection, home.store_path, home.keys.load(STORE), alias=ALIAS, read_only=read_only)
            connection.execute(f"USE {ALIAS}")
            lock_down(connection)
            _check_revision(connection)
            _check_settings(connection, home)
            yield connection
    finally:
        connection.close()


def _check_revision(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except duckdb.CatalogException:
        row = None
    found = str(row[0]) if row else ""
    if found > SCHEMA_REVISION:
        raise StoreFailure("The store was made by a newer version of this program. Update the program.")
    if found != SCHEMA_REVISION:
        raise StoreFailure("The store is of an older version. Bring it up to date with mds doctor --upgrade.")


def settings_of(home: Home) -> dict[str, str]:
    """What a store is: whose, for which data, and under which keys its tokens were made."""
    return {
        "network": home.network,
        "channel": home.channel,
        "normalisation": str(NORMALISATION),
        "stage1_key": home.keys.load(STAGE1).key_id,
        "stage2_key": home.keys.load(STAGE2).key_id,
    }


def _check_settings(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """A store of test data never becomes a live one by an edit of mds.toml, nor do its keys change unnoticed."""
    stored = dict(connection.execute("SELECT name, value FROM setting").fetchall())
    differing = sorted(name for name, value in settings_of(home).items() if stored.get(name, value) != value)
    if differing:
        raise ConfigurationFailure(
            f"The store was made with another {differing[0].replace('_', ' ')} than this home has now. "
            "Restore mds.toml and the keys folder as they were."
        )


def sqlalchemy_engine(path: Path, key: Key) -> Engine:
    """An SQLAlchemy engine on the encrypted file, for migrations and comparison with the models."""
    from duckdb_sqlalchemy import ConnectionWrapper
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    def open_encrypted() -> object:
        connection = connect()
        attach(connection, path, key, alias=ALIAS)
        connection.execute(f"USE {ALIAS}")
        return ConnectionWrapper(connection)

    return create_engine("duckdb://", creator=open_encrypted, poolclass=StaticPool)


@contextmanager
def private_files() -> Iterator[None]:
    """Files that are made inside belong to their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
