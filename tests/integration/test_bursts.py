"""Quick messages of a conversation become one turn, and each is told apart for ever."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from connector.channels.events.schema import content_hash
from connector.policy.debounce import BETWEEN, LIMIT, Debounce
from connector.storage import queries, tables
from connector.storage.receive.due_followups import Promotion
from connector.storage.receive.events import Intake, NewEvent
from connector.storage.send.marks import Marked, Marks
from connector.values import Callback, Customer, EventStatus, Received
from tests.integration.test_races import PATIENCE, Runner, meet
from tests.kit import actions
from tests.kit.engine import EngineKit
from tests.kit.storage import AGAIN, ANSWERED, ROUTES, StorageKit, emptied

LONG = Debounce(quiet=3_600_000, at_most=7_200_000)


def joining(kit: StorageKit, rule: Debounce | None = LONG) -> StorageKit:
    """The kit with a rule on both routes."""
    kit.intake = Intake(kit.database, {name: replace(target, debounce=rule) for name, target in ROUTES.items()})
    return kit


@pytest.fixture
def kit(store):
    return joining(store)


def close(kit, key="T-1"):
    """Let the open turn's time pass: nothing more is joined, and it is due."""
    past = kit.now() - 1
    conversation = kit.conversation(key).id
    where = (tables.turns.c.conversation_id == conversation) & tables.turns.c.open_until.is_not(None)
    kit.change(tables.turns, where, open_until=past, due_at=past)
    kit.change(tables.schedule, tables.schedule.c.ready_at.is_not(None), ready_at=past)


def texts(kit, key="T-1"):
    conversation = kit.conversation(key).id
    rows = kit.rows(tables.turns, tables.turns.c.conversation_id == conversation)
    return [row.text for row in sorted(rows, key=lambda row: row.position)]


def test_quick_messages_are_one_turn_and_every_event_tells_which(kit):
    answers = [kit.store([kit.event("T-1", text)])[0] for text in ("one", "two", "three")]
    first = answers[0]
    assert {answer.turn_id for answer in answers} == {first.turn_id}
    assert {str(answer.status) for answer in answers} == {"accepted"}
    assert len({answer.event_id for answer in answers}) == 3

    (turn,) = kit.check()
    assert (turn.text, turn.position, turn.revision, turn.status) == ("one\n\ntwo\n\nthree", 1, 3, "queued")
    assert kit.place("T-1").ready_at == turn.open_until == turn.due_at > kit.now()
    assert kit.claim(kit.worker()) == [], "not before the customer is done"

    for answer, text in zip(answers, ("one", "two", "three"), strict=True):
        event = queries.event(kit.database, int(answer.event_id))
        assert (event["turn_id"], event["text"]) == (first.turn_id, text)
    held = queries.messages(kit.database, int(first.turn_id))
    assert [(event["id"], event["text"]) for event in held] == [
        (answer.event_id, text) for answer, text in zip(answers, ("one", "two", "three"), strict=True)
    ]
    listed = queries.events(kit.database, turn=int(first.turn_id))
    assert sorted(event["id"] for event in listed) == sorted(answer.event_id for answer in answers)
    shown = queries.turn(kit.database, int(first.turn_id))
    assert (shown["event_id"], shown["external_id"]) == (first.event_id, "T-1/1")


def test_once_its_time_is_over_the_turn_is_sent_as_it_stands_and_the_next_message_is_a_turn_of_its_own(kit):
    kit.receive("T-1", "one", "two")
    close(kit)
    owner = kit.worker()
    (claimed,) = kit.claim(owner)
    assert claimed.turn.open == 0
    kit.receive("T-1", "three")
    assert kit.mark(claimed).text == "one\n\ntwo"
    kit.record((claimed, ANSWERED))
    assert texts(kit) == ["one\n\ntwo", "three"]
    close(kit)
    assert kit.send(owner) == [kit.rows(tables.turns)[-1].id]
    kit.check()


