"""What a change of hands owes the outside: claim what is due, tell or ask, record. One step for the engine's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from connector.engine.grants import Allowance
from connector.errors import TurnwireError
from connector.policy import replies as reply_policy
from connector.policy.backoff import backoff
from connector.policy.gate import CallReport
from connector.policy.handoffs import after_call
from connector.storage.conversations.outbox import Called, Item
from connector.storage.queries.rendering import moment
from connector.utils import failpoints
from connector.utils.batcher import Batcher
from connector.utils.clock import boottime
from connector.values import (
    Call,
    CallResult,
    ChatContext,
    OutboxKind,
    OutboxStatus,
    Outcome,
    Provider,
    ReplyChannel,
    ReplyMessage,
)
from connector.wiring import Wiring

log = structlog.get_logger(__name__)

_MOST = 20
_EVERY = 0.5
_SPARE = 5.0


class OutboxDesk:
    """Makes the outbox's calls on the engine's loop, beside turns and replies and never instead of them."""

    def __init__(
        self,
        wiring: Wiring,
        claiming: ThreadPoolExecutor,
        recording: ThreadPoolExecutor,
        *,
        report: Callable[[str, CallReport], None],
        wake: Callable[[], None],
    ) -> None:
        """``claiming`` and ``recording`` are the engine's threads; ``report`` tells an account's gate of a call."""
        self._wiring = wiring
        self._claiming = claiming
        self._report = report
        self._wake = wake
        self._channels: Mapping[str, ReplyChannel] | None = None
        self._records: Batcher[tuple[int, Called], None] = Batcher(self._flush, recording)
        self._looked = 0.0
        self.tasks: dict[asyncio.Task[None], int] = {}

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return bool(self.tasks)

    async def fill(self, owner: int, providers: Mapping[str, Provider], allowances: Mapping[str, Allowance]) -> int:
        """Claim what is due and begin it; returns how much. Looks twice a second at most, and reads only."""
        loop = asyncio.get_running_loop()
        room = _MOST - len(self.tasks)
        if room <= 0 or loop.time() - self._looked < _EVERY:
            return 0
        self._looked = loop.time()
        taking = [name for name, allowance in allowances.items() if allowance.free and name in providers]
        claimed_at = boottime()
        items = await loop.run_in_executor(self._claiming, self._wiring.outbox.claim, owner, taking, room)
        for item in items:
            provider, allowance = providers.get(item.account), allowances.get(item.account)
            task = asyncio.create_task(self._settle(owner, item, provider, allowance, claimed_at))
            self.tasks[task] = item.id
            task.add_done_callback(self._done)
        return len(items)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.pop(task)
        self._looked = 0.0  # what comes next in this conversation may be due at once
        self._wake()

    async def recover(self, owner: int) -> int:
        """Queue again what ``owner`` holds and nobody here works on; returns how much."""
        recover, mine = self._wiring.outbox.recover, set(self.tasks.values())
        return await asyncio.get_running_loop().run_in_executor(self._claiming, recover, owner, mine)

    async def _settle(
        self, owner: int, item: Item, provider: Provider | None, allowance: Allowance | None, claimed_at: float
    ) -> None:
        if item.kind is OutboxKind.TELL:
            result: CallResult | None = await self._tell(item)
        elif provider is None or allowance is None or item.route not in self._wiring.policies:
            result = CallResult(outcome=Outcome.NOT_SENT, error="its account or route is not configured")
        else:
            result = await self._ask(item, provider, allowance, claimed_at)
        jitter = self._wiring.jitter
        if item.kind is OutboxKind.TELL:  # as replies are delivered again, by the published schedule
            pause = reply_policy.wait(item.attempt - 1, jitter, self._wiring.reply_waits)
        else:
            pause = backoff(item.attempt, jitter, cap=3600.0)
        status, reason, delay = after_call(item.kind, result, age=item.age, delay=pause)
        done = Called(
            item_id=item.id,
            conversation_id=item.conversation_id,
            number=item.attempt,
            result=result or CallResult(),
            status=status,
            reason=reason,
            delay=delay,
        )
        said = log.error if status is OutboxStatus.FAILED else log.info
        said(f"outbox.{item.kind}", conversation=item.conversation_id, status=str(status), reason=reason)
        failpoints.hit("after_outside")
        try:
            await self._records.add((owner, done))
        except TurnwireError as error:  # it is found again among what nobody here works on
            log.warning("outbox.not_recorded", item=item.id, error=str(error))

    # --- the webhook -----------------------------------------------------------------------------------------------

    async def _tell(self, item: Item) -> CallResult:
        data = {name: value for name, value in item.body.items() if name != "type"}
        message = ReplyMessage(
            id=str(item.id),
            marker=f"tw_c{item.conversation_id}_{item.id}",
            channel="webhook",
            attempt=item.attempt,
            target={},
            turn=data | {"at": moment(data.get("at"))},
            type=str(item.body.get("type")),
        )
        try:
            if self._channels is None:
                self._channels = self._wiring.reply_channels()
            channel = self._channels.get("webhook")
            if channel is None:
                return CallResult(outcome=Outcome.NOT_SENT, error="no webhook is configured")
            return await channel.deliver(message)
        except TurnwireError as error:
            return CallResult(outcome=Outcome.NOT_SENT, error=str(error))
        except Exception as error:  # noqa: BLE001 - a channel's bug must not stop the loop
            log.warning("outbox.raised", item=item.id, error=type(error).__name__)
            return CallResult(outcome=Outcome.LOST, error=f"the channel raised {type(error).__name__}")

    # --- the provider ----------------------------------------------------------------------------------------------

    async def _ask(self, item: Item, provider: Provider, allowance: Allowance, claimed_at: float) -> CallResult | None:
        """What the provider says; None if it has no such call."""
        method: Any = getattr(provider, str(item.kind), None)
        if method is None:
            return None
        if not allowance.free:
            return CallResult(outcome=Outcome.NOT_SENT, error="the account has no call free")
        allowance.busy += 1
        try:
            return await self._ask_now(item, method, allowance, claimed_at)
        finally:
            allowance.busy -= 1

    async def _ask_now(self, item: Item, method: Any, allowance: Allowance, claimed_at: float) -> CallResult | None:
        lease = self._wiring.settings.worker.lease
        if not await allowance.call(lease / 4):
            return CallResult(outcome=Outcome.NOT_SENT, error="the account takes no calls now")
        if boottime() - claimed_at > lease / 2:
            return CallResult(outcome=Outcome.NOT_SENT, error="the process was frozen before the call")
        told = (item.body["note"],) if item.kind is OutboxKind.BRIEF else ()
        deadline = self._wiring.settings.accounts[item.account].deadline
        result: CallResult | None
        try:
            async with asyncio.timeout(2 * deadline + _SPARE):  # it may look first
                result = await method(self._context(item), *told, again=item.attempt > 1)
        except TimeoutError:
            result = CallResult(outcome=Outcome.LOST, error="no outcome within the deadline", hint="deadline")
        except Exception as error:  # noqa: BLE001 - a provider's bug must not stop the loop
            log.warning("provider.raised", item=item.id, error=type(error).__name__)
            result = CallResult(
                outcome=Outcome.LOST, error=f"the provider raised {type(error).__name__}", hint="raised"
            )
        if result is not None:
            report = CallReport(
                outcome=result.outcome, retry_after=result.retry_after, detail=result.error, call=Call.READ_BACK
            )
            self._report(item.account, report)
        return result

    def _context(self, item: Item) -> ChatContext:
        return ChatContext(
            id=str(item.conversation_id),
            key=item.key,
            route=item.route,
            agent=item.agent,
            uuid=item.chat_id or "",
            customer_key=self._wiring.customer_key(item.route, item.conversation_id, item.customer),
            chat_id=item.chat_id,
            customer=item.customer,
            subject=item.subject,
        )

    # --- shared ----------------------------------------------------------------------------------------------------

    def _flush(self, group: Sequence[tuple[int, Called]]) -> list[None]:
        for owner in {owner for owner, _ in group}:
            self._wiring.outbox.record(owner, [called for whose, called in group if whose == owner])
        return [None] * len(group)

    async def aclose(self) -> None:
        """Close the channels."""
        for channel in (self._channels or {}).values():
            await channel.aclose()
