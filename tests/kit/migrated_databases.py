"""Pool of migrated PostgreSQL databases: a test's database is made clean and given to the next test under a new name.

Creating one from a template and dropping it are two checkpoints' worth of work, a second and more on a busy machine,
several hundred times a run. Deleting the rows is some milliseconds. What a test changed that is not a row (a table, a
trigger, a right, a setting) is found by comparing the catalogs with the template's; such a database is dropped.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from tests.kit.servers import Postgres

#: Everything in a database that is not a row of ours: objects have numbers from 16384 on. Statistics count too
#: (``reltuples``), because plans follow them.
_SCHEMA = """
SELECT md5(coalesce(string_agg(fact, E'\\n' ORDER BY fact), '')) FROM (
  SELECT concat_ws('|', 'class', oid, relname, relnamespace, relkind, relowner, relacl, reloptions, reltuples) AS fact
    FROM pg_class WHERE oid >= 16384 AND relnamespace <> 'pg_toast'::regnamespace
  UNION ALL SELECT 'attribute|' || a::text FROM pg_attribute a WHERE attrelid >= 16384
  UNION ALL SELECT 'default|' || d::text FROM pg_attrdef d
  UNION ALL SELECT 'constraint|' || c::text FROM pg_constraint c WHERE oid >= 16384
  UNION ALL SELECT 'index|' || i::text FROM pg_index i WHERE indexrelid >= 16384
  UNION ALL SELECT 'trigger|' || t::text FROM pg_trigger t
  UNION ALL SELECT 'policy|' || p::text FROM pg_policy p
  UNION ALL SELECT 'function|' || f::text FROM pg_proc f WHERE oid >= 16384
  UNION ALL SELECT 'type|' || concat_ws('|', oid, typname) FROM pg_type WHERE oid >= 16384
  UNION ALL SELECT 'extension|' || e::text FROM pg_extension e
  UNION ALL SELECT 'schema|' || n::text FROM pg_namespace n WHERE nspname !~ '^pg_(toast_)?temp_'
  UNION ALL SELECT 'setting|' || s.setconfig::text FROM pg_db_role_setting s
    JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
) facts
"""
_TERMINATE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_PLACE = "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_OURS = "c.oid >= 16384 AND n.nspname <> 'pg_toast' AND n.nspname !~ '^pg_temp_'"
_TABLES = f"{_PLACE} WHERE c.relkind = 'r' AND {_OURS} ORDER BY 1, 2"
_SEQUENCES = f"{_PLACE} WHERE c.relkind = 'S' AND {_OURS} ORDER BY 1, 2"
#: Deleted rows leave room behind, which later tests would read through: a database that grew so far is dropped.
_MAY_GROW = 4 << 20


def _size(connection: psycopg.Connection) -> int:
    return int(_one(connection, "SELECT pg_database_size(current_database())"))


def _one(connection: psycopg.Connection, query: Any) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def schema(connection: psycopg.Connection) -> str:
    """Digest of everything in the database but its rows."""
    return str(_one(connection, _SCHEMA))


class MigratedDatabases:
    """``take()`` gives a migrated database without rows, ``give_back(url)`` takes it again in whatever state."""

    def __init__(self, server: Postgres, template: str) -> None:
        """``template`` is the URL of a migrated database that nobody uses."""
        self._server, self._template = server, template
        self._clean: list[str] = []
        with psycopg.connect(template, autocommit=True) as connection:
            self._schema, self._size = schema(connection), _size(connection)
            tables = [sql.Identifier(*row) for row in connection.execute(_TABLES).fetchall()]
            sequences = [_reset(connection, sql.Identifier(*row)) for row in connection.execute(_SEQUENCES).fetchall()]
            # What the migrations themselves put in stays; a test that changes it spoils the database.
            filled = [table for table in tables if _one(connection, _count(table))]
            self._kept = sql.SQL(" || ").join(map(_content, filled))
            self._content = _one(connection, sql.SQL("SELECT {}").format(self._kept))
        empty = [table for table in tables if table not in filled]
        self._cleaning = sql.SQL("; ").join(
            [
                sql.SQL("SET session_replication_role = replica"),  # foreign keys are not looked at: any order will do
                *(sql.SQL("DELETE FROM {}").format(table) for table in empty),
                *sequences,
                sql.SQL("SELECT pg_stat_reset()"),
            ]
        )

    def take(self) -> str:
        """The URL of a database as the template is; its name was never used before."""
        while self._clean:
            url = self._clean.pop()
            try:
                return self._server.rename(url)
            except psycopg.errors.ObjectInUse:  # a thread of an earlier test came back to it
                self._server.drop(url)
        return self._server.create(self._template)

    def give_back(self, url: str) -> None:
        """Clean the database for the next test, or drop it."""
        try:
            clean = self._cleaned(url)
        except psycopg.Error:
            clean = False  # not even that can be done with it any more
        if clean:
            self._clean.append(url)
        else:
            self._server.drop(url)

    def close(self) -> None:
        """Drop what waits for a next test."""
        while self._clean:
            self._server.drop(self._clean.pop())

    def _cleaned(self, url: str) -> bool:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(_TERMINATE)
            if schema(connection) != self._schema or _size(connection) > self._size + _MAY_GROW:
                return False
            connection.execute(self._cleaning)
            return bool(_one(connection, sql.SQL("SELECT {}").format(self._kept)) == self._content)


def _count(table: sql.Identifier) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM {}").format(table)


def _content(table: sql.Identifier) -> sql.Composed:
    return sql.SQL("(SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM {} r)").format(table)


def _reset(connection: psycopg.Connection, sequence: sql.Identifier) -> sql.Composed:
    """Set the sequence to where it stands now."""
    row = connection.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sequence)).fetchone()
    assert row is not None
    return sql.SQL("SELECT setval({}, {}, {})").format(sql.Literal(sequence.as_string(None)), *map(sql.Literal, row))