def test_what_comes_between_claim_and_mark_is_part_of_what_is_sent(kit):
    kit.receive("T-1", "one")
    kit.change(tables.schedule, ready_at=kit.now() - 1)
    (claimed,) = kit.claim(kit.worker())
    assert claimed.turn.open > 0
    kit.receive("T-1", "two")
    assert kit.mark(claimed).text == "one\n\ntwo"
    answer = kit.store([kit.event("T-1", "three")])[0]
    assert answer.turn_id == answer.event_id, "never across a turn that has been marked"
    kit.record((claimed, ANSWERED))
    assert texts(kit) == ["one\n\ntwo", "three"]


def test_a_turn_that_was_marked_takes_nothing_more_even_if_it_is_queued_again(kit):
    kit.receive("T-1", "one")
    kit.change(tables.schedule, ready_at=kit.now() - 1)
    owner = kit.worker()
    (claimed,) = kit.claim(owner)
    kit.mark(claimed)
    kit.record((claimed, AGAIN))
    kit.receive("T-1", "two")
    assert texts(kit) == ["one", "two"]


def test_a_batch_is_as_messages_one_by_one_whatever_order_its_ids_sort_in(kit):
    batch = [kit.event("T-1", f"{number}", id=f"z{9 - number}") for number in range(4)]
    batch += [kit.event("T-2", "other"), kit.event("T-1", "last", id="a")]
    answers = kit.store(batch)
    assert texts(kit) == ["0\n\n1\n\n2\n\n3\n\nlast"]
    assert texts(kit, "T-2") == ["other"]
    turn = answers[0].turn_id
    assert [answer.turn_id == turn for answer in answers] == [True, True, True, True, False, True]
    assert [event["text"] for event in queries.messages(kit.database, int(turn))] == ["0", "1", "2", "3", "last"]
    kit.store([kit.event("T-1", "later"), kit.event("T-2", "more")])
    assert texts(kit) == ["0\n\n1\n\n2\n\n3\n\nlast\n\nlater"]
    assert [event["text"] for event in queries.messages(kit.database, int(turn))][-2:] == ["last", "later"]
    assert texts(kit, "T-2") == ["other\n\nmore"]
    kit.check()


def test_a_joined_message_again_is_a_duplicate_and_other_words_are_a_conflict(kit):
    first, second = kit.event("T-1", "one"), kit.event("T-1", "two")
    turn = kit.store([first, second])[0].turn_id
    again, other = kit.store([second, replace(second, text="changed")])
    assert [(str(answer.status), answer.turn_id) for answer in (again, other)] == [
        ("duplicate", turn),
        ("conflict", turn),
    ]
    (third, repeated) = kit.store([replace(second, id="third"), replace(second, id="third")])
    assert [(str(answer.status), answer.turn_id) for answer in (third, repeated)] == [
        ("accepted", turn),
        ("duplicate", turn),
    ]
    assert texts(kit) == ["one\n\ntwo\n\ntwo"]


def test_beyond_the_limit_of_a_text_a_new_turn_begins(kit):
    kit.receive("T-1", "x" * (LIMIT - 3))
    kit.receive("T-1", "y")
    kit.receive("T-1", "z")
    assert [len(text) for text in texts(kit)] == [LIMIT, 1]
    assert texts(kit)[0].endswith(f"x{BETWEEN}y")


def test_a_callback_of_its_own_makes_a_turn_of_its_own(kit):
    one, other = Callback(task="app.done"), Callback(task="app.other")
    for callback in (one, one, other):
        kit.receive("T-1", "words", route="sales", callback=callback)
    assert texts(kit) == ["words\n\nwords", "words"]


def test_another_customer_begins_a_turn_of_their_own(kit):
    ada, bo = Customer(email="ada@a.example"), Customer(email="bo@b.example")
    for number, customer in enumerate((ada, Customer(name="Ada", email="Ada@A.example"), bo, ada)):
        kit.receive("T-1", f"{number}", customer=customer)
    assert texts(kit) == ["0\n\n1", "2", "3"]


