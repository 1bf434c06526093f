"""Doubt settled by the provider's own record, and what happens where there is none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from connector.storage.send import workers as worker_rows
from connector.storage.tables import workers
from connector.values import EventStatus
from tests.kit.actions import resolve_turn
from tests.kit.matrix.kit import Play, outcomes, told
from tests.kit.matrix.toys import KEYS, KINDS, NEITHER, READS, Entries, Toy, answering

SYNTHFLOW = "synthflow"


def lose(play: Play, fault: Any, text: str, **rule: Any) -> None:
    """The next message with this text meets this fault."""
    assert play.sandbox is not None
    play.sandbox.add_rule(fault, match={"call": "send", "text": text}, **rule)


# --- what is found --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("greeting", ["numbered", "unnumbered", "none"])
def test_found_whatever_becomes_of_the_greeting(database, plays, matrix, greeting):
    plays.sandbox.update_settings(greeting=greeting)
    row = matrix.row(
        "P6", injected="cut_after on the first and the third message", case=f"synthflow, greeting {greeting}"
    )
    play = plays.at(database, SYNTHFLOW)
    for text in ("My invoice, please", "And my refund?"):
        lose(play, "cut_after", text)
    play.receive("support", "T-1", "My invoice, please", "Where is my parcel?", "And my refund?", "Thank you")
    play.run()
    turns = play.turns()
    assert [turn["status"] for turn in turns] == ["answered"] * 4
    assert [turn["settled_by"] for turn in turns] == ["read_back", None, "read_back", None]
    assert "invoice" in turns[0]["answer"]
    assert "refund" in turns[2]["answer"]
    assert [line["text"] for line in play.heard() if line["processed"]] == [turn["text"] for turn in turns]
    row.saw(turns=turns, posts=f"{play.posts()} for 4 turns")


@pytest.mark.parametrize("moment", ["cut_after", "cut_before"])
def test_equal_texts_in_a_row_are_told_apart(sqlite_database, plays, matrix, moment):
    row = matrix.row(
        "P6", injected=f"{moment} on the second of two messages that both say yes", case="synthflow, yes yes"
    )
    play = plays.at(sqlite_database, SYNTHFLOW)
    play.receive("support", "T-1", "yes")
    play.run()
    lose(play, moment, "yes")
    play.receive("support", "T-1", "yes", "yes")
    play.run()
    turns = play.turns()
    assert [turn["status"] for turn in turns] == ["answered"] * 3
    # A greeting, then message and answer in turn: each turn has the answer to itself, not to its like.
    assert [turn["provider_turn"] for turn in turns] == [3, 5, 7]
    assert play.posts("yes") == 3
    row.saw(turns=turns, posts=f"{play.posts()} for 3 turns")


def test_text_that_the_provider_has_tidied(sqlite_database, plays, matrix):
    plays.sandbox.update_settings(tidy_text=True)
    row = matrix.row(
        "P6", injected="cut_after; the history keeps the text with white space folded", case="synthflow, tidied"
    )
    play = plays.at(sqlite_database, SYNTHFLOW)
    text = "Hello,\n\n  where   is my parcel?\n\nBest\n-- \nAnn\u00a0Lee "
    lose(play, "cut_after", "parcel")
    play.receive("support", "T-1", text, "And now?")
    play.run()
    assert [turn["settled_by"] for turn in play.turns()] == ["read_back", None]
    assert play.posts() == 2
    row.saw(turns=play.turns(), posts=f"{play.posts()} for 2 turns")


@pytest.mark.parametrize("moment", ["cut_after", "cut_before"])
def test_a_lost_answer_to_a_message_that_told_of_earlier_ones_is_settled(database, plays, matrix, moment):
    row = matrix.row(
        "P6", injected=f"{moment} on the first and on the second mail of a thread", case="synthflow, told texts"
    )
    play = plays.at(database, SYNTHFLOW)
    mail = {"source": "mail:support", "subject": "My parcel"}
    play.receive("support", "m1", "It is late.", status=EventStatus.CONTEXT, **mail)
    for text in ("Where is it?", "And now?"):
        lose(play, moment, text)
    play.receive("support", "m1", "Where is it?", "And now?", "Thank you", **mail)
    play.run()
    turns = play.turns()
    assert [turn["status"] for turn in turns] == ["answered"] * 3
    told = "Subject: My parcel\nEarlier:\n[customer] It is late.\n\nWhere is it?"
    assert [turn["told"] for turn in turns] == [told, None, None]
    assert [line["text"] for line in play.heard() if line["processed"]] == [told, "And now?", "Thank you"]
    settled = [attempt["evidence"] for turn in turns for attempt in turn["attempts"] if attempt["call"] == "read_back"]
    assert settled, "each was read back"
    assert not any("another text" in str(evidence) for evidence in settled)
    row.saw(turns=turns, posts=f"{play.posts()} for 3 turns")


def test_a_message_that_told_of_earlier_ones_must_be_the_last_before_one_that_is_not_there(sqlite_database, plays):
    """The record lacks the second message, and it ends with the first one as it was told."""
    toy = Toy(READS, faults={"second": ["lost_before"]})
    play = plays.toy(sqlite_database, toy, account_changes={"grace": "1s"})
    play.receive("support", "m1", "first", source="mail:support", subject="My parcel")
    play.run()
    play.receive("support", "m1", "second", source="mail:support", subject="My parcel")
    play.run()
    assert toy.processed == ["Subject: My parcel\n\nfirst", "second"]
    assert outcomes(play.turn("second"), "send") == ["lost", "answered"]


def test_words_of_another_header_are_another_text(sqlite_database, plays):
    """The text alone is not what was sent, so it is no proof."""

    def bent(entries: Entries) -> Entries:
        return tuple(replace(entry, text=entry.text.rpartition("\n\n")[2]) for entry in entries)

    toy = Toy(READS, faults={"Subject: My parcel\n\nfirst": ["lost_after"]}, shows=bent)
    play = plays.toy(sqlite_database, toy)
    play.receive("support", "m1", "first", source="mail:support", subject="My parcel")
    play.run()
    assert (play.turn("first")["status"], play.turn("first")["reason"]) == ("unknown", "other_text")


# --- what is not found yet ------------------------------------------------------------------------------------------


def test_history_that_lags(sqlite_database, plays, matrix):
    plays.sandbox.update_settings(history_lag_s=1.5)
    row = matrix.row("P23", injected="history_lag_s 1.5, grace 20 s, answer cut", case="lags")
    play = plays.at(sqlite_database, SYNTHFLOW, account_changes={"grace": "20s"})
    lose(play, "cut_after", "parcel")
    play.receive("support", "T-1", "Where is my parcel?")
    play.run()
    turn = play.turns()[0]
    assert (turn["status"], turn["settled_by"]) == ("answered", "read_back")
    assert "not there yet" in told(turn)
    assert play.posts() == 1
    row.saw(turns=[turn], posts=1)


def test_message_seen_without_an_answer_is_never_sent_again(sqlite_database, plays, matrix):
    plays.sandbox.update_settings(latency_s=2.0)
    row = matrix.row(
        "P23", injected="agent takes 2 s, deadline 700 ms: the message stands there unanswered", case="no answer yet"
    )
    play = plays.at(sqlite_database, SYNTHFLOW, account_changes={"deadline": "700ms", "grace": "500ms"})
    play.receive("support", "T-1", "Where is my parcel?")
    play.run()
    turn = play.turns()[0]
    assert (turn["status"], turn["settled_by"]) == ("answered", "read_back")
    assert "delivered, not answered yet" in told(turn)
    assert outcomes(turn, "send") == ["lost"]
    assert play.posts() == 1
    row.saw(turns=[turn], posts=1)


def test_read_back_that_fails_proves_nothing(sqlite_database, plays, matrix):
    row = matrix.row("P23", injected="answer cut; the reads get 500, a reset, half a body", case="the read fails")
    play = plays.at(sqlite_database, SYNTHFLOW)
    lose(play, "cut_after", "parcel")
    for fault in ("status_before", "cut_before", "broken_body"):
        plays.sandbox.add_rule(fault, match={"call": "read"})
    play.receive("support", "T-1", "Where is my parcel?")
    play.run()
    turn = play.turns()[0]
    assert (turn["status"], turn["settled_by"]) == ("answered", "read_back")
    # A GET is repeated by itself where a reused connection breaks, so the reset may not show.
    assert set(outcomes(turn, "read_back")[:-1]) == {"server_error", "lost"}
    assert outcomes(turn, "read_back")[-1] == "answered"
    assert play.posts() == 1
    row.saw(turns=[turn], posts=1)


BENT = {
    "earlier messages missing": (lambda entries: entries[2:], "partial history"),
    "nothing at all": (lambda _entries: (), "partial history"),
    "message unanswered": (lambda entries: entries[:-1], "delivered, not answered yet"),
}


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("kind", BENT)
def test_evidence_that_does_not_come_ends_with_a_person(sqlite_database, plays, matrix, kind, numbered):
    """After ``unknown_after`` the conversation is a person's; nothing is sent meanwhile, an operator settles it."""
    bend, says = BENT[kind]

    def shows(entries: Entries) -> Entries:
        return tuple(entry if numbered else replace(entry, number=None) for entry in bend(entries))

    row = matrix.row(
        "P23", injected=f"reads show: {kind}", case=f"{kind}, entries {'numbered' if numbered else 'without numbers'}"
    )
    toy = Toy(READS, faults={"third": ["lost_after"]}, shows=shows)
    patient = plays.toy(sqlite_database, toy, account_changes={"grace": "10ms"}, route_changes={"unknown_after": "1h"})
    patient.receive("support", "T-1", "first", "second", "third", "fourth")
    patient.run(lambda: len(outcomes(patient.turn("third"), "read_back")) >= 2)
    patient.stop()
    play = plays.toy(sqlite_database, toy, route_changes={"unknown_after": "10ms"})
    play.run()
    third, fourth = play.turn("third"), play.turn("fourth")
    assert (third["status"], fourth["status"]) == ("unknown", "queued")
    assert says in told(third)
    assert (play.conversation("T-1")["status"], fourth["waiting_for"]) == ("handed_off", "handed_off")
    assert play.conversation("T-1")["reason"] == "unknown_outcome"
    assert toy.processed == ["first", "second", "third"]
    row.saw(turns=[third], posts=toy.processed.count("third"))
    resolve_turn(play.database, int(third["id"]), as_="answered", answer="I said so", actor="tess")
    assert play.turn("third")["settled_by"] == "operator:tess"


