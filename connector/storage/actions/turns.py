"""Operators' actions on turns: retry a failed one (dead letter), resolve one in doubt, cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update

from connector.errors import InvalidInput, WrongState
from connector.policy.replies import WaysBack
from connector.storage.actions.base import operator, overtaken, there_is_no, wrong_state
from connector.storage.audit import note
from connector.storage.conversations.known_customers import make_known
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.queue.schedule import lock_conversations, lower_heads, release_doubt, reschedule
from connector.storage.reply.overtaken import revive
from connector.storage.reply.replies import queue_replies
from connector.storage.tables import conversations, trouble, turns
from connector.values import Change, ConversationStatus, TurnStatus


class Resolution(StrEnum):
    """What an operator says became of a turn in doubt; ``resend`` queues it again."""

    ANSWERED = "answered"
    RESEND = "resend"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnAction:
    """A change from ``needs`` to ``becomes``; ``answer`` is what the agent said, as far as the operator knows it."""

    name: str
    needs: TurnStatus
    becomes: TurnStatus
    answer: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedTurn:
    """A turn as it stands while its row and its conversation's are held; ``closed``: the conversation is."""

    id: int
    conversation_id: int
    position: int
    status: TurnStatus
    revision: int
    closed: bool


def retrying() -> TurnAction:
    """A failed turn is queued again."""
    return TurnAction(name="retry", needs=TurnStatus.FAILED, becomes=TurnStatus.QUEUED)


def cancelling(reason: str = "operator") -> TurnAction:
    """A queued turn is cancelled."""
    return TurnAction(name="cancel", needs=TurnStatus.QUEUED, becomes=TurnStatus.CANCELLED, reason=reason)


def resolving(as_: str, answer: str | None) -> TurnAction:
    """An unknown turn becomes what the operator says. Raises :class:`connector.errors.InvalidInput`."""
    try:
        resolution = Resolution(as_)
    except ValueError:
        raise InvalidInput("as", "answered, resend or failed", repr(as_)) from None
    if resolution is Resolution.ANSWERED and answer is None:
        raise InvalidInput("answer", f"what the agent answered, for {resolution}", "nothing")
    if resolution is not Resolution.ANSWERED and answer is not None:
        raise InvalidInput("answer", f"no answer with {resolution}", "one")
    becomes = {
        Resolution.ANSWERED: TurnStatus.ANSWERED,
        Resolution.RESEND: TurnStatus.QUEUED,
        Resolution.FAILED: TurnStatus.FAILED,
    }[resolution]
    return TurnAction(name="resolve", needs=TurnStatus.UNKNOWN, becomes=becomes, answer=answer)


def retry_turn(
    database: Database,
    turn_id: int,
    *,
    actor: str,
    channels: WaysBack,
    revision: int | None = None,
) -> Change:
    """Queue a failed turn again, at the place its position gives it; its tries and delays start anew.

    ``channels`` maps each route with a way back to its channel; ``revision`` is the one the operator looked at.
    Raises :class:`NotFound`, :class:`WrongState`, :class:`Overtaken` (:mod:`connector.errors`).
    """
    return change_one(database, retrying(), turn_id, actor=actor, channels=channels, revision=revision)


def resolve_turn(
    database: Database,
    turn_id: int,
    as_: str,
    answer: str | None = None,
    *,
    actor: str,
    channels: WaysBack,
    revision: int | None = None,
) -> Change:
    """Settle a turn in doubt: ``answered`` (with the answer), ``resend`` or ``failed``; its conversation goes on.

    Raises what :func:`retry_turn` does, and :class:`connector.errors.InvalidInput`.
    """
    action = resolving(as_, answer)
    return change_one(database, action, turn_id, actor=actor, channels=channels, revision=revision)


def cancel_turn(
    database: Database,
    turn_id: int,
    *,
    actor: str,
    channels: WaysBack,
    revision: int | None = None,
) -> Change:
    """Take back a turn that waits; one that is being sent cannot be. Raises what :func:`retry_turn` does."""
    return change_one(database, cancelling(), turn_id, actor=actor, channels=channels, revision=revision)


def change_one(
    database: Database,
    action: TurnAction,
    turn_id: int,
    *,
    actor: str,
    channels: WaysBack,
    revision: int | None,
) -> Change:
    """Apply ``action`` to one turn, or say why not."""

    def use(connection: Connection) -> Change:
        seen = connection.execute(select(turns.c.revision).where(turns.c.id == turn_id)).scalar_one_or_none()
        if seen is None:
            raise there_is_no("turn", turn_id)
        (row,) = locked_turns(connection, [turn_id])
        if row.revision != (seen if revision is None else revision):
            raise overtaken("turn", turn_id, row.status)
        if row.status is not action.needs:
            raise wrong_state("turn", turn_id, row.status, (action.needs,))
        if not possible(row, action):
            home = row.conversation_id
            fact = f"turn {turn_id} belongs to conversation {home}, which is closed, so it would never be sent"
            beside = {"conversation_id": home}
            raise WrongState(fact, "turn", turn_id, row.status, because="conversation_closed", detail=beside)
        (change,) = apply(connection, database, action, [row], actor=actor, channels=channels)
        return change

    return database.write(use)


