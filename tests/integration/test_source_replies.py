"""Answers to the source of their message, in rows: which go back and where to, drafts, approved and overtaken."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from connector.errors import InvalidInput, NotFound, Overtaken, WrongState
from connector.storage import tables
from connector.storage.actions.replay import ReplayFilter, count_replay
from connector.storage.reply import kill_switch
from tests.kit import actions
from tests.kit.source_replies import (
    DRAFTS,
    PUBLIC,
    REPLIES,
    SILENT,
    answered,
    claim,
    conversation,
    deliver,
    kit_with,
    rows,
    states,
    wrote,
)
from tests.kit.storage import FAILED, HANDED_OFF, HELD, StorageKit


@pytest.fixture
def drafts(store: StorageKit) -> StorageKit:
    return kit_with(store, DRAFTS)


@pytest.fixture
def public(store: StorageKit) -> StorageKit:
    return kit_with(store, PUBLIC)


# --- which answers, and where to ---


def test_an_answer_goes_to_the_source_of_its_message_under_an_id_that_nobody_can_guess(public):
    (turn,) = answered(public)
    (row,) = rows(public)
    assert (row.turn_id, row.channel, row.mode, row.text) == (turn, "source:inbox", "public", "the answer")
    assert (row.status, row.position, row.edited) == ("queued", 1, False)
    assert re.fullmatch(rf"tw\.{row.id}\.[0-9a-f]{{32}}@shop\.example", row.marker)
    (claimed,) = claim(public)
    assert (claimed.mode, claimed.text, claimed.marker) == ("public", "the answer", row.marker)


@pytest.mark.parametrize("decision", [FAILED, HELD, SILENT], ids=["failed", "unknown", "silent"])
def test_only_an_answer_with_words_goes_back(public, decision):
    wrote(public, "one")
    public.send(public.worker(), decision)
    assert rows(public) == []


def test_a_cancelled_turn_says_nothing_to_a_customer(public):
    (turn,) = wrote(public, "one")
    actions.cancel_turn(public.database, turn, actor="ann", channels=public.channels)
    assert rows(public) == []


def test_a_turn_has_one_answer_whatever_its_revision(public):
    (turn,) = wrote(public, "one")
    public.send(public.worker(), HELD)
    actions.resolve_turn(public.database, turn, "answered", "by hand", actor="ann", channels=public.channels)
    public.change(tables.turns, status="unknown")
    public.change(tables.trouble, kind="unknown")
    actions.resolve_turn(public.database, turn, "answered", "another", actor="ann", channels=public.channels)
    assert [(row.text, row.turn_revision) for row in rows(public)] == [("by hand", 4)]


@pytest.mark.parametrize(
    ("only", "fields", "channel"),
    [
        (None, {"source_name": "inbox"}, "source:inbox"),
        (None, {"source_name": "desk"}, "source:desk"),
        (None, {"source": "desk", "source_name": None}, "source:desk"),
        ("source:inbox", {"source_name": None}, "source:inbox"),
        ("source:inbox", {"source_name": "spool"}, "source:inbox"),
        (None, {"source_name": None}, None),
        (None, {"source_name": "spool"}, None),
        ("source:inbox", {"source": "http", "source_name": None}, None),
        ("source:inbox", {"source": "csv:support", "source_name": None}, None),
    ],
)
def test_which_source_is_answered(store, only, fields, channel):
    kit = kit_with(store, replace(PUBLIC, only=only))
    answered(kit, **fields)
    assert [row.channel for row in rows(kit)] == ([channel] if channel else [])


def test_other_routes_are_told_as_ever(public):
    public.receive("T-2", "one", route="sales")
    answered(public)
    assert sorted((row.channel, row.mode) for row in rows(public)) == [("celery", None), ("source:inbox", "public")]


def test_what_a_customer_has_is_not_replayed(public):
    answered(public)
    deliver(public)
    now = datetime.now(UTC)
    wanted = ReplayFilter(since=now - timedelta(days=1), until=now + timedelta(days=1))
    assert count_replay(public.database, wanted) == {}


# --- drafts ---


def test_a_draft_waits_for_a_person_and_leaves_as_it_was_approved(drafts):
    answered(drafts)
    assert (states(drafts), deliver(drafts)) == ([("draft", None)], [])
    (row,) = rows(drafts)
    assert row.ready_at is None
    actions.approve_reply(drafts.database, row.id, actor="ann")
    (claimed,) = claim(drafts)
    assert (claimed.text, claimed.edited) == ("the answer", False)
    assert rows(drafts)[0].approved_by == "ann"


def test_an_edited_draft_leaves_as_edited_and_the_agents_words_stay(drafts):
    (turn,) = answered(drafts)
    actions.approve_reply(drafts.database, rows(drafts)[0].id, actor="ann", text=" better \r\nwords\x00 ")
    (row,) = rows(drafts)
    assert (row.edited, row.text.startswith("better"), drafts.turn(turn).answer) == (True, True, "the answer")
    (claimed,) = claim(drafts)
    assert (claimed.text, claimed.edited) == (row.text, True)


def test_the_same_words_are_no_edit(drafts):
    answered(drafts)
    actions.approve_reply(drafts.database, rows(drafts)[0].id, actor="ann", text="the answer\n")
    assert not rows(drafts)[0].edited


@pytest.mark.parametrize("text", ["", " \n", "x" * 100_001])
def test_a_text_that_nobody_can_read_is_refused(drafts, text):
    answered(drafts)
    with pytest.raises(InvalidInput, match="text"):
        actions.approve_reply(drafts.database, rows(drafts)[0].id, actor="ann", text=text)
    assert states(drafts) == [("draft", None)]


def test_a_rejected_draft_never_leaves(drafts):
    answered(drafts)
    (row,) = rows(drafts)
    actions.reject_reply(drafts.database, row.id, actor="ann", reason="wrong tone")
    assert (deliver(drafts), states(drafts)) == ([], [("cancelled", "rejected")])
    with pytest.raises(WrongState):
        actions.approve_reply(drafts.database, row.id, actor="ann", anyway=True)


def test_a_draft_is_overtaken_as_soon_as_the_customer_writes_and_comes_back_with_its_edit(drafts):
    answered(drafts)
    (row,) = rows(drafts)
    drafts.change(REPLIES, text="better words", edited=True)
    (newer,) = wrote(drafts, "two")
    assert states(drafts) == [("cancelled", "overtaken")]
    with pytest.raises(WrongState, match=f"overtaken by turn {newer}"):
        actions.approve_reply(drafts.database, row.id, actor="ann")
    drafts.send(drafts.worker(), FAILED)
    assert states(drafts)[0] == ("draft", None)
    actions.approve_reply(drafts.database, row.id, actor="ann")
    (claimed,) = claim(drafts)
    assert (claimed.text, claimed.edited) == ("better words", True)


def test_an_overtaken_draft_is_sent_if_a_person_insists(drafts):
    (first, _) = answered(drafts, "one", "two")
    actions.approve_reply(drafts.database, rows(drafts)[0].id, actor="ann", anyway=True)
    assert deliver(drafts) == [first]


def test_a_follow_up_overtakes_no_draft(drafts):
    answered(drafts)
    (later,) = wrote(drafts, "two")
    drafts.change(tables.turns, tables.turns.c.id == later, followup_id=later)
    drafts.change(REPLIES, status="draft", reason=None)
    actions.approve_reply(drafts.database, rows(drafts)[0].id, actor="ann")
    assert len(deliver(drafts)) == 1


@pytest.mark.parametrize("end", ["handed_off", "conversation_closed"])
def test_a_draft_is_withdrawn_when_a_person_takes_over_or_closes(drafts, end):
    answered(drafts)
    if end == "handed_off":
        actions.hand_off_conversation(drafts.database, conversation(drafts), actor="ann")
    else:
        actions.close_conversation(drafts.database, conversation(drafts), actor="ann", channels=drafts.channels)
    assert states(drafts) == [("cancelled", end)]
    (row,) = rows(drafts)
    with pytest.raises(WrongState, match=end):
        actions.approve_reply(drafts.database, row.id, actor="ann")
    actions.approve_reply(drafts.database, row.id, actor="ann", anyway=True)
    assert len(deliver(drafts)) == 1


def test_given_back_a_withdrawn_draft_is_a_draft_again(drafts):
    answered(drafts)
    actions.hand_off_conversation(drafts.database, conversation(drafts), actor="ann")
    actions.resume_conversation(drafts.database, conversation(drafts), actor="ann", answer_waiting=True)
    assert (states(drafts), deliver(drafts)) == ([("draft", None)], [])


def test_the_answer_that_calls_for_a_person_may_be_approved(drafts):
    wrote(drafts, "one")
    drafts.send(drafts.worker(), HANDED_OFF)
    actions.approve_reply(drafts.database, rows(drafts)[0].id, actor="ann")
    assert len(deliver(drafts)) == 1


def test_a_public_answer_that_a_person_overtakes_becomes_their_draft(public):
    answered(public)
    actions.hand_off_conversation(public.database, conversation(public), actor="ann")
    assert deliver(public) == []
    (row,) = rows(public)
    assert (row.status, row.reason, row.mode, row.ready_at) == ("draft", "handed_off", "draft", None)
    with pytest.raises(WrongState, match="handed_off"):
        actions.approve_reply(public.database, row.id, actor="ann")
    actions.resume_conversation(public.database, conversation(public), actor="ann", answer_waiting=True)
    assert deliver(public) == [], "only a person lets a draft leave"
    actions.approve_reply(public.database, row.id, actor="ann")
    assert len(deliver(public)) == 1


ACTS: dict[str, Callable[[StorageKit, int], object]] = {
    "retry": lambda kit, id_: actions.retry_reply(kit.database, id_, actor="ann"),
    "resend": lambda kit, id_: actions.resolve_reply(kit.database, id_, "resend", actor="ann"),
    "enable": lambda kit, _: actions.enable_endpoint(kit.database, "source:inbox", actor="ann"),
    "resume_route": lambda kit, _: actions.resume_route(kit.database, "support", actor="ann"),
    "let_out": lambda kit, _: kit.database.write(lambda connection: kill_switch.let_out(connection, "support")),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_but_an_approval_moves_a_draft(drafts, act):
    answered(drafts)
    (row,) = rows(drafts)
    for _ in range(2):
        with contextlib.suppress(WrongState, Overtaken, InvalidInput, NotFound):
            ACTS[act](drafts, row.id)
        assert (deliver(drafts), rows(drafts)[0].status) == ([], "draft")
        actions.cancel_reply(drafts.database, row.id, actor="ann")
        actions.retry_reply(drafts.database, row.id, actor="ann")


def test_of_two_who_decide_one_is_told_that_the_other_was_first(drafts):
    answered(drafts)
    (row,) = rows(drafts)
    actions.approve_reply(drafts.database, row.id, actor="ann")
    with pytest.raises((WrongState, Overtaken)):
        actions.approve_reply(drafts.database, row.id, actor="bob")
    with pytest.raises((WrongState, Overtaken)):
        actions.reject_reply(drafts.database, row.id, actor="bob")
    assert len(deliver(drafts)) == 1


def test_ten_thousand_waiting_drafts_cost_a_claim_nothing(drafts):
    answered(drafts)
    (row,) = rows(drafts)
    many = [
        {**row._asdict(), "id": 100_000 + n, "turn_id": 100_000 + n, "marker": f"m{n}", "conversation_id": 100_000 + n}
        for n in range(10_000)
    ]
    drafts.database.write(lambda connection: connection.execute(REPLIES.insert(), many))
    seen: list[tuple[str, Any]] = []

    def noted(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    def use(connection: Any) -> list[str]:
        event.listen(connection, "before_cursor_execute", noted)
        drafts.replies._claim(connection, drafts_owner, 50, {"source:inbox": 4})
        event.remove(connection, "before_cursor_execute", noted)
        explain = "EXPLAIN " if drafts.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
        asked = [(text, given) for text, given in seen if "replies" in text and text.startswith(("SELECT", "WITH"))]
        return ["\n".join(map(str, connection.exec_driver_sql(explain + text, given))) for text, given in asked if text]

    drafts_owner = drafts.worker()
    if drafts.database.dialect == "postgresql":
        drafts.database.write(lambda connection: connection.exec_driver_sql("ANALYZE replies"))
    for plan in drafts.database.write(use):
        assert "ix_replies_ready" in plan or "ix_replies_leaving" in plan, plan
