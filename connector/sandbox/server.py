"""Server of the sandbox: on a loop of yours, on a thread of its own, or as a program."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web
from pydantic import ValidationError

from connector.errors import InvalidInput
from connector.sandbox.app import application
from connector.sandbox.control import Control, expectations
from connector.sandbox.model import FaultName, Received, Rule, RuleLine, Settings, Summary
from connector.sandbox.osvi import Osvi
from connector.sandbox.port import Port
from connector.sandbox.responder import Answer, answer
from connector.sandbox.synthflow import Synthflow
from connector.sandbox.world import World

Result = TypeVar("Result")
SHUTDOWN_S = 0.1  # a double's unfinished answers are worth no longer wait


class Sandbox:
    """Both vendors' chat APIs on one port, with scripted faults and a record of what was received.

    ``async with Sandbox() as sandbox:`` serves on the running loop. Every method may be called from any thread;
    ``answer`` is what the agents say to a text, if not the built-in answers. Raises
    :class:`connector.errors.TurnwireError` on entering if the port cannot be had.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        latency_s: float = 0.0,
        answer: Callable[[str], Answer] = answer,
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._world = World(_checked_settings({"latency_s": latency_s}), answer)
        self._busy: set[object] = set()
        self._port: Port | None = None
        self._runner: web.AppRunner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        vendors = (Osvi(self._world), Synthflow(self._world))
        app = application(self._world, vendors, Control(self._world))
        app.middlewares.append(self._noting_busy_connections)
        self._loop = asyncio.get_running_loop()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await self._runner.setup()
        assert self._runner.server is not None
        try:
            self._port = Port(self._host, self._wanted_port, self._runner.server)
        except BaseException:
            await self._runner.cleanup()
            raise
        self._world.shut_door = self._refuse
        self._world.open_door = self._port.listen
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._port is not None:
            self._port.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """``http://host:port``, without a slash at the end; the control API is under ``/_sandbox``."""
        assert self._port is not None, "the sandbox does not run yet"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port.number}"

    @property
    def osvi_url(self) -> str:
        """Base URL for an OSVI account; its token is ``OSVI_TOKEN``."""
        return self.url + Osvi.prefix

    @property
    def synthflow_url(self) -> str:
        """Base URL for a Synthflow account; its token is ``SYNTHFLOW_TOKEN``."""
        return self.url + Synthflow.prefix

    def add_rule(
        self,
        fault: FaultName | None = None,
        *,
        match: Mapping[str, str] | None = None,
        times: int = 1,
        probability: float = 1.0,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | Mapping[str, Any] | list[Any] | None = None,
        delay_s: float | None = None,
    ) -> RuleLine:
        """Adds a rule (see :class:`connector.sandbox.model.Rule`) and returns it with its id.

        Raises :class:`connector.errors.InvalidInput` naming the field that is wrong.
        """
        given = {
            "match": dict(match or {}),
            "fault": fault,
            "times": times,
            "probability": probability,
            "status": status,
            "headers": dict(headers or {}),
            "body": dict(body) if isinstance(body, Mapping) else body,
            "delay_s": delay_s,
        }
        try:
            rule = Rule.model_validate(given)
        except ValidationError as error:
            raise _invalid(error) from None
        return self._on_loop(lambda: self._world.add_rule(rule))

    def rules(self) -> list[RuleLine]:
        """All rules since the last reset, used up or not."""
        return self._on_loop(self._world.rules.lines)

    def remove_rule(self, rule_id: str) -> None:
        """Takes a rule away; does nothing if it is gone already."""
        self._on_loop(lambda: self._world.remove_rule(rule_id))

    def update_settings(self, **changes: float | str | bool | None) -> Settings:
        """Changes settings by name (see :class:`connector.sandbox.model.Settings`) and returns all of them.

        Raises :class:`connector.errors.InvalidInput` naming the field that is wrong.
        """
        try:
            return self._on_loop(lambda: self._world.change_settings(dict(changes)))
        except ValidationError as error:
            raise _invalid(error) from None

    def received(self) -> list[Received]:
        """Every call that reached the sandbox, in order of arrival."""
        return self._on_loop(lambda: list(self._world.record.lines()))

    def summary(self) -> Summary:
        """The counts of :class:`connector.sandbox.model.Summary`."""
        return self._on_loop(self._world.record.summary)

    def reset(self) -> None:
        """Forgets chats, rules, settings and the record, and listens again if the port was refusing."""
        self._on_loop(self._world.reset)

    def _on_loop(self, action: Callable[[], Result]) -> Result:
        """Does it on the sandbox's own loop, waiting for the result when called from another thread."""
        loop = self._loop
        if loop is None or loop is _running_loop() or not loop.is_running():
            return action()
        return asyncio.run_coroutine_threadsafe(_awaited(action), loop).result()

    def _refuse(self, seconds: float) -> None:
        assert self._port is not None
        assert self._runner is not None
        assert self._runner.server is not None
        self._port.refuse(seconds)
        for connection in self._runner.server.connections:
            if connection in self._busy:
                connection.close()  # once its answer is out
            else:
                connection.force_close()

    @web.middleware
    async def _noting_busy_connections(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Keeps the connections with a call under way, which a refusal must let finish."""
        connection = request.protocol
        self._busy.add(connection)
        try:
            return await handler(request)
        finally:
            self._busy.discard(connection)


@contextmanager
def running_sandbox(
    port: int = 0,
    host: str = "127.0.0.1",
    *,
    latency_s: float = 0.0,
    answer: Callable[[str], Answer] = answer,
) -> Iterator[Sandbox]:
    """A sandbox on a thread and loop of its own, for callers without a loop; arguments as for :class:`Sandbox`.

    Raises :class:`connector.errors.TurnwireError` if the port cannot be had.
    """
    started: Future[tuple[Sandbox, asyncio.Event, asyncio.AbstractEventLoop]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        try:
            async with Sandbox(port, host, latency_s=latency_s, answer=answer) as sandbox:
                started.set_result((sandbox, stop, asyncio.get_running_loop()))
                await stop.wait()
        except BaseException as error:  # whatever it is, the caller's thread must hear of it
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="turnwire-sandbox", daemon=True)
    thread.start()
    sandbox, stop, loop = started.result()
    try:
        yield sandbox
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    latency_s: float = 0.0,
    ready: Callable[[Sandbox], None] | None = None,
) -> None:
    """Serves until SIGINT or SIGTERM, then returns; ``ready`` is called once with the listening sandbox.

    Must run in the main thread. Raises :class:`connector.errors.TurnwireError` if the port cannot be had.
    """
    asyncio.run(_serve(host, port, latency_s, ready))


async def _serve(host: str, port: int, latency_s: float, ready: Callable[[Sandbox], None] | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Sandbox(port, host, latency_s=latency_s) as sandbox:
        if ready is not None:
            ready(sandbox)
        await stop.wait()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _awaited(action: Callable[[], Result]) -> Result:
    return action()


def _checked_settings(given: dict[str, object]) -> Settings:
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> InvalidInput:
    field, expected = next(iter(expectations(error).items()))
    return InvalidInput(field or "rule", expected)