def refuse_statuses(action: TurnAction, statuses: Sequence[TurnStatus]) -> None:
    """Raise :class:`connector.errors.WrongState` if a filter names a status that the action is not for."""
    for status in statuses:
        if status is not action.needs:
            fact = f"{action.name} is for {action.needs} turns, not {status} ones"
            raise WrongState(fact, "turns", "", status, (action.needs,))


def locked_turns(connection: Connection, turn_ids: Sequence[int]) -> list[LockedTurn]:
    """The turns as they stand now, in the order of their ids, held with their conversations until the end."""
    owners = select(turns.c.conversation_id).where(turns.c.id.in_(turn_ids)).distinct()
    lock_conversations(connection, connection.execute(owners).scalars().all())
    columns = (turns.c.id, turns.c.conversation_id, turns.c.position, turns.c.status, turns.c.revision)
    query = (
        select(*columns, conversations.c.status.label("conversation_status"))
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(turns.c.id.in_(turn_ids))
        .order_by(turns.c.id)
    )
    return [
        LockedTurn(
            id=row.id,
            conversation_id=row.conversation_id,
            position=row.position,
            status=TurnStatus(row.status),
            revision=row.revision,
            closed=row.conversation_status == ConversationStatus.CLOSED,
        )
        for row in connection.execute(query.with_for_update(of=turns))
    ]


def possible(row: LockedTurn, action: TurnAction) -> bool:
    """Whether the action makes sense where the turn stands: nothing is sent any more in a closed conversation."""
    return row.status is action.needs and not (row.closed and action.becomes is TurnStatus.QUEUED)


def apply(
    connection: Connection,
    database: Database,
    action: TurnAction,
    rows: Sequence[LockedTurn],
    *,
    actor: str,
    channels: WaysBack,
) -> list[Change]:
    """Change locked turns that are all in the status the action needs, and move their conversations on."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    owners = {row.conversation_id for row in rows}
    change = update(turns).where(turns.c.id.in_(ids)).values(revision=turns.c.revision + 1, **_values(action, actor))
    revisions = {row.id: row.revision for row in connection.execute(change.returning(turns.c.id, turns.c.revision))}
    _keep_trouble(connection, action, ids)
    if action.needs is TurnStatus.UNKNOWN:
        # Whether the provider counted the message is not known: the chat is read again before counts are trusted.
        change_chat = update(conversations).where(conversations.c.id.in_(owners))
        connection.execute(change_chat.values(baseline=None, changed_at=db_now()))
        release_doubt(connection, owners)
    if action.becomes is TurnStatus.QUEUED:
        lower_heads(connection, [(row.conversation_id, row.position) for row in rows])
    else:
        if not action.answer:
            revive(connection, owners)
        queue_replies(connection, database, channels, ids)
    if action.becomes is TurnStatus.ANSWERED:
        make_known(connection, owners)
    reschedule(connection, owners)
    note(connection, actor, action.name, [f"turn:{id_}" for id_ in ids], {"from": action.needs, "to": action.becomes})
    return [
        Change(
            noun="turn",
            id=row.id,
            before=action.needs,
            after=action.becomes,
            detail={"conversation_id": row.conversation_id, "revision": revisions[row.id]},
        )
        for row in rows
    ]


def _values(action: TurnAction, actor: str) -> dict[str, Any]:
    values: dict[str, Any] = {"status": str(action.becomes), "settled_by": operator(actor), "ended_at": db_now()}
    match action.becomes:
        case TurnStatus.QUEUED:
            # A retried turn is as new; of one in doubt it stays known who decided to send it again.
            decided = operator(actor) if action.needs is TurnStatus.UNKNOWN else None
            fresh: dict[str, Any] = {"reason": None, "tries": 0, "delays": 0, "tried_since": None}
            fresh |= {"due_at": db_now(), "ended_at": None}
            return values | fresh | {"settled_by": decided}
        case TurnStatus.ANSWERED:
            return values | {"reason": None, "answer": clean(action.answer)}
        case TurnStatus.CANCELLED:
            return values | {"reason": action.reason}
        case _:
            return values  # a failed turn keeps the reason of the doubt


def _keep_trouble(connection: Connection, action: TurnAction, ids: Sequence[int]) -> None:
    mine = trouble.c.turn_id.in_(ids)
    if action.becomes is TurnStatus.FAILED:
        connection.execute(update(trouble).where(mine).values(kind=str(action.becomes), since=db_now()))
    elif action.needs is not TurnStatus.QUEUED:
        connection.execute(trouble.delete().where(mine))
