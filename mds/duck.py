"""Working databases: DuckDB in memory, with encrypted spill and without a way to the network."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.abc import MetaPathFinder
from pathlib import Path

import duckdb

from mds.failures import ConfigurationFailure, StoreFailure


@cache
def httpfs_path() -> Path:
    """The signed extension that carries OpenSSL, without which DuckDB cannot write encrypted files."""
    folder = Path(str(resources.files("duckdb_extension_httpfs"))) / "extensions" / f"v{duckdb.__version__}"
    path = folder / "httpfs.duckdb_extension"
    if not path.is_file():
        raise StoreFailure("the encryption extension for DuckDB is missing; install the program again")
    return path


class _Without(MetaPathFinder):
    """Lets nothing import pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


@cache
def _leave_pandas_out() -> None:
    """Pandas comes with Great Expectations and takes a second to import. PyArrow would import it with its first array, and
    DuckDB tries to whenever it binds parameters; neither is handed a data frame here. Who does use pandas imports it before."""
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    without = _Without()
    sys.meta_path.insert(0, without)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(without)
    sys.modules["pandas"] = None  # type: ignore[assignment]


MEMORY_LIMIT = "MDS_MEMORY_LIMIT"
"""Environment variable: how much memory a working database may take, such as 2GB. Without it, most of the machine's."""


def connect(
    temp_directory: Path | None = None, *, memory_limit: str = "", threads: int = 0
) -> duckdb.DuckDBPyConnection:
    """A working database in memory. What does not fit spills, encrypted, into `temp_directory`, or not at all."""
    memory_limit = memory_limit or os.environ.get(MEMORY_LIMIT, "")
    _leave_pandas_out()
    connection = duckdb.connect(":memory:")
    connection.load_extension(str(httpfs_path()))
    connection.execute("SET temp_file_encryption = true")
    connection.execute("SET disabled_filesystems = 'HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem'")
    connection.execute("SET temp_directory = ?", [str(temp_directory) if temp_directory else ""])
    connection.execute("SET enable_progress_bar = false")
    # Else a working database in memory is compressed again and again as it grows. Files are written out on DETACH.
    connection.execute("SET checkpoint_threshold = '1TB'")
    connection.execute("SET arrow_lossless_conversion = true")  # tokens cross as 16 bytes, not as 36 letters
    if memory_limit:
        try:
            connection.execute("SET memory_limit = ?", [memory_limit])
        except duckdb.Error:
            raise ConfigurationFailure(f"{MEMORY_LIMIT} must be an amount of memory, such as 2GB.") from None
    if threads:
        connection.execute("SET threads = ?", [threads])
    return connection


def in_one_step(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    """Execute many small statements in one transaction, which takes a quarter of their time one by one."""
    connection.execute(f"BEGIN TRANSACTION; {'; '.join(statements)}; COMMIT")


def spilled(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the working database did not fit into its memory, so that parts of it are on the disk."""
    row = connection.execute("SELECT coalesce(sum(temporary_storage_bytes), 0) > 0 FROM duckdb_memory()").fetchone()
    return bool(row and row[0])


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as an SQL string. For names of the program's own making; values travel as parameters."""
    return "'" + text.replace("'", "''") + "'"
