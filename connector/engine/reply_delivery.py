"""Delivery of replies: claims what is due, delivers it or looks for one in doubt, records the outcome."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

from connector.engine.work_pump import WorkPump
from connector.errors import TurnwireError
from connector.policy.replies import after_delivery, after_lookup
from connector.storage.queries import message_heads, turn_history, turn_json_many
from connector.storage.queries.rendering import moment
from connector.storage.reply.deliveries import RecordedDelivery
from connector.storage.reply.replies import ClaimedReply
from connector.utils import failpoints
from connector.utils.clock import boottime
from connector.utils.logs import get_logger
from connector.values import (
    CallResult,
    ChannelCapabilities,
    FindsReplies,
    Outcome,
    PostsConditionally,
    ReplyChannel,
    ReplyKind,
    ReplyLookup,
    ReplyMessage,
    ReplyStamp,
    ReplyStatus,
)
from connector.wiring import Wiring

log = get_logger(__name__)

_PLACES = 50
"""Deliveries under way at once to one way back: one that hangs takes its own places and nobody else's."""
_EVERY = 0.2
_LONGEST = 120.0
"""Seconds after which a channel that does not return is taken to have lost what it was given."""

Result = TypeVar("Result", bound=CallResult)


class ReplyDelivery:
    """Delivers replies on the engine's loop, beside the turns and never instead of them."""

    def __init__(self, wiring: Wiring, claiming: ThreadPoolExecutor, recording: ThreadPoolExecutor) -> None:
        """``claiming`` and ``recording`` are the engine's threads."""
        self._wiring = wiring
        self._claiming = claiming
        self._channels: Mapping[str, ReplyChannel] | None = None
        self._ways = wiring.ways
        self._under_way: Counter[str] = Counter()
        self.pump: WorkPump[RecordedDelivery] = WorkPump(
            most=_PLACES * (len(self._ways) + 1),
            every=_EVERY,
            claiming=claiming,
            recording=recording,
            record=self._record,
            recover=wiring.replies.recover,
        )

    async def fill(self, owner: int, most: int) -> int:
        """Claim what is due and begin to deliver it, at most ``most`` at once for each way back; returns how many."""
        room = self.pump.room() if self._ways else 0
        if not room:
            return 0
        most_of = self._wiring.reply_places
        places = {way: max(0, min(most_of.get(way, _PLACES), most) - self._under_way[way]) for way in self._ways}
        loop = asyncio.get_running_loop()
        claimed_at = boottime()
        claimed = await loop.run_in_executor(self._claiming, self._wiring.replies.claim, owner, room, places)
        if not claimed:
            return 0
        failpoints.hit("after_reply_claim")
        turns, raws = await loop.run_in_executor(self._claiming, self._turns, claimed)
        for reply in claimed:
            message = _message(reply, turns, raws)
            self._under_way[reply.channel] += 1
            self.pump.begin(reply.id, self._placed(owner, reply, message, claimed_at))
        return len(claimed)

    async def _placed(self, owner: int, reply: ClaimedReply, message: ReplyMessage, claimed_at: float) -> None:
        try:
            await self._settle(owner, reply, message, claimed_at)
        finally:
            self._under_way[reply.channel] -= 1

    def _turns(self, claimed: Sequence[ClaimedReply]) -> tuple[dict[int, dict[str, Any]], Mapping[int, bytes]]:
        """The turns that are told of, and how the messages begin whose source is answered; both by the turn's id."""
        wiring = self._wiring
        ids = sorted({reply.turn_id for reply in claimed if reply.turn_id is not None})
        # A webhook's body is short; who asked for a callback gets the whole turn.
        whole = sorted({reply.turn_id for reply in claimed if reply.channel == "celery" and reply.turn_id is not None})
        if not ids:
            return {}, {}
        answered = sorted({reply.turn_id for reply in claimed if reply.mode and reply.turn_id is not None})
        with wiring.database.reading() as connection:
            raws = message_heads(connection, answered)
            found = turn_json_many(connection, ids, providers=wiring.providers_by_account, limits=wiring.limits)
            told = {turn_id: found[turn_id] | turn_history(connection, turn_id) for turn_id in whole}
            return found | told, raws

    async def _settle(self, owner: int, reply: ClaimedReply, message: ReplyMessage, claimed_at: float) -> None:
        wiring = self._wiring
        can = wiring.channel_capabilities.get(reply.channel, ChannelCapabilities())
        if reply.look:
            looked = await self._call(reply, claimed_at, partial(_find, message=message), _lookup_failed)
            decision = after_lookup(looked, can, reply.standing, jitter=wiring.jitter, waits=wiring.reply_waits)
            result: CallResult = looked
        else:
            result, stamped = await self._deliver(owner, reply, message, can, claimed_at)
            standing = stamped.standing
            decision = after_delivery(result, can, standing, jitter=wiring.jitter, waits=wiring.reply_waits)
        failpoints.hit("after_reply")
        done = RecordedDelivery(
            reply_id=reply.id,
            number=reply.attempt,
            channel=reply.channel,
            result=result,
            decision=decision,
            look=reply.look,
        )
        _say(reply, decision.status)
        try:
            await self.pump.record(owner, done)
        except TurnwireError as error:  # it is found again among what nobody here delivers
            log.warning("reply.not_recorded", reply=reply.id, error=str(error))
        failpoints.hit("after_reply_record")

    async def _deliver(
        self, owner: int, reply: ClaimedReply, message: ReplyMessage, can: ChannelCapabilities, claimed_at: float
    ) -> tuple[CallResult, ClaimedReply]:
        """Deliver once; a conditional post gets its stamp first, stored before anything is posted."""
        if can.conditional_post and message.stamp is None:
            read = await self._call(reply, claimed_at, partial(_stamp, message=message), _stamp_failed)
            if read.outcome is not Outcome.ANSWERED:  # nothing was posted, whatever became of the reading
                return CallResult(outcome=Outcome.NOT_SENT, http_status=read.http_status, error=read.error), reply
            if not await self._keep_stamp(owner, reply, read.stamp):
                return CallResult(outcome=Outcome.NOT_SENT, error="the stamp could not be stored"), reply
            failpoints.hit("after_stamp")
            reply = _stamped(reply, read.stamp)
            message = _with_stamp(message, read.stamp)
        result = await self._call(reply, claimed_at, lambda channel: channel.deliver(message), _delivery_failed)
        return result, reply

    async def _keep_stamp(self, owner: int, reply: ClaimedReply, stamp: str) -> bool:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._claiming, self._wiring.replies.stamp, owner, reply.id, stamp)
        except TurnwireError as error:
            log.warning("reply.not_stamped", reply=reply.id, error=str(error))
            return False

    async def _call(
        self,
        reply: ClaimedReply,
        claimed_at: float,
        call: Callable[[ReplyChannel], Awaitable[Result]],
        failed: Callable[[Outcome, str], Result],
    ) -> Result:
        """One call of the channel; what it raises is an outcome, and nothing begins after the process was frozen."""
        try:
            if self._channels is None:
                self._channels = self._wiring.reply_channels()
            channel = self._channels.get(reply.channel)
        except TurnwireError as error:
            return failed(Outcome.NOT_SENT, str(error))
        if channel is None:
            return failed(Outcome.NOT_SENT, f"no {reply.channel} channel is configured")
        if boottime() - claimed_at > self._wiring.settings.worker.lease / 2:
            return failed(Outcome.NOT_SENT, "the process was frozen before the call")
        failpoints.hit("before_reply")
        try:
            async with asyncio.timeout(_LONGEST):
                return await call(channel)
        except TimeoutError:
            return failed(Outcome.LOST, "the channel did not return")
        except Exception as error:  # noqa: BLE001 - a channel's bug must not stop the loop
            log.warning("reply.raised", reply=reply.id, error=type(error).__name__)
            return failed(Outcome.LOST, f"the channel raised {type(error).__name__}")

    def _record(self, owner: int, group: Sequence[RecordedDelivery]) -> None:
        for name in self._wiring.replies.record(owner, group):
            log.error("endpoint.disabled", endpoint=name, enable=f"turnwire replies enable {name}")

    async def aclose(self) -> None:
        """Close the channels."""
        for channel in (self._channels or {}).values():
            await channel.aclose()


