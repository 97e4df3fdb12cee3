"""How Great Expectations reaches a DuckDB connection that stays its owner's: read only, open, with its temporary tables.

It ends a transaction and closes the connection before it fetches, and DuckDB then drops the result, so here neither happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from duckdb_sqlalchemy import ConnectionWrapper, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    import duckdb

URL = "duckdb+readonly://"


class ReadOnly(Dialect):
    """DuckDB without transactions: every query stands by itself."""

    driver = "readonly"
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing is begun."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """So nothing is to be kept."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """And nothing to be undone."""


class _Lent(ConnectionWrapper):
    """A connection that its borrower cannot close."""

    def close(self) -> None:
        """It is not ours."""


def engine_arguments(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What makes an SQLAlchemy engine at URL use this connection and no other."""
    registry.register("duckdb.readonly", __name__, ReadOnly.__name__)
    lent = _Lent(connection)
    return {"creator": lambda: lent, "poolclass": StaticPool}
