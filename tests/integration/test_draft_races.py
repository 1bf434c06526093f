"""Drafts at once: whoever decides, writes, takes over or claims in the same moment, a draft ends one way."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from connector.policy.replies import SourceWay
from connector.storage import tables
from connector.storage.receive.events import Intake
from connector.storage.reply.replies import Replies
from connector.storage.send.outcomes import Records
from connector.values import ChannelCapabilities
from tests.integration.test_races import Joined, meet
from tests.kit import actions
from tests.kit.source_replies import deliver
from tests.kit.storage import ANSWERED, FAILED, ROUTES, StorageKit, emptied

WAY = SourceWay(channels={"inbox": "source:inbox"}, mode="draft", domains={"source:inbox": "shop.example"})
CAN = {"source:inbox": ChannelCapabilities(replies=True)}
CHANNELS: Any = {"support": WAY}
TARGETS = {name: replace(target, drafts=True) for name, target in ROUTES.items()}


def kit_of(kit: StorageKit, database: Any) -> StorageKit:
    mine = StorageKit.__new__(StorageKit)
    mine.__dict__.update(kit.__dict__)
    mine.channels, mine.intake = CHANNELS, Intake(database, TARGETS)
    mine.records = Records(database, CHANNELS)
    mine.replies = Replies(database, channels=CAN, yielding=["support"])
    return mine


class Scene:
    """A draft, approved or not; perhaps a second message on its way to the provider."""

    def __init__(self, kit: StorageKit, *, approved: bool, second: bool) -> None:
        mine = {"source": "mail:support", "source_name": "inbox"}
        (self.first,) = kit.receive("T-1", "one", **mine)
        kit.send(kit.worker(), ANSWERED)
        self.owner, self.other = kit.worker(), kit.worker()
        if second:
            kit.receive("T-1", "two", **mine)
            (claimed,) = kit.claim(self.owner)
            kit.mark(claimed)
            self.answered, self.failed = kit.settled(claimed, ANSWERED), kit.settled(claimed, FAILED)
        self.conversation = kit.conversation("T-1").id
        (row,) = kit.rows(tables.replies)
        self.reply = row.id
        if approved:
            actions.approve_reply(kit.database, row.id, actor="ann", anyway=second)


def approve(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.approve_reply(database, scene.reply, actor="ann")


def insist(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.approve_reply(database, scene.reply, actor="eve", anyway=True)


def reject(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.reject_reply(database, scene.reply, actor="bob")


def write(kit: StorageKit, database: Any, scene: Any) -> object:
    mine = {"source": "mail:support", "source_name": "inbox", "id": f"again-{id(database)}"}
    return kit_of(kit, database).receive("T-1", "again", **mine)


def hand_off(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.hand_off_conversation(database, scene.conversation, actor="ann")


def close(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.close_conversation(database, scene.conversation, actor="ann", channels=CHANNELS)


def leave(kit: StorageKit, database: Any, scene: Any) -> object:
    return kit_of(kit, database).replies.claim(scene.other, 10)


def answer(kit: StorageKit, database: Any, scene: Any) -> object:
    Records(database, CHANNELS).record([scene.answered])
    return None


def fail(kit: StorageKit, database: Any, scene: Any) -> object:
    Records(database, CHANNELS).record([scene.failed])
    return None


def check(kit: StorageKit, scene: Any, names: set[str]) -> None:
    """Whatever may leave has left; then what became of the first answer has one reason."""
    for owner in (scene.owner, scene.other):
        kit.change(tables.workers, tables.workers.c.id == owner, expires_at=0)
    kit.die(scene.other)
    while deliver(kit):
        pass
    rows = kit.rows(tables.replies)
    assert len({row.turn_id for row in rows}) == len(rows), "a turn is answered once"
    row = next(row for row in rows if row.turn_id == scene.first)
    assert row.status in {"draft", "delivered", "cancelled", "unknown"}
    if row.status in {"delivered", "unknown"}:
        assert row.approved_by, "nothing leaves that nobody approved"
    if row.status == "draft":
        assert names.isdisjoint({"write", "hand_off", "close"}), "what overtakes a draft stops it"
    if "insist" in names and "reject" not in names:
        assert row.status in {"delivered", "unknown"}, "whoever insists is obeyed"


PAIRS = [
    (approve, reject, False, False), (approve, write, False, False), (approve, hand_off, False, False),
    (approve, close, False, False), (insist, write, False, False), (insist, hand_off, False, False),
    (reject, write, False, False), (leave, write, True, False), (leave, hand_off, True, False),
    (approve, fail, False, True), (approve, answer, False, True), (reject, fail, False, True),
    (leave, answer, True, True), (leave, fail, True, True), (write, hand_off, False, False),
]  # fmt: skip


@pytest.mark.parametrize("swapped", [False, True], ids=["first", "second"])
@pytest.mark.parametrize(
    ("one", "two", "approved", "second"), PAIRS, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_a_draft_ends_one_way(postgres_store, one, two, approved, second, swapped):
    kit = kit_of(postgres_store, postgres_store.database)
    joined: Any = Joined(kit.database)
    with joined.transaction():
        setting = kit_of(StorageKit(joined), joined)
    early, late = (two, one) if swapped else (one, two)
    for at in count(1):
        with joined.transaction():
            emptied(joined)
            setting.accounts.ensure(["osvi", "synthflow"])
            scene: Any = Scene(setting, approved=approved, second=second)
        if not meet(kit, scene, early, late, at):
            break
        check(kit, scene, {one.__name__, two.__name__})
    assert at > 1
