"""Made-up senders do not stand in front of everyone: known customers and new ones take turns."""

from __future__ import annotations

import pytest

from connector.channels.events.schema import content_hash
from connector.policy.fairness import COMMAND_LINE, LEAD, PLACES, Turns
from connector.storage import tables
from connector.storage.receive.bulk import BulkIntake, Chunk
from connector.storage.receive.events import NewEvent
from connector.storage.send.wishes import Wish
from connector.values import Customer
from tests.kit import actions
from tests.kit.engine import EngineKit
from tests.kit.storage import AGAIN, FAILED, StorageKit

ANN = Customer(id="ann")


def known_now(store: StorageKit, conversation: str) -> tuple[bool, bool]:
    """Whether a conversation is known, and whether it stands where known ones do."""
    lanes = {lane.id: lane.known for lane in store.claims.open_lanes()}
    return store.conversation(conversation).known, lanes[store.place(conversation).lane]


def answered_before(store: StorageKit, *customers: str) -> int:
    """Let these have been answered; returns the worker."""
    owner = store.worker()
    for customer in customers:
        store.receive(f"before-{customer}", "x", customer=Customer(id=customer))
    assert len(store.send(owner)) == len(customers)
    return owner


def crowd(store: StorageKit, known: int, new: int, **fields: object) -> int:
    """New customers first, then known ones, each with a conversation; returns the worker."""
    owner = answered_before(store, *(f"k{number}" for number in range(known)))
    for number in range(new):
        store.receive(f"new-{number:02}", "x", customer=Customer(id=f"n{number}"), **fields)
    for number in range(known):
        store.receive(f"known-{number:02}", "x", customer=Customer(id=f"k{number}"), **fields)
    now = store.now()
    for age, conversation in enumerate(store.rows(tables.conversations)):
        mine = tables.schedule.c.conversation_id == conversation.id
        waits = tables.schedule.c.ready_at.is_not(None)
        store.change(tables.schedule, mine & waits, ready_at=now - 100_000 + age)
    return owner


def taken(store: StorageKit, owner: int, most: int, turns: Turns | None = None) -> list[str]:
    turns = turns or Turns()
    wishes = [
        Wish.of(lane, k=100, room=100, lead=turns.lead(lane.account, lane.priority))
        for lane in store.claims.open_lanes()
    ]
    kinds = {wish.lane: (wish.account, wish.priority, wish.known) for wish in wishes}
    claimed = store.claims.claim(owner, wishes, most)
    turns.took(kinds[each.lane] for each in claimed)
    return sorted(each.key for each in claimed)


# --- who is known ---


@pytest.mark.parametrize("door", ["common", "bulk"])
def test_a_customer_who_was_answered_is_known_in_every_conversation_of_the_route(store, door):
    def bring(key: str, customer: Customer) -> None:
        entries = [
            NewEvent(event=event, hash=content_hash(event)) for event in [store.event(key, "x", customer=customer)]
        ]
        if door == "bulk":
            assert BulkIntake(store.database, store.intake).store(Chunk.of(entries)) is not None
        else:
            store.intake.store(entries)

    bring("first", ANN)
    assert known_now(store, "first") == (False, False)
    store.send(store.worker())
    bring("first", ANN)
    bring("second", ANN)
    bring("stranger", Customer(id="bob"))
    bring("nobody", Customer())
    assert known_now(store, "first") == (True, True)
    assert known_now(store, "second") == (True, True)
    assert known_now(store, "stranger") == known_now(store, "nobody") == (False, False)
    store.receive("elsewhere", "x", route="sales", customer=ANN)
    assert known_now(store, "elsewhere") == (False, False), "another route knows nothing of it"


def test_what_waits_behind_the_first_answer_moves_on_as_a_known_customers(store):
    store.receive("T-1", "one", "two", customer=ANN)
    store.send(store.worker())
    assert known_now(store, "T-1") == (True, True)
    assert [row.status for row in store.rows(tables.turns)] == ["answered", "queued"]


