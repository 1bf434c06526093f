"""What the matrix tests share: the whole engine in this process against a double, driven until nothing moves."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from connector.engine.loop import Engine
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox
from connector.services.receive import Receiver
from connector.services.tick import tick
from connector.settings import Settings
from connector.storage import queries
from connector.storage.core.database import Database
from connector.storage.monitoring.status import status as system_status
from connector.storage.send.accounts import Accounts
from connector.storage.tables import outbox, schedule
from connector.values import Event, Provider, Received
from connector.wiring import NoPublisher, Wiring
from tests.kit.matrix.recorder import seen, states
from tests.kit.raw_server import RawServer, Script, serving

AGENTS = {"osvi": "agent_matrix", "synthflow": "893195c1-c640-438b-9761-2e5357b01cb8"}
TOKENS = {"OSVI_TOKEN": OSVI_TOKEN, "SYNTHFLOW_TOKEN": SYNTHFLOW_TOKEN}
PATIENCE = 60.0
"""Seconds until a play that does not come to its end is given up; long, because machines are busy."""

BOTH = ("osvi", "synthflow")
"""The provider that cannot be read back, and the one that can."""


def account(provider: str, url: str, **changes: Any) -> dict[str, Any]:
    """One account's section, at the sandbox of ``url``: fast, and with times short enough for a test."""
    path = {"osvi": "/osvi", "synthflow": "/synthflow/v2"}[provider]
    section = {"provider": provider, "token": f"env:{provider.upper()}_TOKEN", "base_url": f"{url}{path}"}
    return {**section, "rate": "none", "deadline": "5s", "grace": "1s", **changes}


def route(provider: str, name: str, **changes: Any) -> dict[str, Any]:
    """One route's section, to the account ``name``."""
    return {"account": name, "agent": AGENTS[provider], **changes}


def configured(
    folder: Path,
    database: str,
    accounts: Mapping[str, Mapping[str, Any]],
    routes: Mapping[str, Mapping[str, Any]],
    environ: Mapping[str, str] | None = None,
    **worker: Any,
) -> Settings:
    """Settings as the file would give them."""
    given: dict[str, Any] = {"database": {"url": database}, "accounts": accounts, "routes": routes}
    settings = Settings(**given, worker={"lease": "10s", **worker})
    settings.stand_at(folder / "turnwire.toml", {**TOKENS, **(environ or {})})
    return settings


class Hasty(random.Random):
    """Jitter from the short end: a tenth of what might be waited."""

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) * self.random() / 10


@dataclass(frozen=True, kw_only=True)
class QuickWiring(Wiring):
    """A wiring with short waits; ``toys`` are providers that stand in for what accounts name."""

    toys: Mapping[str, Provider] = field(default_factory=dict)

    @cached_property
    def jitter(self) -> random.Random:
        return Hasty()

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.database, self.limits, self.jitter)

    def connect(self, account: str, connections: int) -> Provider:
        return self.toys[account] if account in self.toys else super().connect(account, connections)


