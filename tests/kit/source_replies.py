"""Answers to the source of their message, in rows: a kit whose route has such a way back, and short ways to see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.policy.replies import DeliveryDecision, SourceWay
from connector.storage import tables
from connector.storage.receive.events import Intake
from connector.storage.reply.deliveries import RecordedDelivery
from connector.storage.reply.replies import ClaimedReply, Replies
from connector.values import CallResult, ChannelCapabilities, Outcome, ReplyStatus
from tests.kit.storage import ANSWERED, CHANNELS, ROUTES, StorageKit

DRAFTS = SourceWay(
    channels={"inbox": "source:inbox", "desk": "source:desk"}, domains={"source:inbox": "shop.example"}, mode="draft"
)
PUBLIC = replace(DRAFTS, mode="public")
DELAYED = replace(PUBLIC, delay=600.0)
SILENT = replace(ANSWERED, answer=" \n\t")
AGAIN = replace(ANSWERED, answer="another answer")
LATER = DeliveryDecision(status=ReplyStatus.QUEUED, reason="busy", delay=60.0)
REPLIES = tables.replies


def kit_with(store: StorageKit, way: SourceWay, *, yielding: bool = True) -> StorageKit:
    kit = StorageKit(store.database, channels={**CHANNELS, "support": way})
    targets = {name: replace(target, drafts=yielding and name == "support") for name, target in ROUTES.items()}
    kit.intake = Intake(store.database, targets)
    can = {channel: ChannelCapabilities(replies=True) for channel in way.channels.values()}
    kit.replies = Replies(store.database, channels=can, yielding=["support"] if yielding else [])
    return kit


def wrote(kit: StorageKit, *texts: str, key: str = "T-1", **fields: Any) -> list[int]:
    return kit.receive(key, *texts, **{"source": "mail:support", "source_name": "inbox", **fields})


def answered(kit: StorageKit, *texts: str, **fields: Any) -> list[int]:
    """Each message is answered before the next one comes; the turns' ids."""
    turns = []
    for text in texts or ("one",):
        turns += wrote(kit, text, **fields)
        kit.send(kit.worker(), ANSWERED)
    return turns


def rows(kit: StorageKit) -> list[Any]:
    return kit.rows(REPLIES)


def states(kit: StorageKit) -> list[tuple[str, str | None]]:
    return [(row.status, row.reason) for row in rows(kit)]


def claim(kit: StorageKit) -> list[ClaimedReply]:
    return kit.replies.claim(kit.worker(), 50)


def deliver(kit: StorageKit, decision: DeliveryDecision | None = None) -> list[int]:
    """Deliver whatever may leave; the turns."""
    owner = kit.worker()
    claimed = kit.replies.claim(owner, 50)
    verdict = decision or DeliveryDecision(status=ReplyStatus.DELIVERED)
    outcome = Outcome.ANSWERED if decision is None else Outcome.BUSY
    done = [
        RecordedDelivery(
            reply_id=one.id, number=one.attempt, channel=one.channel, result=CallResult(outcome=outcome),
            decision=verdict,
        )
        for one in claimed
    ]  # fmt: skip
    kit.replies.record(owner, done)
    return [one.turn_id or 0 for one in claimed]


def conversation(kit: StorageKit) -> int:
    return int(kit.conversation("T-1").id)
