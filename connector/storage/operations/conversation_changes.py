"""What an operator does to a conversation: hand it to a person, give it back to the agent, close it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from connector import brakes
from connector.errors import NotFound, Overtaken, WrongState
from connector.storage.braking import forgive
from connector.storage.followups import cancel_followups
from connector.storage.leaving import give_back
from connector.storage.models import conversations, schedule, turns
from connector.storage.operations.base import lock_conversations, note, reschedule
from connector.storage.operations.turn_changes import apply, cancelling, locked_turns
from connector.storage.session import Database, clean, db_now
from connector.storage.views.rendering import NOTHING
from connector.values import ConversationStatus, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversationChange:
    """A conversation after an operation; ``cancelled`` are the ids of its turns that will not be sent."""

    conversation_id: int
    before: ConversationStatus
    after: ConversationStatus
    cancelled: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A conversation as it stands while its schedule row is held."""

    id: int
    status: ConversationStatus
    reason: str | None


_ADVICE = {
    ConversationStatus.OPEN: "`turnwire conversations hand-off {id}` gives it to a person",
    ConversationStatus.HANDED_OFF: "`turnwire conversations resume {id}` gives it back to the agent",
    ConversationStatus.CLOSED: "the customer's next message opens it again",
}


def hand_off_conversation(
    database: Database, conversation_id: int, reason: str = "operator", *, actor: str
) -> ConversationChange:
    """Give an open conversation to a person: its turns wait; one that is being sent finishes.

    Its follow-ups are cancelled.

    Raises :class:`NotFound`, :class:`WrongState`, :class:`Overtaken` (:mod:`connector.errors`).
    """

    def use(connection: Connection, found: Found) -> ConversationChange:
        _hold(connection, found.id, ConversationStatus.HANDED_OFF)
        cancel_followups(connection, [found.id], str(ConversationStatus.HANDED_OFF))
        return _become(connection, found, ConversationStatus.HANDED_OFF, "hand_off", actor, reason=reason)

    return _change(database, conversation_id, (ConversationStatus.OPEN,), use)


def resume_conversation(
    database: Database,
    conversation_id: int,
    *,
    actor: str,
    answer_waiting: bool = False,
    channels: Mapping[str, str] = NOTHING,
) -> ConversationChange:
    """Give a conversation back to the agent. Raises what :func:`hand_off_conversation` does.

    The turns that waited are cancelled as ``answered_by_person``, or sent with ``answer_waiting``, which also delivers
    the agent's answers that the hand-off held back. ``channels`` maps
    each route with a way back to its channel.
    """

    def use(connection: Connection, found: Found) -> ConversationChange:
        _refuse_doubt(connection, found)
        if found.reason in brakes.REASONS:
            forgive(connection, found.id)
        _hold(connection, found.id, None)
        waiting: tuple[int, ...] = ()
        if answer_waiting:
            give_back(connection, [found.id])
        else:
            waiting = _cancel(connection, database, found.id, "answered_by_person", actor, channels)
        reschedule(connection, [found.id])
        return _become(connection, found, ConversationStatus.OPEN, "resume", actor, cancelled=waiting)

    return _change(database, conversation_id, (ConversationStatus.HANDED_OFF,), use)


def close_conversation(
    database: Database, conversation_id: int, *, actor: str, channels: Mapping[str, str] = NOTHING
) -> ConversationChange:
    """End a conversation: what waits is cancelled as ``conversation_closed``; one that is being sent finishes.

    So are its follow-ups, as ``closed``.

    Raises what :func:`hand_off_conversation` does. ``channels`` as for :func:`resume_conversation`.
    """

    def use(connection: Connection, found: Found) -> ConversationChange:
        _hold(connection, found.id, ConversationStatus.CLOSED)
        cancel_followups(connection, [found.id], str(ConversationStatus.CLOSED))
        waiting = _cancel(connection, database, found.id, "conversation_closed", actor, channels)
        return _become(connection, found, ConversationStatus.CLOSED, "close", actor, cancelled=waiting)

    return _change(database, conversation_id, (ConversationStatus.OPEN, ConversationStatus.HANDED_OFF), use)


def _change(
    database: Database,
    conversation_id: int,
    needs: tuple[ConversationStatus, ...],
    change: Callable[[Connection, Found], ConversationChange],
) -> ConversationChange:
    def use(connection: Connection) -> ConversationChange:
        seen = _find(connection, conversation_id)
        # Whoever changes a conversation's status holds its schedule row, so a second look is final.
        lock_conversations(connection, [conversation_id])
        found = _find(connection, conversation_id)
        if found.status is not seen.status:
            raise Overtaken(
                f"conversation {conversation_id} was changed by somebody else and is {found.status} now: "
                f"look again with `turnwire conversations show {conversation_id}`"
            )
        if found.status not in needs:
            advice = _ADVICE[found.status].format(id=conversation_id)
            raise WrongState(f"conversation {conversation_id} is {found.status}, not {' or '.join(needs)}: {advice}")
        return change(connection, found)

    return database.write(use)


def _find(connection: Connection, conversation_id: int) -> Found:
    query = select(conversations.c.status, conversations.c.reason).where(conversations.c.id == conversation_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return Found(id=conversation_id, status=ConversationStatus(row.status), reason=row.reason)


def _hold(connection: Connection, conversation_id: int, why: ConversationStatus | None) -> None:
    held = update(schedule).where(schedule.c.conversation_id == conversation_id)
    connection.execute(held.values(held=why and str(why), ready_at=None))


def _cancel(
    connection: Connection,
    database: Database,
    conversation_id: int,
    reason: str,
    actor: str,
    channels: Mapping[str, str],
) -> tuple[int, ...]:
    queued = select(turns.c.id).where(
        turns.c.conversation_id == conversation_id, turns.c.status == str(TurnStatus.QUEUED)
    )
    found = locked_turns(connection, connection.execute(queued).scalars().all())
    # A mark that came in between made one of them `sending`.
    rows = [row for row in found if row.status is TurnStatus.QUEUED]
    changes = apply(connection, database, cancelling(reason), rows, actor=actor, channels=channels)
    return tuple(change.turn_id for change in changes)


def _become(
    connection: Connection,
    found: Found,
    status: ConversationStatus,
    action: str,
    actor: str,
    *,
    reason: str | None = None,
    cancelled: tuple[int, ...] = (),
) -> ConversationChange:
    mine = conversations.c.id == found.id
    values = {"status": str(status), "reason": clean(reason), "changed_at": db_now()}
    connection.execute(update(conversations).where(mine).values(values))
    detail = {"from": found.status, "to": status, "reason": reason, "cancelled": len(cancelled)}
    note(connection, actor, action, [f"conversation:{found.id}"], detail)
    return ConversationChange(conversation_id=found.id, before=found.status, after=status, cancelled=cancelled)


def _refuse_doubt(connection: Connection, found: Found) -> None:
    """A conversation that went to a person over a turn in doubt would go straight back to them."""
    if found.reason != "unknown_outcome":
        return
    doubted = select(turns.c.id).where(turns.c.conversation_id == found.id, turns.c.status == str(TurnStatus.UNKNOWN))
    turn_id = connection.execute(doubted.order_by(turns.c.position).limit(1)).scalar_one_or_none()
    if turn_id is not None:
        raise WrongState(
            f"conversation {found.id} was handed off because turn {turn_id} is unknown: "
            f"first use `turnwire turns resolve {turn_id} --as answered|resend|failed`"
        )
