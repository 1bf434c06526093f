"""The way back through the engine: webhooks to a receiver that misbehaves, callbacks over a broker that is away."""

from __future__ import annotations

import asyncio
import http.server
import json
import operator
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from celery import Celery

from connector.channels.celery_callback import CeleryCallback
from connector.channels.hooks import WEBHOOK
from connector.errors import BrokerUnavailable
from connector.policy.replies import WAITS
from connector.storage import tables
from connector.storage.reply.overtaken import OVERTAKEN
from connector.values import Callback, CallResult, ReplyMessage
from tasks.runtime.publisher import CeleryPublisher
from tests.kit import actions
from tests.kit.alarms import alarms
from tests.kit.engine import EngineKit, FakeWiring
from tests.kit.raw_server import free_port

HERE = {"secret": "env:WEBHOOK", "allow_private": ["127.0.0.0/8"]}


@dataclass
class Hook:
    """A receiver that answers with these statuses in turn, the last one for ever, and keeps what it was told."""

    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    def answers(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextmanager
def hooked(*statuses: int, **headers: str) -> Iterator[Hook]:
    hook = Hook(statuses=list(statuses) or [204], headers={k.replace("_", "-"): v for k, v in headers.items()})

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            hook.told.append((self.headers["webhook-id"], body))
            self.send_response(hook.answers())
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_port}/answers"
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def answering(database: str, sandbox: Any, folder: Any, url: str, **changes: Any) -> Iterator[EngineKit]:
    """An engine whose Synthflow route posts to ``url``, and which waits for nothing between deliveries."""
    routes = {"synthflow": {"reply": "webhook", **changes.pop("route", {})}}
    replies = {"webhook": {**HERE, "url": url, **changes.pop("webhook", {})}}
    with EngineKit(database, sandbox, folder, routes=routes, replies=replies, **changes) as kit:
        impatient(kit)
        yield kit


def impatient(kit: EngineKit) -> None:
    kit.wiring.__dict__["reply_waits"] = [0.0] * 5


def statuses(kit: EngineKit) -> list[tuple[str, str | None]]:
    return [(row.status, row.reason) for row in kit.rows(tables.replies)]


def delays(kit: EngineKit) -> list[int]:
    return [row.delays for row in kit.rows(tables.replies)]


def outcomes(kit: EngineKit) -> list[tuple[str | None, int | None]]:
    return [(row.outcome, row.http_status) for row in kit.rows(tables.reply_attempts)]


def test_each_try_is_a_row_and_the_marker_stays(database, turnwire_sandbox, tmp_path):
    with hooked(500, 503, 204) as hook, answering(database, turnwire_sandbox, tmp_path, hook.url) as kit:
        kit.receive("synthflow", "T-1", "hello")
        kit.until(lambda: statuses(kit), lambda found: found == [("delivered", None)])
        assert outcomes(kit) == [("server_error", 500), ("busy", 503), ("answered", 204)]
        assert len({marker for marker, _ in hook.told}) == 1
        assert hook.told[0][1]["type"] == "turn.answered"
        assert [row.failing_since for row in kit.rows(tables.endpoints)] == [None]


def test_retry_after_is_honoured(database, turnwire_sandbox, tmp_path):
    with (
        hooked(429, retry_after="1800") as hook,
        answering(database, turnwire_sandbox, tmp_path, hook.url) as kit,
    ):
        kit.receive("synthflow", "T-1", "hello")
        kit.until(lambda: statuses(kit), lambda found: found == [("queued", "busy")])
        (row,) = kit.rows(tables.replies)
        (attempt,) = kit.rows(tables.reply_attempts)
        assert row.ready_at >= attempt.ended_at + 1_790_000


def test_the_waits_are_the_published_ones(database, turnwire_sandbox, tmp_path):
    """The first wait is really waited; the next is read off the row once the first is shortened by hand."""
    with hooked(500) as hook, answering(database, turnwire_sandbox, tmp_path, hook.url) as kit:
        del kit.wiring.__dict__["reply_waits"]
        kit.receive("synthflow", "T-1", "hello")
        for tries, (wait, following) in enumerate(pairwise(WAITS[:5]), start=1):
            kit.until(lambda: delays(kit), partial(operator.eq, [tries]))
            (row,) = kit.rows(tables.replies)
            ended = kit.rows(tables.reply_attempts)[-1].ended_at
            assert wait - 0.1 <= (row.ready_at - ended) / 1000 < following
            kit.change(tables.replies, ready_at=0)


