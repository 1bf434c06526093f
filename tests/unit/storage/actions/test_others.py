from __future__ import annotations

import json

import pytest

from connector.cli.shared.sentences import sentence
from connector.errors import InvalidInput, NotFound, WrongState
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.statements import FOREVER
from tests.kit import actions
from tests.kit.storage_fixtures import MINUTE, Store

WEBHOOK = {"support": "webhook"}


@pytest.fixture
def store(database):
    found = Database(database)
    yield Store(found)
    found.dispose()


def _conversation(store, id_):
    return store.row(tables.conversations, tables.conversations.c.id == id_)


def test_a_hand_off_lets_the_waiting_turns_wait(store):
    conversation, (queued,) = store.conversation("T-1", ["queued"])

    actions.hand_off_conversation(store.database, conversation, "angry", actor="ann")

    row = _conversation(store, conversation)
    assert (row.status, row.reason) == ("handed_off", "angry")
    place = store.schedule(conversation)
    assert (place.held, place.ready_at) == ("handed_off", None)
    assert store.turn(queued).status == "queued"


def test_a_hand_off_leaves_the_worker_its_turn(store):
    conversation, (sending, _) = store.conversation("T-1", ["sending", "queued"])
    actions.hand_off_conversation(store.database, conversation, actor="ann")
    assert (store.schedule(conversation).owner, store.turn(sending).status) == (77, "sending")


def test_resuming_cancels_what_the_person_answered(store):
    conversation, (_, one, two) = store.conversation(
        "T-1", ["answered", "queued", "queued"], status="handed_off", held="handed_off", reason="angry"
    )

    done = actions.resume_conversation(store.database, conversation, actor="ann", channels=WEBHOOK)

    assert done.detail["cancelled"] == (one, two)
    assert [(store.turn(id_).status, store.turn(id_).reason) for id_ in (one, two)] == [
        ("cancelled", "answered_by_person")
    ] * 2
    assert (_conversation(store, conversation).status, _conversation(store, conversation).reason) == ("open", None)
    assert (store.schedule(conversation).held, store.schedule(conversation).ready_at) == (None, None)
    assert {row.turn_id for row in store.rows(tables.replies)} == {one, two}


def test_resuming_can_have_the_waiting_answered(store):
    conversation, (queued,) = store.conversation("T-1", ["queued"], status="handed_off", held="handed_off")

    done = actions.resume_conversation(store.database, conversation, actor="ann", answer_waiting=True)

    assert done.detail["cancelled"] == ()
    assert store.turn(queued).status == "queued"
    assert store.schedule(conversation).held is None
    assert store.schedule(conversation).ready_at <= store.now()


def test_a_doubt_that_led_to_the_hand_off_is_settled_before_resuming(store):
    conversation, (doubtful, _) = store.conversation(
        "T-1", ["unknown", "queued"], status="handed_off", held="handed_off", reason="unknown_outcome"
    )
    with pytest.raises(WrongState, match=f"because turn {doubtful} is unknown") as caught:
        actions.resume_conversation(store.database, conversation, actor="ann")
    assert f"first use `turnwire turns resolve {doubtful} " in sentence(caught.value)
    actions.resolve_turn(store.database, doubtful, "failed", actor="ann")
    actions.resume_conversation(store.database, conversation, actor="ann", answer_waiting=True)
    assert store.schedule(conversation).ready_at is not None


def test_closing_cancels_what_waits(store):
    conversation, (_, queued) = store.conversation("T-1", ["sending", "queued"])

    done = actions.close_conversation(store.database, conversation, actor="ann", channels=WEBHOOK)

    assert done.detail["cancelled"] == (queued,)
    assert store.turn(queued).reason == "conversation_closed"
    assert _conversation(store, conversation).status == "closed"
    place = store.schedule(conversation)
    assert (place.held, place.ready_at, place.owner) == ("closed", None, 77)


@pytest.mark.parametrize(
    ("action", "status", "says"),
    [
        ("hand_off", "handed_off", "`turnwire conversations resume {id}`"),
        ("hand_off", "closed", "next message opens it again"),
        ("resume", "open", "`turnwire conversations hand-off {id}`"),
        ("resume", "closed", "next message opens it again"),
        ("close", "closed", "next message opens it again"),
    ],
)
def test_a_conversation_in_another_state_is_left_alone(store, action, status, says):
    held = None if status == "open" else status
    conversation, _ = store.conversation("T-1", ["answered"], status=status, held=held)
    with pytest.raises(WrongState) as caught:
        getattr(actions, f"{action}_conversation")(store.database, conversation, actor="ann")
    assert f"conversation {conversation} is {status}, not " in str(caught.value)
    assert says.format(id=conversation) in sentence(caught.value)


def test_a_conversation_that_is_not_there(store):
    with pytest.raises(NotFound, match="no conversation 4711"):
        actions.close_conversation(store.database, 4711, actor="ann")


def test_conversations_leave_audit_rows(store):
    conversation, (queued,) = store.conversation("T-1", ["queued"])
    actions.hand_off_conversation(store.database, conversation, "angry", actor="ann")
    actions.resume_conversation(store.database, conversation, actor="bob")
    rows = [(row.actor, row.action, row.subject) for row in store.rows(tables.audit)]
    assert rows == [
        ("ann", "hand_off", f"conversation:{conversation}"),
        ("bob", "cancel", f"turn:{queued}"),
        ("bob", "resume", f"conversation:{conversation}"),
    ]
    assert json.loads(store.rows(tables.audit)[0].detail)["reason"] == "angry"


