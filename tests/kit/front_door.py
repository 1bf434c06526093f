"""A front door for tests: the application over a real database, answering without a network or on a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from connector.services.receive import Receiver
from connector.settings import load
from connector.storage.admin import tokens
from connector.storage.core.database import Database
from connector.web.app import create
from connector.web.request.limits import RequestLimits
from connector.web.serve import address, build, listen
from connector.web.state import FrontDoor
from connector.wiring import Wiring

CONFIGURATION = """
[database]
url = "{database}"
[accounts.synthflow]
provider = "synthflow"
token = "env:SYNTHFLOW"
[routes.support]
account = "synthflow"
agent = "agent_1"
[routes.sales]
account = "synthflow"
agent = "agent_1"
reply = "celery"
callbacks = ["app.done", "app.done@shop"]
"""
QUICK = RequestLimits(idle=0.3, body=1.0, batch=1.0, head=0.3, linger=0.3, write=0.5, keep_alive=1.0)
"""The usual sizes, with deadlines that a test can wait for."""


@dataclass
class Bells:
    """A publisher that counts."""

    rung: threading.Event = field(default_factory=threading.Event)

    def ring(self) -> None:
        self.rung.set()

    def call(self, task: str, args: object, queue: str, message_id: str) -> None:
        raise NotImplementedError


@dataclass
class Site:
    """A configuration over a migrated database."""

    receiver: Receiver
    bells: Bells

    @property
    def database(self) -> Database:
        return self.receiver.wiring.database

    def token(self, name: str = "crm", *routes: str, source: str | None = None, **rights: Any) -> str:
        """One that may do all there is; ``rights`` and ``all_sources`` make it less."""
        wanted = routes or ("support",)
        able = {"rights": tokens.RIGHTS, "all_sources": True, **rights}
        return tokens.create(self.database, name, routes=wanted, source=source or name, actor="test", **able)


def make_site(database: str, folder: Path, more: str = "") -> Site:
    """A site over the migrated database at this URL, as the configuration writes it; ``more`` is added to that."""
    path = folder / "turnwire.toml"
    path.write_text(CONFIGURATION.format(database=database) + more, encoding="utf-8")
    bells = Bells()
    return Site(receiver=Receiver(wiring=Wiring(settings=load(path), publisher=bells)), bells=bells)


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    """An event that can be taken."""
    given = {"route": "support", "conversation": "T-1", "id": f"T-1/{number}", "text": f"question {number}"}
    return {**given, **fields}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Client:
    """Asks an application in this process, each time in an event loop of its own."""

    def __init__(self, site: Site, limits: RequestLimits = QUICK) -> None:
        self.site = site
        self.limits = limits

    def __call__(self, method: str, path: str, token: str | None = None, **request: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, path, token, request))

    async def _ask(self, method: str, path: str, token: str | None, request: dict[str, Any]) -> httpx.Response:
        app = create(self.site.receiver, self.limits)
        headers = {**(bearer(token) if token else {}), **request.pop("headers", {})}
        try:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.request(method, path, headers=headers, **request)
        finally:
            close(app)


def close(app: Any) -> None:
    door = app.door
    assert isinstance(door, FrontDoor)
    door.close()


@contextmanager
def listening(site: Site, limits: RequestLimits = QUICK) -> Iterator[str]:
    """The front door on a free port, in a thread; yields its URL."""
    taken = listen("127.0.0.1", 0)
    server = build(site.receiver, limits)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([taken])))
    thread.start()
    try:
        yield address(taken)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


def with_limits(**changes: Any) -> RequestLimits:
    return replace(QUICK, **changes)
