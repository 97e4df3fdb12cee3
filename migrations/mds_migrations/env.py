"""Runs migrations on the engine that the program hands over. There is no way to run them on a plain file."""

from alembic import context

from mds_migrations.dialect import DuckDBImpl

assert DuckDBImpl.__dialect__ == "duckdb"  # importing it registers the dialect  # noqa: S101

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=context.config.attributes.get("metadata"))
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
