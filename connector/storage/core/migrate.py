"""Schema migrations: bring a database to this code's revision, or say why it is not there.

Works from an installed wheel.
"""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

import migrations
from connector.errors import DatabaseNotReady
from connector.storage.core.database import Database, translated
from connector.storage.core.network_fs import require_local
from connector.storage.core.table_names import NOWHERE_SPECIAL, TablePlace, prefix_everything

# Any number that no other program uses; two migrations at once would trip over each other.
_LOCK = 7216_1901


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
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
        database.path.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    try:
        with database.writer.begin() as connection:
            if database.dialect == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                _make_schema(connection, place)
            before = _revision(connection, place)
            _refuse_newer(before, scripts)
            prefix_everything(connection.dialect, place)
            config.attributes.update(connection=connection, version_table=place.version_table)
            command.upgrade(config, "head")
            return [step.revision for step in scripts.iterate_revisions("head", before or "base")][::-1]
    except SQLAlchemyError as error:
        raise translated(error) from error
    finally:
        database.dispose()


def current_revision(database: Database) -> str | None:
    """The revision the database is at; None when it has no tables of ours."""
    with database.reading() as connection:
        return _revision(connection, database.place)


def _revision(connection: Connection, place: TablePlace) -> str | None:
    options = {"version_table": place.version_table}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _make_schema(connection: Connection, place: TablePlace) -> None:
    # Asked first: whoever may not create schemas may still use one that somebody made.
    if place.schema and not inspect(connection).has_schema(place.schema):
        connection.execute(CreateSchema(place.schema))


def require_current(database: Database) -> None:
    """Raise :class:`connector.errors.DatabaseNotReady`, in one clear sentence, unless code and database agree."""
    if database.path is not None and not database.path.exists():
        raise DatabaseNotReady(f"there is no database at {database.path}", True)
    if database.path is not None:
        require_local(database.path)
    require_head(current_revision(database))


def require_head(found: str | None) -> None:
    """The same, of a revision that was found."""
    scripts = ScriptDirectory.from_config(_config())
    if found is None:
        raise DatabaseNotReady("the database has no tables yet", True)
    _refuse_newer(found, scripts)
    head = scripts.get_current_head()
    if found != head:
        raise DatabaseNotReady(f"the database is at revision {found}, this code needs {head}", True)


def _refuse_newer(found: str | None, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseNotReady(
            f"the database is at revision {found}, which is newer than this code knows: upgrade turnwire, or, if that "
            "is another program's, give turnwire's tables a table_schema or a table_prefix under [database]"
        )