def test_messages_written_long_apart_are_not_joined_though_they_come_together(kit):
    morning = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    times = [morning, morning + timedelta(minutes=59), morning + timedelta(hours=3)]
    kit.store([kit.event("T-1", f"{number}", occurred_at=time) for number, time in enumerate(times)])
    assert texts(kit) == ["0\n\n1", "2"]
    kit.store([kit.event("T-1", "3", occurred_at=times[-1] + timedelta(minutes=61))])
    assert texts(kit) == ["0\n\n1", "2", "3"]
    kit.store([kit.event("T-1", "4", occurred_at=times[-1] + timedelta(minutes=100))])
    assert texts(kit) == ["0\n\n1", "2", "3\n\n4"]


def test_the_more_urgent_message_takes_its_turn_and_conversation_along(kit):
    kit.receive("T-1", "slow", priority=3)
    slow = kit.place("T-1").lane
    kit.receive("T-1", "urgent", priority=9)
    assert [turn.priority for turn in kit.check()] == [9]
    lanes = {lane.id: lane.priority for lane in kit.claims.open_lanes()}
    assert (lanes[slow], lanes[kit.place("T-1").lane]) == (3, 9)


def test_files_and_follow_ups_join_nothing_and_nothing_joins_them(kit):
    entries = [kit.event("T-1", text) for text in ("old", "older")]
    kit.intake.store([NewEvent(event=event, hash=content_hash(event)) for event in entries], live=False)
    kit.receive("T-1", "now")
    kit.receive("T-1", "and now")
    assert texts(kit) == ["old", "older", "now\n\nand now"]

    due = kit.event("T-2", "ask", status=EventStatus.SCHEDULED, due_at=datetime.now(UTC) - timedelta(minutes=1))
    kit.receive("T-2", "a question")
    kit.store([due])
    assert Promotion(kit.database, kit.intake).promote_due().sent == 1
    kit.receive("T-2", "another")
    assert texts(kit, "T-2") == ["a question", "ask", "another"]
    kit.check()


def test_a_turn_that_was_taken_back_is_not_woken_by_the_next_message(kit):
    (turn,) = kit.receive("T-1", "one")
    actions.cancel_turn(kit.database, turn, actor="ann", channels=kit.channels)
    kit.receive("T-1", "two")
    assert [(row.text, row.status) for row in kit.check()] == [("one", "cancelled"), ("two", "queued")]
    assert kit.place("T-1").ready_at > kit.now()


def test_while_a_person_has_the_conversation_messages_wait_joined(kit):
    kit.receive("T-1", "one")
    conversation = kit.conversation("T-1").id
    actions.hand_off_conversation(kit.database, conversation, actor="ann")
    kit.receive("T-1", "two")
    assert kit.place("T-1").ready_at is None
    actions.resume_conversation(kit.database, conversation, actor="ann", answer_waiting=True)
    (turn,) = kit.check()
    assert turn.text == "one\n\ntwo"
    assert kit.place("T-1").ready_at == turn.open_until


def test_without_the_setting_nothing_waits_and_nothing_is_joined(store):
    store.receive("T-1", "one", "two")
    assert [(turn.text, turn.open_until) for turn in store.check()] == [("one", None), ("two", None)]
    assert store.place("T-1").ready_at <= store.now()
    assert store.rows(tables.joined) == []


def test_of_two_connections_the_second_one_sees_what_the_first_one_did(kit):
    kit.receive("T-1", "one")
    kit.change(tables.schedule, ready_at=kit.now() - 1)
    (claimed,) = kit.claim(kit.worker())
    sent: list[Marked | None] = []
    came: list[Received] = []

    marking = Runner(lambda: sent.append(kit.mark(claimed)))
    with kit.database.transaction() as connection:
        event = kit.event("T-1", "two")
        (joined,) = kit.intake.store_in(connection, [NewEvent(event=event, hash=content_hash(event))])
        marking.start()
        marking.join(0.2)
        assert marking.is_alive(), "the mark waits for the message"
    marking.join(PATIENCE)
    assert (marking.error, sent[0].text) == (None, "one\n\ntwo")
    assert joined.turn_id == str(claimed.turn.id) != joined.event_id
    kit.record((claimed, ANSWERED))

    kit.receive("T-2", "one")
    kit.change(tables.schedule, tables.schedule.c.ready_at.is_not(None), ready_at=kit.now() - 1)
    (claimed,) = kit.claim(kit.worker())
    writing = Runner(lambda: came.extend(kit.store([kit.event("T-2", "two")])))
    with kit.database.transaction() as connection:
        (marked,) = kit.marks._mark(connection, claimed.owner, [claimed.turn.id])
        writing.start()
        writing.join(0.2)
        assert writing.is_alive(), "the message waits for the mark"
    writing.join(PATIENCE)
    assert (writing.error, marked.text) == (None, "one")
    assert came[0].turn_id == came[0].event_id
    assert texts(kit, "T-2") == ["one", "two"]
    kit.check()


