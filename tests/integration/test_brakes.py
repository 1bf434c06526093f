"""Brakes: what no person writes is kept and waits for one; nothing is lost, and nothing slips through side by side."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.channels.events.schema import content_hash
from connector.policy.brakes import DAY, HOUR, Allowed, Brakes, counted_as
from connector.policy.debounce import Debounce
from connector.services.receive import Receiver
from connector.storage import queries, tables
from connector.storage.receive.brakes import forget_counts
from connector.storage.receive.bulk import BulkIntake, Chunk
from connector.storage.receive.due_followups import Promotion
from connector.storage.receive.events import Intake, NewEvent
from connector.values import Customer, EventStatus
from tests.integration.test_races import deadlocks
from tests.kit import actions
from tests.kit.alarms import alarms
from tests.kit.engine import EngineKit
from tests.kit.storage import ANSWERED, ROUTES, StorageKit

ANN = Customer(email="ann@example.com")
BOBS = [Customer(email="bob@example.com"), Customer(id="b-2")]


def braked(kit: StorageKit, conversation: Allowed | None = None, customer: Allowed | None = None, **more) -> StorageKit:
    """The kit with these brakes on both routes."""
    brakes = Brakes(conversation=conversation or Allowed(), customer=customer or Allowed())
    kit.intake = Intake(kit.database, {name: replace(target, brakes=brakes, **more) for name, target in ROUTES.items()})
    return kit


def one_by_one(kit, key, number, **fields):
    """So many messages, a transaction each; why each was stopped, if it was."""
    return [kit.store([kit.event(key, "words", **fields)])[0].braked for _ in range(number)]


def status(kit, key):
    row = kit.conversation(key)
    return row.status, row.reason


def test_a_conversation_goes_to_a_person_with_the_message_that_is_one_too_many(store):
    kit = braked(store, conversation=Allowed(hour=3))
    assert one_by_one(kit, "T-1", 5) == [None, None, None, "brake_conversation", None]
    assert status(kit, "T-1") == ("handed_off", "brake_conversation")
    assert [turn.status for turn in kit.check()] == ["queued"] * 5, "nothing that was accepted is lost"
    assert kit.claim(kit.worker()) == []
    found = queries.turn(kit.database, kit.rows(tables.turns)[0].id)
    assert (found["status"], found["waiting_for"]) == ("queued", "handed_off")
    one_by_one(kit, "T-2", 3)
    assert status(kit, "T-2") == ("open", None)


def test_a_batch_is_counted_as_messages_one_by_one(store):
    kit = braked(store, conversation=Allowed(hour=3), customer=Allowed(hour=5))
    kit.store([kit.event("T-1", "words", customer=ANN) for _ in range(3)])
    assert status(kit, "T-1")[0] == "open"
    answers = kit.store([kit.event(key, "words", customer=ANN) for key in ("T-2", "T-2", "T-3")])
    assert [answer.braked for answer in answers] == [None, None, "brake_customer"]
    assert (status(kit, "T-2")[0], status(kit, "T-3")) == ("open", ("handed_off", "brake_customer"))
    kit.store([kit.event("T-4", "words") for _ in range(4)])
    assert status(kit, "T-4") == ("handed_off", "brake_conversation")
    kit.check()


def test_a_turn_under_way_finishes_and_what_comes_after_it_waits(store):
    kit = braked(store, conversation=Allowed(hour=2))
    one_by_one(kit, "T-1", 2)
    owner = kit.worker()
    (claimed,) = kit.claim(owner)
    kit.mark(claimed)
    one_by_one(kit, "T-1", 1)
    kit.record((claimed, ANSWERED))
    assert [turn.status for turn in kit.check()] == ["answered", "queued", "queued"]
    assert kit.claim(owner) == []


@pytest.mark.parametrize(("allowed", "age"), [(Allowed(hour=3), HOUR), (Allowed(day=3), DAY)])
def test_what_is_older_than_the_hour_or_the_day_does_not_count(store, allowed, age):
    kit = braked(store, conversation=allowed, customer=allowed)
    one_by_one(kit, "T-1", 3, customer=ANN)
    kit.change(tables.turns, accepted_at=kit.now() - age - 1000)
    kit.change(tables.brake_counts, hour_at=kit.now() - age - 1000, day_at=kit.now() - age - 1000)
    assert one_by_one(kit, "T-1", 4, customer=ANN) == [None, None, None, "brake_conversation"]


def test_a_customer_is_counted_over_all_conversations_and_each_further_one_waits(store):
    kit = braked(store, customer=Allowed(hour=3))
    stopped = [one_by_one(kit, f"T-{number}", 1, customer=ANN) for number in range(5)]
    assert stopped == [[None], [None], [None], ["brake_customer"], ["brake_customer"]]
    assert one_by_one(kit, "other", 1, customer=Customer(email="bob@example.com")) == [None]
    assert one_by_one(kit, "elsewhere", 1, customer=ANN, route="sales") == [None], "each route counts for itself"
    assert [one_by_one(kit, f"nobody-{number}", 1) for number in range(5)] == [[None]] * 5


def test_a_person_gives_it_back_and_counting_begins_anew(store):
    kit = braked(store, conversation=Allowed(hour=2), customer=Allowed(hour=3))
    one_by_one(kit, "T-1", 3, customer=ANN)
    actions.resume_conversation(kit.database, kit.conversation("T-1").id, actor="ann", answer_waiting=True)
    assert one_by_one(kit, "T-1", 2, customer=ANN) == [None, None]
    owner = kit.worker()
    for _ in range(5):
        kit.send(owner)
    assert {turn.status for turn in kit.check()} == {"answered"}
    assert one_by_one(kit, "T-1", 2, customer=ANN) == ["brake_conversation", None]


def test_what_a_person_answers_is_no_turn_of_the_agent(store):
    kit = braked(store, conversation=Allowed(hour=3), customer=Allowed(hour=3))
    one_by_one(kit, "T-1", 1, customer=ANN)
    conversation = kit.conversation("T-1").id
    actions.hand_off_conversation(kit.database, conversation, actor="ann")
    one_by_one(kit, "T-1", 20, customer=ANN)
    assert status(kit, "T-1") == ("handed_off", "operator")
    actions.resume_conversation(kit.database, conversation, actor="ann", channels=kit.channels)
    assert one_by_one(kit, "T-1", 3, customer=ANN)[:2] == [None, None]


def test_files_and_follow_ups_are_not_counted(store):
    kit = braked(store, conversation=Allowed(hour=2), customer=Allowed(hour=2))
    old = [kit.event("T-1", f"old {number}", customer=ANN) for number in range(10)]
    kit.intake.store([NewEvent(event=event, hash=content_hash(event)) for event in old[:5]], live=False)
    chunk = Chunk.of([NewEvent(event=event, hash=content_hash(event)) for event in old[5:]])
    assert BulkIntake(kit.database, kit.intake).store(chunk) is not None
    later = datetime.now(UTC) - timedelta(minutes=1)
    kit.store([kit.event("T-1", "ask", customer=ANN, status=EventStatus.SCHEDULED, due_at=later) for _ in range(3)])
    Promotion(kit.database, kit.intake).promote_due()
    assert status(kit, "T-1") == ("open", None)
    assert one_by_one(kit, "T-1", 3, customer=ANN) == [None, None, "brake_conversation"]


def test_joined_messages_are_one_turn(store):
    kit = braked(store, conversation=Allowed(hour=2), debounce=Debounce(quiet=60_000, at_most=60_000))
    assert one_by_one(kit, "T-1", 10) == [None] * 10
    assert len(kit.check()) == 1


def test_a_duplicate_counts_nothing(store):
    kit = braked(store, customer=Allowed(hour=2))
    event = kit.event("T-1", "words", customer=ANN)
    kit.store([event] * 5)
    kit.store([event])
    assert [row.hour for row in kit.rows(tables.brake_counts)] == [1]


def test_without_brakes_nothing_is_counted(store):
    one_by_one(store, "T-1", 5, customer=ANN)
    assert store.rows(tables.brake_counts) == []
    assert {turn.counted for turn in store.check()} == {True}


def test_doors_side_by_side_never_let_one_more_through(database, turnwire_sandbox, tmp_path):
    """Eight doors bring one customer's messages, each in a conversation of its own; exactly so many go on."""
    routes = {"osvi": {"brakes": {"customer": ["25/h"], "conversation": "none"}}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        errors: list[BaseException] = []

        def door(name):
            try:
                for number in range(5):
                    batch = [kit.event("osvi", f"{name}-{number}-{n}", "words", customer=ANN) for n in range(2)]
                    batch += [kit.event("osvi", f"{name}-{number}-other", "words", customer=BOBS[(name + number) % 2])]
                    Receiver(wiring=kit.wiring).receive(batch)
            except BaseException as error:  # noqa: BLE001 - shown below
                errors.append(error)

        doors = [threading.Thread(target=door, args=(name,)) for name in range(8)]
        for one in doors:
            one.start()
        while any(one.is_alive() for one in doors):
            kit.engine.run_slice(0.1)
        assert errors == []
        anns = kit.rows(tables.conversations, tables.conversations.c.customer.contains("ann"))
        assert len(anns) == 80
        assert sum(row.status == "open" for row in anns) == 25
        kit.settle()
        assert kit.statuses() == {"answered": 25 + 40, "queued": 55}
        assert len(kit.processed()) == 65
    if database.startswith("postgresql"):
        assert deadlocks(database) == 0


def test_a_loop_is_stopped_and_somebody_is_told(database, turnwire_sandbox, tmp_path):
    """A machine that answers each of our answers at once, until a person looks."""
    routes = {"osvi": {"brakes": {"conversation": ["10/h", "20/d"]}}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        for _ in range(15):
            kit.receive("osvi", "loop", "I am out of office")
            kit.settle()
        assert kit.statuses() == {"answered": 10, "queued": 5}
        assert len(kit.processed()) == 10
        (alarm,) = [one for one in alarms(kit.database) if one["name"] == "braked"]
        assert "route osvi: 1 conversation" in alarm["what"]
        assert alarm["next"] == "turnwire conversations list --route osvi --status handed_off"
        actions.close_conversation(kit.database, kit.conversation("loop").id, actor="ann")
        assert [one["name"] for one in alarms(kit.database)] == []


def test_counts_of_customers_are_forgotten_after_their_day(store):
    kit = braked(store, customer=Allowed(hour=5))
    for name in ("ann", "bob"):
        one_by_one(kit, name, 1, customer=Customer(id=name))
    old = counted_as("support", Customer(id="bob"))
    kit.change(tables.brake_counts, tables.brake_counts.c.key == old, day_at=kit.now() - DAY - 1000)
    assert forget_counts(kit.database) == 1
    assert [row.key for row in kit.rows(tables.brake_counts)] == [counted_as("support", Customer(id="ann"))]
    assert forget_counts(kit.database) == 0


# --- mail, sources, routes ---


def mail(kit, key, text="Where is my parcel?", *, sender="ann@shop.example", at=None, **fields):
    """A mail as a reader hands it in; written now unless ``at`` says when."""
    customer = Customer(email=sender)
    fields = {"source": "mail:support", "customer": customer, "occurred_at": at or datetime.now(UTC)} | fields
    return kit.event(key, text, **fields)


def from_file(kit, events):
    """Taken in as a file's messages are; why each was stopped."""
    answers = kit.intake.store([NewEvent(event=event, hash=content_hash(event)) for event in events], live=False)
    return [answer.braked for answer in answers]


LETTERS = [chr(ord("a") + number) * 7 for number in range(12)]


def test_a_mail_that_is_written_now_counts_by_whatever_door(store):
    kit = braked(store, conversation=Allowed(hour=5))
    now = datetime.now(UTC)
    mails = [mail(kit, "T-1", word, at=now - timedelta(minutes=12 - n)) for n, word in enumerate(LETTERS)]
    assert [from_file(kit, [one])[0] for one in mails[:6]] == [None] * 5 + ["brake_conversation"]
    old = [mail(kit, "T-2", word, at=now - timedelta(hours=2)) for word in LETTERS]
    assert from_file(kit, old) == [None] * 12
    assert from_file(kit, [kit.event("T-3", word, occurred_at=now) for word in LETTERS]) == [None] * 12, "no mails"


def test_of_old_and_new_mails_of_one_file_the_new_ones_count(store):
    kit = braked(store, conversation=Allowed(hour=2))
    old = datetime.now(UTC) - timedelta(days=3)
    mails = [mail(kit, "T-1", word, at=old if n < 4 else None) for n, word in enumerate(LETTERS[:6])]
    assert from_file(kit, mails) == [None] * 6
    assert from_file(kit, [mail(kit, "T-1", "once more")]) == ["brake_conversation"]


def test_a_chunk_with_mails_of_now_goes_the_way_that_counts_them(store):
    kit = braked(store, customer=Allowed(hour=2))
    bulk = BulkIntake(kit.database, kit.intake)
    fresh = Chunk.of([NewEvent(event=mail(kit, "T-1"), hash="h")])
    assert bulk.store(fresh) is None
    old = Chunk.of([NewEvent(event=mail(kit, "T-2", at=datetime.now(UTC) - timedelta(days=1)), hash="h")])
    assert bulk.store(old) is not None


SAID = "We have received your request {} and will come back to you.\n> {}"


def test_the_same_mail_again_and_again_is_no_persons(store):
    kit = braked(store, customer=Allowed(day=1000))
    texts = [SAID.format(28660 + number, "quoted " * number) for number in range(6)]
    assert [kit.store([mail(kit, "T-1", text)])[0].braked for text in texts] == [None] * 4 + ["brake_repeats", None]
    assert status(kit, "T-1") == ("handed_off", "brake_repeats")
    (alarm,) = [alarm for alarm in alarms(kit.database) if alarm["name"] == "braked"]
    assert "again and again" in alarm["what"]


@pytest.mark.parametrize("at_once", [False, True])
def test_the_same_mail_in_a_new_conversation_each_time_is_stopped_with_the_sixth(store, at_once):
    kit = braked(store, customer=Allowed(day=1000))
    mails = [mail(kit, f"T-{n}", SAID.format(n, ""), sender="desk@other.example") for n in range(8)]
    stopped = from_file(kit, mails) if at_once else [from_file(kit, [one])[0] for one in mails]
    assert stopped == [None] * 5 + ["brake_repeats"] * 3
    assert kit.store([mail(kit, "T-9", "Something else", sender="desk@other.example")])[0].braked is None
    conversation = kit.conversation("T-5").id
    actions.resume_conversation(kit.database, conversation, actor="ann", answer_waiting=True, channels=kit.channels)
    assert kit.store([mail(kit, "T-10", SAID.format(10, ""), sender="desk@other.example")])[0].braked is None


def test_what_a_customer_writes_otherwise_or_by_another_door_is_theirs(store):
    kit = braked(store, customer=Allowed(day=1000))
    four = [SAID.format(number, "") for number in range(4)]
    assert [kit.store([mail(kit, "T-1", text)])[0].braked for text in [*four, "But when?", four[0]]] == [None] * 6
    assert one_by_one(kit, "chat", 9) == [None] * 9, "yes, yes, yes in a chat is a customer's"


def test_after_a_person_looked_repeats_are_counted_anew(store):
    kit = braked(store, customer=Allowed(day=1000))
    for _ in range(5):
        kit.store([mail(kit, "T-1")])
    conversation = kit.conversation("T-1").id
    actions.resume_conversation(kit.database, conversation, actor="ann", answer_waiting=True, channels=kit.channels)
    assert [kit.store([mail(kit, "T-1")])[0].braked for _ in range(5)] == [None] * 4 + ["brake_repeats"]


def test_a_route_as_a_whole_takes_so_many_whoever_writes(store):
    kit = StorageKit(store.database)
    brakes = Brakes(route=Allowed(hour=3))
    kit.intake = Intake(kit.database, {name: replace(target, brakes=brakes) for name, target in ROUTES.items()})
    stopped = [one_by_one(kit, f"T-{n}", 1, customer=Customer(email=f"a{n}@gmail.com"))[0] for n in range(5)]
    assert stopped == [None, None, None, "brake_route", "brake_route"]
    assert one_by_one(kit, "other", 1, route="sales") == [None], "each route counts for itself"
    (alarm,) = [alarm for alarm in alarms(kit.database) if alarm["name"] == "braked"]
    assert alarm["what"].startswith("route support: more messages came than it takes in all; 2 conversations")


def test_a_source_as_a_whole_brings_so_many_by_its_name(store):
    kit = StorageKit(store.database)
    kit.intake = Intake(kit.database, ROUTES, sources={"inbox": Allowed(hour=2), "desk": Allowed(hour=1)})
    named = [kit.store([mail(kit, f"T-{n}", source_name="Inbox")])[0].braked for n in range(3)]
    assert named == [None, None, "brake_source"]
    assert one_by_one(kit, "D-1", 2, source="desk") == [None, "brake_source"]
    assert [kit.store([mail(kit, f"F-{n}")])[0].braked for n in range(3)] == [None] * 3, "by no source of this name"
    said = {alarm["what"].partition(";")[0] for alarm in alarms(kit.database) if alarm["name"] == "braked"}
    assert said == {
        "route support: more messages came by source Inbox than it may bring",
        "route support: more messages came by source desk than it may bring",
    }


def test_a_domain_is_counted_slowly_unless_anybody_may_have_an_address_there(store, monkeypatch):
    monkeypatch.setattr("connector.storage.receive.brakes.OF_A_DOMAIN", Allowed(day=3))
    kit = braked(store, conversation=Allowed(hour=50))
    by_one = [kit.store([mail(kit, f"T-{n}", sender=f"bot{n}@Desk.example")])[0].braked for n in range(5)]
    assert by_one == [None, None, None, "brake_domain", "brake_domain"]
    public = [kit.store([mail(kit, f"P-{n}", sender=f"a{n}@gmail.com")])[0].braked for n in range(5)]
    assert public == [None] * 5
    conversation = kit.conversation("T-3").id
    actions.resume_conversation(kit.database, conversation, actor="ann", answer_waiting=True, channels=kit.channels)
    assert kit.store([mail(kit, "T-9", sender="bot9@desk.example")])[0].braked is None, "a person let them in"


def test_on_a_route_without_brakes_mail_is_not_counted_either(store):
    answers = [store.store([mail(store, "T-1")])[0].braked for _ in range(9)]
    assert (answers, store.rows(tables.brake_counts)) == ([None] * 9, [])
