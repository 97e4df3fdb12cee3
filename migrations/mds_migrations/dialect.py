"""Tells Alembic that it may migrate DuckDB."""

from alembic.ddl.impl import DefaultImpl


class DuckDBImpl(DefaultImpl):
    """DuckDB runs DDL inside transactions like any other statement."""

    __dialect__ = "duckdb"
    transactional_ddl = True
