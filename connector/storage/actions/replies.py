"""Operators' actions on replies: retry, resolve, cancel, approve, reject."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from connector.errors import InvalidInput, WrongState
from connector.policy.replies import DRAFT
from connector.storage.actions.base import overtaken, there_is_no, wrong_state
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.queue.schedule import lock_conversations
from connector.storage.queue.work_items import anew
from connector.storage.reply.overtaken import CLOSED, HANDED_OFF, OVERTAKEN, newer_turn, why_not
from connector.storage.tables import replies
from connector.values import Change, ReplyStatus

REJECTED = "rejected"
"""Why a draft was cancelled that a person refused."""

_STALE = (OVERTAKEN, HANDED_OFF, CLOSED)
"""Why a draft is stopped by itself; a person may send it all the same."""
LONGEST_TEXT = 100_000
"""Code points of a text that a person has written."""

_RESOLUTIONS = {
    "delivered": ReplyStatus.DELIVERED,
    "resend": ReplyStatus.QUEUED,
    "failed": ReplyStatus.FAILED,
}


def retry_reply(database: Database, reply_id: int, *, actor: str) -> Change:
    """Queue a failed reply again, or one that was cancelled: that one leaves whatever has happened since.

    Raises :class:`NotFound`, :class:`WrongState`, :class:`Overtaken` (:mod:`connector.errors`).
    """
    needs = (ReplyStatus.FAILED, ReplyStatus.CANCELLED)
    return _change_reply(database, reply_id, "retry", needs, ReplyStatus.QUEUED, actor)


def resolve_reply(database: Database, reply_id: int, as_: str, *, actor: str) -> Change:
    """Settle a reply in doubt: ``delivered``, ``resend`` or ``failed``.

    Raises what :func:`retry_reply` does, and :class:`connector.errors.InvalidInput`.
    """
    if as_ not in _RESOLUTIONS:
        raise InvalidInput("as", "delivered, resend or failed", repr(as_))
    return _change_reply(database, reply_id, "resolve", (ReplyStatus.UNKNOWN,), _RESOLUTIONS[as_], actor)


def cancel_reply(database: Database, reply_id: int, *, actor: str) -> Change:
    """Take back a reply that waits or is a draft. Raises what :func:`retry_reply` does."""
    needs = (ReplyStatus.QUEUED, ReplyStatus.DRAFT)
    return _change_reply(database, reply_id, "cancel", needs, ReplyStatus.CANCELLED, actor)


def approve_reply(
    database: Database, reply_id: int, *, actor: str, anyway: bool = False, text: str | None = None
) -> Change:
    """Let a draft leave. It is looked at once more, and refused if the conversation has moved on since.

    ``anyway`` sends it all the same. ``text`` takes the place of what the agent wrote, which the turn keeps. Raises
    what :func:`retry_reply` does, and :class:`connector.errors.InvalidInput`.
    """
    edit = None if text is None else _edit(text)

    def use(connection: Connection) -> Change:
        row = _held(connection, reply_id, (ReplyStatus.DRAFT, ReplyStatus.CANCELLED))
        why: str | None
        if row.status == ReplyStatus.CANCELLED:
            why = _why_withdrawn(row)
        else:
            why = connection.execute(select(why_not()).where(replies.c.id == reply_id)).scalar_one()
        if why is not None and not anyway:
            newer = newer_turn(connection, reply_id)
            by = f" by turn {newer}" if newer is not None and why == OVERTAKEN else ""
            message = f"the draft of reply {reply_id} is {why}{by}"
            needs = (ReplyStatus.DRAFT,)
            raise WrongState(message, "reply", reply_id, row.status, needs, "draft_stale", {"newer": newer})
        values = anew(ready_at=db_now()) | {"approved_by": clean(actor), "insisted": anyway, "not_before": None}
        if edit is not None and edit != (row.text or "").strip():
            values |= {"text": edit, "edited": True}
        more = {"edited": True} if row.edited or "edited" in values else {}
        return _become(connection, row, "approve", ReplyStatus.QUEUED, values, actor, more)

    return database.write(use)


def reject_reply(database: Database, reply_id: int, *, actor: str, reason: str | None = None) -> Change:
    """Refuse a draft: it never leaves. ``reason`` is kept in the audit. Raises what :func:`retry_reply` does."""

    def use(connection: Connection) -> Change:
        row = _held(connection, reply_id, (ReplyStatus.DRAFT,))
        values = {"status": str(ReplyStatus.CANCELLED), "reason": REJECTED, "ready_at": None}
        more = {"why": reason} if reason else {}
        return _become(connection, row, "reject", ReplyStatus.CANCELLED, values, actor, more)

    return database.write(use)


def _why_withdrawn(row: Row[Any]) -> str:
    """Why a draft was stopped by what came after it. Raises WrongState for any other cancelled reply."""
    if row.mode == DRAFT and row.reason in _STALE:
        return str(row.reason)
    raise wrong_state("reply", row.id, ReplyStatus(row.status), (ReplyStatus.DRAFT,))


def _edit(text: str) -> str:
    """What a person has written in the place of the agent's words. Raises InvalidInput if nothing can be read."""
    edit = str(clean(text)).strip()
    if not 0 < len(edit) <= LONGEST_TEXT:
        raise InvalidInput("text", f"1 to {LONGEST_TEXT:,} characters, not only white space", f"{len(edit):,}")
    return edit


