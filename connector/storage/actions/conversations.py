"""Operators' actions on a conversation: hand off to a person, resume with the agent, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from connector.errors import InvalidInput, WrongState
from connector.policy import brakes
from connector.policy.handoffs import Hands
from connector.policy.replies import WaysBack
from connector.storage.actions.base import overtaken, there_is_no, wrong_state
from connector.storage.actions.turns import apply, cancelling, locked_turns
from connector.storage.audit import note
from connector.storage.conversations import handoffs
from connector.storage.conversations.known_customers import make_known
from connector.storage.core.database import Database
from connector.storage.queue.schedule import lock_conversations, reschedule
from connector.storage.receive.brakes import forgive
from connector.storage.reply.overtaken import give_back
from connector.storage.tables import conversations, turns
from connector.values import Change, ConversationStatus, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedConversation:
    """A conversation as it stands while its schedule row is held."""

    id: int
    status: ConversationStatus
    reason: str | None


LONGEST_REASON = 200
LONGEST_NOTE = 10_000


def hand_off_conversation(
    database: Database,
    conversation_id: int,
    reason: str = "operator",
    *,
    actor: str,
    hands: Mapping[str, Hands],
) -> Change:
    """Give an open conversation to a person: its turns wait; one that is being sent finishes.

    Its follow-ups are cancelled. ``hands`` maps each route to what a change of hands owes. Raises :class:`NotFound`,
    :class:`WrongState`, :class:`Overtaken`, :class:`InvalidInput` (:mod:`connector.errors`).
    """
    reason = _within("reason", reason, LONGEST_REASON)

    def use(connection: Connection, found: LockedConversation) -> Change:
        handoffs.hand_off(connection, found.id, reason=reason, hands=hands, actor=actor)
        return _changed(found, ConversationStatus.HANDED_OFF)

    return _change(database, conversation_id, (ConversationStatus.OPEN,), use)


def resume_conversation(
    database: Database,
    conversation_id: int,
    *,
    actor: str,
    answer_waiting: bool = False,
    brief: str | None = None,
    channels: WaysBack,
    hands: Mapping[str, Hands],
) -> Change:
    """Give a conversation back to the agent. Raises what :func:`hand_off_conversation` does.

    The turns that waited are cancelled as ``answered_by_person``, or sent with ``answer_waiting``, once the provider
    knows that the agent has the conversation again; that also delivers the agent's answers that the hand-off held back.
    ``brief`` is what the agent is told of the meantime. ``channels`` maps each route with a way back to its channel.
    """
    told = None if brief is None else _within("note", brief, LONGEST_NOTE)

    def use(connection: Connection, found: LockedConversation) -> Change:
        _refuse_doubt(connection, found)
        if found.reason in brakes.REASONS:
            forgive(connection, found.id)
        waiting: tuple[int, ...] = ()
        if answer_waiting:
            give_back(connection, [found.id])
        else:
            waiting = _cancel(connection, database, found.id, "answered_by_person", actor, channels)
        handoffs.resume(connection, found.id, actor=actor, hands=hands, brief=told)
        make_known(connection, [found.id])
        reschedule(connection, [found.id])
        change = _changed(found, ConversationStatus.OPEN, waiting)
        _audit(connection, change, "resume", actor, {"note": True} if told else {})
        return change

    return _change(database, conversation_id, (ConversationStatus.HANDED_OFF,), use)


def close_conversation(
    database: Database,
    conversation_id: int,
    *,
    actor: str,
    channels: WaysBack,
    hands: Mapping[str, Hands],
) -> Change:
    """End a conversation: what waits is cancelled as ``conversation_closed``; one that is being sent finishes.

    So are its follow-ups, as ``closed``. Its chat ends too, as far as its route says so. Raises what
    :func:`hand_off_conversation` does. ``channels`` as for :func:`resume_conversation`.
    """

    def use(connection: Connection, found: LockedConversation) -> Change:
        waiting = _cancel(connection, database, found.id, "conversation_closed", actor, channels)
        handoffs.close(connection, found.id, actor=actor, hands=hands)
        change = _changed(found, ConversationStatus.CLOSED, waiting)
        _audit(connection, change, "close", actor, {})
        return change

    return _change(database, conversation_id, (ConversationStatus.OPEN, ConversationStatus.HANDED_OFF), use)


def _change(
    database: Database,
    conversation_id: int,
    needs: tuple[ConversationStatus, ...],
    change: Callable[[Connection, LockedConversation], Change],
) -> Change:
    def use(connection: Connection) -> Change:
        seen = _find(connection, conversation_id)
        # Whoever changes a conversation's status holds its schedule row, so a second look is final.
        lock_conversations(connection, [conversation_id])
        found = _find(connection, conversation_id)
        if found.status is not seen.status:
            raise overtaken("conversation", conversation_id, found.status)
        if found.status not in needs:
            raise wrong_state("conversation", conversation_id, found.status, needs)
        return change(connection, found)

    return database.write(use)


def _find(connection: Connection, conversation_id: int) -> LockedConversation:
    query = select(conversations.c.status, conversations.c.reason).where(conversations.c.id == conversation_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise there_is_no("conversation", conversation_id)
    return LockedConversation(id=conversation_id, status=ConversationStatus(row.status), reason=row.reason)


def _cancel(
    connection: Connection,
    database: Database,
    conversation_id: int,
    reason: str,
    actor: str,
    channels: WaysBack,
) -> tuple[int, ...]:
    queued = select(turns.c.id).where(
        turns.c.conversation_id == conversation_id, turns.c.status == str(TurnStatus.QUEUED)
    )
    found = locked_turns(connection, connection.execute(queued).scalars().all())
    # A mark that came in between made one of them `sending`.
    rows = [row for row in found if row.status is TurnStatus.QUEUED]
    apply(connection, database, cancelling(reason), rows, actor=actor, channels=channels)
    return tuple(row.id for row in rows)


def _changed(found: LockedConversation, after: ConversationStatus, cancelled: tuple[int, ...] = ()) -> Change:
    """The change; ``cancelled`` are the ids of its turns that will not be sent."""
    return Change(noun="conversation", id=found.id, before=found.status, after=after, detail={"cancelled": cancelled})


def _audit(connection: Connection, change: Change, action: str, actor: str, more: Mapping[str, Any]) -> None:
    cancelled = len(change.detail["cancelled"])
    detail = {"from": change.before, "to": change.after, "reason": None, "cancelled": cancelled, **more}
    note(connection, actor, action, [f"conversation:{change.id}"], detail)


def _within(field: str, text: str, most: int) -> str:
    """The text without surrounding white space; raises :class:`InvalidInput` if there is none, or too much."""
    text = text.strip()
    if not 0 < len(text) <= most:
        raise InvalidInput(field, f"1 to {most:,} characters", f"{len(text):,}")
    return text


def _refuse_doubt(connection: Connection, found: LockedConversation) -> None:
    """A conversation that went to a person over a turn in doubt would go straight back to them."""
    if found.reason != "unknown_outcome":
        return
    doubted = select(turns.c.id).where(turns.c.conversation_id == found.id, turns.c.status == str(TurnStatus.UNKNOWN))
    turn_id = connection.execute(doubted.order_by(turns.c.position).limit(1)).scalar_one_or_none()
    if turn_id is not None:
        fact = f"conversation {found.id} was handed off because turn {turn_id} is unknown"
        beside = {"turn_id": turn_id}
        raise WrongState(fact, "conversation", found.id, found.status, because="unknown_turn", detail=beside)
