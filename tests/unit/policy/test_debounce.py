"""Which messages are one turn: a table of gaps, sizes and callbacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.policy.debounce import LIMIT, Burst, Debounce, Message

RULE = Debounce(quiet=20_000, at_most=60_000)
FIRST = Message(event_id=1, text="one", priority=5)


def burst(first=FIRST, now=1_000_000):
    return Burst.of(first, RULE, now)


def test_each_message_lengthens_the_wait_up_to_the_bound():
    turn = burst()
    assert turn.until == 1_020_000
    untils = []
    for number, now in enumerate((1_015_000, 1_030_000, 1_045_000), start=2):
        message = Message(event_id=number, text=f"{number}", priority=5)
        assert turn.takes(message, RULE, now)
        turn.add(message, RULE, now)
        untils.append(turn.until)
    assert untils == [1_035_000, 1_050_000, 1_060_000], "never longer than at_most from the first one"
    assert turn.text == "one\n\n2\n\n3\n\n4"
    assert [turn.text[part.start : part.start + part.length] for part in turn.parts] == ["one", "2", "3", "4"]


@pytest.mark.parametrize(
    ("message", "later", "joined"),
    [
        (Message(event_id=2, text="two", priority=5), 20_000, True),
        (Message(event_id=2, text="two", priority=5), 20_001, False),
        (Message(event_id=2, text="two", priority=5, callback='{"task": "other"}'), 0, False),
        (Message(event_id=2, text="x" * (LIMIT - 5), priority=5), 0, True),
        (Message(event_id=2, text="x" * (LIMIT - 4), priority=5), 0, False),
        (Message(event_id=2, text="two", priority=5, written=1_020_000), 0, True),
    ],
)
def test_what_belongs_to_a_turn(message, later, joined):
    assert burst().takes(message, RULE, 1_000_000 + later) is joined


def test_messages_that_come_at_once_but_were_written_apart_stay_apart():
    turn = burst(replace(FIRST, written=500_000))
    assert turn.takes(Message(event_id=2, text="two", priority=5, written=520_000), RULE, 1_000_000)
    assert not turn.takes(Message(event_id=2, text="two", priority=5, written=520_001), RULE, 1_000_000)
    turn.add(Message(event_id=2, text="two", priority=9, written=520_000), RULE, 1_000_000)
    assert turn.priority == 9
    assert turn.takes(Message(event_id=3, text="three", priority=5, written=540_000), RULE, 1_000_000)
