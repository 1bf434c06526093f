"""The storm's reckoning sees each broken sentence of the promise: a check that finds nothing would prove nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.storage.send.workers import LOST as WORKER_LOST
from tests.storm import doubles
from tests.storm.doubles import Post
from tests.storm.ledger import Send, Turn
from tests.storm.messages import Message, answer_to, mood, parse, stored_answer
from tests.storm.verdict import Verdict, reckon

KILLED, ALIVE = 100, 200


def send(number: int = 1, outcome: str | None = "answered", *, pid: int = ALIVE, error: str | None = None) -> Send:
    return Send(turn_id=1, number=number, pid=pid, outcome=outcome, error=error)


def turn(position: int = 1, *sends: Send, route: str = "v1", status: str = "answered", by: str | None = None) -> Turn:
    text = Message(conversation="c1", position=position).text
    return Turn(
        id=position,
        route=route,
        conversation="c1",
        position=position,
        text=text,
        status=status,
        reason=None,
        settled_by=by,
        answer=stored_answer(text) if status == "answered" else None,
        settled_by_hand=False,
        sends=sends or (send(),),
    )


def post(position: int = 1, *, processed: bool = True, fault: str | None = None) -> Post:
    text = Message(conversation="c1", position=position).text
    return Post(provider="osvi", chat="chat-1", text=text, processed=processed, fault=fault)


def reckoned(turns: list[Turn], posts: list[Post], accepted: int | None = None, overlaps: int = 0) -> Verdict:
    number = len(turns) if accepted is None else accepted
    return reckon(turns, posts, accepted=number, killed=[KILLED], overlaps=overlaps, seconds=1.0)


DIED = send(1, "lost", pid=KILLED, error=WORKER_LOST)
LOST = send(1, "lost", error="the connection ended")
UNKNOWN = turn(1, LOST, status="unknown")

CALM = {
    "answered at once": ([turn(1), turn(2)], [post(1), post(2)]),
    "sent again after its own 500": (
        [turn(1, send(1, "server_error"), send(2))],
        [post(1, processed=False, fault=doubles.ERROR_BEFORE), post(1)],
    ),
    "unknown for a lost answer": ([UNKNOWN], [post(1, fault=doubles.LOST_AFTER)]),
    "unknown for a kill before the first byte": ([turn(1, DIED, status="unknown")], []),
    "read back": ([turn(1, DIED, route="synthflow", by="read_back")], [post(1)]),
    "settled by hand": ([replace(turn(1, DIED), settled_by_hand=True)], [post(1)]),
}


@pytest.mark.parametrize("name", CALM)
def test_a_kept_promise_is_seen_as_kept(name: str) -> None:
    turns, posts = CALM[name]
    verdict = reckoned(turns, posts)
    assert verdict.violations == []
    assert (verdict.twice, verdict.lost) == (0, 0)


BROKEN = {
    "processed 2 times": ([turn(1, send(1, "lost"), send(2))], [post(1, fault=doubles.LOST_AFTER), post(1)]),
    "never processed it": ([turn(1)], [post(1, processed=False)]),
    "not its own": ([replace(turn(1), answer="another's")], [post(1)]),
    "out of order": ([turn(1), turn(2)], [post(2), post(1)]),
    "is still queued": ([turn(1, status="queued")], [post(1)]),
    "failed: refused": ([replace(turn(1, status="failed"), reason="refused")], [post(1)]),
    "stayed unknown": ([turn(1, LOST, route="synthflow", status="unknown")], [post(1, fault=doubles.LOST_AFTER)]),
    "only 0 faults in the log": ([UNKNOWN], [post(1)]),
    "which nobody killed": ([turn(1, replace(DIED, pid=ALIVE), status="unknown")], [post(1)]),
    "nothing lost, but unknown": ([turn(1, status="unknown")], [post(1)]),
    "lost, but answered": ([turn(1, LOST)], [post(1, fault=doubles.LOST_AFTER)]),
    "without evidence": ([turn(1, LOST, send(2), status="unknown")], [post(1, fault=doubles.LOST_AFTER), post(1)]),
    "has no outcome": ([turn(1, send(1, None))], [post(1)]),
    "1 attempts to send, but 2 posts": ([turn(1)], [post(1, processed=False), post(1)]),
    "2 attempts to send, but 1 posts": ([turn(1, send(1), send(2))], [post(1)]),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_promise_is_named(sentence: str) -> None:
    turns, posts = BROKEN[sentence]
    assert any(sentence in line for line in reckoned(turns, posts).violations)


def test_what_was_accepted_and_left_no_turn_is_lost() -> None:
    verdict = reckoned([turn(1)], [post(1)], accepted=2)
    assert verdict.lost == 1
    assert verdict.violations == ["2 messages were accepted, but there are 1 turns"]


def test_two_messages_of_a_chat_at_one_time_break_it_too() -> None:
    assert reckoned([turn(1)], [post(1)], overlaps=1).violations


def test_a_kill_counts_as_a_hit_only_by_the_attempts_it_left() -> None:
    assert reckoned([turn(1, DIED, status="unknown")], [post(1)]).kills_while_sending == 1
    assert reckoned([turn(1)], [post(1)]).kills_while_sending == 0


def test_texts_say_where_they_belong_and_every_storm_has_answers_that_are_hard_to_store() -> None:
    message = Message(conversation="c7", position=3, mood="nul")
    assert parse(message.text) == message
    assert {mood(number) for number in range(2000)} == {"words", "nul", "surrogate", "megabyte"}
    wanted = Message(conversation="c7", position=3, mood="megabyte").text
    assert len(answer_to(wanted)) == 1_000_000
    assert "\x00" in answer_to(message.text)
    assert "\x00" not in stored_answer(message.text)
