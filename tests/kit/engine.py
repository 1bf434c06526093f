"""An engine on a test's own database, sending to a sandbox: built in one call, run until nothing more happens.

``kit = EngineKit(database, sandbox, tmp_path)``; ``kit.receive("osvi", "T-1", "Hello")``; ``kit.settle()``; then read
``kit.turns()`` and ``kit.processed()``. Waiting is short: jitter always comes out lowest, and graces are as small as
they may be. The lease is not: a machine that is busy for two seconds would end it.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Table, func, select, update

from connector.engine.loop import Engine
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox
from connector.services.receive import Receiver
from connector.services.tick import tick
from connector.settings import Settings
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.send.accounts import Accounts
from connector.values import Event, Provider, Publisher, Received
from connector.wiring import NoPublisher, Wiring

T = TypeVar("T")

OSVI_AGENT = "agent_abc"
SYNTHFLOW_AGENT = "893195c1-c640-438b-9761-2e5357b01cb8"
ENVIRON = {"OSVI": OSVI_TOKEN, "SYNTHFLOW": SYNTHFLOW_TOKEN, "WEBHOOK": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
PATIENCE = 60.0


class Impatient(random.Random):
    """Randomness without any: every delay is the shortest it may be."""

    def uniform(self, a: float, b: float) -> float:
        return min(a, b)


def configured(
    database: str,
    sandbox: Sandbox | None,
    folder: Path,
    *,
    routes: Mapping[str, Mapping[str, Any]] | None = None,
    accounts: Mapping[str, Mapping[str, Any]] | None = None,
    worker: Mapping[str, Any] | None = None,
    replies: Mapping[str, Any] | None = None,
    broker: str = "embedded",
    place: Mapping[str, str] | None = None,
    sources: Mapping[str, Any] | None = None,
) -> Settings:
    """Settings with an account and a route each for OSVI v1 (``osvi``), legacy (``legacy``) and ``synthflow``.

    ``routes`` and ``accounts`` change or add some by name; only the routes that are named keep what they change.
    """
    url = sandbox.url if sandbox is not None else "http://127.0.0.1:9"
    common = {"rate": "none", "deadline": "5s", "grace": "1s"}
    known_accounts: dict[str, dict[str, Any]] = {
        "osvi": {"provider": "osvi", "token": "env:OSVI", "base_url": f"{url}/osvi"},
        "legacy": {"provider": "osvi", "api": "legacy", "token": "env:OSVI", "base_url": f"{url}/osvi"},
        "synthflow": {"provider": "synthflow", "token": "env:SYNTHFLOW", "base_url": f"{url}/synthflow/v2"},
    }
    known_routes: dict[str, dict[str, Any]] = {
        "osvi": {"account": "osvi", "agent": OSVI_AGENT},
        "legacy": {"account": "legacy", "agent": OSVI_AGENT},
        "synthflow": {"account": "synthflow", "agent": SYNTHFLOW_AGENT},
    }
    for name, changes in (accounts or {}).items():
        known_accounts[name] = {**known_accounts.get(name, {}), **changes}
    for name, changes in (routes or {}).items():
        known_routes[name] = {**known_routes.get(name, {}), **changes}
    settings = Settings(
        database={"url": database, **(place or {})},
        broker={"url": broker},
        worker={"lease": "10s", **(worker or {})},
        accounts={name: {**common, **account} for name, account in known_accounts.items()},
        routes=known_routes,
        replies=dict(replies or {}),
        sources=dict(sources or {}),
    )
    settings.stand_at(folder / "turnwire.toml", ENVIRON)
    return settings


@dataclass(frozen=True, kw_only=True)
class FakeWiring(Wiring):
    """A wiring whose providers are the test's own objects, by account; others are connected as usual."""

    fakes: Mapping[str, Provider] = field(default_factory=dict)

    def connect(self, account: str, connections: int) -> Provider:
        return self.fakes.get(account) or super().connect(account, connections)


def wired(
    settings: Settings, publisher: Publisher | None = None, fakes: Mapping[str, Provider] | None = None
) -> Wiring:
    """A wiring that waits as little as it may."""
    wiring = FakeWiring(settings=settings, publisher=publisher or NoPublisher(), fakes=fakes or {})
    wiring.__dict__["jitter"] = Impatient()
    wiring.__dict__["accounts"] = Accounts(wiring.database, wiring.limits, Impatient())
    return wiring


