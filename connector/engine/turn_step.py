"""One step of a claimed conversation: open a chat if need be, mark, call, decide, record.

No decision is taken here: outcomes come from the provider, what follows from :mod:`connector.policy.turns`;
this file keeps the order in which things are made durable.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from connector.engine.grants import Allowance
from connector.engine.openings import Openings
from connector.engine.told import head_for
from connector.errors import DatabaseUnavailable, LeaseLost
from connector.policy import turns as turn_policy
from connector.policy.turns import Decision, Move, Standing
from connector.storage.send.claims import Claimed, HeadTurn
from connector.storage.send.history import entries_before, text_before
from connector.storage.send.marks import Marked
from connector.storage.send.outcomes import ChatChange, Settled
from connector.utils import failpoints
from connector.utils.clock import boottime, stale_after
from connector.utils.logs import get_logger
from connector.values import (
    LONGEST_CHAT_ID,
    Call,
    CallResult,
    ChatContext,
    History,
    Opened,
    Outcome,
    Provider,
    TurnRequest,
    TurnResult,
    TurnStatus,
    usable_chat_id,
)
from connector.wiring import Wiring

log = get_logger(__name__)

R = TypeVar("R", bound=CallResult)
Q = TypeVar("Q")

_CHATS = uuid.UUID("6f1c6a0e-6d0b-5c0e-9d3c-7a1a1f6d7e11")
_PATIENCE = 10.0
_SPARE = 5.0
_DECIDED = ("status", "reason", "settled_by", "answer", "agent_state", "provider_turn", "spends", "move", "delay",
            "evidence")  # fmt: skip
"""Fields of a decision that are recorded as they are."""


class StepContext(Protocol):
    """What a step needs of the engine: group commits, the account's gate, and the loop's releases."""

    wiring: Wiring
    openings: Openings

    async def begin(self, owner: int, turn_id: int, call: Call) -> int | None:
        """Write an attempt row for a call that opens or reads; its number, or None if the turn is gone."""
        ...

    async def mark(self, owner: int, turn_id: int, head: str | None = None) -> Marked | None:
        """Commit ``sending``, with the header in front of the text; None if the turn may not be sent."""
        ...

    async def record(self, settled: Settled) -> None:
        """Write an outcome; keeps trying while the database is away."""
        ...

    async def release(self, claimed: Claimed, delay: float = 0.0) -> None:
        """Give the claim back unharmed."""
        ...

    async def told(self, account: str, result: R, call: Call) -> R:
        """Tell the account's gate what a call came to; returns what it means once a 403 has been looked into."""
        ...

    async def pause_route(self, route: str, reason: str, detail: str | None) -> None:
        """Pause the route; nothing of it is claimed until somebody resumes it."""
        ...

    def route_paused(self, route: str) -> bool:
        """Whether the route was paused since the claim."""
        ...


def chat_uuid(claimed: Claimed) -> str:
    """The chat id for providers that let the caller choose: the same for every try to open this chat."""
    parts = (claimed.account, claimed.route, claimed.key, str(claimed.created_at), str(claimed.chat_number))
    return str(uuid.uuid5(_CHATS, "\x1f".join(parts)))


class _PutOff(Exception):  # a way out of a step, not an error
    """The step cannot go on now and has sent nothing: give the claim back after ``delay`` seconds."""

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__(delay)
        self.delay = delay


class _Done(Exception):  # a way out of a step, not an error
    """The step has recorded what there was to record."""


