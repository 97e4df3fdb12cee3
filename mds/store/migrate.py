"""Runs the Alembic migrations on the encrypted store, and compares its tables with the models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mds.encrypted import in_words, told
from mds.failures import StoreFailure
from mds.store.database import private_files, sqlalchemy_engine

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

    from mds.keys import Key


def _config() -> Config:
    from alembic.config import Config

    import mds_migrations

    config = Config()
    config.set_main_option("script_location", str(Path(mds_migrations.__file__).parent))
    return config


def upgrade(path: Path, key: Key) -> None:
    """Bring a store to the newest revision, making it where there is none. Raises StoreFailure."""
    from alembic import command
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    with private_files(), told(path.name):
        engine = sqlalchemy_engine(path, key)
        try:
            config = _config()
            config.attributes["engine"] = engine
            command.upgrade(config, "head")
        except CommandError:
            raise StoreFailure("The store was made by a newer version of this program. Update the program.") from None
        except SQLAlchemyError as error:
            if said := in_words(path.name, error):
                raise StoreFailure(said) from None
            raise
        finally:
            engine.dispose()
    path.chmod(0o600)


def differences(engine: Engine) -> list[str]:
    """Where the tables of a store differ from the models, in words. Empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from mds.store.models import metadata
    from mds_migrations.dialect import DuckDBImpl

    assert DuckDBImpl.__dialect__ == "duckdb"  # noqa: S101 - importing it registers the dialect with Alembic
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _ours})
        return [_in_words(difference) for difference in compare_metadata(context, metadata)]


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name in (None, "main")


def _in_words(difference: object) -> str:
    if isinstance(difference, list):
        return "; ".join(_in_words(part) for part in difference)
    parts = [str(getattr(part, "name", part)) for part in difference if part is not None]  # type: ignore[attr-defined]
    return " ".join(parts[:4])


def heads() -> list[str]:
    """The newest revisions among the migrations."""
    from alembic.script import ScriptDirectory

    return list(ScriptDirectory.from_config(_config()).get_heads())
