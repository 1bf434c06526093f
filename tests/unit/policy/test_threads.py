"""Of which conversation a mail is, and whether the last word in it is ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.policy.threads import KnownThread, ThreadMail, is_answered, place

ANN, BEN = frozenset(["ann@home.example"]), frozenset(["ben@depot.example"])
ASKED = ThreadMail(id="q", key="k", at=100, people=ANN)
LATER = ThreadMail(id="a", key="k", at=200, people=ANN)


def test_the_newest_known_id_decides_and_only_for_those_who_took_part() -> None:
    known = {"new": [], "old": [KnownThread(key="k", people=ANN, conversation_id=7)]}
    assert place(known, ANN).key == "k"
    assert (place(known, BEN).key, place(known, BEN).linked_to) == (None, 7)


@pytest.mark.parametrize(
    ("answer", "so"),
    [
        (LATER, True),
        (replace(LATER, at=100), False),
        (replace(LATER, at=None), False),
        (replace(LATER, key="other"), False),
        (replace(LATER, people=BEN), False),
        (replace(LATER, key="other", at=None, names=frozenset(["q"])), True),
        (replace(LATER, names=frozenset(["q"]), people=BEN), False),
    ],
)
def test_an_answer_is_later_in_the_conversation_or_names_the_mail_and_went_to_its_writer(
    answer: ThreadMail, so: bool
) -> None:
    assert is_answered(ASKED, [answer]) is so


def test_a_mail_is_after_the_answers_that_it_names_whatever_its_clock_says() -> None:
    older = replace(LATER, id="a0", at=150)
    slow = replace(ASKED, names=frozenset(["a"]))
    assert not is_answered(slow, [older, LATER])
    assert is_answered(slow, [older, LATER, replace(LATER, id="a2", at=300)])


def test_without_a_time_only_a_name_tells() -> None:
    assert not is_answered(replace(ASKED, at=None), [LATER])
