"""Overtaken answers: the check, just before one leaves, whether the customer wrote again or a person took over.

An answer that nobody should see any more is stopped, with the reason, and revived when the later message for whose
sake it was stopped ends without an answer. Messages about turns (failed, unknown, cancelled) are not answers and leave
whatever happened since; so does what was delivered before and is only delivered once more, and what an operator insists
on.

A draft waits in no queue, so whatever overtakes it stops it at once; a public answer to its source that a person's
taking over stops becomes a draft, for that person to use.

Stopping and reviving both hold the conversation's row in ``schedule``, which whoever ends a turn or changes a
conversation holds too: so no answer is stopped for the sake of a turn that has just failed. Lock order: that row first,
then replies.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, literal, not_, or_, select, update

from connector.policy.replies import DRAFT, PUBLIC
from connector.storage.queue.schedule import lock_conversations
from connector.storage.queue.work_items import anew
from connector.storage.tables import conversations, replies, turns
from connector.values import OPEN, ConversationStatus, ReplyStatus, TurnStatus

OVERTAKEN = "overtaken"
HANDED_OFF = "handed_off"
CLOSED = "conversation_closed"
_BLANK = " \t\r\n"
_BY_PERSON = "answered_by_person"
_NOT_OURS = "other_session"
# As literals, word for word as the index has them: a plan for unknown values could not use it.
_STOPPED = or_(
    *(
        replies.c.status == literal(str(status), literal_execute=True)
        for status in (ReplyStatus.CANCELLED, ReplyStatus.DRAFT)
    )
)

LEAVING = and_(
    replies.c.mode.is_not(None),
    or_(
        *(
            replies.c.status == literal(str(status), literal_execute=True)
            for status in (ReplyStatus.QUEUED, ReplyStatus.SENDING)
        )
    ),
)
"""Answers to a source that wait or are being delivered, word for word as their index has it."""

_mine = turns.alias("mine")
_later = turns.alias("later")


def has_words(answer: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether an answer says anything."""
    return func.trim(func.coalesce(answer, ""), _BLANK) != ""


def _serves() -> ColumnElement[bool]:
    """Whether the later turn's answer is one to this turn's message too.

    It is while it may still get one, and if it got one, from the agent or a person, after this turn had ended: an
    earlier one cannot have heard of it, as after a retry.
    """
    answered = and_(_later.c.status == str(TurnStatus.ANSWERED), has_words(_later.c.answer))
    by_person = and_(_later.c.status == str(TurnStatus.CANCELLED), _later.c.reason == _BY_PERSON)
    return or_(
        _later.c.status.in_(OPEN),
        and_(or_(answered, by_person), _later.c.ended_at >= _mine.c.ended_at),
    )


def _overtaken() -> ColumnElement[bool]:
    """Whether the turn ``mine`` has a later one that serves both; a follow-up's was written by no customer."""
    follows = and_(
        _later.c.conversation_id == _mine.c.conversation_id,
        _later.c.position > _mine.c.position,
        _later.c.followup_id.is_(None),
    )
    return exists(select(_later.c.id).where(follows, _serves())).correlate(_mine)


def why_not(routes: Collection[str] | None = None) -> ColumnElement[Any]:
    """Why the reply of a row of ``replies`` must not leave, as an expression; NULL if it may.

    ``routes`` are those whose answers yield; None: all. An answer that itself handed its conversation over (its turn
    has a reason then) is what the customer should read now; but for one that came under another chat's name.
    """
    taken_over = and_(
        conversations.c.status == str(ConversationStatus.HANDED_OFF),
        or_(_mine.c.reason.is_(None), _mine.c.reason == _NOT_OURS),
    )
    why = case(
        (conversations.c.status == str(ConversationStatus.CLOSED), CLOSED),
        (taken_over, HANDED_OFF),
        (_overtaken(), OVERTAKEN),
    )
    return (
        select(why)
        .select_from(_mine)
        .join(conversations, conversations.c.id == _mine.c.conversation_id)
        .where(
            _mine.c.id == replies.c.turn_id,
            replies.c.turn_status == str(TurnStatus.ANSWERED),
            replies.c.status.in_([str(ReplyStatus.QUEUED), str(ReplyStatus.DRAFT)]),
            replies.c.unclear_at.is_(None),
            replies.c.delivered_at.is_(None),
            not_(replies.c.insisted),
            *(() if routes is None else (conversations.c.route.in_(sorted(routes)),)),
        )
        .correlate(replies)
        .scalar_subquery()
    )


def newer_turn(connection: Connection, reply_id: int) -> int | None:
    """The id of the first later turn that overtakes the answer of this reply."""
    query = (
        select(_later.c.id)
        .join(_mine, _mine.c.conversation_id == _later.c.conversation_id)
        .join(replies, replies.c.turn_id == _mine.c.id)
        .where(replies.c.id == reply_id, _later.c.position > _mine.c.position)
        .where(_later.c.followup_id.is_(None), _serves())
        .order_by(_later.c.position)
        .limit(1)
    )
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found