def test_another_text_in_our_place_is_held(sqlite_database, plays, matrix):
    row = matrix.row("P23", injected="reads show another text where ours should stand", case="another text")
    toy = Toy(READS, faults={"second": ["lost_after"]})
    play = plays.toy(sqlite_database, toy)
    play.receive("support", "T-1", "first")
    play.run()
    toy.chats[toy.opened[0].uuid].hear("user", "written in the provider's dashboard")
    play.receive("support", "T-1", "second", "third")
    play.run()
    second, third = play.turn("second"), play.turn("third")
    assert (second["status"], second["reason"]) == ("unknown", "other_text")
    assert third["waiting_for"] == "predecessor_unknown"
    assert toy.processed == ["first", "second"]
    row.saw(turns=[second], posts=1)


def test_counting_starts_anew_after_a_person_settled_a_doubt(database, plays):
    """Nobody can say whether a turn that a person settled stands in the chat, so it is read before the next send."""
    toy = Toy(READS, faults={"second": ["unanswered"], "third": ["lost_after"]})
    play = plays.toy(database, toy, route_changes={"unknown_after": "1h"})
    play.receive("support", "T-1", "first", "second", "third", "fourth")
    play.run(lambda: play.turn("second")["status"] == "unknown")
    resolve_turn(play.database, int(play.turn("second")["id"]), as_="failed", actor="tess")
    play.run()
    assert [turn["status"] for turn in play.turns()] == ["answered", "failed", "answered", "answered"]
    assert play.turn("third")["answer"] == answering("third")
    assert toy.processed == ["first", "second", "third", "fourth"]


