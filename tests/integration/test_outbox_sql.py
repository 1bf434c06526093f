"""The outbox by hand: what is owed is claimed in order, by the living, and never into a conversation at work."""

from __future__ import annotations

import pytest

from connector.storage import tables
from connector.storage.conversations import handoffs
from connector.storage.conversations.outbox import Called, Item
from connector.values import RESUMING, CallResult, OutboxKind, OutboxStatus, Outcome
from tests.kit import actions
from tests.kit.storage import ANSWERED, HANDS, StorageKit

BOTH = ["osvi", "synthflow"]


@pytest.fixture
def person(store: StorageKit):
    """A conversation whose chat is open."""
    store.receive("T-1", "one", "two")
    store.change(tables.conversations, chat_id="chat-1")
    return store.conversation("T-1").id


def hand_off(store: StorageKit, conversation: int) -> None:
    actions.hand_off_conversation(store.database, conversation, actor="ann", hands=HANDS)


def resume(store: StorageKit, conversation: int, **how) -> None:
    actions.resume_conversation(store.database, conversation, actor="ann", answer_waiting=True, hands=HANDS, **how)


def kinds(items: list[Item]) -> list[str]:
    return sorted(str(item.kind) for item in items)


def done(item: Item, status: OutboxStatus = OutboxStatus.DONE, delay: float = 0.0) -> Called:
    return Called(
        item_id=item.id,
        conversation_id=item.conversation_id,
        number=item.attempt,
        result=CallResult(),
        status=status,
        delay=delay,
    )


def finish(store: StorageKit, owner: int) -> list[str]:
    """Do what is owed, one after the other; the kinds in order."""
    seen = []
    while items := store.outbox.claim(owner, BOTH, 10):
        store.outbox.record(owner, [done(item) for item in items])
        seen += [str(item.kind) for item in items]
    return seen


def test_the_provider_is_asked_nothing_while_a_turn_is_at_work(store, person):
    owner = store.worker()
    (claimed,) = store.claim(owner)
    assert store.mark(claimed) is not None
    hand_off(store, person)
    assert kinds(store.outbox.claim(owner, BOTH, 10)) == []
    store.record((claimed, ANSWERED))
    assert kinds(store.outbox.claim(owner, BOTH, 10)) == ["hold"]
    store.check()


def test_an_account_that_takes_no_calls_is_not_asked(store, person):
    hand_off(store, person)
    owner = store.worker()
    assert kinds(store.outbox.claim(owner, ["synthflow"], 10)) == []
    assert kinds(store.outbox.claim(owner, BOTH, 10)) == ["hold"]


def test_one_after_the_other(store, person):
    hand_off(store, person)
    resume(store, person, brief="Paid.")
    hand_off(store, person)
    owner = store.worker()
    (hold,) = store.outbox.claim(owner, BOTH, 10)
    assert hold.kind is OutboxKind.HOLD
    assert store.outbox.claim(owner, BOTH, 10) == []
    store.outbox.record(owner, [done(hold, OutboxStatus.QUEUED, delay=60.0)])
    assert store.outbox.claim(owner, BOTH, 10) == [], "what failed for now is waited for"
    store.change(tables.outbox, tables.outbox.c.id == hold.id, ready_at=1)
    assert finish(store, owner) == ["hold", "brief", "release", "hold"]
    assert store.place("T-1").held == "handed_off"


def test_a_conversation_goes_on_once_the_provider_has_heard_everything(store, person):
    hand_off(store, person)
    resume(store, person)
    owner = store.worker()
    for _ in range(2):
        assert store.place("T-1").held == RESUMING
        assert store.claim(owner) == []
        items = store.outbox.claim(owner, BOTH, 10)
        store.outbox.record(owner, [done(item, OutboxStatus.FAILED) for item in items])
    assert store.place("T-1").held is None
    assert len(store.claim(owner)) == 1
    store.check()


def test_what_a_dead_worker_held_is_made_again_and_its_own_word_comes_too_late(store, person):
    hand_off(store, person)
    first = store.worker()
    items = store.outbox.claim(first, BOTH, 10)
    assert len(items) == 1
    store.die(first)
    second = store.worker()
    again = store.outbox.claim(second, BOTH, 10)
    assert [(item.id, item.attempt) for item in again] == [(item.id, 2) for item in items]
    store.outbox.record(first, [done(item) for item in items])
    assert {row.status for row in store.rows(tables.outbox)} == {"sending"}
    store.outbox.record(second, [done(item) for item in again])
    store.outbox.record(second, [done(item) for item in again])
    assert {(row.status, row.attempts) for row in store.rows(tables.outbox)} == {("done", 2)}
    outcomes = [row.outcome for row in store.rows(tables.outbox_attempts)]
    assert outcomes == [str(Outcome.ANSWERED)] * 2, "evidence is never fenced"


def test_a_worker_forgets_nothing_of_its_own(store, person):
    store.receive("T-2", "one")
    store.change(tables.conversations, chat_id="chat-1")
    hand_off(store, person)
    hand_off(store, store.conversation("T-2").id)
    owner = store.worker()
    (one, two) = store.outbox.claim(owner, BOTH, 10)
    assert store.outbox.recover(owner, [one.id]) == 1
    assert [(item.id, item.attempt) for item in store.outbox.claim(owner, BOTH, 10)] == [(two.id, 2)]


def test_a_change_that_is_none_owes_nothing(store, person):
    hand_off(store, person)
    before = len(store.rows(tables.outbox))

    def again(connection):
        return handoffs.hand_off(connection, person, reason="keyword", hands=HANDS)

    assert store.database.write(again) is False
    assert len(store.rows(tables.outbox)) == before
    assert store.conversation("T-1").reason == "operator"
