"""The tick against the customer, a person, an operator and other ticks: a follow-up has one end, whoever is first."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from connector.errors import Overtaken, WrongState
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.receive.due_followups import Promotion
from connector.storage.receive.events import Intake
from connector.values import EventStatus, Followup
from tests.integration.conftest import opened
from tests.integration.test_followups import fall_due, schedule
from tests.integration.test_races import Joined, deadlocks, meet
from tests.kit import actions
from tests.kit.storage import CHANNELS, ROUTES, StorageKit, emptied

PATIENCE = 60.0
followups = tables.followups


class Scene:
    """A follow-up that is due, in a conversation with a waiting turn, and one in a conversation that is not there."""

    def __init__(self, kit: StorageKit) -> None:
        self.first, self.second = kit.receive("T-1", "one", "two")
        self.conversation = kit.conversation("T-1").id
        (self.mine,) = schedule(kit, "T-1")
        (self.elsewhere,) = schedule(kit, "T-2")
        kit.change(tables.events, tables.events.c.id.in_([self.mine, self.elsewhere]), priority=4)
        fall_due(kit)


def promoter(database: Any) -> Promotion:
    return Promotion(database, Intake(database, ROUTES))


def promote(kit: StorageKit, database: Any, scene: Scene) -> object:
    return promoter(database).promote_due()


def through(kit: StorageKit, database: Any) -> StorageKit:
    """The kit, handing in over another database's connections."""
    mine = StorageKit.__new__(StorageKit)
    mine.__dict__.update(kit.__dict__, intake=Intake(database, ROUTES))
    return mine


def write(kit: StorageKit, database: Any, scene: Scene) -> object:
    mine = through(kit, database)
    keys = ("T-1", "T-2")
    return mine.store([kit.event(key, "the customer", source=f"door-{id(database)}") for key in keys])


