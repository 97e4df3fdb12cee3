"""Keyed tokens: the local numbers under the provider's secret, the NHS number under the stage 1 key (privacy b3).

A token is HMAC-SHA-256 under a key that HKDF derives for one use. Only what is keyed leaves the provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.keys import NORMALISATION, Key, keyed

if TYPE_CHECKING:
    import duckdb

LOCAL_TOKEN_BYTES = 16


def local_tokens(
    connection: duckdb.DuckDBPyConnection, table: str, name: str, kind: str, master: Key, use: tuple[str, ...]
) -> None:
    """Make `token_KIND(value, token)` hold every local number in field `name` of `kept_TABLE`."""
    import pyarrow as pa

    connection.execute(f"CREATE TABLE IF NOT EXISTS token_{kind} (value VARCHAR, token UUID)")
    values = connection.execute(
        f"SELECT DISTINCT {name} FROM kept_{table} WHERE {name} IS NOT NULL"
        f" AND {name} NOT IN (SELECT value FROM token_{kind})"
    ).to_arrow_table()[0]
    tokens = keyed(values.to_pylist(), master.derive("local", *use, kind), LOCAL_TOKEN_BYTES)
    uuids = pa.ExtensionArray.from_storage(pa.uuid(), pa.array(tokens, pa.binary(LOCAL_TOKEN_BYTES)))
    connection.register("made", pa.table({"value": values, "token": uuids}))
    connection.execute(f"INSERT INTO token_{kind} SELECT * FROM made")
    connection.unregister("made")


def match_keys(numbers: list[str], stage1: Key, network: str) -> list[str]:
    """The stage 1 match-key of each canonical NHS number: what the linkage part of a package carries."""
    return [key.hex() for key in keyed(numbers, stage1.derive("stage1", network, f"nhs_number.{NORMALISATION}"))]
