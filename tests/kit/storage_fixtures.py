"""Rows in the states that views and operations are about, written straight into a migrated database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now

MINUTE = 60_000


@dataclass
class Store:
    """A database with short ways to fill it and to look at single rows. Ages are milliseconds before now."""

    database: Database
    _names: dict[str, int] = field(default_factory=dict)

    def add(self, table: Any, **values: Any) -> Any:
        def use(connection: Any) -> Any:
            return connection.execute(insert(table).values(**values)).inserted_primary_key[0]

        return self.database.write(use)

    def change(self, table: Any, where: Any, **values: Any) -> None:
        self.database.write(lambda connection: connection.execute(update(table).where(where).values(**values)))

    def row(self, table: Any, where: Any) -> Any:
        return self.rows(table, where)[0]

    def rows(self, table: Any, where: Any = True) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(table).where(where)).all())

    def now(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(select(db_now())).scalar_one())

    def event(self, text: str | None = None, *, status: str = "accepted", **values: Any) -> int:
        number = len(self._names) + 1
        self._names[str(number)] = number
        defaults = {"source": "csv:support", "external_id": f"m{number}", "hash": f"h{number}", "priority": 5}
        return self.add(
            tables.events, **defaults | {"status": status, "text": text, "received_at": self.now()} | values
        )

    def conversation(
        self,
        key: str,
        statuses: Sequence[str],
        *,
        route: str = "support",
        account: str = "osvi",
        status: str = "open",
        held: str | None = None,
        age: int = 0,
        **values: Any,
    ) -> tuple[int, list[int]]:
        """A conversation with one turn a status; returns its id and its turns' ids. ``age`` is that of its turns."""
        now = self.now()
        columns = {"route": route, "key": key, "account": account, "agent": "a-1", "status": status, "baseline": 3}
        columns |= {"opening": False, "created_at": now - age, "changed_at": now - age, **values}
        conversation = self.add(tables.conversations, **columns)
        turns = [
            self._turn(conversation, key, position, turn_status, now - age)
            for position, turn_status in enumerate(statuses, start=1)
        ]
        places = [place for place, found in enumerate(statuses, start=1) if found in {"queued", "unknown", "sending"}]
        ready = bool(places) and held is None and "sending" not in statuses
        self.add(
            tables.schedule,
            conversation_id=conversation,
            lane=1,
            ready_at=now if ready else None,
            owner=77 if "sending" in statuses else None,
            head=places[0] if places else len(statuses) + 1,
            tail=len(statuses),
            claims=0,
            held=held,
        )
        return conversation, turns

    def _turn(self, conversation: int, key: str, position: int, status: str, accepted: int) -> int:
        event = self.event(
            external_id=f"{key}/{position}",
            conversation_key=key,
            customer=json.dumps({"name": "Zoë"}),
            metadata=json.dumps({"shop": 7}),
            callback=json.dumps({"task": "app.done", "queue": None}),
        )
        final = status in {"answered", "failed", "cancelled"}
        self.add(
            tables.turns,
            id=event,
            conversation_id=conversation,
            position=position,
            status=status,
            reason="lost" if status in {"unknown", "failed"} else None,
            text=f"question {position}",
            answer=f"answer {position}" if status == "answered" else None,
            attempts=0,
            tries=2,
            delays=2,
            revision=3,
            priority=5,
            accepted_at=accepted,
            due_at=accepted,
            ended_at=accepted + 5 if final else None,
        )
        if status in {"unknown", "failed"}:
            self.add(tables.trouble, turn_id=event, conversation_id=conversation, kind=status, since=accepted)
        return event

    def worker(self, name: str = "host:1", *, claimed: int | None = 0, started: int = 0, lease: int = MINUTE) -> int:
        """A worker that holds its lease; ``claimed`` and ``started`` are ages, ``lease`` is what is left of it."""
        now = self.now()
        return self.add(
            tables.workers,
            name=name,
            started_at=now - started,
            expires_at=now + lease,
            dead=False,
            stopping=False,
            claimed_at=None if claimed is None else now - claimed,
        )

    def account(self, name: str = "osvi", **values: Any) -> None:
        defaults = {"level": 0, "streak": 0, "tat": 0, "day": 0, "spent": 0, "changed_at": self.now()}
        self.add(tables.accounts, name=name, **defaults | values)

    def reply(self, turn_id: int, conversation_id: int, status: str, **values: Any) -> int:
        now = self.now()
        defaults = {"channel": "webhook", "marker": f"tw_{turn_id}_3", "turn_status": "answered", "turn_revision": 3}
        defaults |= {
            "status": status,
            "attempts": 1,
            "created_at": now,
            "ready_at": now if status == "queued" else None,
        }
        return self.add(tables.replies, turn_id=turn_id, conversation_id=conversation_id, **defaults | values)

    def attempt(self, turn_id: int, number: int, *, outcome: str, millis: int, call: str = "send") -> None:
        """A finished call that took so long."""
        ended = self.now()
        values = {"call": call, "owner": 1, "started_at": ended - millis, "ended_at": ended, "outcome": outcome}
        self.add(tables.attempts, turn_id=turn_id, number=number, **values)

    def turn(self, turn_id: int) -> Any:
        return self.row(tables.turns, tables.turns.c.id == turn_id)

    def schedule(self, conversation_id: int) -> Any:
        return self.row(tables.schedule, tables.schedule.c.conversation_id == conversation_id)
