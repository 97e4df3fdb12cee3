"""Encrypted DuckDB files: AES-256-GCM through OpenSSL, attached to a working database (privacy design b6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mds.duck import literal
from mds.failures import StoreFailure

if TYPE_CHECKING:
    import duckdb

    from mds.keys import Key


def attach(connection: duckdb.DuckDBPyConnection, path: Path, key: Key, *, alias: str, read_only: bool = False) -> None:
    """Attach an encrypted file. The key travels as a parameter, so that it stands in no SQL text or log.

    Raises StoreFailure when it cannot be opened with this key.
    """
    import duckdb

    mode = ", READ_ONLY" if read_only else ""
    try:
        connection.execute(
            f"ATTACH {literal(str(path))} AS {alias} (ENCRYPTION_KEY $key, ENCRYPTION_CIPHER 'GCM'{mode})",
            {"key": key.derive("file", alias).hex()},
        )
    except duckdb.Error as error:
        said = in_words(path.name, error) or f"{path.name} cannot be opened ({type(error).__name__}). See mds doctor."
        raise StoreFailure(said) from None
    if path.exists() and not read_only:
        path.chmod(0o600)


_IN_WORDS = (
    ("set lock", "Another program has {name} open. Wait until it has finished, then try again."),
    (
        "wrong encryption key",
        "{name} cannot be opened with the key in the keys folder. Restore the key that belongs to it.",
    ),
    ("is not encrypted", "{name} is not encrypted, so this program did not make it. Restore your backup of it."),
    ("aes tag", "{name} is damaged, or the key is not its own. Restore your backup of it."),
    ("corrupt", "{name} is damaged. Restore your backup of it."),
    ("not a valid duckdb", "{name} is damaged. Restore your backup of it."),
    ("not read enough", "{name} is damaged: its end is missing. Restore your backup of it."),
    ("version number", "{name} was written by a newer version of this program. Update the program."),
    ("too large", "{name} could not be written: the disk is full. Make room, then try again."),
    ("no space", "{name} could not be written: the disk is full. Make room, then try again."),
    ("could not write", "{name} could not be written: the disk is full. Make room, then try again."),
    (
        "out of memory",
        "There is not enough memory, or room on the disk, for this. Close other programs, then try again.",
    ),
    ("max_temp_directory_size", "There is not enough room on the disk for this. Make room, then try again."),
    ("read-only", "{name} may not be written by this user."),
    ("permission denied", "{name} may not be opened by this user."),
    ("cannot open file", "{name} cannot be opened: its folder is missing."),
)
"""What the database says → what it means. Its own messages may hold values and are never shown."""


def in_words(name: str, error: Exception) -> str:
    """What an error of the database means for the file `name`, and what to do; empty where it is a fault of the program.

    Holds nothing of the error itself.
    """
    said = str(error).lower()
    for words, meaning in _IN_WORDS:
        if words in said:
            return meaning.format(name=name)
    return ""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turns what the machine refuses the database file `name` into a StoreFailure; a fault of the program stays one."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if said := in_words(name, error):
            raise StoreFailure(said) from None
        raise


def lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on the connection can open no other file and change no setting."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
