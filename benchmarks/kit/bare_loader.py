"""The bound of an intake: parse each line, insert it in batches, ask nothing, check nothing.

Two plain tables, one with a unique index, in transactions of two thousand lines; COPY on PostgreSQL. It runs in a
process of its own: ``python -m benchmarks.kit.bare_loader FILE DATABASE`` prints lines per second. ``DATABASE`` is a
PostgreSQL address, or the path of an SQLite file that is made.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psycopg

_LINES = 2_000
_TABLES = (
    "CREATE TABLE bare_events (id BIGINT PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, body {bytes} NOT NULL)",
    "CREATE TABLE bare_turns (id BIGINT PRIMARY KEY, conversation TEXT NOT NULL, text TEXT NOT NULL)",
)

Rows = tuple[list[tuple[int, str, bytes]], list[tuple[int, str, str]]]


def measured(file: Path, database: str) -> float:
    """Lines per second, of a file of events."""
    command = [sys.executable, "-m", "benchmarks.kit.bare_loader", str(file), database]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _batches(file: Path) -> Iterator[Rows]:
    with file.open("rb") as lines:
        number = 0
        while group := list(islice(lines, _LINES)):
            events, turns = [], []
            for line in group:
                number += 1
                event = json.loads(line)
                events.append((number, event["id"], line))
                turns.append((number, event["conversation"], event["text"]))
            yield events, turns


def _into_postgresql(file: Path, database: str) -> None:
    with psycopg.connect(database) as connection:
        for statement in _TABLES:
            connection.execute(statement.format(bytes="BYTEA"))
        connection.commit()
        for events, turns in _batches(file):
            with connection.cursor() as cursor:
                for table, rows in (("bare_events", events), ("bare_turns", turns)):
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
            connection.commit()


def _into_sqlite(file: Path, database: str) -> None:
    connection = sqlite3.connect(database)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    for statement in _TABLES:
        connection.execute(statement.format(bytes="BLOB"))
    for events, turns in _batches(file):
        connection.executemany("INSERT INTO bare_events VALUES (?, ?, ?)", events)
        connection.executemany("INSERT INTO bare_turns VALUES (?, ?, ?)", turns)
        connection.commit()
    connection.close()


def main(file: Path, database: str) -> None:
    """Load and print."""
    began = time.monotonic()
    (_into_postgresql if database.startswith("postgresql") else _into_sqlite)(file, database)
    with file.open("rb") as lines:
        spent, count = time.monotonic() - began, sum(1 for _ in lines)
    print(count / spent)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