@dataclass
class Play:
    """A database with engines on it; the first one is made at once, more by :meth:`hire`."""

    wiring: QuickWiring
    sandbox: Sandbox | None = None
    engines: list[Engine] = field(default_factory=list)
    numbers: int = 0

    @cached_property
    def database(self) -> Database:
        return self.wiring.database

    def hire(self, count: int = 1) -> None:
        """More engines on the same database, each with connections of its own."""
        for _ in range(count):
            wiring = self.wiring
            if self.engines:
                wiring = QuickWiring(settings=wiring.settings, publisher=wiring.publisher, toys=wiring.toys)
            self.engines.append(Engine(wiring, f"matrix-{len(self.engines) + 1}"))

    def receive(self, route: str, conversation: str, *texts: str, **more: Any) -> list[Received]:
        """Take messages in, each under an id of its own."""
        events = []
        for text in texts:
            self.numbers += 1
            identity: dict[str, Any] = {"source": "matrix", "id": f"m{self.numbers}"}
            events.append(Event(route=route, conversation=conversation, text=text, **(identity | more)))
        return Receiver(wiring=self.wiring).receive(events)

    def receive_all(self, route: str, texts: Iterable[str]) -> None:
        """Take messages in at once, each in a conversation of its own that is named as it."""
        events = [Event(source="matrix", id=text, route=route, conversation=text, text=text) for text in texts]
        Receiver(wiring=self.wiring).receive(events)

    def run(self, until: Callable[[], bool] | None = None, patience: float = PATIENCE) -> None:
        """Let the engines work, and the tick with them, until nothing moves any more or ``until`` says so."""
        until = until or self.still
        if not self.engines:
            self.hire()
        end = time.monotonic() + patience
        with ThreadPoolExecutor(len(self.engines)) as threads:
            while not until():
                assert time.monotonic() < end, (self.statuses(), states(self.turns()[-20:]))
                tick(self.wiring)
                list(threads.map(lambda engine: engine.run_slice(0.3), self.engines))

    def still(self) -> bool:
        """Nothing is ready, nothing claimed, nothing due later: only a person could go on."""
        with self.database.reading() as connection:
            for table in (schedule, outbox):
                moving = or_(table.c.ready_at.is_not(None), table.c.owner.is_not(None))
                if connection.execute(select(table.c.owner).where(moving).limit(1)).first() is not None:
                    return False
        return True

    def turns(self) -> list[dict[str, Any]]:
        """All turns with their attempts, the oldest first."""
        return seen(self.wiring)

    def turn(self, text: str) -> dict[str, Any]:
        """The one turn with this text."""
        (found,) = [turn for turn in self.turns() if turn["text"] == text]
        return found

    def statuses(self) -> dict[str, int]:
        """How many turns are in which state; states without any are left out."""
        counts = system_status(self.database)["turns"]
        return {name: number for name, number in counts.items() if number}

    def account(self, name: str) -> dict[str, Any]:
        """An account as ``accounts list`` shows it."""
        (found,) = [row for row in queries.accounts(self.database, self.wiring.limits) if row["name"] == name]
        return found

    def route(self, name: str) -> dict[str, Any]:
        """A route as ``routes list`` shows it."""
        (found,) = [row for row in queries.routes(self.database, [name]) if row["name"] == name]
        return found

    def conversation(self, key: str) -> dict[str, Any]:
        """A conversation as ``conversations list`` shows it."""
        (found,) = [row for row in queries.conversations(self.database) if row["key"] == key]
        return found

    def alarms(self) -> list[str]:
        """The names of the alarms that ``turnwire status`` shows."""
        return [alarm.name for alarm in system_status(self.database)["alarms"]]

    def heard(self, call: str = "send") -> list[Any]:
        """The calls of one kind that reached the sandbox."""
        assert self.sandbox is not None
        return [line for line in self.sandbox.received() if line["call"] == call]

    def posts(self, text: str | None = None) -> int:
        """How many messages the sandbox processed: of all, or with this text, white space folded."""
        wanted = None if text is None else " ".join(text.split())
        return sum(
            line["processed"] and (wanted is None or " ".join((line["text"] or "").split()) == wanted)
            for line in self.heard()
        )

    def stop(self) -> None:
        """End what this play started."""
        for engine in self.engines:
            engine.request_stop()
        for engine in self.engines:
            engine.stop(30)
            engine.wiring.database.dispose()
        self.wiring.database.dispose()


@dataclass
class Plays:
    """Makes plays and ends them with the test."""

    folder: Path
    sandbox: Sandbox
    opened: ExitStack

    def of(
        self,
        database: str,
        accounts: Mapping[str, Mapping[str, Any]],
        routes: Mapping[str, Mapping[str, Any]],
        *,
        toys: Mapping[str, Provider] | None = None,
        environ: Mapping[str, str] | None = None,
        **worker: Any,
    ) -> Play:
        """A play with these accounts and routes."""
        settings = configured(self.folder, database, accounts, routes, environ, **worker)
        wiring = QuickWiring(settings=settings, publisher=NoPublisher(), toys=toys or {})
        play = Play(wiring=wiring, sandbox=self.sandbox)
        self.opened.callback(play.stop)
        return play

    def at(
        self,
        database: str,
        provider: str,
        *,
        account_changes: Mapping[str, Any] | None = None,
        route_changes: Mapping[str, Any] | None = None,
        url: str | None = None,
        **worker: Any,
    ) -> Play:
        """A play with one account, named as the provider, and one route, ``support``."""
        section = account(provider, url or self.sandbox.url, **(account_changes or {}))
        return self.of(
            database, {provider: section}, {"support": route(provider, provider, **(route_changes or {}))}, **worker
        )

    def toy(
        self,
        database: str,
        toy: Provider,
        *,
        account_changes: Mapping[str, Any] | None = None,
        route_changes: Mapping[str, Any] | None = None,
        **worker: Any,
    ) -> Play:
        """A play with one account ``toy`` at this provider, and one route, ``support``."""
        section = account("osvi", self.sandbox.url, **(account_changes or {}))
        return self.of(
            database,
            {"toy": section},
            {"support": route("osvi", "toy", **(route_changes or {}))},
            toys={"toy": toy},
            **worker,
        )


@contextmanager
def raw_server(script: Script, tls: Any = None, host: str = "127.0.0.1") -> Iterator[RawServer]:
    """A server of bare sockets on a thread of its own; see :mod:`tests.kit.raw_server`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serve = serving(script, tls, host)
    try:
        yield asyncio.run_coroutine_threadsafe(serve.__aenter__(), loop).result(10)
        asyncio.run_coroutine_threadsafe(serve.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def outcomes(turn: Mapping[str, Any], call: str | None = None) -> list[str]:
    """What the attempts of a turn came to, of all calls or of one kind."""
    return [attempt["outcome"] for attempt in turn["attempts"] if call in {None, attempt["call"]}]


def told(turn: Mapping[str, Any]) -> str:
    """All that the attempts of a turn say in words: errors, hints and evidence."""
    parts: list[str] = []
    for attempt in turn["attempts"]:
        evidence: Any = attempt["evidence"]
        words: Sequence[Any] = list(evidence.values()) if isinstance(evidence, dict) else [evidence]
        parts += [str(part) for part in (attempt["error"], *words) if part]
    return "; ".join(parts)