def test_an_account_is_paused_and_resumed_before_it_was_ever_used(store):
    actions.pause_account(store.database, "osvi", actor="ann", detail="holidays")
    row = store.row(tables.accounts, tables.accounts.c.name == "osvi")
    assert (row.closed_until, row.reason, row.detail) == (FOREVER, "operator", "holidays")
    with pytest.raises(WrongState, match="paused already"):
        actions.pause_account(store.database, "osvi", actor="bob")

    done = actions.resume_account(store.database, "osvi", actor="bob")

    row = store.row(tables.accounts, tables.accounts.c.name == "osvi")
    assert (row.closed_until, row.reason, row.ramp) == (None, None, 1)
    assert (done.before, done.after, done.detail) == ("closed", "open", {"reason": "operator"})
    with pytest.raises(WrongState, match="account osvi is open"):
        actions.resume_account(store.database, "osvi", actor="bob")
    assert [(row.action, row.subject) for row in store.rows(tables.audit)] == [
        ("pause", "account:osvi"),
        ("resume", "account:osvi"),
    ]


@pytest.mark.parametrize("ahead", [FOREVER, 5 * MINUTE])
def test_resuming_an_account_starts_with_one_call(store, ahead):
    until = ahead if ahead == FOREVER else store.now() + ahead
    store.account(closed_until=until, reason="credentials", detail="HTTP 401", level=4, streak=5, tat=9, spent=7, day=3)
    actions.resume_account(store.database, "osvi", actor="ann")
    row = store.row(tables.accounts, tables.accounts.c.name == "osvi")
    assert (row.ramp, row.level, row.streak, row.detail) == (1, 0, 0, None)
    assert (row.tat, row.spent, row.day) == (9, 7, 3)


def test_an_account_whose_closing_is_over_is_open(store):
    store.account(closed_until=store.now() - 1, reason="busy")
    with pytest.raises(WrongState, match="is open"):
        actions.resume_account(store.database, "osvi", actor="ann")


def test_a_route_is_paused_and_resumed(store):
    actions.pause_route(store.database, "support", actor="ann", detail="new agent")
    row = store.row(tables.routes, tables.routes.c.name == "support")
    assert (row.paused, row.reason, row.detail) == (True, "operator", "new agent")
    with pytest.raises(WrongState, match="paused already"):
        actions.pause_route(store.database, "support", actor="ann")
    assert actions.resume_route(store.database, "support", actor="ann").detail == {"reason": "operator"}
    row = store.row(tables.routes, tables.routes.c.name == "support")
    assert (row.paused, row.reason, row.detail) == (False, None, None)
    with pytest.raises(WrongState, match="not paused"):
        actions.resume_route(store.database, "support", actor="ann")
    assert len(store.rows(tables.audit)) == 2


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        (("retry",), "failed", "queued"),
        (("resolve", "delivered"), "unknown", "delivered"),
        (("resolve", "resend"), "unknown", "queued"),
        (("resolve", "failed"), "unknown", "failed"),
        (("cancel",), "queued", "cancelled"),
        (("cancel",), "draft", "cancelled"),
    ],
)
def test_replies_are_retried_resolved_and_cancelled(store, action, before, after):
    conversation, (turn,) = store.conversation("T-1", ["answered"])
    reply = store.reply(turn, conversation, before, reason="gave_up")

    done = _reply_action(store, action, reply)

    row = store.row(tables.replies, tables.replies.c.id == reply)
    assert (done.before, done.after, row.status) == (before, after, after)
    assert (row.ready_at is not None) == (after == "queued")
    assert (row.delivered_at is not None) == (after == "delivered")
    assert [audit.subject for audit in store.rows(tables.audit)] == [f"reply:{reply}"]


def _reply_action(store, action, reply):
    name, *arguments = action
    return getattr(actions, f"{name}_reply")(store.database, reply, *arguments, actor="ann")


@pytest.mark.parametrize(
    ("action", "status", "says"),
    [
        (("retry",), "unknown", "`turnwire replies resolve {id} --as delivered|resend|failed`"),
        (("resolve", "resend"), "failed", "`turnwire replies retry {id}`"),
        (("cancel",), "sending", "cannot be called back"),
        (("retry",), "delivered", "nothing is left to do"),
    ],
)
def test_a_reply_in_another_state_is_left_alone(store, action, status, says):
    conversation, (turn,) = store.conversation("T-1", ["answered"])
    reply = store.reply(turn, conversation, status)
    with pytest.raises(WrongState) as caught:
        _reply_action(store, action, reply)
    assert f"reply {reply} is {status}, not " in str(caught.value)
    assert says.format(id=reply) in sentence(caught.value)


def test_replies_that_are_not_there_or_resolved_in_no_known_way(store):
    with pytest.raises(NotFound, match="no reply 4711"):
        actions.retry_reply(store.database, 4711, actor="ann")
    with pytest.raises(InvalidInput):
        actions.resolve_reply(store.database, 4711, "answered", actor="ann")


def test_a_follow_up_is_cancelled_once(store):
    event = store.event("see you", status="scheduled")
    now = store.now()
    store.add(tables.followups, id=event, status="scheduled", due_at=now + MINUTE, created_at=now)
    actions.cancel_followup(store.database, event, actor="ann")
    row = store.row(tables.followups, tables.followups.c.id == event)
    assert (row.status, row.reason) == ("cancelled", "operator")
    with pytest.raises(WrongState, match=f"follow-up {event} is cancelled, not scheduled"):
        actions.cancel_followup(store.database, event, actor="ann")
    with pytest.raises(NotFound, match="no follow-up 4711"):
        actions.cancel_followup(store.database, 4711, actor="ann")
