"""Schema migrations: bring a database to this code's revision with Alembic. Works from an installed wheel."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from connector.errors import DatabaseNotReady
from connector.storage.core.database import Database, translated
from connector.storage.core.network_fs import require_local
from connector.storage.core.revision import SCRIPTS, refuse_newer, revision_of
from connector.storage.core.table_names import NOWHERE_SPECIAL, TablePlace, prefix_everything
from connector.utils.private_files import make_private_file, make_private_folder

# Any number that no other program uses; two migrations at once would trip over each other.
_LOCK = 7216_1901


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def upgrade(url: str, place: TablePlace = NOWHERE_SPECIAL) -> list[str]:
    """Create or upgrade our tables; returns the revisions applied, none if they were up to date.

    ``place`` is where they lie; its schema is made if it is missing. Raises
    :class:`connector.errors.DatabaseNotReady` if the database is newer than this code or lies where SQLite must not,
    and :class:`connector.errors.DatabaseUnavailable`.
    """
    database = Database(url, place=place)
    if database.path is not None and str(database.path) not in {"", ":memory:"}:
        require_local(database.path)
        _make_file(database.path)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    try:
        with database.writer.begin() as connection:
            if database.dialect == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                _make_schema(connection, place)
            before = revision_of(connection, place)
            refuse_newer(before)
            prefix_everything(connection.dialect, place)
            config.attributes.update(connection=connection, version_table=place.version_table)
            command.upgrade(config, "head")
            return [step.revision for step in scripts.iterate_revisions("head", before or "base")][::-1]
    except SQLAlchemyError as error:
        raise translated(error) from error
    finally:
        database.dispose()


def _make_file(path: Path) -> None:
    try:
        make_private_folder(path.parent)
        make_private_file(path)  # its journals take over its mode
    except OSError as error:
        raise DatabaseNotReady(
            f"the database {path} cannot be made: {error.strerror or error}. Name a file that this user may write as "
            "database.url, in turnwire.toml or as TURNWIRE_DATABASE_URL"
        ) from error
    if path.is_dir():
        raise DatabaseNotReady(f"{path} is a folder: database.url must name a file in it, such as {path}/turnwire.db")


def _make_schema(connection: Connection, place: TablePlace) -> None:
    # Asked first: whoever may not create schemas may still use one that somebody made.
    if place.schema and not inspect(connection).has_schema(place.schema):
        connection.execute(CreateSchema(place.schema))