class EngineKit:
    """One engine, its door in and its rows; a context manager that stops it. Arguments as for :func:`configured`."""

    def __init__(
        self,
        database: str,
        sandbox: Sandbox | None,
        folder: Path,
        *,
        publisher: Publisher | None = None,
        fakes: Mapping[str, Provider] | None = None,
        **changes: Any,
    ) -> None:
        self.sandbox = sandbox
        self.settings = configured(database, sandbox, folder, **changes)
        self.wiring = wired(self.settings, publisher, fakes)
        self.engine = Engine(self.wiring)
        self._numbers: dict[str, int] = defaultdict(int)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.stop(30)
        self.database.dispose()

    @property
    def database(self) -> Database:
        return self.wiring.database

    def second(self) -> EngineKit:
        """A kit with another engine on the same database, as another process would have it."""
        other = EngineKit.__new__(EngineKit)
        other.__dict__.update(self.__dict__)
        other.wiring = wired(self.settings, self.wiring.publisher, getattr(self.wiring, "fakes", None))
        other.engine = Engine(other.wiring, name="second")
        return other

    # --- in ---

    def receive(self, route: str, conversation: str, *texts: str, **fields: Any) -> list[Received]:
        """Hand in messages of one conversation in one batch; ids are made up unless ``id`` is given."""
        return Receiver(wiring=self.wiring).receive([self.event(route, conversation, t, **fields) for t in texts])

    def event(self, route: str, conversation: str, text: str, **fields: Any) -> Event:
        self._numbers[conversation] += 1
        known: dict[str, Any] = {"source": "test", "id": f"{conversation}/{self._numbers[conversation]}"}
        return Event(**{**known, "route": route, "conversation": conversation, "text": text, **fields})

    def crowd(self, route: str, conversations: int, turns: int = 1, prefix: str = "C") -> None:
        """Many conversations in one batch, their texts ``KEY says NUMBER`` in order."""
        events = [
            self.event(route, f"{prefix}{conversation}", f"{prefix}{conversation} says {number}")
            for number in range(1, turns + 1)
            for conversation in range(conversations)
        ]
        Receiver(wiring=self.wiring).receive(events)

    # --- run ---

    def settle(self, patience: float = PATIENCE) -> None:
        """Run slices and ticks until nothing is ready, due or in flight."""
        until = time.monotonic() + patience
        while True:
            self.engine.run_slice(patience)
            tick(self.wiring)
            if self.quiet():
                return
            if time.monotonic() > until:
                raise AssertionError(f"not settled: {self.statuses()}, {self.rows(tables.schedule)}")
            time.sleep(0.02)

    def quiet(self) -> bool:
        """Whether no conversation is claimed or will be ready, and no reply or other outside call is under way."""
        rows = self.rows(tables.schedule) + self.rows(tables.replies) + self.rows(tables.outbox)
        return all(row.owner is None and row.ready_at is None for row in rows)

    def until(self, look: Callable[[], T], done: Callable[[T], bool] = bool, patience: float = PATIENCE) -> T:
        """Run slices and ticks until what ``look`` returns is as wanted."""
        end = time.monotonic() + patience
        while not done(seen := look()):
            if time.monotonic() > end:
                raise AssertionError(f"never came to it; last seen {seen!r}; {self.statuses()}")
            self.engine.run_slice(0.3)
            tick(self.wiring)
            time.sleep(0.02)
        return seen

    def until_true(self, look: Callable[[], T], patience: float = PATIENCE) -> T:
        """Wait for somebody else's work to show."""
        end = time.monotonic() + patience
        while not (seen := look()):
            if time.monotonic() > end:
                raise AssertionError(f"never came to it; last seen {seen!r}; {self.statuses()}")
            time.sleep(0.01)
        return seen

    @contextmanager
    def working(self, patience: float = PATIENCE) -> Iterator[threading.Thread]:
        """A slice that runs on a thread of its own meanwhile."""
        thread = threading.Thread(target=self.engine.run_slice, args=(patience,))
        thread.start()
        try:
            yield thread
        finally:
            self.engine.request_stop()
            thread.join(patience)

    # --- out ---

    def rows(self, table: Table, where: Any = True) -> list[Any]:
        keys = list(table.primary_key.columns)
        with self.database.reading() as connection:
            return list(connection.execute(select(table).where(where).order_by(*keys)).all())

    def change(self, table: Table, where: Any = True, **values: Any) -> None:
        self.database.write(lambda connection: connection.execute(update(table).where(where).values(**values)))

    def now(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(select(db_now())).scalar_one())

    def turns(self, conversation: str | None = None) -> list[Any]:
        """The turns by conversation and position, with their conversation's key."""
        query = (
            select(tables.turns, tables.conversations.c.key, tables.conversations.c.route)
            .join(tables.conversations, tables.conversations.c.id == tables.turns.c.conversation_id)
            .order_by(tables.turns.c.conversation_id, tables.turns.c.position)
        )
        if conversation is not None:
            query = query.where(tables.conversations.c.key == conversation)
        with self.database.reading() as connection:
            return list(connection.execute(query).all())

    def statuses(self) -> dict[str, int]:
        query = select(tables.turns.c.status, func.count()).group_by(tables.turns.c.status)
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def attempts(self, turn_id: int) -> list[tuple[str, str | None]]:
        """(call, outcome) of each attempt of a turn."""
        return [(row.call, row.outcome) for row in self.rows(tables.attempts, tables.attempts.c.turn_id == turn_id)]

    def conversation(self, key: str) -> Any:
        return self.rows(tables.conversations, tables.conversations.c.key == key)[0]

    def place(self, key: str) -> Any:
        """The schedule row of a conversation."""
        return self.rows(tables.schedule, tables.schedule.c.conversation_id == self.conversation(key).id)[0]

    def account(self, name: str) -> Any:
        """The account's row, made if need be."""
        self.wiring.accounts.ensure([name])
        return self.rows(tables.accounts, tables.accounts.c.name == name)[0]

    def calls(self, call: str = "send") -> list[Any]:
        """What reached the sandbox: its lines of this call."""
        assert self.sandbox is not None
        return [line for line in self.sandbox.received() if line["call"] == call]

    def processed(self) -> list[str]:
        """The texts that entered a history, in the order in which they arrived."""
        return [str(line["text"]) for line in self.calls() if line["processed"]]


def in_order(texts: Sequence[str]) -> bool:
    """Whether ``KEY says NUMBER`` texts, as :meth:`EngineKit.crowd` makes them, rise by one within each key."""
    last: dict[str, int] = defaultdict(int)
    for text in texts:
        key, _, number = text.rpartition(" says ")
        if int(number) != last[key] + 1:
            return False
        last[key] = int(number)
    return True