class TurnStep:
    """One step of one claimed conversation. It always ends by recording an outcome or by giving the claim back."""

    def __init__(self, desk: StepContext, claimed: Claimed, provider: Provider, allowance: Allowance) -> None:
        """``claimed`` must hold a turn."""
        if claimed.turn is None:
            raise ValueError("a step needs a turn")
        self._desk = desk
        self._turn: HeadTurn = claimed.turn
        self._provider = provider
        self._allowance = allowance
        self._route = desk.wiring.settings.routes[claimed.route]
        if claimed.chat_id is None and claimed.chat_number == 0:
            # Never opened yet, so a mended configuration counts; once opened, a conversation keeps its agent.
            claimed = replace(claimed, agent=self._route.agent)
        self._claimed = claimed
        self._policy = desk.wiring.policies[claimed.route]
        self._extra = 0  # attempts begun in this step
        self._marked = False
        self.unsent = 1
        self._standing = Standing(
            tries=self._turn.tries,
            delays=self._turn.delays,
            age=self._turn.age,
            doubt=self._turn.doubt,
            over=self._turn.reason == Outcome.CHAT_OVER,
        )

    async def run(self) -> None:
        """Do the step. What it raises after its mark, :func:`connector.storage.send.workers.recover` settles."""
        try:
            if self._claimed.claims > turn_policy.MAX_CLAIMS:
                await self._quarantine()
            elif self._turn.status is TurnStatus.UNKNOWN:
                await self._settle()
            elif self._turn.status is TurnStatus.QUEUED:
                await self._send()
            else:
                # Sending under a dead worker: the sweep comes first.
                await self._desk.release(self._claimed, 5.0)
        except _Done:
            return
        except _PutOff as put_off:
            await self._desk.release(self._claimed, put_off.delay)
        except DatabaseUnavailable as error:
            if self._marked:
                raise
            # Every call is preceded by a commit, so where a commit failed nothing was sent.
            log.warning("turn.put_off", turn=self._turn.id, error=str(error))
            await self._desk.release(self._claimed, 1.0)
        except LeaseLost:
            log.warning("turn.lease_lost", turn=self._turn.id)

    # --- sending ---------------------------------------------------------------------------------------------------

    async def _send(self) -> None:
        if self._turn.open and self._turn.last_send is None:
            raise _PutOff(self._turn.open)  # the turn before it is done sooner than the customer is
        chat_id = self._claimed.chat_id
        if chat_id is None:
            chat_id = await self._open()
            if chat_id is None:
                return
        elif self._claimed.baseline is None and self._provider.capabilities.reads_back:
            await self._count_entries(chat_id)
        head = await head_for(self._desk.wiring.database, self._claimed, self._turn, self._route)
        await self._leave()
        if self._desk.route_paused(self._claimed.route) or not self._allowance.turn():
            raise _PutOff
        self._allowance.unsent -= self.unsent
        self.unsent = 0
        failpoints.hit("before_mark")
        marked_at = boottime()
        try:
            marked = await self._desk.mark(self._claimed.owner, self._turn.id, head)
        except DatabaseUnavailable as error:
            # The commit may have been applied all the same; whoever marked settles.
            attempts_before = self._turn.attempts + self._extra
            await self._settle_unsent(attempts_before + 1, f"the mark did not commit: {error}")
            return
        if marked is None:
            raise _PutOff
        self._marked = True
        failpoints.hit("after_mark")
        if boottime() - marked_at > stale_after(self._desk.wiring.settings.worker.lease):
            await self._settle_unsent(marked.number, "the process was frozen between mark and send")
            return
        await self._call(chat_id, marked)

    async def _call(self, chat_id: str, marked: Marked) -> None:
        request = TurnRequest(
            conversation=self._context(chat_id=chat_id),
            chat_id=chat_id,
            text=marked.text,
            turn_id=str(marked.turn_id),
            idempotency_key=f"tw_{marked.turn_id}",
        )
        result = await self._outside(self._provider.send(request), TurnResult)
        failpoints.hit("after_answer")
        result = await self._desk.told(self._claimed.account, result, Call.SEND)
        decision = self._after_send(chat_id, result)
        if decision.pause_route:
            await self._desk.pause_route(self._claimed.route, "misconfigured", result.error)
        number = marked.number
        settled = self._settled(decision, Call.SEND, number, result, send_number=number, provider_chat_id=chat_id)
        await self._desk.record(settled)
        failpoints.hit("after_record")

    def _after_send(self, chat_id: str, result: TurnResult) -> Decision:
        if result.outcome is not Outcome.ANSWERED:
            capabilities, jitter = self._provider.capabilities, self._desk.wiring.jitter
            return turn_policy.after_send(
                result.outcome,
                self._standing,
                self._policy,
                capabilities,
                jitter,
                result.retry_after,
                result.http_status,
            )
        moved = bool(result.chat_id) and result.chat_id != chat_id
        decision = replace(
            turn_policy.after_answer(moved=moved, human=result.human),
            answer=result.answer or "",
            agent_state=result.agent_state,
            provider_turn=result.provider_turn,
            evidence=f"the answer came under chat {(result.chat_id or '')[:LONGEST_CHAT_ID]}" if moved else None,
        )
        return turn_policy.by_state(decision, self._policy)

    async def _settle_unsent(self, number: int, why: str) -> None:
        result = CallResult(outcome=Outcome.NOT_SENT, error=why)
        decision = Decision(status=TurnStatus.QUEUED, move=Move.AGAIN, delay=1.0, reason="not_sent")
        await self._desk.record(self._settled(decision, Call.SEND, number, result, send_number=number))

    # --- opening ---------------------------------------------------------------------------------------------------

    async def _open(self) -> str | None:
        """The chat's id, opened or found; None when opening failed and its outcome is recorded."""
        lock = self._desk.openings.lock(self._claimed)
        if lock is not None:
            # One goes first; the others wait to see whether the provider takes the route's agent at all.
            async with lock:
                if self._desk.route_paused(self._claimed.route):
                    raise _PutOff
                if self._desk.openings.lock(self._claimed) is not None:
                    return await self._open_now()
        return await self._open_now()

    async def _open_now(self) -> str | None:
        context = self._context()
        opened: Opened | None = None
        if self._claimed.opening:
            # An earlier open is unclear, and a blind repeat could close the chat that it made.
            opened, number = await self._counted(Call.OPEN, lambda: self._provider.find(context), Opened)
            if opened is None:
                nothing = CallResult(hint="no chat found")
                await self._desk.record(self._settled(None, Call.OPEN, number, nothing))
        if opened is None:
            opened, number = await self._counted(Call.OPEN, lambda: self._provider.open(context), Opened)
        if opened is None:
            opened = Opened(outcome=Outcome.LOST, error="the provider returned nothing")
        if opened.outcome is Outcome.ANSWERED and not usable_chat_id(opened.chat_id):
            said = f"the provider named a chat id that cannot be used, of {len(opened.chat_id)} characters"
            opened = replace(opened, outcome=Outcome.LOST, error=said)
        if opened.outcome is not Outcome.ANSWERED:
            await self._not_opened(opened, number)
            return None
        chat = ChatChange(
            chat_id=opened.chat_id, agent=self._claimed.agent, greeting=opened.greeting, baseline=opened.baseline
        )
        await self._desk.record(replace(self._settled(None, Call.OPEN, number, opened), chat=chat))
        await self._desk.openings.opened(self._claimed)
        return opened.chat_id

    async def _not_opened(self, opened: Opened, number: int) -> None:
        jitter = self._desk.wiring.jitter
        decision = turn_policy.after_open(
            opened.outcome, self._standing, self._policy, jitter, opened.retry_after, opened.http_status
        )
        if decision.reason == turn_policy.NOT_OPENED and not self._desk.openings.lone(self._claimed):
            decision = turn_policy.MISCONFIGURED
        if decision.pause_route:
            await self._desk.pause_route(self._claimed.route, "misconfigured", opened.error)
        await self._desk.record(self._settled(decision, Call.OPEN, number, opened))

    # --- reading back ----------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """An unknown turn: by evidence where the provider can be read, else by the route's rule."""
        chat_id = self._claimed.chat_id
        if self._provider.capabilities.reads_back and chat_id is not None and self._claimed.baseline is not None:
            await self._read_back(chat_id, self._claimed.baseline)
            return
        # Without a chat, or a count of what it held, there is nothing to read that could prove anything.
        capabilities = replace(self._provider.capabilities, reads_back=False)
        decision = turn_policy.after_worker_lost(self._standing, self._policy, capabilities, self._desk.wiring.jitter)
        await self._desk.record(self._settled(decision, None, None, CallResult()))

    async def _read_back(self, chat_id: str, baseline: int) -> None:
        place = (self._desk.wiring.database, self._claimed.conversation_id, chat_id, self._turn.position)
        ahead = await asyncio.to_thread(entries_before, *place)
        # A chat that was counted anew may end with a message whose turn a person settled: then nothing is known of it.
        previous = await asyncio.to_thread(text_before, *place) if baseline == 0 else None
        history, number = await self._counted(Call.READ_BACK, lambda: self._provider.read(chat_id), History)
        decision = turn_policy.after_read(
            history,
            text=self._turn.told or self._turn.text,
            before=baseline + ahead,
            standing=self._standing,
            policy=self._policy,
            jitter=self._desk.wiring.jitter,
            previous=previous,
        )
        decision = turn_policy.by_state(decision, self._policy)
        settled = self._settled(decision, Call.READ_BACK, number, history or CallResult(http_status=404))
        if decision.status is TurnStatus.UNKNOWN and decision.move is Move.AGAIN:
            settled = replace(settled, status=None)  # as unknown as before
        await self._desk.record(replace(settled, provider_chat_id=chat_id))

    async def _count_entries(self, chat_id: str) -> None:
        """After a doubt that a person settled, the chat is read once before its count is trusted again."""
        history, number = await self._counted(Call.READ_BACK, lambda: self._provider.read(chat_id), History)
        if history is None or history.outcome is not Outcome.ANSWERED:
            settled = self._settled(None, Call.READ_BACK, number, history or CallResult(http_status=404))
            gone = ChatChange(forget=True) if history is None else None
            await self._desk.record(replace(settled, move=Move.AGAIN, delay=2.0, chat=gone))
            raise _Done
        entries = sum(1 for entry in history.entries if entry.role == "user")
        place = (self._desk.wiring.database, self._claimed.conversation_id, chat_id, self._turn.position)
        ahead = await asyncio.to_thread(entries_before, *place)
        chat = ChatChange(baseline=entries - ahead)
        await self._desk.record(replace(self._settled(None, Call.READ_BACK, number, history), chat=chat))

    # --- shared ----------------------------------------------------------------------------------------------------

    async def _quarantine(self) -> None:
        claims = self._claimed.claims
        reason = f"quarantined: claimed {claims} times without an outcome"
        log.error("turn.quarantined", turn=self._turn.id, claims=claims)
        decision = Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason=reason)
        await self._desk.record(self._settled(decision, None, None, CallResult()))

    async def _leave(self) -> None:
        if not await self._allowance.call(_PATIENCE):
            raise _PutOff

    async def _counted(
        self, call: Call, make: Callable[[], Awaitable[R | None]], kind: type[R]
    ) -> tuple[R | None, int]:
        """One outside call with an attempt row of its own, within the account's rate."""
        await self._leave()
        number = await self._desk.begin(self._claimed.owner, self._turn.id, call)
        if number is None:
            raise _PutOff
        self._extra += 1
        result = await self._outside(make(), kind)
        if result is not None:
            result = await self._desk.told(self._claimed.account, result, call)
        return result, number

    async def _outside(self, call: Awaitable[Q], kind: type[R]) -> Q | R:
        """Await a provider, which neither raises nor outlives its deadline; one that does both is contained here."""
        deadline = self._desk.wiring.settings.accounts[self._claimed.account].deadline
        try:
            async with asyncio.timeout(deadline + _SPARE):
                return await call
        except TimeoutError:
            return kind(outcome=Outcome.LOST, error="no outcome within the deadline", hint="deadline")
        except Exception as error:  # noqa: BLE001 - a provider's bug must not cost the record of what was sent
            log.warning("provider.raised", turn=self._turn.id, error=type(error).__name__)
            return kind(outcome=Outcome.LOST, error=f"the provider raised {type(error).__name__}", hint="raised")

    def _context(self, chat_id: str | None = None) -> ChatContext:
        claimed = self._claimed
        return ChatContext(
            id=str(claimed.conversation_id),
            key=claimed.key,
            route=claimed.route,
            agent=claimed.agent,
            uuid=chat_uuid(claimed),
            customer_key=self._desk.wiring.customer_key(claimed.route, claimed.conversation_id, claimed.customer),
            chat_id=chat_id,
            customer=claimed.customer,
            subject=claimed.subject,
        )

    def _settled(
        self, decision: Decision | None, call: Call | None, number: int | None, result: CallResult, **more: Any
    ) -> Settled:
        """What to record of a call; ``more`` are further fields of :class:`Settled`, or others than the usual."""
        turn = self._turn
        if decision is not None:
            for name in _DECIDED:
                more[name] = getattr(decision, name)
            if decision.move is Move.NEW_CHAT:
                more["chat"] = ChatChange(forget=True)
        more.setdefault("send_number", turn.last_send)
        return Settled(
            owner=self._claimed.owner,
            conversation_id=self._claimed.conversation_id,
            turn_id=turn.id,
            position=turn.position,
            was=TurnStatus.SENDING if call is Call.SEND else turn.status,
            call=call,
            number=number,
            result=result,
            known=self._claimed.known,
            **more,
        )