@pytest.mark.parametrize("first", ["mark", "receive"])
def test_a_message_meets_the_mark_and_is_before_it_or_after_never_both(postgres_store, first):
    """One of the two is stopped before each of its statements while the other one runs."""
    for at in count(1):
        kit = joining(StorageKit(emptied(postgres_store.database)))
        (turn,) = kit.receive("T-1", "one")
        kit.change(tables.schedule, ready_at=kit.now() - 1)
        (claimed,) = kit.claim(kit.worker())
        sent: list[Marked] = []
        came: list[Received] = []

        def mark(_kit, database, claimed, sent=sent):
            sent.extend(Marks(database).mark(claimed.owner, [claimed.turn.id]))

        def receive(kit, database, _claimed, came=came):
            mine = StorageKit.__new__(StorageKit)
            mine.__dict__.update(kit.__dict__, database=database)
            came.extend(joining(mine).store([mine.event("T-1", "two")]))

        acts = (mark, receive) if first == "mark" else (receive, mark)
        more = meet(kit, claimed, *acts, at)
        if not sent or not came:  # the second one never began: nothing was left to stop the first one at
            assert not more
            return
        (marked,), (answer,) = sent, came
        if answer.turn_id == str(turn):
            assert marked.text == texts(kit)[0] == "one\n\ntwo"
        else:
            assert (marked.text, texts(kit)) == ("one", ["one", "two"])
        kit.record((claimed, ANSWERED))
        kit.check()


def test_customers_who_write_while_workers_send_are_heard_word_for_word_once(database, turnwire_sandbox, tmp_path):
    """Whatever is joined to what: every word reaches the agent once, in order, and with its event's own turn."""
    routes = {"osvi": {"debounce": "40ms", "debounce_at_most": "120ms", "brakes": {"conversation": "none"}}}
    chance = random.Random(11)
    keys = [f"C{number}" for number in range(6)]
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        turnwire_sandbox.update_settings(latency_s=0.004)
        errors: list[BaseException] = []

        def customer(mine, seed):
            pauses = random.Random(seed)
            try:
                for number in range(0, 30, 2):
                    for key in mine:
                        # Two at once are joined whatever the machine is doing; what else is depends on who is first.
                        said = [f"{key} says {number}", f"{key} says {number + 1}"]
                        for batch in [said] if pauses.random() < 0.3 else [said[:1], said[1:]]:
                            kit.receive("osvi", key, *batch)
                    threading.Event().wait(pauses.choice((0, 0, 0.02, 0.06)))
            except BaseException as error:  # noqa: BLE001 - shown below
                errors.append(error)

        writers = [threading.Thread(target=customer, args=(keys[n::2], chance.random())) for n in range(2)]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            kit.engine.run_slice(0.1)
        assert errors == []
        kit.settle()

        turns = kit.turns()
        assert {turn.status for turn in turns} == {"answered"}
        assert len(turns) < 180, "some were joined"
        heard = kit.processed()
        assert Counter(heard) == Counter(turn.text for turn in turns)
        for key in keys:
            said = [line for text in heard for line in text.split(BETWEEN) if line.startswith(f"{key} ")]
            assert said == [f"{key} says {number}" for number in range(30)]
        with_several = {turn.id: turn.text for turn in turns if BETWEEN in turn.text}
        for turn_id, text in with_several.items():
            parts = [event["text"] for event in queries.messages(kit.database, turn_id)]
            assert BETWEEN.join(parts) == text
        assert turnwire_sandbox.summary()["concurrent"] == 0
