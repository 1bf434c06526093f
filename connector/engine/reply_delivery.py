"""The way back: claim replies that are due, deliver them, record what came of it. One step for the engine's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from connector.errors import TurnwireError
from connector.policy.replies import after_delivery
from connector.storage.queries import turn_history, turn_json_many
from connector.storage.reply.replies import ClaimedReply, RecordedDelivery
from connector.utils.batcher import Batcher
from connector.values import CallResult, Outcome, ReplyChannel, ReplyMessage, ReplyStatus
from connector.wiring import Wiring

log = structlog.get_logger(__name__)

_MOST = 50
_EVERY = 0.2


class ReplyDesk:
    """Delivers replies on the engine's loop, beside the turns and never instead of them."""

    def __init__(self, wiring: Wiring, claiming: ThreadPoolExecutor, recording: ThreadPoolExecutor) -> None:
        """``claiming`` and ``recording`` are the engine's threads."""
        self._wiring = wiring
        self._claiming = claiming
        self._channels: Mapping[str, ReplyChannel] | None = None
        self._records: Batcher[tuple[int, RecordedDelivery], None] = Batcher(self._flush, recording)
        self._looked = 0.0
        self.tasks: dict[asyncio.Task[None], int] = {}

    @property
    def busy(self) -> bool:
        """Whether a delivery is under way."""
        return bool(self.tasks)

    async def fill(self, owner: int, most: int) -> int:
        """Claim what is due and begin to deliver it; returns how many."""
        if not self._wiring.channels or len(self.tasks) >= _MOST:
            return 0
        loop = asyncio.get_running_loop()
        if self.tasks and loop.time() - self._looked < _EVERY:
            return 0
        self._looked = loop.time()
        limit = min(most, _MOST) - len(self.tasks)
        claimed = await loop.run_in_executor(self._claiming, self._wiring.replies.claim, owner, limit)
        if not claimed:
            return 0
        bodies = await loop.run_in_executor(self._claiming, self._bodies, claimed)
        for reply in claimed:
            task = asyncio.create_task(self._deliver(owner, reply, bodies[reply.turn_id]))
            self.tasks[task] = reply.id
            task.add_done_callback(self.tasks.pop)
        return len(claimed)

    async def recover(self, owner: int) -> int:
        """Queue again what ``owner`` holds and nobody here delivers; returns how many."""
        mine = set(self.tasks.values())
        recover = self._wiring.replies.recover
        return await asyncio.get_running_loop().run_in_executor(self._claiming, recover, owner, mine)

    def _bodies(self, claimed: Sequence[ClaimedReply]) -> dict[int, dict[str, Any]]:
        wiring = self._wiring
        ids = sorted({reply.turn_id for reply in claimed})
        # A webhook's body is short; who asked for a callback gets the whole turn.
        whole = sorted({reply.turn_id for reply in claimed if reply.channel == "celery"})
        with wiring.database.reading() as connection:
            found = turn_json_many(connection, ids, providers=wiring.providers_by_account, limits=wiring.limits)
            return found | {turn_id: found[turn_id] | turn_history(connection, turn_id) for turn_id in whole}

    async def _deliver(self, owner: int, reply: ClaimedReply, turn: dict[str, Any]) -> None:
        result = await self._try(reply, turn)
        wiring = self._wiring
        verdict = after_delivery(result, delays=reply.delays, jitter=wiring.jitter, waits=wiring.reply_waits)
        done = RecordedDelivery(
            reply_id=reply.id, number=reply.attempt, channel=reply.channel, result=result, verdict=verdict
        )
        arrived = verdict.status is ReplyStatus.DELIVERED
        log.info("reply.delivered" if arrived else "reply.not_delivered", reply=reply.id)
        try:
            await self._records.add((owner, done))
        except TurnwireError as error:  # it is found again among what nobody here delivers
            log.warning("reply.not_recorded", reply=reply.id, error=str(error))

    async def _try(self, reply: ClaimedReply, turn: dict[str, Any]) -> CallResult:
        try:
            if self._channels is None:
                self._channels = self._wiring.reply_channels()
            channel = self._channels.get(reply.channel)
            if channel is None:
                return CallResult(outcome=Outcome.NOT_SENT, error=f"no {reply.channel} channel is configured")
            return await channel.deliver(
                ReplyMessage(
                    id=str(reply.id),
                    marker=reply.marker,
                    channel=reply.channel,
                    attempt=reply.attempt,
                    target=reply.callback,
                    turn=as_it_was(turn, reply),
                )
            )
        except TurnwireError as error:
            return CallResult(outcome=Outcome.NOT_SENT, error=str(error))
        except Exception as error:  # noqa: BLE001 - a channel's bug must not stop the loop
            log.warning("reply.raised", reply=reply.id, error=type(error).__name__)
            return CallResult(outcome=Outcome.LOST, error=f"the channel raised {type(error).__name__}")

    def _flush(self, group: Sequence[tuple[int, RecordedDelivery]]) -> list[None]:
        for owner in {owner for owner, _ in group}:
            for name in self._wiring.replies.record(owner, [done for whose, done in group if whose == owner]):
                log.error("endpoint.disabled", endpoint=name, enable=f"turnwire replies enable {name}")
        return [None] * len(group)

    async def aclose(self) -> None:
        """Close the channels."""
        for channel in (self._channels or {}).values():
            await channel.aclose()


def as_it_was(turn: dict[str, Any], reply: ClaimedReply) -> dict[str, Any]:
    """The turn as it stood at the entry this reply tells of; it may have moved on since."""
    if turn["revision"] == reply.turn_revision:
        return turn
    told = {**turn, "status": str(reply.turn_status), "revision": reply.turn_revision, "reason": reply.turn_reason}
    if told["status"] != "answered":
        told |= {"answer": None, "settled_by": None}
    return told