def stop(connection: Connection, stale: Sequence[Row[Any]], yielding: Collection[str]) -> int:
    """Stop replies (``id``, ``conversation_id``) that must not leave, if that is still so; returns how many.

    ``yielding`` are the routes whose answers yield. A conversation that somebody else is changing is passed over: its
    reply stays queued, and is looked at again.
    """
    held = lock_conversations(connection, [row.conversation_id for row in stale], skip_locked=True)
    mine = [row.id for row in stale if row.conversation_id in held]
    if not mine:
        return 0
    return _stop(connection, mine, why_not(yielding))


def _stop(connection: Connection, ids: Collection[int], why: ColumnElement[Any]) -> int:
    change = update(replies).where(replies.c.id.in_(ids), replies.c.ready_at.is_not(None), why.is_not(None))
    kept = and_(replies.c.mode.is_not_distinct_from(PUBLIC), replies.c.approved_by.is_(None), why == HANDED_OFF)
    status = case((kept, str(ReplyStatus.DRAFT)), else_=str(ReplyStatus.CANCELLED))
    mode = case((kept, DRAFT), else_=replies.c.mode)
    return connection.execute(change.values(status=status, mode=mode, reason=why, ready_at=None)).rowcount


def withdraw(connection: Connection, conversation_ids: Collection[int], *, queued: bool) -> None:
    """Stop the drafts of these conversations that what has just happened there overtakes.

    ``queued``: also their answers to a source that wait, for their time or for another try: answers yield there. One
    that is being claimed in this moment leaves. The conversations' schedule rows are locked.
    """
    if not conversation_ids:
        return
    why, mine = why_not(), replies.c.conversation_id.in_(sorted(set(conversation_ids)))
    drafts = update(replies).where(mine, _STOPPED, replies.c.status == str(ReplyStatus.DRAFT), why.is_not(None))
    connection.execute(drafts.values(status=str(ReplyStatus.CANCELLED), reason=why))
    if not queued:
        return
    waiting = select(replies.c.id).where(mine, LEAVING, replies.c.status == str(ReplyStatus.QUEUED), why.is_not(None))
    ids = connection.execute(waiting.with_for_update(key_share=True, skip_locked=True)).scalars().all()
    if ids:
        _stop(connection, ids, why)


def waits_for_older() -> ColumnElement[bool]:
    """Whether an older answer of its conversation to a source waits or is being delivered."""
    older = replies.alias("older")
    leaving = or_(
        *(
            older.c.status == literal(str(status), literal_execute=True)
            for status in (ReplyStatus.QUEUED, ReplyStatus.SENDING)
        )
    )
    return exists(
        select(older.c.id).where(
            older.c.conversation_id == replies.c.conversation_id,
            older.c.mode.is_not(None),
            leaving,
            older.c.position < replies.c.position,
        )
    ).correlate(replies)


def stale_before(connection: Connection, conversation_ids: Collection[int], yielding: Collection[str]) -> list[Any]:
    """The answers to sources in these conversations that wait and must not leave (``id``, ``conversation_id``)."""
    if not conversation_ids:
        return []
    waiting = (
        replies.c.conversation_id.in_(sorted(set(conversation_ids))),
        LEAVING,
        replies.c.status == str(ReplyStatus.QUEUED),
        replies.c.ready_at.is_not(None),
        why_not(yielding).is_not(None),
    )
    return list(connection.execute(select(replies.c.id, replies.c.conversation_id).where(*waiting)).all())


def serve(connection: Connection, left: Collection[tuple[int, int]]) -> None:
    """Stop the drafts of older turns: of these (conversation, position) a newer answer is leaving."""
    for conversation_id, position in sorted(left):
        older = (
            replies.c.conversation_id == conversation_id,
            _STOPPED,
            replies.c.status == str(ReplyStatus.DRAFT),
            replies.c.position < position,
        )
        connection.execute(update(replies).where(*older).values(status=str(ReplyStatus.CANCELLED), reason=OVERTAKEN))


def revive(connection: Connection, conversation_ids: Collection[int]) -> int:
    """Queue again the answers that were stopped for a later turn, where none serves both any more; returns how many.

    The schedule rows of these conversations are locked.
    """
    served = exists(select(_mine.c.id).where(_mine.c.id == replies.c.turn_id, _overtaken())).correlate(replies)
    return _queue(connection, conversation_ids, OVERTAKEN, ~served)


def give_back(connection: Connection, conversation_ids: Collection[int]) -> int:
    """Queue again the answers that were stopped because a person had the conversation; returns how many."""
    return _queue(connection, conversation_ids, HANDED_OFF)


def _queue(connection: Connection, conversation_ids: Collection[int], reason: str, *where: ColumnElement[bool]) -> int:
    """What was queued is queued again; what was a draft that nobody has approved is a draft again."""
    stopped = (
        replies.c.conversation_id.in_(sorted(set(conversation_ids))),
        _STOPPED,
        replies.c.status == str(ReplyStatus.CANCELLED),
        replies.c.reason == reason,
    )
    unapproved = and_(replies.c.mode.is_not_distinct_from(DRAFT), replies.c.approved_by.is_(None))
    drafts = update(replies).where(*stopped, unapproved, *where)
    revived = connection.execute(drafts.values(status=str(ReplyStatus.DRAFT), reason=None, ready_at=None)).rowcount
    return (
        revived + connection.execute(update(replies).where(*stopped, not_(unapproved), *where).values(anew())).rowcount
    )
