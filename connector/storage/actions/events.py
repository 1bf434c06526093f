"""Operators' action on events: release of a message that was stopped, or kept as history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, func, null, select, update

from connector.errors import WrongState
from connector.storage.actions.base import note, overtaken, there_is_no, wrong_state
from connector.storage.conversations.followups import customer_wrote
from connector.storage.core.database import Database
from connector.storage.receive.events import Intake
from connector.storage.receive.rows import event_of
from connector.storage.tables import conversations, events, turns
from connector.values import Change, Event, EventStatus, TurnStatus

_NEEDS = (EventStatus.STOPPED, EventStatus.CONTEXT)
_later = events.alias("later")


def release_event(database: Database, intake: Intake, event_id: int, *, actor: str, anyway: bool = False) -> Change:
    """Make a turn of a message that was stopped, or kept as history, at the end of its conversation.

    Refused if a message that came after it was answered, unless ``anyway``: the agent would hear an old matter as news.
    Raises :class:`NotFound`, :class:`WrongState`, :class:`Overtaken` (:mod:`connector.errors`).
    """

    def use(connection: Connection) -> Change:
        row = _held(connection, event_id)
        event = event_of(row)
        _refuse_unfit(row, event, intake)
        if not anyway and (answered := _answered_after(connection, row, event)) is not None:
            message = f"turn {answered} of its conversation came after event {event_id} and was answered"
            raise WrongState(message, "event", event_id, row.status, _NEEDS, "answered_later", {"turn_id": answered})
        intake.add_turns(connection, [(event_id, event)], None, live=False)
        accepted = {"status": str(EventStatus.ACCEPTED), "reason": None, "text": null(), "context_by": null()}
        connection.execute(update(events).where(events.c.id == event_id).values(accepted))
        customer_wrote(connection, database, {event.home_key})
        said = {"from": row.status, "to": EventStatus.ACCEPTED, "reason": row.reason, "anyway": anyway}
        note(connection, actor, "release", [f"event:{event_id}", f"turn:{event_id}"], said)
        detail = {"turn_id": str(event_id), "conversation": event.conversation, "route": event.route}
        return Change(noun="event", id=event_id, before=row.status, after=EventStatus.ACCEPTED, detail=detail)

    return database.write(use)


def _held(connection: Connection, event_id: int) -> Row[Any]:
    """The event as it stands now, held before anything of its conversation is."""
    query = select(events).where(events.c.id == event_id)
    seen = connection.execute(query).one_or_none()
    if seen is None:
        raise there_is_no("event", event_id)
    if seen.status not in _NEEDS:
        raise wrong_state("event", event_id, seen.status, _NEEDS)
    row = connection.execute(query.with_for_update()).one()
    if row.status != seen.status:
        raise overtaken("event", event_id, row.status)
    return row


def _refuse_unfit(row: Row[Any], event: Event, intake: Intake) -> None:
    """What no turn can be made of: its route is gone, or there is nothing in it to send."""
    why = None
    if event.route not in intake.targets:
        why = f"its route {event.route} is not configured" if event.route else "it has no route"
    elif not event.conversation or not (event.text or "").strip():
        why = "there is no text in it to send"
    if why is not None:
        raise WrongState(f"event {row.id} cannot become a turn: {why}", "event", row.id, row.status, _NEEDS, "unfit")


def _answered_after(connection: Connection, row: Row[Any], event: Event) -> int | None:
    """The first answered turn of its conversation whose message is later, by its own time if both have one."""
    route, origin, key = event.home_key
    mine = and_(conversations.c.route == route, conversations.c.origin == origin, conversations.c.key == key)
    written = func.coalesce(_later.c.occurred_at, _later.c.received_at)
    query = (
        select(turns.c.id)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(_later, _later.c.id == turns.c.id)
        .where(mine, turns.c.status == str(TurnStatus.ANSWERED))
        .where(written > (row.occurred_at if row.occurred_at is not None else row.received_at))
        .order_by(turns.c.position)
        .limit(1)
    )
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found
