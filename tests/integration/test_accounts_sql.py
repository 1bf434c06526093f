"""Accounts in rows: gates, grants, rate and budget shared by workers, and what a dead one gives back."""

from __future__ import annotations

import threading

import pytest

from connector.errors import LeaseLost
from connector.policy.gate import CallReport
from connector.storage import tables
from connector.storage.core.statements import FOREVER
from connector.storage.send import routes
from connector.storage.send.accounts import Usage
from connector.values import Outcome
from tests.kit import actions
from tests.kit.storage import ANSWERED, StorageKit


def ask(store: StorageKit, worker: int, wanted: int = 100, **usage: int):
    return store.accounts.refill(worker, "osvi", Usage(**{"in_flight": 0, "wanted": wanted, **usage}))


@pytest.fixture
def small(store):
    return StorageKit(store.database, max_in_flight=10)


def test_one_worker_alone_gets_the_whole_account(small):
    assert ask(small, small.worker()).grant.slots == 10
    assert ask(small, small.worker(), wanted=4).grant.slots == 0, "the first one holds them until its next refill"


def test_workers_that_ask_get_their_share_as_soon_as_the_others_make_room(small):
    first, second = small.worker(), small.worker()
    ask(small, first)
    assert ask(small, second).grant.slots == 0
    assert ask(small, first, in_flight=8).grant.slots == 5, "nothing new above its share"
    assert [row.slots for row in small.rows(tables.grants) if row.worker_id == first] == [8], "what is in flight stays"
    assert ask(small, second).grant.slots == 2
    assert ask(small, first, in_flight=5).grant.slots == 5
    assert ask(small, second).grant.slots == 5
    third = small.worker()
    ask(small, third)
    assert [ask(small, worker).grant.slots for worker in (first, second, third)] == [3, 3, 3]


def test_slots_come_free_with_a_refill_a_leave_and_a_death(small):
    first, second = small.worker(), small.worker()
    ask(small, first)
    assert ask(small, first, wanted=0).grant.slots == 0
    assert small.rows(tables.grants) == []
    assert ask(small, second).grant.slots == 10
    small.die(second)
    assert small.rows(tables.grants) == []
    assert ask(small, first).grant.slots == 10


def test_a_worker_whose_lease_is_over_holds_nothing_even_before_the_sweep(small):
    first, second = small.worker(), small.worker()
    ask(small, first)
    small.change(tables.workers, tables.workers.c.id == first, expires_at=0)
    assert ask(small, second).grant.slots == 10


def test_the_dead_get_nothing(small):
    worker = small.worker()
    small.die(worker)
    with pytest.raises(LeaseLost):
        ask(small, worker)
    assert small.rows(tables.grants) == []


def budgeted(store: StorageKit, turns: int) -> StorageKit:
    return StorageKit(store.database, daily_turns=turns, max_in_flight=2)


def spent(store: StorageKit) -> int:
    return int(store.rows(tables.accounts, tables.accounts.c.name == "osvi")[0].spent)


def test_the_budget_is_reserved_spent_by_marks_and_given_back(store):
    kit = budgeted(store, 20)
    worker = kit.worker()
    kit.receive("T-1", "one", "two", "three")
    assert ask(kit, worker).grant.turns == 8
    assert spent(kit) == 8
    kit.send(worker, ANSWERED)
    kit.send(worker, ANSWERED)
    assert kit.rows(tables.grants)[0].turns == 6
    assert ask(kit, worker).grant.turns == 8
    assert spent(kit) == 10
    ask(kit, worker, wanted=0)
    assert spent(kit) == 2


def test_a_dead_workers_reservation_goes_back_but_for_what_it_sent(store):
    kit = budgeted(store, 20)
    worker, other = kit.worker(), kit.worker()
    kit.receive("T-1", "one")
    kit.receive("T-2", "one")
    ask(kit, worker)
    for claimed in kit.claim(worker):
        kit.mark(claimed)
    kit.die(worker)
    assert spent(kit) == 2
    assert ask(kit, other).grant.turns == 8
    assert spent(kit) == 10


def test_yesterdays_reservation_is_not_given_back_today(store):
    kit = budgeted(store, 20)
    worker, other = kit.worker(), kit.worker()
    ask(kit, worker)
    kit.change(tables.grants, at=kit.now() - 86_400_000)
    kit.die(worker)
    assert spent(kit) == 8, "what today's are"
    kit.change(tables.accounts, day=tables.accounts.c.day - 1)
    assert ask(kit, other).grant.turns == 8
    assert spent(kit) == 8