def _find(channel: ReplyChannel, *, message: ReplyMessage) -> Awaitable[ReplyLookup]:
    return cast("FindsReplies", channel).find(message)


def _stamp(channel: ReplyChannel, *, message: ReplyMessage) -> Awaitable[ReplyStamp]:
    return cast("PostsConditionally", channel).stamp(message)


def _delivery_failed(outcome: Outcome, error: str) -> CallResult:
    return CallResult(outcome=outcome, error=error)


def _lookup_failed(outcome: Outcome, error: str) -> ReplyLookup:
    return ReplyLookup(outcome=outcome, error=error)


def _stamp_failed(outcome: Outcome, error: str) -> ReplyStamp:
    return ReplyStamp(outcome=outcome, error=error)


def _stamped(reply: ClaimedReply, stamp: str) -> ClaimedReply:
    return replace(reply, stamp=stamp, standing=replace(reply.standing, stamped=True))


def _with_stamp(message: ReplyMessage, stamp: str) -> ReplyMessage:
    return replace(message, stamp=stamp)


def _say(reply: ClaimedReply, status: ReplyStatus) -> None:
    said = log.warning if status is ReplyStatus.UNKNOWN else log.info
    name = "reply.delivered" if status is ReplyStatus.DELIVERED else "reply.not_delivered"
    said(name, reply=reply.id, status=str(status))


def _message(reply: ClaimedReply, turns: Mapping[int, dict[str, Any]], raws: Mapping[int, bytes]) -> ReplyMessage:
    """What the channel is given: the turn, or what tells of a change of hands."""
    if reply.kind is ReplyKind.HAND_OFF:
        data = {name: value for name, value in reply.body.items() if name != "type"}
        told, type_ = data | {"at": moment(data.get("at"))}, str(reply.body.get("type"))
    else:
        assert reply.turn_id is not None  # what tells of a turn has one
        told, type_ = as_it_was(turns[reply.turn_id], reply), None
        if reply.mode is not None:  # a person may have changed it
            told |= {"answer": reply.text}
    return ReplyMessage(
        id=str(reply.id),
        marker=reply.marker,
        channel=reply.channel,
        attempt=reply.attempt,
        target=reply.callback,
        turn=told,
        type=type_,
        stamp=reply.stamp,
        mode=reply.mode,
        text=reply.text,
        edited=reply.edited,
        raw=raws.get(reply.turn_id or 0),
    )


def as_it_was(turn: dict[str, Any], reply: ClaimedReply) -> dict[str, Any]:
    """The turn as it stood at the entry this reply tells of; it may have moved on since."""
    if turn["revision"] == reply.turn_revision:
        return turn
    told = {**turn, "status": str(reply.turn_status), "revision": reply.turn_revision, "reason": reply.turn_reason}
    if told["status"] != "answered":
        told |= {"answer": None, "settled_by": None}
    return told
