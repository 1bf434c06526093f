"""A conversation goes to a person and comes back: who asks for it, what waits, what the outside is told and asked."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connector.providers.osvi import Osvi
from connector.sandbox import OSVI_TOKEN
from connector.services.tick import tick
from connector.storage import queries, tables
from connector.storage.receive.bulk import Chunk
from connector.storage.receive.events import NewEvent
from connector.storage.send import workers
from tests.kit import actions
from tests.kit.alarms import alarms
from tests.kit.engine import EngineKit


@pytest.fixture
def kit(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        yield kit


class Receiver:
    """A webhook's receiver: keeps what it is told, and answers what the test wants."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[int] = []
        self.url = ""

    @property
    def conversations(self) -> list[tuple[str, dict[str, Any]]]:
        """What came about conversations, by webhook-id."""
        return [(marker, body) for marker, body in self.told if body["type"].startswith("conversation.")]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            receiver.told.append((self.headers["webhook-id"], body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/told"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def session(kit: EngineKit, key: str = "T-1") -> Any:
    """The conversation's session as OSVI has it; None if none is active."""

    async def look() -> Any:
        async with Osvi(OSVI_TOKEN, f"{kit.sandbox.url}/osvi") as osvi:
            return await osvi.active_sessions(f"tw-{kit.conversation(key).id}")

    found = asyncio.run(look())
    return found.sessions[0] if found.sessions else None


def outbox(kit: EngineKit) -> list[tuple[str, str]]:
    return [(row.kind, row.status) for row in kit.rows(tables.outbox)]


def tells(kit: EngineKit) -> list[str]:
    return [row.status for row in kit.rows(tables.replies, tables.replies.c.kind == "hand_off")]


def hand_off(kit: EngineKit, key: str = "T-1", reason: str = "operator") -> None:
    actions.hand_off_conversation(kit.database, kit.conversation(key).id, reason, actor="ann", hands=kit.wiring.hands)


def resume(kit: EngineKit, key: str = "T-1", **how: Any) -> None:
    wiring = kit.wiring
    actions.resume_conversation(
        kit.database, kit.conversation(key).id, actor="ann", channels=wiring.channels, hands=wiring.hands, **how
    )


def close(kit: EngineKit, key: str = "T-1") -> None:
    wiring = kit.wiring
    actions.close_conversation(
        kit.database, kit.conversation(key).id, actor="ann", channels=wiring.channels, hands=wiring.hands
    )


# -- who asks for it --------------------------------------------------------------------------------------------------


@pytest.fixture
def listening(database, turnwire_sandbox, tmp_path):
    routes = {"osvi": {"hand_off_keywords": ["human", "agent please"]}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        yield kit


def test_a_keyword_takes_the_conversation_to_a_person_before_the_agent_hears_it(listening):
    kit = listening
    kit.receive("osvi", "T-1", "first things first")
    kit.settle()
    answers = kit.receive("osvi", "T-1", "Agent,  PLEASE", "agent\nPlease!", "and another thing")
    kit.receive("osvi", "T-2", "my agent pleases me")
    kit.receive("legacy", "T-3", "a human, please")
    kit.settle()

    assert [answer.status for answer in answers] == ["accepted"] * 3
    assert [turn.status for turn in kit.turns("T-1")] == ["answered", "queued", "queued", "queued"]
    conversation = kit.conversation("T-1")
    assert (conversation.status, conversation.reason) == ("handed_off", "keyword")
    assert (kit.conversation("T-2").status, kit.conversation("T-3").status) == ("open", "open")
    assert sorted(kit.processed()) == ["a human, please", "first things first", "my agent pleases me"]
    (line,) = queries.history(kit.database, f"conversation:{conversation.id}")
    assert (line["actor"], line["detail"]["reason"], line["detail"]["detail"]) == (
        "turnwire",
        "keyword",
        "agent please",
    )


def test_a_duplicate_asks_for_nobody_again(listening):
    kit = listening
    event = kit.event("osvi", "T-1", "a human!")
    entry = NewEvent(event=event, hash="x")
    kit.wiring.intake.store([entry])
    resume(kit, answer_waiting=True)
    kit.wiring.intake.store([entry])
    assert kit.conversation("T-1").status == "open"
    kit.settle()
    assert kit.turns()[0].status == "answered"


def test_a_file_with_a_keyword_in_it_is_no_quicker_way_in(listening):
    kit = listening
    entries = [NewEvent(event=kit.event("osvi", f"T-{number}", "hello"), hash=str(number)) for number in range(5)]
    asking = NewEvent(event=kit.event("osvi", "T-9", "a human?"), hash="9")
    assert kit.wiring.bulk_intake.store(Chunk.of([*entries, asking])) is None
    assert kit.wiring.bulk_intake.store(Chunk.of(entries)).accepted == 5


def test_a_closed_conversation_is_opened_again_and_handed_off(listening):
    kit = listening
    kit.receive("osvi", "T-1", "hello")
    kit.settle()
    close(kit)
    kit.receive("osvi", "T-1", "I want a human")
    kit.settle()
    assert (kit.conversation("T-1").status, kit.turns()[-1].status) == ("handed_off", "queued")


@pytest.mark.parametrize("found", ["answered", "read_back"])
def test_an_agents_state_takes_the_conversation_to_a_person(database, turnwire_sandbox, tmp_path, found):
    routes = {"synthflow": {"hand_off_states": ["Escalated", "MAIN_STATE "]}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        if found == "read_back":
            turnwire_sandbox.add_rule("cut_after", match={"call": "send"})
        kit.receive("synthflow", "T-1", "hello", "anybody?")
        kit.settle()
        first, second = kit.turns()
        assert (first.status, second.status) == ("answered", "queued")
        assert (kit.conversation("T-1").status, kit.conversation("T-1").reason) == ("handed_off", "agent_state")
        (line,) = queries.history(kit.database, f"conversation:{kit.conversation('T-1').id}")
        assert line["detail"]["detail"] == "main_state"
        assert outbox(kit) == [("hold", "skipped")]
        resume(kit, answer_waiting=True)
        assert kit.place("T-1").held is None
        kit.until(lambda: kit.turns()[1].status, lambda status: status == "answered")


# -- at the provider --------------------------------------------------------------------------------------------------


def test_at_the_provider_the_agent_keeps_quiet_until_the_conversation_is_resumed(kit):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    assert session(kit).mode == "ai"

    hand_off(kit, reason="complaint")
    kit.receive("osvi", "T-1", "two", "three")
    kit.settle()
    assert (session(kit).mode, outbox(kit)) == ("support", [("hold", "done")])
    assert [turn.status for turn in kit.turns()] == ["answered", "queued", "queued"]

    resume(kit, answer_waiting=True, brief="Refund of 20 EUR was promised.")
    assert (kit.place("T-1").held, kit.place("T-1").ready_at) == ("resuming", None)
    kit.settle()
    assert outbox(kit) == [("hold", "done"), ("brief", "done"), ("release", "done")]
    seen = session(kit)
    assert (seen.mode, seen.context) == ("ai", ("Refund of 20 EUR was promised.",))
    assert [(turn.status, bool(turn.answer)) for turn in kit.turns()] == [("answered", True)] * 3
    assert kit.processed() == ["one", "two", "three"]
    # The agent was told before it was asked.
    calls = [line["call"] for line in kit.sandbox.received()]
    assert calls.index("inject_context") < len(calls) - 1 - calls[::-1].index("send")


def test_what_waits_says_that_it_waits_for_the_way_back(kit):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    hand_off(kit)
    kit.receive("osvi", "T-1", "two")
    resume(kit, answer_waiting=True)
    shown = queries.turn(kit.database, kit.turns()[1].id)
    assert (shown["status"], shown["waiting_for"]) == ("queued", "handed_off")


def test_a_note_without_a_chat_is_told_with_its_first_message(kit):
    kit.receive("osvi", "T-1", "one")
    hand_off(kit)
    resume(kit, answer_waiting=True, brief="She called before.")
    kit.settle()
    assert outbox(kit) == []
    assert session(kit).context == ()
    assert kit.processed() == ["Earlier:\n[colleague] She called before.\n\none"]


def test_the_provider_is_asked_again_until_it_hears_and_nothing_is_sent_before(kit):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    hand_off(kit)
    kit.settle()
    kit.sandbox.add_rule("cut_after", match={"call": "inject_context"}, times=1)
    kit.sandbox.add_rule("status_before", match={"call": "support"}, status=500, times=2)
    kit.receive("osvi", "T-1", "two")
    resume(kit, answer_waiting=True, brief="Already paid.")
    kit.settle()
    assert kit.turns()[1].answer
    tries = {row.kind: row.attempts for row in kit.rows(tables.outbox)}
    assert tries == {"hold": 1, "brief": 2, "release": 3}
    assert session(kit).context == ("Already paid.",), "what may have been told is looked up before it is told again"


def test_a_refusal_fails_visibly_and_holds_nothing_up(kit):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    kit.sandbox.add_rule("status_before", match={"call": "support"}, status=403, times=1)
    hand_off(kit)
    kit.settle()
    assert outbox(kit) == [("hold", "failed")]
    assert kit.account("osvi").closed_until is None, "a command that is disabled says nothing about the token"
    names = [alarm["name"] for alarm in alarms(kit.database)]
    assert "failed_outbox" in names
    resume(kit, answer_waiting=True)
    kit.receive("osvi", "T-1", "two")
    kit.settle()
    assert kit.turns()[1].answer


@pytest.mark.parametrize(
    ("route", "settings", "ended"),
    [("osvi", {}, True), ("osvi", {"on_close": "keep_chat"}, False), ("legacy", {}, True)],
)
def test_closing_a_conversation_ends_its_session(database, turnwire_sandbox, tmp_path, route, settings, ended):
    with EngineKit(database, turnwire_sandbox, tmp_path, routes={route: settings}) as kit:
        kit.receive(route, "T-1", "one")
        kit.settle()
        close(kit)
        kit.settle()
        assert outbox(kit) == ([("end", "done")] if ended else [])
        assert len(kit.calls("support") + kit.calls("close")) == ended
        if route == "osvi":
            assert (session(kit) is None) is ended
        kit.receive(route, "T-1", "two")
        kit.settle()
        assert kit.turns()[1].answer


@pytest.mark.parametrize("on_close", ["end_chat", "delete_chat"])
def test_a_chat_is_deleted_only_where_the_route_says_so(database, turnwire_sandbox, tmp_path, on_close):
    routes = {"synthflow": {"on_close": on_close}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        kit.receive("synthflow", "T-1", "one")
        kit.settle()
        kit.sandbox.add_rule("cut_after", match={"call": "delete"}, times=1)
        close(kit)
        kit.settle()
        deleted = on_close == "delete_chat"
        assert outbox(kit) == [("end", "skipped"), ("forget", "done")][: 1 + deleted]
        assert len(kit.calls("delete")) == 2 * deleted


def test_a_chat_in_doubt_is_not_deleted_before_the_doubt_is_settled(database, turnwire_sandbox, tmp_path):
    routes = {"synthflow": {"on_close": "delete_chat"}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        kit.receive("synthflow", "T-1", "one")
        kit.settle()
        kit.sandbox.add_rule("cut_after", match={"call": "send"}, times=1)
        kit.sandbox.add_rule("status_before", match={"call": "read"}, status=500, times=1000)
        kit.receive("synthflow", "T-1", "two")
        kit.until(lambda: kit.turns()[1].status, lambda status: status == "unknown")
        close(kit)
        kit.until(lambda: outbox(kit), lambda rows: ("end", "skipped") in rows)
        assert ("forget", "queued") in outbox(kit)
        actions.resolve_turn(kit.database, kit.turns()[1].id, "answered", "It was.", actor="ann")
        kit.until(lambda: outbox(kit), lambda rows: ("forget", "done") in rows)
        assert len(kit.calls("delete")) == 1


def test_a_session_that_other_threads_share_is_left_alone(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path, routes={"osvi": {"osvi_customer": "customer"}}) as kit:
        kit.receive("osvi", "T-1", "one")
        kit.settle()
        hand_off(kit)
        resume(kit)
        close(kit)
        assert outbox(kit) == []


def test_handed_off_and_back_in_one_breath_ends_with_the_agent(kit):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    hand_off(kit)
    resume(kit)
    hand_off(kit)
    resume(kit)
    kit.receive("osvi", "T-1", "two")
    kit.settle()
    assert outbox(kit) == [("hold", "done"), ("release", "done")] * 2
    assert kit.turns()[1].answer
    assert session(kit).mode == "ai"


# -- to the outside ---------------------------------------------------------------------------------------------------


@pytest.fixture
def told(database, turnwire_sandbox, tmp_path):
    with receiving() as receiver:
        webhook = {"url": receiver.url, "secret": "env:WEBHOOK", "allow_http": True, "allow_private": ["127.0.0.0/8"]}
        routes = {name: {"reply": "webhook", "hand_off_keywords": ["human"]} for name in ("osvi", "synthflow")}
        kit = EngineKit(database, turnwire_sandbox, tmp_path, routes=routes, replies={"webhook": webhook})
        kit.wiring.__dict__["reply_waits"] = (0.05,) * 10
        with kit:
            yield kit, receiver


def test_the_webhook_hears_of_each_change_once_and_in_order(told):
    kit, receiver = told
    receiver.answers = [503, 500]
    kit.receive("osvi", "T-1", "a human, please", customer=kit.event("osvi", "x", "x").customer)
    kit.until(lambda: tells(kit), lambda rows: rows == ["delivered"])
    hand_off_marker, first = receiver.conversations[0]
    assert [marker for marker, _ in receiver.conversations] == [hand_off_marker] * 3
    data = first["data"]
    assert first["type"] == "conversation.handed_off"
    assert (data["key"], data["route"], data["status"], data["waiting"]) == ("T-1", "osvi", "handed_off", 1)
    assert (data["reason"], data["detail"], data["by"]) == ("keyword", "human", "turnwire")
    assert data["at"].endswith("Z")

    resume(kit)
    close(kit)
    kit.settle()
    kinds = [body["type"] for _, body in receiver.conversations[3:]]
    assert kinds == ["conversation.resumed", "conversation.closed"]
    assert len({marker for marker, _ in receiver.conversations}) == 3


@pytest.mark.parametrize("way", ["help_requested", "unknown_outcome"])
def test_the_webhook_hears_of_what_was_decided_by_itself(told, way):
    kit, receiver = told
    if way == "unknown_outcome":
        kit.sandbox.add_rule("cut_after", match={"call": "send"})
        kit.receive("osvi", "T-1", "one")
        kit.until(lambda: kit.turns()[0].status, lambda status: status == "unknown")
        kit.change(tables.trouble, since=0)
    else:
        kit.receive("osvi", "T-1", "I want to speak to a real person")
    kit.until(lambda: receiver.conversations)
    kit.settle()
    ((_, body),) = receiver.conversations
    assert (body["data"]["reason"], body["data"]["by"]) == (way, "turnwire")


def test_a_webhook_that_is_disabled_is_told_once_it_is_enabled(told):
    kit, receiver = told
    actions.disable_endpoint(kit.database, "webhook", actor="ann")
    kit.receive("osvi", "T-1", "a human, please")
    kit.engine.run_slice(2.0)
    assert tells(kit) == ["queued"]
    actions.enable_endpoint(kit.database, "webhook", actor="ann")
    kit.until(lambda: tells(kit), lambda rows: rows == ["delivered"])
    assert len(receiver.conversations) == 1


def test_without_a_webhook_nobody_is_told(kit):
    kit.receive("synthflow", "T-1", "one")
    hand_off(kit)
    assert outbox(kit) == []


def test_the_tick_wakes_a_worker_for_what_is_owed(kit):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    worker = workers.register(kit.database, "idle", 60.0)
    kit.engine.stop(30)

    def rang() -> bool:
        workers.renew(kit.database, worker, 60.0, claimed=True)  # it has just looked, so only work rings
        return tick(kit.wiring).rang

    assert rang() is False
    hand_off(kit)
    assert rang() is True
