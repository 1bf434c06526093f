"""The places that the fixtures give are what they promise: clean, and gone afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import kombu
import psycopg
import pytest

from connector.storage.core.migrate import upgrade
from tests.kit.migrated_databases import MigratedDatabases, schema


def publish(url: str) -> int:
    """Put a message into a queue and leave it there; returns how many it holds now."""
    confirmed = {"confirm_publish": True}
    with (
        kombu.Connection(url, transport_options=confirmed) as connection,
        closing(connection.SimpleQueue("turnwire")) as queue,
    ):
        queue.put({"bell": True})
        return queue.qsize()


@pytest.mark.parametrize("again", [False, True])
def test_a_virtual_host_begins_without_queues(amqp_url, again):
    assert publish(amqp_url) == 1


@pytest.mark.parametrize("again", [False, True])
def test_a_redis_database_begins_empty(redis_url, again):
    assert publish(redis_url) == 1


def test_a_postgres_database_begins_without_tables(postgres_url):
    with closing(connect(postgres_url)) as connection:
        tables = connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        assert tables.fetchone() == (0,)


def connect(url: str):
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url)


@pytest.mark.parametrize("again", [False, True])
def test_a_migrated_database_begins_without_rows(database, again):
    rows, insert = "SELECT count(*) FROM ticks", "INSERT INTO ticks (name, at) VALUES ('test', 1)"
    with closing(connect(database)) as connection:
        assert connection.execute(rows).fetchone() == (0,)
        connection.execute(insert)
        connection.commit()
        assert connection.execute(rows).fetchone() == (1,)


@pytest.fixture
def spare(_postgres, postgres_database) -> Iterator[MigratedDatabases]:
    """A pool of this test's own, with this test's database as the template."""
    pool = MigratedDatabases(_postgres, postgres_database)
    yield pool
    pool.close()


def content(url: str) -> list[tuple]:
    with closing(connect(url)) as connection:
        return connection.execute("SELECT name, at FROM ticks").fetchall()


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def number_of(url: str) -> int:
    """What PostgreSQL knows the database by, whatever its name."""
    with closing(connect(url)) as connection:
        return connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()[0]


def test_a_database_that_is_given_back_is_given_again_clean_and_under_a_new_name(spare):
    first = spare.take()
    known = number_of(first)
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute("INSERT INTO ticks (name, at) VALUES ('test', 1)")
        numbers = [connection.execute("SELECT nextval(pg_get_serial_sequence('audit', 'id'))").fetchone() for _ in "ab"]
        assert numbers == [(1,), (2,)]
    lingering = psycopg.connect(first, autocommit=True)
    spare.give_back(first)
    second = spare.take()
    assert (number_of(second), content(second)) == (known, [])
    assert name_of(second) != name_of(first)
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT nextval(pg_get_serial_sequence('audit', 'id'))").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        lingering.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first)
    spare.give_back(second)


@pytest.mark.parametrize("change", ["CREATE TABLE mine (id int)", "UPDATE alembic_version SET version_num = '0001'"])
def test_a_database_with_another_change_than_rows_is_not_given_again(spare, change):
    spoilt = spare.take()
    with psycopg.connect(spoilt, autocommit=True) as connection:
        connection.execute(change)
    spare.give_back(spoilt)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(spoilt)


CHANGES = [
    "ALTER TABLE turns ADD COLUMN mine int",
    "ALTER TABLE turns ALTER COLUMN status SET DEFAULT 'x'",
    "DROP TABLE tokens",
    "CREATE INDEX mine ON turns (status)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER mine BEFORE UPDATE ON turns FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE SCHEMA mine",
    "GRANT SELECT ON turns TO PUBLIC",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 65536', current_database()); END $$",
    "ANALYZE ticks",
]


def test_every_change_that_is_not_a_row_is_seen(postgres_database):
    with psycopg.connect(postgres_database) as connection:
        as_made = schema(connection)
        connection.execute("INSERT INTO ticks (name, at) VALUES ('test', 1)")
        assert schema(connection) == as_made
        for change in CHANGES:
            connection.execute(change)
            assert schema(connection) != as_made, change
            connection.rollback()


def test_a_migrated_sqlite_database_is_what_the_migrations_make(sqlite_database, tmp_path):
    upgrade(f"sqlite:///{tmp_path}/other.db")
    assert schema_of(sqlite_database) == schema_of(f"sqlite:///{tmp_path}/other.db")


def test_a_migrated_postgres_database_is_what_the_migrations_make(postgres_database, postgres_url):
    upgrade(postgres_url)
    assert schema_of(postgres_database) == schema_of(postgres_url)


def schema_of(url: str) -> list[str]:
    """The statements that make the tables and indexes, sorted."""
    if url.startswith("sqlite"):
        with closing(connect(url)) as connection:
            return sorted(row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    with closing(connect(url)) as connection:
        columns = connection.execute(
            "SELECT concat_ws('|', table_name, ordinal_position, column_name, data_type, is_nullable, column_default)"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
        indexes = connection.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall()
        checks = connection.execute(
            "SELECT concat_ws('|', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        ).fetchall()
    return sorted(row[0] for row in [*columns, *indexes, *checks])
