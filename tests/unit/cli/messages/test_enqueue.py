"""`turnwire enqueue`: one message by hand, the same one again, one for later, and waiting for the answer."""

from __future__ import annotations

import io
import sys

import pytest

from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]

TO_T1 = ("--route", "mail", "--conversation", "T-1")


def answered(folder: Folder, text: str) -> None:
    folder.sql("UPDATE turns SET status = 'answered', answer = ?", text)


def worker_at_work(folder: Folder) -> None:
    now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
    folder.sql(
        "INSERT INTO workers (name, started_at, expires_at, dead, stopping, claimed_at) "
        f"VALUES ('w', {now}, {now} + 60000, 0, 0, {now})"
    )


def test_a_message_becomes_a_turn_and_a_bell(folder):
    said = folder("enqueue", *TO_T1, "Hello")
    assert (said.code, said.out) == (0, "accepted: turn 1\n")
    assert folder.sql("SELECT text, status FROM turns") == [("Hello", "queued")]
    assert folder.sql("SELECT source FROM events") == [("cli",)]
    assert len(list(folder.path.rglob("*.turnwire.msg"))) == 1


def test_as_json_it_is_the_answer_every_door_gives(folder):
    said = folder("enqueue", *TO_T1, "--id", "1", "--json", "Hello")
    assert said.one == {"event_id": "1", "turn_id": "1", "followup_id": None, "status": "accepted", "warnings": []}


def test_the_same_twice_is_sent_once(folder):
    folder("enqueue", *TO_T1, "--id", "1", "Hello")
    said = folder("enqueue", *TO_T1, "--id", "1", "Hello")
    assert (said.code, said.out) == (0, "duplicate: turn 1\n")
    other = folder("enqueue", *TO_T1, "--id", "1", "Other words")
    assert other.code == 1
    assert other.out.startswith("conflict: the same id came before with other content")
    assert folder.sql("SELECT count(*) FROM turns") == [(1,)]


def test_without_an_id_each_is_a_message_of_its_own(folder):
    folder("enqueue", *TO_T1, "Hello")
    folder("enqueue", *TO_T1, "Hello")
    assert folder.sql("SELECT count(*) FROM turns") == [(2,)]


@pytest.mark.parametrize("text", ["   ", "a" * 100_001])
def test_what_cannot_be_taken_is_refused_and_recorded(folder, text):
    said = folder("enqueue", *TO_T1, text)
    assert said.code == 1
    assert said.out.startswith("refused: text: expected ")
    assert folder.sql("SELECT status FROM events") == [("refused",)]


def test_an_unknown_route_is_a_word_typed_wrongly(folder):
    said = folder("enqueue", "--route", "male", "--conversation", "T-1", "Hello")
    assert said.code == 2
    assert "there is no route male, only mail, tickets" in said.err
    assert folder.sql("SELECT count(*) FROM events") == [(0,)]


def test_a_message_for_later_is_a_follow_up(folder):
    said = folder("enqueue", *TO_T1, "--at", "24h", "Did it arrive?")
    assert (said.code, said.out) == (0, "scheduled: follow-up 1\n")
    assert folder.sql("SELECT count(*) FROM turns") == [(0,)]
    assert folder("enqueue", *TO_T1, "--at", "tomorrow", "x").code == 2
    assert folder("enqueue", *TO_T1, "--at", "24h", "--wait", "1", "x").code == 2


def test_priority(folder):
    folder("enqueue", *TO_T1, "--priority", "9", "Help")
    assert folder.sql("SELECT priority FROM turns") == [(9,)]
    assert folder("enqueue", *TO_T1, "--priority", "10", "Help").code == 2


def test_a_dash_reads_standard_input(folder, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Two\nlines\n"))
    folder("enqueue", *TO_T1, "-")
    assert folder.sql("SELECT text FROM turns") == [("Two\nlines",)]


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_waiting_prints_the_answer_and_nothing_else(folder):
    folder("enqueue", *TO_T1, "--id", "1", "Hello")
    answered(folder, "Good day.")
    said = folder("enqueue", *TO_T1, "--id", "1", "--wait", "5", "Hello")
    assert (said.code, said.out) == (0, "Good day.\n")


def test_waiting_as_json_adds_the_turn(folder):
    folder("enqueue", *TO_T1, "--id", "1", "Hello")
    answered(folder, "")
    said = folder("enqueue", *TO_T1, "--id", "1", "--wait", "5", "--json", "Hello")
    assert said.code == 0
    assert (said.one["status"], said.one["turn"]["status"], said.one["turn"]["answer"]) == ("duplicate", "answered", "")


@pytest.mark.parametrize("status", ["failed", "unknown", "cancelled"])
def test_waiting_for_what_will_not_be_answered_ends_at_once(folder, status):
    folder("enqueue", *TO_T1, "--id", "1", "Hello")
    folder.sql("UPDATE turns SET status = ?, reason = 'lost'", status)
    said = folder("enqueue", *TO_T1, "--id", "1", "--wait", "600", "Hello")
    assert (said.code, said.out) == (1, "")
    assert f"turn 1 is {status} (lost)" in said.err
    assert "turnwire turns show 1" in said.err


def test_waiting_in_vain_says_where_it_stands(folder):
    said = folder("enqueue", *TO_T1, "--wait", "0", "Hello")
    assert (said.code, said.out) == (1, "")
    assert "no answer within 0 s: turn 1 is queued, waiting for no_worker; it is kept" in said.err
    as_json = folder("enqueue", *TO_T1, "--wait", "0", "--json", "Hello")
    assert as_json.one["turn"]["status"] == "queued"


def test_waiting_behind_a_paused_route_says_what_to_do(folder):
    worker_at_work(folder)
    folder.sql(
        "INSERT INTO routes (name, paused, reason, detail, changed_at) "
        "VALUES ('mail', 1, 'misconfigured', 'HTTP 404', 0)"
    )
    said = folder("enqueue", *TO_T1, "--wait", "0", "Hello")
    assert said.code == 1
    assert "route mail is paused: " in said.err
    assert "`turnwire routes resume mail`" in said.err


# --- nobody at work ---------------------------------------------------------------------------------------------------


def test_without_a_worker_it_says_what_to_run(folder):
    assert "run `turnwire worker`" in folder("enqueue", *TO_T1, "Hello").err


def test_with_a_worker_it_says_nothing(folder):
    worker_at_work(folder)
    assert folder("enqueue", *TO_T1, "Hello").err == ""


def test_a_worker_that_has_not_looked_for_a_minute_does_not_count(folder):
    worker_at_work(folder)
    folder.sql("UPDATE workers SET claimed_at = claimed_at - 61000")
    assert "run `turnwire worker`" in folder("enqueue", *TO_T1, "Hello").err


def test_a_broker_that_does_not_answer_costs_nothing_but_a_sentence(folder, monkeypatch):
    monkeypatch.setenv("TURNWIRE_BROKER_URL", "amqp://guest:guest@127.0.0.1:1//")
    said = folder("enqueue", *TO_T1, "Hello")
    assert (said.code, said.out) == (0, "accepted: turn 1\n")
    assert "the broker does not answer" in said.err