def test_marks_stop_exactly_at_the_budget_whatever_a_worker_believes(store):
    kit = budgeted(store, 3)
    worker = kit.worker()
    for number in range(5):
        kit.receive(f"T-{number}", "one")
    assert ask(kit, worker).grant.turns == 3
    claimed = kit.claim(worker)
    marked = kit.marks.mark(worker, [one.turn.id for one in claimed])
    assert len(marked) == 3
    assert len(kit.rows(tables.attempts)) == 3
    assert kit.mark(claimed[4]) is None
    assert ask(kit, worker).grant.turns == 0


def test_other_accounts_have_no_part_in_a_budget(store):
    kit = budgeted(store, 1)
    kit.marks = type(kit.marks)(store.database, ["osvi"])
    worker = kit.worker()
    kit.receive("T-1", "one", route="sales")
    (claimed,) = kit.claim(worker)
    assert kit.mark(claimed) is not None


def test_the_rate_is_shared_and_unused_calls_go_back(store):
    kit = StorageKit(store.database, rate=10.0, max_in_flight=100)
    first, second = kit.worker(), kit.worker()
    lease = ask(kit, first)
    assert (lease.grant.calls, lease.rate) == (10, 10.0)
    assert ask(kit, second).grant.calls <= 1, "the first one has the second's worth"
    assert 9 <= ask(kit, first, unused_calls=10).grant.calls <= 11
    assert ask(kit, first, wanted=0, unused_calls=10).grant.calls == 0
    assert ask(kit, second).grant.calls >= 9


def report(store: StorageKit, *outcomes: Outcome, **fields: float):
    return store.accounts.report("osvi", [CallReport(outcome=outcome, **fields) for outcome in outcomes])


def test_a_gate_closes_for_everybody_and_opens_by_itself_with_one_call(small):
    first, second = small.worker(), small.worker()
    ask(small, first)
    gate = report(small, Outcome.BUSY, retry_after=30.0)
    assert gate.closed_for == 30.0
    lease = ask(small, second)
    assert (lease.grant.slots, lease.grant.calls, lease.reason, lease.troubled) == (0, None, "busy", True)
    assert 28 < lease.closed_for <= 30
    assert ask(small, first, in_flight=3).grant.slots == 3, "calls in flight finish"

    small.change(tables.accounts, closed_until=small.now() - 1)
    assert ask(small, first, wanted=0).grant.slots == 0
    lease = ask(small, second)
    assert (lease.grant.slots, lease.closed_for) == (1, None)
    assert ask(small, first).grant.slots == 0
    report(small, Outcome.ANSWERED)
    assert ask(small, second).grant.slots == 1, "a share of two, the other worker asks too"
    for _ in range(10):
        report(small, Outcome.ANSWERED)
    row = small.rows(tables.accounts, tables.accounts.c.name == "osvi")[0]
    assert (row.ramp, row.level, row.streak) == (None, 0, 0)


def test_a_refused_credential_closes_for_good_until_somebody_resumes(small):
    report(small, Outcome.CREDENTIALS)
    row = small.rows(tables.accounts, tables.accounts.c.name == "osvi")[0]
    assert (row.closed_until, row.reason) == (FOREVER, "credentials")
    assert report(small, Outcome.ANSWERED).closed_for == float("inf")
    assert report(small, Outcome.BUSY, retry_after=1.0).closed_for == float("inf")
    actions.resume_account(small.database, "osvi", actor="ann")
    assert ask(small, small.worker()).grant.slots == 1


def test_a_pause_by_a_person_is_not_opened_by_calls(small):
    actions.pause_account(small.database, "osvi", actor="ann")
    for outcome in (Outcome.ANSWERED, Outcome.BUSY, Outcome.LOST, Outcome.SERVER_ERROR):
        report(small, *[outcome] * 6)
    assert ask(small, small.worker()).reason == "operator"


def test_reports_from_many_threads_are_all_counted(postgres_store):
    store = postgres_store
    threads = [threading.Thread(target=report, args=(store, Outcome.LOST)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = store.rows(tables.accounts, tables.accounts.c.name == "osvi")[0]
    assert (row.streak, row.closed_until) == (4, None)
    assert report(store, Outcome.LOST).closed_for is not None


def test_routes_are_paused_and_agents_remembered(store):
    routes.pause_route(store.database, "support", "misconfigured", "no such agent")
    routes.pause_route(store.database, "support", "misconfigured", "still none")
    routes.prove_agent(store.database, "sales", "agent_2")
    assert routes.proven_agents(store.database) == {"sales": "agent_2"}
    rows = {row.name: row for row in store.rows(tables.routes)}
    assert (rows["support"].paused, rows["support"].detail, rows["sales"].paused) == (True, "still none", False)
