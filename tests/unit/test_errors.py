from __future__ import annotations

import pickle

import pytest

from connector.errors import DatabaseNotReady, NotFound, Overtaken, RowError, WrongState


@pytest.mark.parametrize("kind", [NotFound, WrongState, Overtaken])
def test_an_error_about_a_row_keeps_its_facts_when_pickled(kind):
    error = kind("turn 7 is sending", "turn", 7, "sending", ("queued",), "late", {"conversation_id": 3})
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert isinstance(again, RowError)
    assert vars(again) == vars(error)
    assert (str(again), again.id, again.allowed) == ("turn 7 is sending", "7", ("queued",))


def test_an_error_about_a_row_may_be_a_sentence_alone():
    error = NotFound("no turn 7")
    assert (str(error), error.noun, error.id, error.detail) == ("no turn 7", "", "", {})


def test_a_database_that_is_not_ready_says_what_to_run_if_that_is_all():
    behind = pickle.loads(pickle.dumps(DatabaseNotReady("the database has no tables yet", True)))
    assert (str(behind), behind.behind) == ("the database has no tables yet: run `turnwire migrate`", True)
    assert behind.message == "the database has no tables yet"
    assert str(DatabaseNotReady("it lies on another machine")) == "it lies on another machine"