def test_a_receiver_that_is_gone_is_called_no_more_until_it_is_enabled(database, turnwire_sandbox, tmp_path):
    with hooked(410, 204) as hook, answering(database, turnwire_sandbox, tmp_path, hook.url) as kit:
        kit.receive("synthflow", "T-1", "hello")
        kit.settle()
        kit.receive("synthflow", "T-2", "hello")
        kit.settle()
        assert statuses(kit) == [("queued", "endpoint_disabled")] * 2
        assert len(hook.told) == 1
        assert "endpoint_disabled" in [alarm["name"] for alarm in alarms(kit.database)]
        actions.enable_endpoint(kit.database, "webhook", actor="ann")
        kit.settle()
        assert statuses(kit) == [("delivered", None)] * 2
        assert hook.told[0][0] in {marker for marker, _ in hook.told[1:]}


def test_a_private_address_is_not_called_and_its_replies_wait(database, turnwire_sandbox, tmp_path):
    with (
        hooked() as hook,
        answering(database, turnwire_sandbox, tmp_path, hook.url, webhook={"allow_private": ["10.0.0.0/8"]}) as kit,
    ):
        kit.receive("synthflow", "T-1", "hello")
        kit.until(lambda: statuses(kit), lambda found: found == [("queued", "not_sent")])
        assert hook.told == []
        assert "allow_private" in kit.rows(tables.reply_attempts)[0].error


def test_the_newer_answer_serves_both_messages_of_a_customer(database, turnwire_sandbox, tmp_path):
    with hooked() as hook, answering(database, turnwire_sandbox, tmp_path, hook.url) as kit:
        kit.receive("synthflow", "T-1", "hello", "and one more thing")
        kit.settle()
        assert statuses(kit) == [("cancelled", OVERTAKEN), ("delivered", None)]
        assert [body["data"]["position"] for _, body in hook.told] == [2]


def test_a_route_may_want_every_answer(database, turnwire_sandbox, tmp_path):
    route = {"on_overtaken": "deliver"}
    with hooked() as hook, answering(database, turnwire_sandbox, tmp_path, hook.url, route=route) as kit:
        kit.receive("synthflow", "T-1", "hello", "and one more thing")
        kit.settle()
        assert statuses(kit) == [("delivered", None)] * 2
        assert sorted(body["data"]["position"] for _, body in hook.told) == [1, 2]


# --- Celery -----------------------------------------------------------------------------------------------------------


class Moody:
    """A broker that is away for the first so many callbacks."""

    def __init__(self, away: int) -> None:
        self.away = away
        self.taken: list[tuple[str, str, str, str]] = []

    def ring(self) -> None:
        """Ring nobody."""

    def call(self, task: str, args: Sequence[Any], queue: str, message_id: str) -> None:
        if self.away > 0:
            self.away -= 1
            raise BrokerUnavailable("the broker did not take the callback (OperationalError)")
        self.taken.append((task, args[0]["status"], queue, message_id))


@contextmanager
def calling_back(database: str, sandbox: Any, folder: Any, publisher: Any) -> Iterator[EngineKit]:
    routes = {"synthflow": {"reply": "celery", "callbacks": ["shop.answered", "shop.answered@shop"]}}
    with EngineKit(database, sandbox, folder, routes=routes, publisher=publisher) as kit:
        impatient(kit)
        yield kit


def test_a_callback_waits_for_the_broker_as_a_webhook_for_its_receiver(database, turnwire_sandbox, tmp_path):
    broker = Moody(away=3)
    with calling_back(database, turnwire_sandbox, tmp_path, broker) as kit:
        kit.receive("synthflow", "T-1", "hello", callback=Callback(task="shop.answered", queue="shop"))
        kit.until(lambda: statuses(kit), lambda found: found == [("delivered", None)])
        assert [outcome for outcome, _ in outcomes(kit)] == ["not_sent"] * 3 + ["answered"]
        (row,) = kit.rows(tables.replies)
        assert broker.taken == [("shop.answered", "answered", "shop", row.marker)]
        assert (row.attempts, row.delays) == (4, 3)


