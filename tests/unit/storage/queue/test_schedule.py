from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import literal, select

from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.queue import schedule
from tests.kit.storage_fixtures import MINUTE, Store

OWNER = 77


@pytest.fixture
def store(database):
    found = Database(database)
    yield Store(found)
    found.dispose()


def changed(store: Store, conversation: int, **values: object) -> None:
    store.change(tables.schedule, tables.schedule.c.conversation_id == conversation, **values)


@pytest.mark.parametrize(
    ("owner", "held", "empty"), list(product([None, OWNER], [None, "unknown", "closed"], [False, True]))
)
def test_only_a_conversation_that_is_free_and_has_an_open_turn_may_be_claimed(store, owner, held, empty):
    conversation, _ = store.conversation("T-1", ["queued"])
    changed(store, conversation, owner=owner, held=held, head=2 if empty else 1, tail=1)
    with store.database.reading() as connection:
        ready = connection.execute(select(schedule.ready_when(literal(5))).select_from(tables.schedule)).scalar_one()
    assert ready == (5 if owner is None and held is None and not empty else None)


@pytest.mark.parametrize(("counted", "claims"), [(True, 3), (False, 2)])
def test_a_claim_that_is_returned_counts_unless_it_is_given_back_unused(store, counted, claims):
    conversation, _ = store.conversation("T-1", ["queued"])
    changed(store, conversation, owner=OWNER, ready_at=None, claims=3)
    store.database.write(
        lambda connection: schedule.return_claims(connection, OWNER, [conversation], delay=MINUTE, counted=counted)
    )
    row = store.schedule(conversation)
    assert (row.owner, row.claims) == (None, claims)
    assert row.ready_at > store.now()


def test_another_workers_claim_is_not_returned(store):
    conversation, _ = store.conversation("T-1", ["queued"])
    changed(store, conversation, owner=OWNER, ready_at=None)
    store.database.write(lambda connection: schedule.return_claims(connection, OWNER + 1, [conversation]))
    assert store.schedule(conversation).owner == OWNER


def test_an_empty_conversation_sleeps_when_its_claim_is_returned(store):
    conversation, _ = store.conversation("T-1", ["answered"])
    changed(store, conversation, owner=OWNER, ready_at=None, head=2, tail=1)
    store.database.write(lambda connection: schedule.return_claims(connection, OWNER, [conversation]))
    row = store.schedule(conversation)
    assert (row.owner, row.ready_at) == (None, None)


def test_a_conversation_starts_again_from_the_lowest_of_several_positions(store):
    conversation, _ = store.conversation("T-1", ["failed", "failed", "failed"])
    other, _ = store.conversation("T-2", ["queued", "failed"])
    changed(store, conversation, head=4, claims=5)
    changed(store, other, head=1)
    again = [(conversation, 3), (conversation, 2), (other, 2)]
    store.database.write(lambda connection: schedule.lower_heads(connection, again))
    assert (store.schedule(conversation).head, store.schedule(conversation).claims) == (2, 0)
    assert store.schedule(other).head == 1


def test_a_doubt_keeps_the_time_of_its_next_look_and_a_queued_turn_its_own(store):
    doubted, _ = store.conversation("T-1", ["unknown", "queued"])
    waiting, (queued,) = store.conversation("T-2", ["queued"])
    done, _ = store.conversation("T-3", ["answered"])
    later = store.now() + MINUTE
    changed(store, doubted, ready_at=later, held=None, owner=None)
    changed(store, waiting, ready_at=None, held=None, owner=None)
    changed(store, done, ready_at=later, held=None, owner=None)
    store.change(tables.turns, tables.turns.c.id == queued, due_at=later)
    store.database.write(lambda connection: schedule.reschedule(connection, [doubted, waiting, done]))
    assert store.schedule(doubted).ready_at == later
    assert store.schedule(waiting).ready_at == later
    assert store.schedule(done).ready_at is None
