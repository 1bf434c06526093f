"""Record of outcomes: what calls came to and what follows, in one transaction for a group of turns.

Scheduling is fenced, evidence is not. The outcome of an attempt is always written to that attempt; an answer that comes
late still settles its turn if nobody decided meanwhile; moving the conversation on needs the lease.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, Connection, and_, bindparam, case, func, null, or_, select, update

from connector.policy.handoffs import Hands
from connector.policy.replies import WaysBack
from connector.policy.turns import AGENT_STATE, Move
from connector.storage.conversations.handoffs import hand_off
from connector.storage.conversations.known_customers import make_known
from connector.storage.core.database import BadData, Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.text import clean
from connector.storage.queue.schedule import (
    lock_conversations,
    lock_leased,
    next_heads,
    release,
    return_claims,
    wake_held,
)
from connector.storage.reply.overtaken import revive
from connector.storage.reply.replies import queue_replies
from connector.storage.tables import attempts, conversations, raw_bodies, trouble, turns
from connector.values import Call, CallResult, ConversationStatus, TurnStatus

_TROUBLED = {TurnStatus.UNKNOWN, TurnStatus.FAILED}
_LARGEST = 2**31


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatChange:
    """What a call changed about the conversation's chat: a new id, a counted baseline, or an open now settled.

    ``agent`` is the one it was opened with, which the conversation keeps.
    """

    chat_id: str | None = None
    agent: str | None = None
    greeting: str | None = None
    baseline: int | None = None
    forget: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """One call's outcome and the decision on it, ready to be recorded.

    ``status`` None leaves the turn as it is (a chat was opened; an unknown turn is still unknown). ``move`` None keeps
    the conversation with its owner, whose next step follows at once. ``was`` is the turn's status while the call ran,
    ``known`` whether the conversation was known then.
    """

    owner: int
    conversation_id: int
    turn_id: int
    position: int
    was: TurnStatus
    call: Call | None
    number: int | None = None
    send_number: int | None = None
    result: CallResult = field(default_factory=CallResult)
    evidence: str | None = None
    status: TurnStatus | None = None
    reason: str | None = None
    settled_by: str | None = None
    answer: str | None = None
    agent_state: str | None = None
    provider_chat_id: str | None = None
    provider_turn: int | None = None
    spends: bool = False
    move: Move | None = None
    delay: float = 0.0
    chat: ChatChange | None = None
    known: bool = True


class Records:
    """Writes outcomes of turns for the engine, group by group."""

    def __init__(self, database: Database, channels: WaysBack, hands: Mapping[str, Hands] | None = None) -> None:
        """``channels`` maps each route that has a way back to its channel, ``hands`` to what a change of hands owes."""
        self._database = database
        self._channels = channels
        self._hands = hands or {}

    def record(self, group: Sequence[Settled]) -> None:
        """Write a group in one transaction; a value the database cannot store spoils its own row only.

        Idempotent by attempt number, so a group whose commit was unclear may be recorded again.
        Raises :class:`connector.errors.DatabaseUnavailable`.
        """
        try:
            self._database.write(lambda connection: self._record(connection, group))
        except BadData:
            if len(group) == 1:
                self._database.write(lambda connection: self._record(connection, [_bare(group[0])]))
                return
            half = len(group) // 2
            hopeless: BadData | None = None
            for part in (group[:half], group[half:]):
                try:
                    self.record(part)
                except BadData as error:
                    hopeless = error
            if hopeless is not None:
                raise hopeless from None

    def _record(self, connection: Connection, group: Sequence[Settled]) -> None:
        # One lock order everywhere: schedule by conversation, then turns, then attempts.
        if self._database.dialect == "postgresql":  # on SQLite nobody else writes meanwhile
            lock_conversations(connection, [settled.conversation_id for settled in group])
        for part in _rounds(group):
            self._write(connection, part)

    def _write(self, connection: Connection, group: Sequence[Settled]) -> None:
        self._close_attempts(connection, group)
        changed = self._settle_turns(connection, [settled for settled in group if settled.status is not None])
        self._change_chats(connection, [settled for settled in group if settled.chat is not None])
        released = self._move_on(connection, self._still_held(connection, group, changed))
        self._hand_off(connection, [s for s in group if s.move is Move.HAND_OFF and s.turn_id in changed])
        self._wake_late(connection, [s for s in group if s.turn_id in changed and s.conversation_id not in released])
        make_known(connection, [s.conversation_id for s in group if _is_first_answer(s) and s.turn_id in changed])
        self._note_trouble(connection, group, changed)
        self._keep_bodies(connection, group)
        unanswered = {s.conversation_id for s in group if s.turn_id in changed and _ends_unanswered(s)}
        if unanswered:
            revive(connection, unanswered)
        queue_replies(connection, self._database, self._channels, [turn for turn, fresh in changed.items() if fresh])

    def _close_attempts(self, connection: Connection, group: Sequence[Settled]) -> None:
        statement, batch = self._attempt
        rows = [
            {
                "turn": settled.turn_id,
                "number": settled.number,
                "outcome": str(settled.result.outcome),
                "http": _storable(settled.result.http_status),
                "error": clean(settled.result.error),
                "request": clean(settled.result.request_id),
                "evidence": _evidence(settled),
            }
            for settled in group
            if settled.number is not None
        ]
        if rows:
            connection.execute(statement, batch.of(rows))

    @cached_property
    def _attempt(self) -> tuple[Any, Batch]:
        b = Batch(
            self._database.dialect, turn=int, number=int, outcome=str, http=int, error=str, request=str, evidence=str
        )
        statement = (
            update(attempts)
            .where(attempts.c.turn_id == b.c.turn, attempts.c.number == b.c.number)
            .values(
                ended_at=db_now(),
                outcome=b.c.outcome,
                http_status=b.c.http,
                error=b.c.error,
                request_id=b.c.request,
                evidence=b.c.evidence,
            )
        )
        return statement, b

    def _settle_turns(self, connection: Connection, group: Sequence[Settled]) -> dict[int, bool]:
        """Turn ids that took their new status, and whether that was an entry into it."""
        if not group:
            return {}
        statement, batch = self._turn
        rows = [
            {
                "turn": settled.turn_id,
                "unsent": 1 if settled.was is TurnStatus.QUEUED and settled.call in {Call.OPEN, None} else 0,
                "send": settled.send_number,
                "status": str(settled.status),
                "reason": settled.reason,
                "settled": settled.settled_by,
                "answer": clean(settled.answer),
                "state": clean(settled.agent_state),
                "chat": clean(settled.provider_chat_id),
                "number": _storable(settled.provider_turn),
                "spends": 1 if settled.spends else 0,
                "delayed": 1 if settled.move is Move.AGAIN and settled.status is TurnStatus.QUEUED else 0,
                "final": 1 if settled.status in {TurnStatus.ANSWERED, TurnStatus.FAILED} else 0,
                "delay": int(settled.delay * 1000),
            }
            for settled in group
        ]
        was = {settled.turn_id: settled.was for settled in group}
        status = {settled.turn_id: settled.status for settled in group}
        done = connection.execute(statement, batch.of(rows)).scalars()
        return {turn: was[turn] is not status[turn] and status[turn] is not TurnStatus.QUEUED for turn in done}

    @cached_property
    def _turn(self) -> tuple[Any, Batch]:
        texts = dict.fromkeys(("status", "reason", "settled", "answer", "state", "chat"), str)
        numbers = dict.fromkeys(("turn", "unsent", "send", "number", "spends", "delayed", "final", "delay"), int)
        b = Batch(self._database.dialect, **texts, **numbers)
        sending, unknown, queued = (str(s) for s in (TurnStatus.SENDING, TurnStatus.UNKNOWN, TurnStatus.QUEUED))
        statement = (
            update(turns)
            .where(
                turns.c.id == b.c.turn,
                or_(
                    and_(turns.c.status == sending, turns.c.last_send == b.c.send),
                    # A late outcome, or a read-back's: nobody has decided or sent again meanwhile.
                    and_(turns.c.status == unknown, turns.c.last_send == b.c.send, turns.c.settled_by.is_(None)),
                    and_(turns.c.status == queued, b.c.unsent == 1),
                ),
            )
            .values(
                status=b.c.status,
                reason=b.c.reason,
                settled_by=b.c.settled,
                answer=b.c.answer,
                agent_state=b.c.state,
                provider_chat_id=func.coalesce(b.c.chat, turns.c.provider_chat_id),
                provider_turn=b.c.number,
                tries=turns.c.tries + b.c.spends,
                delays=case((b.c.delayed == 1, turns.c.delays + 1), else_=0),
                due_at=case((b.c.delayed == 1, db_now() + b.c.delay), else_=turns.c.due_at),
                revision=turns.c.revision + case((turns.c.status == b.c.status, 0), else_=1),
                ended_at=case((b.c.final == 1, db_now()), else_=null()),
            )
            .returning(turns.c.id)
        )
        return statement, b

    def _change_chats(self, connection: Connection, group: Sequence[Settled]) -> None:
        if not group:
            return
        statement, batch = self._chat
        rows = [
            {
                "c": settled.conversation_id,
                "chat": clean(settled.chat.chat_id),
                "agent": settled.chat.agent,
                "greeting": clean(settled.chat.greeting),
                "baseline": settled.chat.baseline,
                "forget": 1 if settled.chat.forget else 0,
            }
            for settled in group
            if settled.chat is not None
        ]
        connection.execute(statement, batch.of(rows))

    @cached_property
    def _chat(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int, chat=str, agent=str, greeting=str, baseline=int, forget=int)
        forget = b.c.forget == 1
        statement = (
            update(conversations)
            .where(conversations.c.id == b.c.c)
            .values(
                chat_id=case((forget, null()), else_=func.coalesce(b.c.chat, conversations.c.chat_id)),
                agent=func.coalesce(b.c.agent, conversations.c.agent),
                greeting=func.coalesce(b.c.greeting, conversations.c.greeting),
                baseline=case((forget, 0), else_=func.coalesce(b.c.baseline, conversations.c.baseline)),
                chat_number=conversations.c.chat_number + b.c.forget,
                # Opening looks before it leaps: the provider may hold another chat for this conversation already.
                opening=forget,
                changed_at=db_now(),
            )
        )
        return statement, b

    def _still_held(
        self, connection: Connection, group: Sequence[Settled], changed: Mapping[int, bool]
    ) -> list[Settled]:
        """What moves its conversation; one that would stop it for a decision that came too late lets it go on."""
        moving = [settled for settled in group if settled.move is not None]
        late = [s for s in moving if s.move in {Move.HOLD, Move.HAND_OFF} and s.turn_id not in changed]
        if not late:
            return moving
        query = select(turns.c.id, turns.c.status).where(turns.c.id.in_([settled.turn_id for settled in late]))
        status = {row.id: row.status for row in connection.execute(query)}
        overtaken = {s.turn_id for s in late if status.get(s.turn_id) != s.status}
        return [replace(s, move=Move.AGAIN, delay=0.0) if s.turn_id in overtaken else s for s in moving]

    def _hand_off(self, connection: Connection, group: Sequence[Settled]) -> None:
        """Give conversations to a person, also for an answer that came after its lease was lost."""
        for settled in group:
            detail = clean(settled.agent_state) if settled.reason == AGENT_STATE else None
            hand_off(connection, settled.conversation_id, reason=settled.reason, detail=detail, hands=self._hands)

    @staticmethod
    def _move_on(connection: Connection, group: Sequence[Settled]) -> set[int]:
        """Release what is still held under its lease; the conversations that were."""
        if not group:
            return set()
        heads = next_heads(connection, [settled.conversation_id for settled in group])
        return release(connection, [_schedule_row(settled, heads[settled.conversation_id]) for settled in group])

    @staticmethod
    def _wake_late(connection: Connection, group: Sequence[Settled]) -> None:
        """An outcome that came after its lease was lost: a conversation held for that doubt goes on."""
        late = [settled.conversation_id for settled in group if settled.status is not TurnStatus.UNKNOWN]
        if late:
            wake_held(connection, late, TurnStatus.UNKNOWN)

    def _note_trouble(self, connection: Connection, group: Sequence[Settled], changed: Mapping[int, bool]) -> None:
        bad = [settled for settled in group if settled.turn_id in changed and settled.status in _TROUBLED]
        good = [settled for settled in group if settled.turn_id in changed and settled.status not in _TROUBLED]
        if bad:
            rows = [
                {"turn_id": settled.turn_id, "conversation_id": settled.conversation_id, "kind": str(settled.status)}
                for settled in bad
            ]
            new = self._database.insert(trouble).values(since=db_now())
            # A turn that stays unknown keeps the time since when.
            again = new.on_conflict_do_update(
                index_elements=["turn_id"],
                set_={"kind": new.excluded.kind, "since": new.excluded.since},
                where=trouble.c.kind != new.excluded.kind,
            )
            connection.execute(again, rows)
        if good:
            statement, batch = self._no_trouble
            connection.execute(statement, batch.of([{"turn": settled.turn_id} for settled in good]))

    @cached_property
    def _no_trouble(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, turn=int)
        return trouble.delete().where(trouble.c.turn_id.in_(select(b.c.turn))), b

    def _keep_bodies(self, connection: Connection, group: Sequence[Settled]) -> None:
        rows = [
            {"turn_id": settled.turn_id, "number": settled.number, "body": settled.result.raw}
            for settled in group
            if settled.result.raw is not None and settled.number is not None
        ]
        if not rows:
            return
        if self._database.dialect == "postgresql":
            # One statement for all: they are bytes, which JSON cannot carry.
            connection.execute(self._bodies, {name: [row[name] for row in rows] for name in rows[0]})
        else:
            connection.execute(self._bodies, rows)

    @cached_property
    def _bodies(self) -> Any:
        new = self._database.insert(raw_bodies)
        if self._database.dialect == "postgresql":
            columns = {column.name: column.type for column in raw_bodies.columns}
            lists = [func.unnest(bindparam(name, type_=ARRAY(kind))) for name, kind in columns.items()]
            new = new.from_select(list(columns), select(*lists))
        return new.on_conflict_do_nothing(index_elements=["turn_id", "number"])

    def release(self, owner: int, conversation_ids: Sequence[int], delay: float = 0.0) -> None:
        """Give claims back unharmed; what holds no open turn is found empty by the next claim, at the latest.

        A claim given back is none of those that end a turn in quarantine: a gate may close often before a turn's call.
        """

        def use(connection: Connection) -> None:
            return_claims(connection, owner, conversation_ids, delay=int(delay * 1000), counted=False)

        if conversation_ids:
            self._database.write(use)

    def release_empty(self, owner: int, conversation_ids: Sequence[int]) -> None:
        """Let conversations without an open turn sleep."""

        def use(connection: Connection) -> None:
            # Found empty a moment ago: what came in, or was put back, since then keeps it awake.
            heads = next_heads(connection, lock_leased(connection, owner, conversation_ids))
            release(connection, [{"c": id_, "owner": owner, "head": head, "delay": 0} for id_, head in heads.items()])

        if conversation_ids:
            self._database.write(use)


def _rounds(group: Sequence[Settled]) -> list[Sequence[Settled]]:
    """The group in parts that hold each conversation once, in the order in which they came.

    After a lost lease a group may hold a late answer and what the next incarnation decided while it was missing: one
    statement would write one of the two, nobody knows which.
    """
    if len({settled.conversation_id for settled in group}) == len(group):
        return [group]
    rounds: list[list[Settled]] = []
    seen: Counter[int] = Counter()
    for settled in group:
        number = seen[settled.conversation_id]
        seen[settled.conversation_id] += 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(settled)
    return list(rounds)


def _ends_unanswered(settled: Settled) -> bool:
    return settled.status is TurnStatus.FAILED or (
        settled.status is TurnStatus.ANSWERED and not (settled.answer or "").strip(" \t\r\n")
    )


def _is_first_answer(settled: Settled) -> bool:
    return settled.status is TurnStatus.ANSWERED and not settled.known


def _storable(number: int | None) -> int | None:
    """A provider's number as the column holds it; an absurd one is evidence in the raw body only."""
    return number if number is not None and abs(number) < _LARGEST else None


def _schedule_row(settled: Settled, head: int) -> dict[str, Any]:
    holds = {Move.HOLD: str(TurnStatus.UNKNOWN), Move.HAND_OFF: str(ConversationStatus.HANDED_OFF)}
    return {
        "c": settled.conversation_id,
        "owner": settled.owner,
        "head": head,
        # The delay is this turn's; whatever else comes first is due at its own time.
        "delay": int(settled.delay * 1000) if head == settled.position else 0,
        "held": holds.get(settled.move) if settled.move else None,
    }


def _evidence(settled: Settled) -> str | None:
    facts = {"hint": settled.result.hint, "evidence": settled.evidence}
    present = {name: clean(value) for name, value in facts.items() if value}
    return json.dumps(present, ensure_ascii=False) if present else None


def _bare(settled: Settled) -> Settled:
    """The same outcome without the values that could not be stored."""
    result = CallResult(
        outcome=settled.result.outcome, http_status=settled.result.http_status, error="the answer could not be stored"
    )
    return replace(settled, result=result, answer="" if settled.answer is not None else None, agent_state=None)