def hand_off(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.hand_off_conversation(database, scene.conversation, actor="ann")


def close(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.close_conversation(database, scene.conversation, actor="ann", channels=CHANNELS)


def cancel(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.cancel_followup(database, scene.mine, actor="ann")


def cancel_turn(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.cancel_turn(database, scene.first, actor="ann", channels=CHANNELS)


def ends(kit: StorageKit) -> dict[str, str]:
    """Each follow-up's end by its conversation, once what must always hold is checked."""
    turns = kit.check()
    made = {turn.followup_id: turn for turn in turns if turn.followup_id is not None}
    taken_back = {row.subject for row in kit.rows(tables.audit) if row.subject.startswith("followup:")}
    found = {}
    for row in kit.rows(followups):
        assert row.status == "cancelled" or f"followup:{row.id}" not in taken_back, "an operator was told that it is"
        assert (row.status == "sent") == (row.id in made), "it has a turn if and only if it was sent"
        assert (row.ended_at is None) == (row.status == "scheduled")
        if row.status == "sent":
            behind = [t for t in turns if t.conversation_id == made[row.id].conversation_id]
            said = [t.position for t in behind if t.text == "the customer"]
            assert all(position > made[row.id].position for position in said), "it came first, so it stands first"
        found[row.conversation_key] = row.status
    return found


ACTS = [promote, write, hand_off, close, cancel, cancel_turn]
WITH_PROMOTE = [(promote, act) for act in ACTS] + [(act, promote) for act in ACTS[1:]] + [(write, hand_off)]


@pytest.mark.parametrize(("first", "second"), WITH_PROMOTE, ids=[f"{a.__name__}-{b.__name__}" for a, b in WITH_PROMOTE])
def test_any_two_may_meet_anywhere(postgres_store, first, second):
    kit = postgres_store
    joined: Any = Joined(kit.database)
    with joined.transaction():
        setting = StorageKit(joined)
    seen: Counter[str] = Counter()
    for at in count(1):
        with joined.transaction():
            emptied(joined)
            scene: Any = Scene(setting)
        if not meet(kit, scene, first, second, at):
            break
        found = ends(kit)
        acts = {first, second}
        if acts & {write, hand_off, close, cancel}:
            assert found["T-1"] in {"sent", "cancelled"}
        if write in acts:
            assert found["T-2"] in {"sent", "cancelled"}
        seen[found["T-1"]] += 1
        kit.promotion.promote_due()
        assert ends(kit)["T-1"] == (found["T-1"] if found["T-1"] != "scheduled" else "sent")
    assert seen, "they never met"


def in_parallel(*uses: Callable[[], object]) -> None:
    """All of them from the same moment on, each on a thread of its own; raises what one of them raised."""
    line = threading.Barrier(len(uses))

    def start(use: Callable[[], object]) -> object:
        line.wait(PATIENCE)
        return use()

    with ThreadPoolExecutor(len(uses)) as threads:
        for done in [threads.submit(start, use) for use in uses]:
            done.result(PATIENCE)


def others(url: str, number: int) -> list[Database]:
    """As many processes would have it: a pool of connections each."""
    return [opened(url) for _ in range(number)]


def test_a_message_in_the_same_moment_ends_it_one_way_or_the_other(database, store):
    """The customer of each of 20 conversations writes just as a tick finds what waits there."""
    keys = [f"T-{number}" for number in range(20)]
    schedule(store, *keys)
    fall_due(store)
    ticking, writing = others(database, 2)
    door = through(store, writing)

    def write_all() -> None:
        for key in keys:
            door.receive(key, "the customer")

    def tick() -> None:
        for _ in range(len(keys)):
            promoter(ticking).promote_due(limit=2)

    in_parallel(write_all, tick)
    found = ends(store)
    assert set(found) == set(keys)
    assert set(found.values()) <= {"sent", "cancelled"}
    assert sum(turn.text == "the customer" for turn in store.check()) == len(keys)
    for each in (ticking, writing):
        each.dispose()


def test_ticks_at_once_double_nothing(database, store):
    schedule(store, *(f"T-{number % 40}" for number in range(120)))
    fall_due(store)
    ticking = others(database, 4)
    sent: list[int] = []

    def tick(mine: Database) -> None:
        promotion = promoter(mine)
        while (done := promotion.promote_due(limit=15)).looked:
            sent.append(done.sent)

    in_parallel(*(lambda mine=mine: tick(mine) for mine in ticking))
    assert sum(sent) == 120
    turns = store.check()
    assert len(turns) == len({turn.followup_id for turn in turns}) == 120
    assert set(ends(store).values()) == {"sent"}
    for each in ticking:
        each.dispose()


def write_much(kit: StorageKit, keys: list[str], rounds: int) -> None:
    """Follow-ups that are due at once, and customers who write meanwhile."""
    chance = random.Random(1)
    later = {"status": EventStatus.SCHEDULED, "due_at": None, "followup": Followup(after=0.001)}
    for number in range(rounds):
        kit.store([kit.event(key, "later", source="plans", id=f"{number}/{key}", **later) for key in keys])
        wrote = chance.sample(keys, 3)
        kit.store([kit.event(key, "again", source="door", id=f"{number}/{key}") for key in wrote])


def interfere(store: StorageKit, mine: Database, over: threading.Event) -> None:
    """A person who takes conversations over and gives them back."""
    chance = random.Random(2)
    while not over.wait(0.002):
        one = chance.choice(store.rows(tables.conversations))
        with suppress(WrongState, Overtaken):
            if one.status == "open":
                actions.hand_off_conversation(mine, one.id, actor="ann")
            else:
                actions.resume_conversation(mine, one.id, actor="ann", answer_waiting=True)


def test_customers_persons_and_ticks_at_once(database, store):
    """A small storm: whoever takes part, each follow-up has one end, and nothing locks up."""
    keys = [f"T-{number}" for number in range(8)]
    store.store([store.event(key, "hello") for key in keys])
    hands = others(database, 4)
    over = threading.Event()

    def write() -> None:
        try:
            write_much(through(store, hands[0]), keys, 40)
        finally:
            over.set()

    def tick(mine: Database) -> None:
        while not over.wait(0.002):
            promoter(mine).promote_due(limit=20)

    in_parallel(write, lambda: interfere(store, hands[1], over), lambda: tick(hands[2]), lambda: tick(hands[3]))
    while promoter(hands[0]).promote_due().looked:
        pass
    for one in store.rows(tables.conversations, tables.conversations.c.status == "handed_off"):
        actions.resume_conversation(hands[0], one.id, actor="ann", answer_waiting=True)
    ends(store)
    rows = store.rows(followups)
    assert len(rows) == 40 * len(keys)
    assert {row.status for row in rows} <= {"sent", "cancelled", "skipped"}
    for each in hands:
        each.dispose()
    if store.database.dialect == "postgresql":
        assert deadlocks(database) == 0


_TICK = """
import sys
from tests.integration.conftest import opened
from tests.integration.test_followup_races import promoter
promoter(opened(sys.argv[1])).promote_due()
"""


@pytest.mark.parametrize(("failpoint", "before"), [("before_promoted", "scheduled"), ("after_promoted", "sent")])
def test_a_tick_that_is_killed_at_its_commit(database, store, failpoint, before):
    schedule(store, "T-1", "T-2")
    store.receive("T-3", "somebody else")
    fall_due(store)
    environ = {**os.environ, "TURNWIRE_FAILPOINTS": f"{failpoint}:kill"}
    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", _TICK, database], env=environ, cwd=root, timeout=PATIENCE, check=False
    )
    assert killed.returncode == -9
    assert set(ends(store).values()) == {before}
    store.promotion.promote_due()
    assert set(ends(store).values()) == {"sent"}
    assert sum(turn.followup_id is not None for turn in store.check()) == 2