# --- capabilities alone decide --------------------------------------------------------------------------------------


LOSSES = [
    ("reads back", "lost_after", {}, "answered", "read_back", 1),
    ("reads back", "lost_before", {}, "answered", None, 1),
    ("takes keys", "lost_after", {}, "answered", None, 1),
    ("takes keys", "lost_before", {}, "answered", None, 1),
    ("neither", "lost_after", {}, "unknown", None, 1),
    ("neither", "lost_before", {}, "unknown", None, 0),
    ("neither", "lost_after", {"on_lost": "resend"}, "answered", None, 2),
    ("neither", "lost_after", {"on_lost": "fail"}, "failed", None, 1),
]


@pytest.mark.parametrize(("kind", "fault", "rules", "status", "by", "posts"), LOSSES)
def test_policy_follows_from_capabilities(sqlite_database, plays, matrix, kind, fault, rules, status, by, posts):
    case = f"a provider that {kind}, {fault}" + (f", {rules}" if rules else "")
    row = matrix.row("P6", injected=fault, case=case)
    toy = Toy(KINDS[kind], faults={"hello": [fault]})
    play = plays.toy(sqlite_database, toy, route_changes=rules)
    play.receive("support", "T-1", "hello")
    play.run()
    turn = play.turn("hello")
    assert (turn["status"], turn["settled_by"]) == (status, by)
    assert toy.processed.count("hello") == posts
    assert turn["answer"] == (answering("hello") if status == "answered" else None)
    row.saw(turns=[turn], posts=posts)