def test_while_the_broker_is_away_status_says_so_and_nothing_is_given_up(database, turnwire_sandbox, tmp_path):
    broker = Moody(away=10_000)
    with calling_back(database, turnwire_sandbox, tmp_path, broker) as kit:
        kit.receive("synthflow", "T-1", "hello", callback=Callback(task="shop.answered"))
        kit.until(lambda: delays(kit), lambda found: found > [7])
        assert [status for status, _ in statuses(kit)] in (["queued"], ["sending"]), "the schedule is long over"
        kit.change(tables.endpoints, failing_since=kit.now() - 1_200_000)
        told = {alarm["name"]: alarm["what"] for alarm in alarms(kit.database)}
        assert "celery has taken no reply" in told["endpoint_failing"]
        broker.away = 0
        kit.until(lambda: statuses(kit), lambda found: found == [("delivered", None)])
        assert len(broker.taken) == 1


def test_every_outcome_is_called_back_however_the_conversation_went_on(database, turnwire_sandbox, tmp_path):
    broker = Moody(away=0)
    with calling_back(database, turnwire_sandbox, tmp_path, broker) as kit:
        kit.receive("synthflow", "T-1", "one", "two", "three", callback=Callback(task="shop.answered"))
        kit.settle()
        assert [status for _, status, _, _ in broker.taken] == ["answered"] * 3
        assert all(first != second for first, second in pairwise(sorted(m for *_, m in broker.taken)))


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_refuses_connections_is_unavailable(scheme):
    port = free_port()
    app = Celery("shop", broker=f"{scheme}://127.0.0.1:{port}//", set_as_current=False)
    app.conf.update(task_publish_retry=False, broker_connection_timeout=2)
    with pytest.raises(BrokerUnavailable):
        CeleryPublisher(app).call("shop.answered", [{}], "shop", "tw_1_1")


class Kept:
    """A publisher that keeps the callbacks it is given."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def ring(self) -> None:
        """Ring nobody."""

    def call(self, task: str, args: object, queue: str, message_id: str) -> None:
        self.called.append(task)


class Hanging:
    """A way back whose receiver says nothing until it is let go."""

    capabilities = WEBHOOK

    def __init__(self) -> None:
        self._answers = False
        self._held: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def deliver(self, message: ReplyMessage) -> CallResult:
        if not self._answers:
            end = asyncio.Event()
            self._held.append((asyncio.get_running_loop(), end))
            await end.wait()
        return CallResult()

    def let_go(self) -> None:
        self._answers = True
        for loop, end in list(self._held):
            loop.call_soon_threadsafe(end.set)

    async def aclose(self) -> None:
        """Nothing to give back."""


def test_a_receiver_that_hangs_keeps_no_other_way_back_waiting(database, turnwire_sandbox, tmp_path, monkeypatch):
    hanging, kept = Hanging(), Kept()
    channels = {"webhook": hanging, "celery": CeleryCallback(kept)}
    monkeypatch.setattr(FakeWiring, "reply_channels", lambda _: channels)
    routes = {"synthflow": {"reply": "webhook"}, "osvi": {"reply": "celery", "callbacks": ["shop.answered"]}}
    replies = {"webhook": {**HERE, "url": "http://127.0.0.1:9/"}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes, replies=replies) as kit:
        kit.crowd("synthflow", 70)
        kit.until(lambda: statuses(kit).count(("sending", None)) >= 50 and len(statuses(kit)) == 70)
        kit.receive("osvi", "T-1", "hello", callback=Callback(task="shop.answered"))
        kit.until(lambda: kept.called)
        ours = {row.id for row in kit.rows(tables.replies, tables.replies.c.channel == "webhook")}
        under_way = [row for row in kit.rows(tables.reply_attempts) if row.reply_id in ours and row.ended_at is None]
        assert len(under_way) == 50, "one way back has so many places"
        hanging.let_go()
        kit.until(lambda: statuses(kit), lambda found: set(found) == {("delivered", None)})
