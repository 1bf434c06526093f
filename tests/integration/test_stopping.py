"""The kill switch of a route: nothing is sent, no answer goes out, and nothing is lost."""

from __future__ import annotations

import asyncio
import threading

import pytest

from connector.errors import WrongState
from connector.policy.replies import DeliveryDecision
from connector.storage import tables
from connector.storage.reply.deliveries import RecordedDelivery
from connector.storage.send import routes as route_rows
from connector.values import (
    CallResult,
    Capabilities,
    ChatContext,
    History,
    Opened,
    Outcome,
    ReplyStatus,
    TurnRequest,
    TurnResult,
)
from tests.kit import actions
from tests.kit.alarms import alarms
from tests.kit.engine import EngineKit
from tests.kit.storage import ANSWERED, StorageKit


@pytest.fixture
def kit(store: StorageKit) -> StorageKit:
    """One answered turn on each route, whose answers wait to go out."""
    store.receive("T-1", "one")
    store.receive("T-2", "two", route="sales")
    store.send(store.worker(), ANSWERED)
    return store


def waiting(kit):
    return {row.channel: (row.status, row.attempts) for row in kit.rows(tables.replies)}


def test_a_stopped_route_sends_nothing_and_lets_no_answer_out_until_it_is_resumed(kit):
    actions.stop_route(kit.database, "support", actor="ann", detail="a loop")
    kit.receive("T-3", "still taken in")
    owner = kit.worker()
    assert kit.claim(owner) == []
    assert [reply.route for reply in kit.replies.claim(owner, 10)] == ["sales"]
    assert kit.replies.claim(owner, 10) == []
    assert waiting(kit) == {"webhook": ("queued", 0), "celery": ("sending", 1)}
    assert [row.reply_id for row in kit.rows(tables.reply_attempts)] == [
        row.id for row in kit.rows(tables.replies) if row.channel == "celery"
    ]
    (alarm,) = [one for one in alarms(kit.database) if one["name"] == "route_paused"]
    assert (
        alarm["what"] == "route support is paused: an operator stopped it, and no answer of it goes out either (a loop)"
    )

    actions.resume_route(kit.database, "support", actor="ann")
    (reply,) = kit.replies.claim(owner, 10)
    assert (reply.route, reply.attempt) == ("support", 1)
    verdict = DeliveryDecision(status=ReplyStatus.DELIVERED)
    done = RecordedDelivery(
        reply_id=reply.id,
        number=1,
        channel="webhook",
        result=CallResult(outcome=Outcome.ANSWERED),
        decision=verdict,
    )
    kit.replies.record(owner, [done])
    assert waiting(kit)["webhook"] == ("delivered", 1)
    assert [claimed.key for claimed in kit.claim(owner)] == ["T-3"]


def test_an_answer_that_is_taken_up_again_meanwhile_is_put_back_again(kit):
    actions.stop_route(kit.database, "support", actor="ann")
    owner = kit.worker()
    for _ in range(3):
        kit.change(tables.replies, tables.replies.c.channel == "webhook", ready_at=kit.now() - 1)
        assert "support" not in {reply.route for reply in kit.replies.claim(owner, 10)}
    assert waiting(kit)["webhook"] == ("queued", 0)


def test_a_pause_holds_no_answer_back(kit):
    actions.pause_route(kit.database, "support", actor="ann")
    assert {reply.route for reply in kit.replies.claim(kit.worker(), 10)} == {"support", "sales"}


def test_stopping_is_more_than_any_pause(store):
    route_rows.pause_route(store.database, "support", "misconfigured", "no such agent")
    made = actions.stop_route(store.database, "support", actor="ann")
    assert (made.before, made.after, made.detail) == ("paused", "stopped", {"reason": "misconfigured"})
    route_rows.pause_route(store.database, "support", "misconfigured", "still none")
    (route,) = [row for row in store.rows(tables.routes) if row.name == "support"]
    assert (route.paused, route.reason, route.detail) == (True, "stopped", None)
    with pytest.raises(WrongState, match="stopped already"):
        actions.stop_route(store.database, "support", actor="ann")
    with pytest.raises(WrongState, match="paused already"):
        actions.pause_route(store.database, "support", actor="ann")
    assert actions.resume_route(store.database, "support", actor="ann").detail == {"reason": "stopped"}
    route_rows.pause_route(store.database, "support", "misconfigured", "again")
    assert store.rows(tables.routes)[0].reason == "misconfigured"


class Opening:
    """A provider whose openings wait; what is sent is noted."""

    capabilities = Capabilities(reads_back=False, client_chosen_id=False, idempotency_key=False, human_mode=False)

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.sent: list[str] = []

    async def open(self, conversation: ChatContext) -> Opened:
        self.begun.set()
        await asyncio.to_thread(self.go_on.wait, 30)
        return Opened(outcome=Outcome.ANSWERED, chat_id=f"chat-{conversation.id}")

    async def find(self, conversation: ChatContext) -> Opened | None:
        return None

    async def send(self, request: TurnRequest) -> TurnResult:
        self.sent.append(request.text)
        return TurnResult(outcome=Outcome.ANSWERED, answer="yes", chat_id=request.chat_id)

    async def read(self, chat_id: str) -> History | None:
        return None

    async def aclose(self) -> None:
        pass


def test_what_was_claimed_before_the_stop_is_not_sent_after_it(database, tmp_path):
    provider = Opening()
    with EngineKit(database, None, tmp_path, fakes={"osvi": provider}) as kit, kit.working():
        kit.receive("osvi", "T-1", "one")
        kit.until_true(provider.begun.is_set)
        actions.stop_route(kit.database, "osvi", actor="ann")
        kit.until_true(lambda: kit.engine.route_paused("osvi"))
        provider.go_on.set()
        kit.until_true(lambda: kit.place("T-1").owner is None)
        assert (provider.sent, kit.statuses()) == ([], {"queued": 1})
        actions.resume_route(kit.database, "osvi", actor="ann")
        kit.until(lambda: provider.sent)
        assert provider.sent == ["one"]
