"""Accounts protect themselves: gate, probe, budget, rate and calls in flight hold before the call, over all engines."""

from __future__ import annotations

from datetime import datetime

import pytest

from connector.storage import tables
from connector.storage.core.statements import FOREVER
from tests.kit import actions
from tests.kit.engine import EngineKit, in_order


def test_a_429_closes_the_account_for_as_long_as_it_asks_and_burns_nothing(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.sandbox.add_rule(
            "status_before", match={"provider": "osvi", "call": "send"}, status=429, headers={"Retry-After": "1"}
        )
        kit.crowd("osvi", 1)
        kit.crowd("synthflow", 1, prefix="S")
        kit.until(lambda: kit.account("osvi").closed_until)
        kit.receive("osvi", "late", "late says 1")
        kit.until(kit.statuses, lambda statuses: statuses.get("answered") == 1)
        assert len(kit.calls()) == 2, "nothing more goes to a closed account"
        assert kit.account("osvi").reason == "busy"

        kit.settle()
        assert kit.statuses() == {"answered": 3}
        (turn,) = kit.turns("C0")
        assert (turn.tries, turn.delays) == (1, 0)
        assert kit.attempts(turn.id)[1:] == [("send", "busy"), ("send", "answered")]


def test_a_revoked_token_costs_what_was_in_flight_and_burns_no_turn(database, turnwire_sandbox, tmp_path):
    accounts = {"osvi": {"max_in_flight": 5}}
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts=accounts) as kit:
        kit.crowd("osvi", 1, prefix="first")
        kit.settle()
        revoked = kit.sandbox.add_rule("status_before", match={"provider": "osvi"}, times=0, status=401)
        kit.crowd("osvi", 40)
        kit.until(lambda: kit.account("osvi").reason == "credentials")
        for _ in range(3):
            kit.engine.run_slice(0.5)

        assert kit.statuses() == {"answered": 1, "queued": 40}
        assert kit.account("osvi").closed_until == FOREVER
        refused = [line for line in kit.sandbox.received() if line["http_status"] == 401]
        assert len(refused) <= 5
        assert kit.rows(tables.trouble) == []

        # One call goes out after a resume, until one succeeds.
        actions.resume_account(kit.database, "osvi", actor="ann")
        kit.until(lambda: kit.account("osvi").reason == "credentials")
        again = [line for line in kit.sandbox.received() if line["http_status"] == 401]
        assert len(again) == len(refused) + 1

        kit.sandbox.remove_rule(revoked.id)
        actions.resume_account(kit.database, "osvi", actor="ann")
        kit.settle()
        assert kit.statuses() == {"answered": 41}
        assert {turn.tries for turn in kit.turns()} == {1}


def test_failures_in_a_row_close_an_account_and_one_probe_opens_it(database, turnwire_sandbox, tmp_path):
    accounts = {"osvi": {"max_in_flight": 20}}
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts=accounts) as kit:
        kit.crowd("osvi", 1, prefix="first")
        kit.settle()
        broken = kit.sandbox.add_rule("status_before", match={"call": "open"}, times=0, status=500)
        kit.crowd("osvi", 60)
        gate = kit.until(
            lambda: kit.account("osvi"), lambda row: row.reason == "failing" and row.closed_until is not None
        )
        assert gate.level == 1, "calls that were in flight when it closed do not make it worse"
        before = len(kit.calls("open"))
        assert before <= 1 + 20 + 1

        kit.until(lambda: kit.account("osvi"), lambda row: row.level == 2)
        assert len(kit.calls("open")) == before + 1, "the probe was one call"

        kit.sandbox.remove_rule(broken.id)
        kit.settle()
        assert kit.statuses() == {"answered": 61}
        assert (kit.account("osvi").ramp, kit.account("osvi").level) == (None, 0)


def test_a_paused_account_sends_nothing_and_leaves_the_others_alone(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        actions.pause_account(kit.database, "osvi", actor="ann")
        kit.crowd("osvi", 5)
        kit.crowd("synthflow", 5, prefix="S")
        kit.until(kit.statuses, lambda statuses: statuses.get("answered") == 5)
        assert {line["provider"] for line in kit.sandbox.received()} == {"synthflow"}
        actions.resume_account(kit.database, "osvi", actor="ann")
        kit.settle()
        assert kit.statuses() == {"answered": 10}


def test_an_account_that_cannot_be_connected_leaves_the_others_alone(database, turnwire_sandbox, tmp_path):
    accounts = {"osvi": {"token": "env:NOT_SET"}}
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts=accounts) as kit:
        kit.crowd("osvi", 3)
        kit.crowd("synthflow", 3, prefix="S")
        kit.until(kit.statuses, lambda statuses: statuses.get("answered") == 3)
        assert kit.account("osvi").reason == "credentials"
        assert "NOT_SET" in kit.account("osvi").detail
        assert kit.statuses()["queued"] == 3


