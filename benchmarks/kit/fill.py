"""Rows to work on, written by the database itself in one transaction, so that all of them are there at once."""

from __future__ import annotations

from sqlalchemy import Connection

from benchmarks.kit.stage import AGENT, Stage
from connector.storage.core.database import Database

LIVE, BACKLOG = 5, 2
"""Priorities: of a message of today, and of a backlog's."""

_NOW = {
    "postgresql": "(extract(epoch from now()) * 1000)::bigint",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
}
_CONVERSATIONS = (
    """
INSERT INTO conversations (id, route, key, account, agent, status, chat_id, baseline, opening, created_at, changed_at)
{numbers} SELECT {base} + i, '{route}', '{prefix}' || i, '{account}', '{agent}', 'open', {chat}, 0, false, {now}, {now}
FROM n
""",
    """
INSERT INTO schedule (conversation_id, lane, ready_at, head, tail, claims)
{numbers} SELECT {base} + i, {lane}, {ready_at}, 1, {turns}, 0 FROM n
""",
)
_TURNS = (
    """
INSERT INTO events (id, source, external_id, hash, status, route, conversation_key, priority, received_at)
{numbers} SELECT {first} + i, 'bench', '{prefix}' || i || '/{position}', 'h', 'accepted', '{route}', '{prefix}' || i,
{priority}, {now} FROM n
""",
    """
INSERT INTO turns (id, conversation_id, position, status, text, attempts, tries, delays, revision, priority,
accepted_at, due_at)
{numbers} SELECT {first} + i, {base} + i, {position}, 'queued', 'Good morning, where is my order ' || i || '?',
0, 0, 0, 1, {priority}, {now}, {now} FROM n
""",
)


def conversations(
    database: Database,
    count: int,
    *,
    turns: int = 1,
    opened: bool = True,
    priority: int = LIVE,
    account: str = "bench",
    due_in: float = 0.0,
    prefix: str = "C",
) -> None:
    """So many conversations of so many turns each, ready (or due in some seconds).

    ``opened``: each has its chat already, so that a turn is one call. ``turns`` 0 makes conversations that sleep.
    """
    with database.transaction() as connection:
        now = _NOW[database.dialect]
        values = {
            "numbers": f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
            "now": now, "agent": AGENT, "account": account, "route": "bench", "prefix": prefix, "turns": turns,
            "priority": priority, "base": _highest(connection, "conversations"),
            "lane": _lane(connection, account, priority), "chat": f"'chat-{prefix}' || i" if opened else "NULL",
            "ready_at": f"{now} + {int(due_in * 1000)}" if turns else "NULL",
        }  # fmt: skip
        for statement in _CONVERSATIONS:
            connection.exec_driver_sql(statement.format(**values))
        for position in range(1, turns + 1):
            first = _highest(connection, "events")
            for statement in _TURNS:
                connection.exec_driver_sql(statement.format(**values, position=position, first=first))
        if database.dialect == "postgresql":
            for table in ("events", "conversations"):
                connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        # As after the first chat that opened: no conversation has to go ahead of the others.
        connection.exec_driver_sql(
            f"INSERT INTO routes (name, paused, agent, changed_at) VALUES ('bench', false, '{AGENT}', 0)"
            " ON CONFLICT (name) DO NOTHING"
        )


def _highest(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar() or 0)


def _lane(connection: Connection, account: str, priority: int) -> int:
    """The lane's id, made if need be."""
    connection.exec_driver_sql(
        "INSERT INTO lanes (account, route, priority, backlog_id, paused)"
        f" VALUES ('{account}', 'bench', {priority}, 0, false) ON CONFLICT DO NOTHING"
    )
    found = connection.exec_driver_sql(
        f"SELECT id FROM lanes WHERE account = '{account}' AND route = 'bench' AND priority = {priority}"
    )
    return int(found.scalar_one())


def ready(stage: Stage, count: int, *, turns: int = 1, opened: bool = True) -> int:
    """Fill a stage and wake its workers; returns how many turns there are."""
    conversations(stage.database, count, turns=turns, opened=opened)
    stage.ring()
    return count * turns
