"""Which revision of the tables a database is at, and whether it is the one this code needs.

Every command asks this first, so it is asked without Alembic, whose import alone takes longer than the whole command.
The revisions this code knows are the files of ``migrations/versions``, one a revision and in order of their numbers; a
test holds that Alembic reads the same out of them.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Text, column, inspect, select, table

import migrations
from connector.errors import DatabaseNotReady
from connector.storage.core.database import Database
from connector.storage.core.network_fs import require_local
from connector.storage.core.table_names import TablePlace

SCRIPTS = Path(migrations.__file__).parent
"""Where Alembic's scripts are."""


def known_revisions() -> list[str]:
    """Every revision this code has a script of, the oldest first; a script's file is named ``REVISION_what.py``."""
    return sorted(script.name.partition("_")[0] for script in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def current_revision(database: Database) -> str | None:
    """The revision the database is at; None when it has no tables of ours."""
    with database.reading() as connection:
        return revision_of(connection, database.place)


def revision_of(connection: Connection, place: TablePlace) -> str | None:
    """The same on a connection of ours."""
    # Asked first: on PostgreSQL a statement that fails would cost the transaction.
    if not inspect(connection).has_table(place.version_table):
        return None
    query = select(column("version_num", Text())).select_from(table(place.version_table))
    # Several rows are some other program's table: no revision that is known has such a name.
    return ", ".join(sorted(connection.execute(query).scalars())) or None


def require_current(database: Database) -> None:
    """Raise :class:`connector.errors.DatabaseNotReady`, in one clear sentence, unless code and database agree."""
    if database.path is not None and not database.path.exists():
        raise DatabaseNotReady(f"there is no database at {database.path}", True)
    if database.path is not None:
        require_local(database.path)
    require_head(current_revision(database))


def require_head(found: str | None) -> None:
    """The same, of a revision that was found."""
    if found is None:
        raise DatabaseNotReady("the database has no tables yet", True)
    refuse_newer(found)
    head = known_revisions()[-1]
    if found != head:
        raise DatabaseNotReady(f"the database is at revision {found}, this code needs {head}", True)


def refuse_newer(found: str | None) -> None:
    """Raise :class:`connector.errors.DatabaseNotReady` for a revision that this code has no script of."""
    if found is not None and found not in known_revisions():
        raise DatabaseNotReady(
            f"the database is at revision {found}, which is newer than this code knows: upgrade turnwire, or, if that "
            "is another program's, give turnwire's tables a table_schema or a table_prefix under [database]"
        )