@pytest.mark.parametrize("engines", [1, 2])
def test_no_more_calls_are_in_flight_than_the_account_bears(database, turnwire_sandbox, tmp_path, engines):
    if engines == 2 and database.startswith("sqlite"):
        pytest.skip("SQLite serves one worker process")
    accounts = {"osvi": {"max_in_flight": 6}}
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts=accounts) as kit:
        kit.sandbox.update_settings(latency_s=0.03)
        kit.crowd("osvi", 30, 2)
        if engines == 2:
            with kit.second() as other, other.working():
                kit.settle()
        kit.settle()
        assert kit.statuses() == {"answered": 60}
        assert 4 <= kit.sandbox.summary()["max_in_flight"] <= 6
        assert in_order(kit.processed())


def test_who_comes_later_gets_its_share_of_an_account(postgres_database, turnwire_sandbox, tmp_path):
    accounts = {"osvi": {"max_in_flight": 4}}
    with EngineKit(postgres_database, turnwire_sandbox, tmp_path, accounts=accounts) as kit, kit.second() as other:
        kit.sandbox.update_settings(latency_s=0.1)
        kit.crowd("osvi", 120)
        with kit.working():
            kit.until_true(kit.calls)
            assert other.until(lambda: [row for row in kit.rows(tables.grants) if row.slots == 2])


def test_an_account_alone_may_use_more_than_its_share_of_the_process(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path, worker={"in_flight": 24}) as kit:
        for route in ("osvi", "legacy", "synthflow"):  # their lanes exist from now on
            kit.crowd(route, 1, prefix=route)
        kit.settle()
        kit.sandbox.update_settings(latency_s=0.3)
        kit.crowd("osvi", 30)
        kit.settle()
        assert 16 <= kit.sandbox.summary()["max_in_flight"] <= 24


def test_a_message_just_after_a_share_was_given_back_goes_at_once(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.crowd("osvi", 1)
        kit.settle()
        kit.until_true(lambda: not kit.rows(tables.grants))
        kit.crowd("osvi", 1, prefix="late")
        # A slice ends when it finds nothing that it may send: it has to ask for a new share before.
        assert not kit.engine.run_slice(30)
        assert kit.statuses() == {"answered": 2}


def test_the_budget_of_a_day_is_refused_before_the_call(database, turnwire_sandbox, tmp_path):
    accounts = {"osvi": {"daily_turns": 7}}
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts=accounts) as kit:
        kit.crowd("osvi", 4, 3)
        kit.until(kit.statuses, lambda statuses: statuses.get("answered") == 7)
        for _ in range(3):
            kit.engine.run_slice(0.5)
        assert kit.statuses() == {"answered": 7, "queued": 5}
        assert len(kit.processed()) == 7
        kit.until_true(lambda: kit.account("osvi").spent == 7)
        assert {row.claims for row in kit.rows(tables.schedule)} == {0}

        # The next day it goes on.
        kit.change(tables.accounts, tables.accounts.c.name == "osvi", day=kit.account("osvi").day - 1)
        kit.settle()
        assert kit.statuses() == {"answered": 12}
        kit.until_true(lambda: kit.account("osvi").spent == 5)


def test_two_engines_share_one_budget(postgres_database, turnwire_sandbox, tmp_path):
    accounts = {"osvi": {"daily_turns": 20}}
    with EngineKit(postgres_database, turnwire_sandbox, tmp_path, accounts=accounts) as kit, kit.second() as other:
        kit.sandbox.update_settings(latency_s=0.01)
        kit.crowd("osvi", 20, 3)
        with other.working():
            kit.until(kit.statuses, lambda statuses: statuses.get("answered") == 20)
        kit.engine.run_slice(0.5)
        assert kit.statuses() == {"answered": 20, "queued": 40}
        assert len(kit.processed()) == 20


def test_calls_keep_the_rate_in_every_window(database, turnwire_sandbox, tmp_path):
    rate = 20
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts={"osvi": {"rate": f"{rate}/s"}}) as kit:
        kit.crowd("osvi", 35)
        kit.settle()
        assert kit.statuses() == {"answered": 35}
        times = sorted(datetime.fromisoformat(line["at"]).timestamp() for line in kit.sandbox.received())
        assert len(times) == 70
        slack = 8  # calls that left in time and arrived late
        for first in range(len(times)):
            for last in range(first, len(times)):
                allowed = rate * (times[last] - times[first]) + rate + slack
                assert last - first + 1 <= allowed


def test_a_slow_rate_quarantines_nobody(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path, accounts={"osvi": {"rate": "5/s"}}) as kit:
        kit.crowd("osvi", 1, 8)
        kit.settle()
        assert kit.statuses() == {"answered": 8}
