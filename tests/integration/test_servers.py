"""The places that the fixtures give are what they promise: clean, and gone afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import kombu
import pytest


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
    import psycopg

    return psycopg.connect(url)


@pytest.mark.parametrize("again", [False, True])
def test_a_migrated_database_begins_without_rows(database, again):
    rows, insert = "SELECT count(*) FROM ticks", "INSERT INTO ticks (name, at) VALUES ('test', 1)"
    with closing(connect(database)) as connection:
        assert connection.execute(rows).fetchone() == (0,)
        connection.execute(insert)
        connection.commit()
        assert connection.execute(rows).fetchone() == (1,)