def test_keys_are_the_same_for_every_attempt_of_a_turn(sqlite_database, plays):
    toy = Toy(KEYS, faults={"hello": ["lost_after", "lost_after"]})
    play = plays.toy(sqlite_database, toy)
    play.receive("support", "T-1", "hello", "goodbye")
    play.run()
    keys = [request.idempotency_key for request in toy.sent]
    assert keys == [keys[0]] * 3 + [keys[-1]]
    assert len(set(keys)) == 2
    assert toy.processed == ["hello", "goodbye"]


# --- the answer that comes late -------------------------------------------------------------------------------------


def expire(play: Play, owner: int) -> None:
    """End a worker's lease now, and sweep it before it can renew."""
    over = update(workers).where(workers.c.id == owner).values(expires_at=0)
    play.database.write(lambda connection: connection.execute(over))
    worker_rows.sweep(play.database)


@contextmanager
def declared_dead(play: Play, toy: Toy, text: str) -> Iterator[None]:
    """While the answer to ``text`` is held back, the worker that waits for it loses its lease and is swept."""

    def heard() -> bool:
        return outcomes(play.turn(text), "send") == ["answered"] and play.still()

    working = threading.Thread(target=lambda: play.run(heard))
    working.start()
    try:
        held = threading.Event()
        while not toy.holds(text):
            held.wait(0.01)
        owner = play.engines[0]._owner
        while play.turn(text)["status"] == "sending":
            expire(play, owner)
        yield
    finally:
        toy.release(text)
        working.join()


@pytest.mark.parametrize("kind", ["reads back", "neither"])
def test_an_answer_that_comes_late_settles_its_own_turn(database, plays, matrix, kind):
    row = matrix.row(
        "P8", injected="the worker is declared dead while it waits; then the answer comes", case=f"{kind}, late answer"
    )
    # The record shows nothing, so that only the late answer can settle it.
    toy = Toy(KINDS[kind], faults={"slow": ["held"]}, shows=lambda _entries: ())
    play = plays.toy(database, toy, account_changes={"deadline": "60s", "grace": "60s"})
    play.receive("support", "T-1", "slow", "next")
    with declared_dead(play, toy, "slow"):
        assert play.turn("slow")["status"] == "unknown"
        assert play.turn("slow")["reason"] == "worker_lost"
    slow, following = play.turn("slow"), play.turn("next")
    assert (slow["status"], slow["answer"], slow["settled_by"]) == ("answered", answering("slow"), None)
    assert outcomes(slow, "send") == ["answered"]
    assert following["status"] == "answered"
    assert toy.processed == ["slow", "next"]
    row.saw(turns=[slow], posts=1)


def test_an_answer_that_comes_after_an_operator_decided_is_evidence_only(database, plays):
    toy = Toy(NEITHER, faults={"slow": ["held"]})
    play = plays.toy(database, toy, account_changes={"deadline": "60s"})
    play.receive("support", "T-1", "slow")
    with declared_dead(play, toy, "slow"):
        resolve_turn(play.database, int(play.turn("slow")["id"]), as_="failed", actor="tess")
    turn = play.turn("slow")
    assert (turn["status"], turn["settled_by"], turn["answer"]) == ("failed", "operator:tess", None)
    assert outcomes(turn, "send") == ["answered"]