def test_a_message_of_a_known_conversation_takes_along_what_stands_among_new_ones(store):
    store.receive("T-1", "one", "two", customer=ANN)
    new = store.place("T-1").lane
    store.send(store.worker())
    store.change(tables.schedule, lane=new)  # as by a message that came in while the first was being answered
    store.receive("T-1", "less urgent", customer=ANN, priority=2)
    assert known_now(store, "T-1") == (True, False)
    store.receive("T-1", "three", customer=ANN)
    assert known_now(store, "T-1") == (True, True)


@pytest.mark.parametrize("decision", [AGAIN, FAILED])
def test_a_message_that_was_not_answered_makes_nobody_known(store, decision):
    store.receive("T-1", "one", "two", customer=ANN)
    store.send(store.worker(), decision)
    assert known_now(store, "T-1") == (False, False)
    assert store.rows(tables.known_customers) == []


def test_a_person_makes_known_by_resuming_or_handing_in(store):
    store.receive("resumed", "x", customer=ANN)
    actions.hand_off_conversation(store.database, store.conversation("resumed").id, actor="eve")
    actions.resume_conversation(store.database, store.conversation("resumed").id, actor="eve", answer_waiting=True)
    assert known_now(store, "resumed") == (True, True)
    assert len(store.rows(tables.known_customers)) == 1

    store.receive("there", "x")
    store.receive("there", "by hand", source=COMMAND_LINE)
    store.receive("opened", "by hand", source=COMMAND_LINE)
    assert known_now(store, "there") == known_now(store, "opened") == (True, True)


# --- who is served ---


def test_a_claim_takes_three_known_ones_for_each_new_one(store):
    owner = crowd(store, 9, 9)
    assert taken(store, owner, 8) == ["known-00", "known-01", "known-02", "known-03", "known-04", "known-05",
                                      "new-00", "new-01"]  # fmt: skip
    assert taken(store, owner, 100) == ["known-06", "known-07", "known-08", *(f"new-{n:02}" for n in range(2, 9))]


def test_places_that_free_up_one_at_a_time_go_in_turns_too(store):
    owner, turns = crowd(store, 9, 9), Turns()
    each = [taken(store, owner, 1, turns) for _ in range(14)]
    who = "".join(keys[0][0] for keys in each)
    assert who == "kkknkkknkkknnn"


def test_a_more_urgent_new_one_goes_before_every_known_one(store):
    owner = crowd(store, 4, 0)
    store.receive("urgent", "x", priority=9)
    assert taken(store, owner, 1) == ["urgent"]


def test_turns_are_shared_by_the_routes_of_an_account_and_each_account_has_its_room(store):
    owner = crowd(store, 2, 2)
    store.receive("other", "x", route="sales")
    wishes = [Wish.of(lane, k=3, room=3) for lane in store.claims.open_lanes()]
    assert sorted(each.key for each in store.claims.claim(owner, wishes, 10)) == [
        "known-00", "known-01", "new-00", "other",
    ]  # fmt: skip


def test_a_backlog_keeps_to_its_places_over_both_classes(store):
    owner = crowd(store, 4, 4, priority=1)
    lanes = [lane for lane in store.claims.open_lanes() if lane.backlog]
    assert len(lanes) == 2
    wishes = [Wish.of(lane, k=2, room=5) for lane in lanes]
    assert len(store.claims.claim(owner, wishes, 10)) == 2


def test_a_known_customer_passes_three_hundred_new_ones_who_are_not_starved(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts={"osvi": {"max_in_flight": 1}}) as kit:
        regulars = {f"R{number}": Customer(id=f"r{number}") for number in range(12)}
        for key, customer in regulars.items():
            kit.receive("osvi", key, f"{key} says 1", customer=customer)
        kit.settle()
        before = len(kit.processed())
        kit.crowd("osvi", 300, prefix="N")
        for key, customer in regulars.items():
            kit.receive("osvi", key, f"{key} says 2", customer=customer)
        kit.until(kit.processed, lambda texts: len(texts) >= before + 24)
        classes = "".join(text[0] for text in kit.processed()[before:])
        served = PLACES * len(regulars) // LEAD
        assert classes[:served].count("R") >= len(regulars) - LEAD, classes
        assert "R" * PLACES not in classes, classes
        assert "R" not in classes[served + PLACES :], classes
        # What is left of the crowd is nobody's concern here.
        actions.pause_account(kit.database, "osvi", actor="ann")
