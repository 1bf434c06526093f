"""`turnwire why`: what happened to a message, in sentences, with the rule that decided and what would change it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import true

from connector.cli.shared.brakes import BRAKES, why_stopped
from connector.policy.brakes import REASONS
from connector.storage import tables
from connector.values.guards import GUARDS
from tests.kit.cli_site import make_site


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def attempt(site, turn, number, call="send", outcome="lost", **values):
    now = site.store.now()
    columns = {"owner": 1, "started_at": now - 2500, "ended_at": now, "error": None, "evidence": None} | values
    site.store.add(tables.attempts, turn_id=turn, number=number, call=call, outcome=outcome, **columns)


def test_an_unclear_outcome_names_the_attempt_the_rule_and_the_ways_out(site):
    _, (turn,) = site.store.conversation("T-1", ["unknown"], held="unknown", reason="lost")
    attempt(site, turn, 1, http_status=None, error="the connection was reset")
    ran = site("why", str(turn))
    assert ran.code == 0
    said = " ".join(ran.out.split())
    assert f"Message {turn} came in at" in said
    assert (
        "the message was sent: no answer came back, so it may have arrived, 2.5 s (the connection was reset)." in said
    )
    assert "Now it is unknown: the answer was lost on the way" in said
    assert 'The rule: on_lost = "hold" in [routes.support]; after unknown_after = 1800 s' in said
    assert f"turnwire turns resolve {turn} --as resend" in said
    assert max(len(line) for line in ran.out.partition("\n\n")[0].splitlines()) <= 80


def test_one_that_waits_names_what_it_waits_for(site):
    _, (first, second) = site.store.conversation("T-1", ["unknown", "queued"], held="unknown")
    said = json.loads(site("why", str(second), "--json").out)
    assert any("waits for a turn before it that may have been delivered" in one for one in said["sentences"])
    assert f"turnwire turns show {first}" in said["next"]


def test_one_that_was_never_sent_names_the_rule(site):
    stopped = site.store.event("out of office", status="stopped", reason="auto_submitted", route="support")
    said = " ".join(site("why", str(stopped)).out.split())
    assert "It was stopped, since no customer wrote it" in said
    assert "The rule: auto_submitted: it says that a program sent it" in said
    assert 'let_in = ["auto_submitted"] in [routes.support] would let such mail in.' in said
    assert f"turnwire events release {stopped}" in said
    bounce = site.store.event("undelivered", status="stopped", reason="delivery_report", route="support")
    assert "let_in" not in site("why", str(bounce)).out
    other = site.store.event("note", status="stopped", reason="internal_note", route="support")
    assert "The rule: internal_note." in " ".join(site("why", str(other)).out.split())


def test_every_guard_and_every_brake_has_its_sentence():
    assert all(f"The rule: {name}: " in why_stopped(name, "support") for name in GUARDS)
    assert set(BRAKES) == set(REASONS)


def test_one_that_a_brake_holds_says_what_was_too_much(site):
    _, (turn,) = site.store.conversation("T-1", ["queued"], held="handed_off")
    site.store.change(tables.conversations, true(), status="handed_off", reason="brake_repeats")
    said = " ".join(site("why", str(turn)).out.split())
    assert "because of brake_repeats (its last messages say the same: perhaps a machine answers ours)" in said


def test_what_there_is_not_is_an_error(site):
    assert site("why", "4711").code == 1
