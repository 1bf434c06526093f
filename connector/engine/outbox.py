"""Outbox relay: asks the provider what a hand-off owes; claims what is due, asks, records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from connector.engine.accounts import AccountDesk
from connector.engine.grants import Allowance
from connector.engine.work_pump import WorkPump
from connector.errors import TurnwireError
from connector.policy.backoff import backoff
from connector.policy.handoffs import after_call
from connector.storage.conversations.outbox import Called, Item
from connector.utils import failpoints
from connector.utils.clock import boottime
from connector.utils.logs import get_logger
from connector.values import Call, CallResult, ChatContext, OutboxKind, OutboxStatus, Outcome, Provider
from connector.wiring import Wiring

log = get_logger(__name__)

_MOST = 20
_EVERY = 0.5
_SPARE = 5.0


class OutboxCalls:
    """Makes the outbox's calls on the engine's loop, beside turns and replies and never instead of them."""

    def __init__(
        self,
        wiring: Wiring,
        claiming: ThreadPoolExecutor,
        recording: ThreadPoolExecutor,
        *,
        accounts: AccountDesk,
        wake: Callable[[], None],
    ) -> None:
        """``claiming`` and ``recording`` are the engine's threads; ``accounts`` is told of each call."""
        self._wiring = wiring
        self._claiming = claiming
        self._accounts = accounts
        self._wake = wake
        self._looked = 0.0
        self.pump: WorkPump[Called] = WorkPump(
            most=_MOST,
            every=_EVERY,
            claiming=claiming,
            recording=recording,
            record=wiring.outbox.record,
            recover=wiring.outbox.recover,
            ended=self._ended,
        )

    async def fill(self, owner: int, providers: Mapping[str, Provider], allowances: Mapping[str, Allowance]) -> int:
        """Claim what is due and begin it; returns how much. Looks twice a second at most, and reads only."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._looked < _EVERY:
            return 0
        room = self.pump.room()
        if not room:
            return 0
        self._looked = loop.time()
        taking = [name for name, allowance in allowances.items() if allowance.free and name in providers]
        claimed_at = boottime()
        items = await loop.run_in_executor(self._claiming, self._wiring.outbox.claim, owner, taking, room)
        for item in items:
            provider, allowance = providers.get(item.account), allowances.get(item.account)
            self.pump.begin(item.id, self._settle(owner, item, provider, allowance, claimed_at))
        return len(items)

    def _ended(self) -> None:
        self._looked = 0.0  # what comes next in this conversation may be due at once
        self.pump.look_soon()
        self._wake()

    async def _settle(
        self, owner: int, item: Item, provider: Provider | None, allowance: Allowance | None, claimed_at: float
    ) -> None:
        result: CallResult | None
        if provider is None or allowance is None or item.route not in self._wiring.policies:
            result = CallResult(outcome=Outcome.NOT_SENT, error="its account or route is not configured")
        else:
            result = await self._ask(item, provider, allowance, claimed_at)
        pause = backoff(item.attempt, self._wiring.jitter, cap=3600.0)
        status, reason, delay = after_call(result, age=item.age, delay=pause)
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
            await self.pump.record(owner, done)
        except TurnwireError as error:  # it is found again among what nobody here works on
            log.warning("outbox.not_recorded", item=item.id, error=str(error))

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
            result = await self._accounts.told(item.account, result, Call.READ_BACK)
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
