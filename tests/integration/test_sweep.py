"""Leases and sweeps: what a dead worker held goes back unharmed, except what it may have sent."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from connector.storage import tables
from connector.storage.monitoring.status import status
from connector.storage.send import maintenance, workers
from connector.utils import processes
from connector.values import Call
from tests.kit.storage import ANSWERED, HELD, LOOK_AGAIN


def test_a_dead_workers_claims_go_back_and_its_sends_become_unknown(store):
    for key in ("claimed", "sent", "opening"):
        store.receive(key, "one", "two")
    owner = store.worker()
    by_key = {claimed.key: claimed for claimed in store.claim(owner)}
    store.mark(by_key["sent"])
    store.marks.begin(owner, [(by_key["opening"].turn.id, Call.OPEN)])

    swept = store.die(owner)
    sent = by_key["sent"].turn.id
    assert (swept.workers, swept.unknown, swept.released) == (1, (sent,), 2)
    turn = store.turn(sent)
    assert (turn.status, turn.reason, turn.revision) == ("unknown", "worker_lost", 3)
    assert store.trouble() == [(sent, "unknown")]
    assert store.told() == [(sent, "unknown", 3)]
    assert [(row.call, row.outcome, row.error) for row in store.rows(tables.attempts)] == [
        ("send", "lost", workers.LOST),
        ("open", "lost", workers.LOST),
    ]
    assert store.conversation("opening").opening, "the next one looks before it opens again"
    for key in by_key:
        place = store.place(key)
        assert place.owner is None
        assert place.ready_at <= store.now()
    assert store.turn(by_key["claimed"].turn.id).status == "queued"
    assert store.die(owner).workers == 0, "a dead incarnation is swept once"


def test_a_live_worker_is_left_alone_and_a_renewed_one_stays_alive(store):
    store.receive("T-1", "one")
    owner = store.worker(lease=60.0)
    store.claim(owner)
    assert workers.sweep(store.database).workers == 0
    store.change(tables.workers, expires_at=0)
    assert workers.renew(store.database, owner, 60.0, claimed=True)
    assert workers.sweep(store.database).workers == 0
    assert store.place("T-1").owner == owner
    assert store.rows(tables.workers)[0].claimed_at is not None


def test_a_worker_whose_process_has_visibly_ended_is_not_waited_for(store):
    store.receive("T-1", "one")
    me = processes.current()
    if me is None:
        pytest.skip("processes cannot be seen here: there is no /proc")
    owner = store.worker(lease=3600.0)
    store.claim(owner)
    (row,) = store.rows(tables.workers)
    assert (row.place, row.pid, row.process_started) == (me.place, me.pid, me.started)
    assert workers.sweep(store.database).workers == 0, "it is there"

    store.change(tables.workers, process_started=me.started - 1)  # it was another, of the same number
    assert [worker.state for worker in told_workers(store)] == ["dead"]
    swept = workers.sweep(store.database)
    assert (swept.workers, swept.released) == (1, 1)
    assert store.place("T-1").owner is None
    assert told_workers(store) == []


def test_a_worker_elsewhere_is_waited_for_until_its_lease_is_over(store):
    owner = store.worker(lease=3600.0)
    store.change(tables.workers, place="another machine", pid=1, process_started=1)
    assert workers.sweep(store.database).workers == 0
    assert [worker.state for worker in told_workers(store)] == ["alive"]
    assert store.die(owner).workers == 1


def told_workers(store):
    return [SimpleNamespace(**worker) for worker in status(store.database)["workers"]]


def test_a_dead_incarnation_never_comes_back(store):
    owner = store.worker()
    store.die(owner)
    assert not workers.renew(store.database, owner, 60.0, claimed=False)


def test_an_orderly_leave_gives_everything_back_at_once_and_tells_of_doubts(store):
    store.receive("T-1", "one")
    owner = store.worker()
    (claimed,) = store.claim(owner)
    store.mark(claimed)
    workers.leave(store.database, owner, store.channels)
    assert store.turn(claimed.turn.id).status == "unknown"
    assert store.told() == [(claimed.turn.id, "unknown", 3)]
    (worker,) = store.rows(tables.workers)
    assert (worker.dead, worker.stopping) == (True, True)


def test_a_held_conversation_stays_held_when_its_worker_dies(store):
    store.receive("T-1", "one")
    owner = store.worker()
    (claimed,) = store.claim(owner)
    store.mark(claimed)
    store.change(tables.schedule, held="handed_off")
    store.die(owner)
    place = store.place("T-1")
    assert (place.held, place.ready_at, place.owner) == ("handed_off", None, None)


def test_what_a_living_worker_has_forgotten_is_let_go_and_what_it_works_on_is_not(store):
    for key in ("working", "forgotten", "broken"):
        store.receive(key, "one")
    owner = store.worker()
    by_key = {claimed.key: claimed for claimed in store.claim(owner)}
    store.mark(by_key["working"])
    store.mark(by_key["broken"])
    mine = [by_key["working"].conversation_id]
    unknown, back = workers.recover(store.database, owner, mine, store.channels)
    assert (unknown, back) == ([by_key["broken"].turn.id], 1)
    assert workers.recover(store.database, owner, mine, store.channels) == ([], 0)
    assert store.place("working").owner == owner
    assert store.turn(by_key["working"].turn.id).status == "sending"
    assert [claimed.key for claimed in store.claim(store.worker())] == ["forgotten", "broken"]
    assert store.trouble() == [(by_key["broken"].turn.id, "unknown")]


def test_each_routes_patience_decides_when_a_person_takes_over(store):
    for key, route in (("soon", "support"), ("late", "sales"), ("fresh", "support")):
        store.receive(key, "one", "two", route=route)
    owner = store.worker()
    store.send(owner, HELD)
    ago = store.now() - 10_000
    old = [store.conversation(key).id for key in ("soon", "late")]
    store.change(tables.trouble, tables.trouble.c.conversation_id.in_(old), since=ago)

    patience = {"support": 5.0, "sales": 3600.0}
    handed_off = maintenance.hand_off_unknown(store.database, patience, limit=1)
    assert handed_off == [store.conversation("soon").id]
    assert maintenance.hand_off_unknown(store.database, patience, limit=1) == []
    row, place = store.conversation("soon"), store.place("soon")
    assert (row.status, row.reason, place.held, place.ready_at) == ("handed_off", "unknown_outcome", "handed_off", None)
    assert [store.conversation(key).status for key in ("late", "fresh")] == ["open", "open"]
    assert len(store.trouble()) == 3, "the doubt itself stays"


def test_a_failed_turn_hands_nothing_off(store):
    store.receive("T-1", "one")
    store.send(store.worker(), LOOK_AGAIN)
    store.change(tables.trouble, kind="failed", since=0)
    assert maintenance.hand_off_unknown(store.database, {"support": 1.0}) == []


@pytest.mark.parametrize("blocked", ["route", "lane", "account", "later", "claimed", "nothing"])
def test_the_tick_rings_only_for_what_can_go(store, blocked):
    store.receive("T-1", "one")
    if blocked == "route":
        store.database.write(
            lambda c: c.execute(tables.routes.insert().values(name="support", paused=True, changed_at=0))
        )
    elif blocked == "lane":
        store.change(tables.lanes, paused=True)
    elif blocked == "account":
        store.change(tables.accounts, closed_until=store.now() + 60_000)
    elif blocked == "later":
        store.change(tables.schedule, ready_at=store.now() + 60_000)
    elif blocked == "claimed":
        store.claim(store.worker())
    assert maintenance.anything_ready(store.database) == (blocked == "nothing")


def test_a_reply_rings_when_it_is_due(store):
    store.receive("T-1", "one")
    assert not maintenance.any_reply_due(store.database)
    store.send(store.worker(), ANSWERED)
    assert maintenance.any_reply_due(store.database)
    store.change(tables.replies, ready_at=store.now() + 60_000)
    assert not maintenance.any_reply_due(store.database)
