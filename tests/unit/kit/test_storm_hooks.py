"""The reckoning of the hooks' storm notices each way in which it could go wrong."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.storm.doubles import Post
from tests.storm.hooks import Plan, planned, reckon
from tests.storm.ledger import Turn
from tests.storm.messages import Message, answer_to
from tests.storm.receiver import Receiver

WANTED = [
    Message(conversation="c1", position=1),
    Message(conversation="c1", position=2),
    Message(conversation="c2", position=1),
]


def turn(number, message):
    return Turn(
        id=number, route="synthflow", conversation=message.conversation, position=message.position, text=message.text,
        status="answered", reason=None, settled_by=None, answer=answer_to(message.text), settled_by_hand=False,
        sends=(),
    )  # fmt: skip


def post(message, chat=None):
    return Post(
        provider="synthflow", chat=chat or message.conversation, text=message.text, processed=True, fault=None
    )  # fmt: skip


def call(number, revision=4):
    return {"id": str(number), "status": "answered", "revision": revision}


@pytest.fixture
def turns():
    return [turn(number, message) for number, message in enumerate(WANTED, 1)]


@pytest.fixture
def posts():
    return [post(message) for message in WANTED]


@pytest.fixture
def calls():
    return Receiver(calls=[call(number) for number in (1, 2, 3)])


def broken(turns, posts, calls):
    return list(reckon(WANTED, turns, posts, calls))


def test_when_all_is_well_there_is_nothing_to_say(turns, posts, calls):
    assert broken(turns, posts, calls) == []


def test_whatever_is_not_as_it_was_sent_is_noticed(turns, posts, calls):
    stray = Message(conversation="c9", position=1)
    assert broken(turns[:2], posts, calls), "a message was lost"
    assert broken([*turns, turn(4, stray)], posts, calls), "a turn that nobody asked for"
    assert broken([*turns[:2], replace(turns[2], conversation="c1")], posts, calls), "in another conversation"
    assert broken([*turns[:2], replace(turns[2], status="unknown")], posts, calls)
    assert broken([*turns[:2], replace(turns[2], answer="other")], posts, calls)
    assert broken(turns, posts[:2], calls), "never heard"
    assert broken(turns, [*posts, posts[0]], calls), "heard twice"
    assert broken(turns, [*posts, post(stray)], calls), "heard what no customer wrote"
    assert broken(turns, [*posts[:2], post(WANTED[2], chat="c1")], calls), "two conversations in a chat"
    assert broken(turns, posts, Receiver(calls=calls.calls[:2])), "the webhook was not called"
    assert broken(turns, posts, Receiver(calls=[*calls.calls, call(1)])), "called twice"
    assert broken(turns, posts, Receiver(calls=[*calls.calls, call(1, revision=5)])), "called for two outcomes"
    assert broken(turns, posts, Receiver(calls=calls.calls, forged=1))


def test_each_thing_is_delivered_one_to_three_times_and_shuffled():
    once, deliveries = planned(Plan(deliveries=200), random.Random(1))
    counts = {deliveries.count(sent) for sent in once}
    assert counts == {1, 2, 3}
    assert sum(not sent.from_customer for sent in once) == 20
    assert [sent.message for sent in deliveries] != sorted((sent.message for sent in deliveries), key=lambda m: m.text)
