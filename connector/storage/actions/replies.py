"""What an operator does to a reply on its way back, and to a message that is due later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from connector.errors import InvalidInput, NotFound, Overtaken, WrongState
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queue.work_items import anew
from connector.storage.tables import replies
from connector.values import ReplyStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyChange:
    """A reply after an operation."""

    reply_id: int
    turn_id: int
    before: ReplyStatus
    after: ReplyStatus


_REPLY_ADVICE = {
    ReplyStatus.DRAFT: "use `turnwire replies cancel {id}`",
    ReplyStatus.QUEUED: "`turnwire replies cancel {id}` takes it back",
    ReplyStatus.SENDING: "it is on its way and cannot be called back; wait for its outcome",
    ReplyStatus.DELIVERED: "nothing is left to do",
    ReplyStatus.UNKNOWN: "use `turnwire replies resolve {id} --as delivered|resend|failed`",
    ReplyStatus.FAILED: "use `turnwire replies retry {id}`",
    ReplyStatus.CANCELLED: "use `turnwire replies retry {id}` to deliver it all the same",
}

_RESOLUTIONS = {
    "delivered": ReplyStatus.DELIVERED,
    "resend": ReplyStatus.QUEUED,
    "failed": ReplyStatus.FAILED,
}


def retry_reply(database: Database, reply_id: int, *, actor: str) -> ReplyChange:
    """Queue a failed reply again, or one that was cancelled: that one leaves whatever has happened since.

    Raises :class:`NotFound`, :class:`WrongState`, :class:`Overtaken` (:mod:`connector.errors`).
    """
    needs = (ReplyStatus.FAILED, ReplyStatus.CANCELLED)
    return _change_reply(database, reply_id, "retry", needs, ReplyStatus.QUEUED, actor)


def resolve_reply(database: Database, reply_id: int, as_: str, *, actor: str) -> ReplyChange:
    """Settle a reply in doubt: ``delivered``, ``resend`` or ``failed``.

    Raises what :func:`retry_reply` does, and :class:`connector.errors.InvalidInput`.
    """
    if as_ not in _RESOLUTIONS:
        raise InvalidInput("as", "delivered, resend or failed", repr(as_))
    return _change_reply(database, reply_id, "resolve", (ReplyStatus.UNKNOWN,), _RESOLUTIONS[as_], actor)


def cancel_reply(database: Database, reply_id: int, *, actor: str) -> ReplyChange:
    """Take back a reply that waits or is a draft. Raises what :func:`retry_reply` does."""
    needs = (ReplyStatus.QUEUED, ReplyStatus.DRAFT)
    return _change_reply(database, reply_id, "cancel", needs, ReplyStatus.CANCELLED, actor)


def _change_reply(
    database: Database,
    reply_id: int,
    action: str,
    needs: tuple[ReplyStatus, ...],
    becomes: ReplyStatus,
    actor: str,
) -> ReplyChange:
    def use(connection: Connection) -> ReplyChange:
        row = _locked(connection, replies, reply_id, "reply", f"turnwire replies show {reply_id}")
        before = ReplyStatus(row.status)
        if before not in needs:
            advice = _REPLY_ADVICE[before].format(id=reply_id)
            raise WrongState(f"reply {reply_id} is {before}, not {' or '.join(needs)}: {advice}")
        mine = update(replies).where(replies.c.id == reply_id)
        if before is ReplyStatus.CANCELLED:
            connection.execute(mine.values(insisted=True))
        connection.execute(mine.values({"status": str(becomes), **_reply_values(becomes)}))
        note(connection, actor, action, [f"reply:{reply_id}"], {"from": before, "to": becomes})
        return ReplyChange(reply_id=reply_id, turn_id=row.turn_id, before=before, after=becomes)

    return database.write(use)


def _reply_values(becomes: ReplyStatus) -> Mapping[str, Any]:
    match becomes:
        case ReplyStatus.QUEUED:
            return anew()
        case ReplyStatus.DELIVERED:
            return {"reason": "operator", "ready_at": None, "delivered_at": db_now()}
        case _:
            return {"reason": "operator", "ready_at": None}


def _locked(connection: Connection, table: Table, row_id: int, noun: str, look: str) -> Row[Any]:
    """The row as it stands now, held until the end, unless it changed while we waited for it."""
    query = select(table).where(table.c.id == row_id)
    seen = connection.execute(query).one_or_none()
    if seen is None:
        raise NotFound(f"there is no {noun} {row_id}")
    row = connection.execute(query.with_for_update()).one()
    if row.status != seen.status:
        raise Overtaken(f"{noun} {row_id} was changed by somebody else and is {row.status} now: see `{look}`")
    return row