def _change_reply(
    database: Database,
    reply_id: int,
    action: str,
    needs: tuple[ReplyStatus, ...],
    becomes: ReplyStatus,
    actor: str,
) -> Change:
    def use(connection: Connection) -> Change:
        row = _held(connection, reply_id, needs)
        values = dict(_reply_values(becomes))
        if ReplyStatus(row.status) is ReplyStatus.CANCELLED:
            values["insisted"] = True
        after = becomes
        if becomes is ReplyStatus.QUEUED and row.mode == DRAFT and row.approved_by is None:
            # A draft leaves when a person has approved it, and in no other way.
            after = ReplyStatus.DRAFT
            values |= {"status": str(after), "ready_at": None, "insisted": False}
        return _become(connection, row, action, after, {"status": str(after), **values}, actor)

    return database.write(use)


def _held(connection: Connection, reply_id: int, needs: tuple[ReplyStatus, ...]) -> Row[Any]:
    """The reply, locked after its conversation, in one of the states that the action needs."""
    owner = select(replies.c.conversation_id).where(replies.c.id == reply_id)
    conversation = connection.execute(owner).scalar_one_or_none()
    if conversation is not None:
        lock_conversations(connection, [conversation])
    row = _locked(connection, replies, reply_id, "reply")
    before = ReplyStatus(row.status)
    if before not in needs:
        raise wrong_state("reply", reply_id, before, needs)
    return row


def _become(
    connection: Connection,
    row: Row[Any],
    action: str,
    after: ReplyStatus,
    values: Mapping[str, Any],
    actor: str,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Change:
    before = ReplyStatus(row.status)
    connection.execute(update(replies).where(replies.c.id == row.id).values(dict(values)))
    said = {"from": before, "to": after, **more}
    note(connection, actor, action, [f"reply:{row.id}"], said)
    return Change(noun="reply", id=row.id, before=before, after=after, detail={"turn_id": row.turn_id})


def _reply_values(becomes: ReplyStatus) -> Mapping[str, Any]:
    match becomes:
        case ReplyStatus.QUEUED:
            return anew(ready_at=db_now()) | {"not_before": None}
        case ReplyStatus.DELIVERED:
            return {"reason": "operator", "owner": None, "ready_at": None, "delivered_at": db_now()}
        case _:
            return {"reason": "operator", "owner": None, "ready_at": None}


def _locked(connection: Connection, table: Table, row_id: int, noun: str) -> Row[Any]:
    """The row as it stands now, held until the end, unless it changed while we waited for it."""
    query = select(table).where(table.c.id == row_id)
    seen = connection.execute(query).one_or_none()
    if seen is None:
        raise there_is_no(noun, row_id)
    row = connection.execute(query.with_for_update()).one()
    if row.status != seen.status:
        raise overtaken(noun, row_id, row.status)
    return row
