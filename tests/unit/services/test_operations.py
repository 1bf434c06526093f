"""An operator's action is bound to what its route owes, rings once after its commit, and says what was changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.errors import WrongState
from connector.services.operations import Operations
from connector.settings import load
from connector.storage import tables
from connector.storage.actions import ReplayFilter
from connector.storage.core.database import Database
from connector.storage.queries.filters import TurnFilter
from connector.values import Change, ReplyStatus
from connector.wiring import Wiring
from tests.kit.cli_site import CONFIGURATION
from tests.kit.storage_fixtures import Store


class Bell:
    """A publisher that counts, and looks at what is committed when it is rung."""

    def __init__(self, seen=lambda: None):
        self.seen = seen
        self.heard = []

    def ring(self):
        self.heard.append(self.seen())

    def call(self, task, args, queue, message_id):
        raise AssertionError("operators deliver nothing")


@pytest.fixture
def store(database):
    found = Database(database)
    yield Store(found)
    found.dispose()


@pytest.fixture
def bell():
    return Bell()


@pytest.fixture
def operations(database, bell, tmp_path):
    plain = database.replace("postgresql+psycopg://", "postgresql://")
    (tmp_path / "turnwire.toml").write_text(CONFIGURATION.format(database=plain), encoding="utf-8")
    wiring = Wiring(settings=load(tmp_path / "turnwire.toml"), publisher=bell)
    yield Operations(wiring=wiring)
    wiring.database.dispose()


def test_a_cancelled_turn_is_told_by_the_routes_own_way_back(store, operations, bell):
    conversation, (turn,) = store.conversation("T-1", ["queued"])
    bell.seen = lambda: store.turn(turn).status

    made = operations.cancel_turn(turn, actor="ann")

    detail = {"conversation_id": conversation, "revision": 4}
    assert made == Change(noun="turn", id=turn, before="queued", after="cancelled", detail=detail)
    assert [(row.turn_id, row.channel) for row in store.rows(tables.replies)] == [(turn, "webhook")]
    assert bell.heard == ["cancelled"], "rung once, after the commit"


def test_a_hand_off_is_told_to_the_routes_own_webhook_and_so_is_its_end(store, operations, bell):
    conversation, (turn,) = store.conversation("T-1", ["queued"])

    operations.hand_off(conversation, "angry", actor="ann")
    made = operations.resume(conversation, actor="ann")

    assert (made.noun, made.id, made.before, made.after) == ("conversation", conversation, "handed_off", "open")
    assert made.detail == {"cancelled": (turn,)}
    told = [(row.kind, row.turn_id) for row in store.rows(tables.replies)]
    assert sorted(told, key=str) == [("hand_off", None), ("hand_off", None), ("turn", turn)]
    assert len(bell.heard) == 2


def test_a_conversation_is_closed_with_all_that_its_route_owes(store, operations):
    conversation, (turn,) = store.conversation("T-1", ["queued"])

    made = operations.close(conversation, actor="ann")

    assert made.detail == {"cancelled": (turn,)}
    told = [(row.kind, row.turn_id) for row in store.rows(tables.replies)]
    assert sorted(told, key=str) == [("hand_off", None), ("turn", turn)]


def test_what_is_refused_rings_nobody(store, operations, bell):
    _, (turn,) = store.conversation("T-1", ["answered"])
    with pytest.raises(WrongState):
        operations.retry_turn(turn, actor="ann")
    assert bell.heard == []


def test_many_turns_ring_once_and_none_ring_nobody(store, operations, bell):
    ids = [store.conversation(f"T-{number}", ["unknown"], held="unknown")[1][0] for number in range(3)]

    dry = operations.resolve_turns(TurnFilter(), "failed", actor="ann", dry_run=True)
    assert (dry.detail["matched"], dry.detail["changed"], bell.heard) == (tuple(ids), (), [])

    made = operations.resolve_turns(TurnFilter(), "failed", actor="ann")
    assert (made.noun, made.id, made.before, made.after) == ("turns", None, "unknown", "failed")
    assert made.detail == {"dry_run": False, "matched": tuple(ids), "changed": tuple(ids), "skipped": ()}
    assert {row.turn_id for row in store.rows(tables.replies)} == set(ids)
    assert len(bell.heard) == 1

    operations.cancel_turns(TurnFilter(), actor="ann")
    assert len(bell.heard) == 1


def test_gates_say_how_they_stood_and_only_opening_one_rings(store, operations, bell):
    paused = operations.pause_account("osvi", actor="ann")
    assert paused == Change(noun="account", id="osvi", before="open", after="closed", detail={"reason": None})
    assert operations.pause_route("support", actor="ann").after == "paused"
    assert operations.disable_endpoint("webhook", actor="ann").after == "disabled"
    assert bell.heard == []

    assert operations.stop_route("support", actor="ann").before == "paused"
    opened = operations.resume_route("support", actor="ann")
    assert (opened.before, opened.after, opened.detail) == ("stopped", "open", {"reason": "stopped"})
    assert operations.resume_account("osvi", actor="ann").detail == {"reason": "operator"}
    assert operations.enable_endpoint("webhook", actor="ann").detail == {"released": 0}
    assert len(bell.heard) == 4


def test_a_replay_broken_off_has_rung_for_what_it_queued(store, operations, bell):
    conversation, (turn,) = store.conversation("T-1", ["answered"])
    store.reply(turn, conversation, "failed")
    ever, later = datetime(2000, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)
    wanted = ReplayFilter(since=ever, until=later, statuses=(ReplyStatus.FAILED,))
    assert operations.count_replay(wanted) == {"failed": 1}

    def interrupted(queued):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.replay(wanted, actor="ann", told=interrupted)

    assert [row.status for row in store.rows(tables.replies)] == ["queued"]
    assert len(bell.heard) == 1
