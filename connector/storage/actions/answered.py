"""Answered turns: what waits for the agent and a colleague has answered meanwhile is cancelled."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from connector.policy.replies import WaysBack
from connector.storage.actions.turns import apply, cancelling, locked_turns
from connector.storage.core.database import Database
from connector.storage.tables import conversations, events, joined, turns
from connector.values import KeyOrigin, TurnStatus

ANSWERED_BY_PERSON = "answered_by_person"
"""Why a turn is cancelled whose customer heard from a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ColleagueAnswer:
    """A colleague's mail in a conversation: the ids of the mails that it answers, and to whom it went."""

    source: str
    route: str
    key: str
    names: frozenset[str]
    people: frozenset[str]


def cancel_answered(
    connection: Connection, database: Database, answers: Sequence[ColleagueAnswer], *, actor: str, channels: WaysBack
) -> int:
    """Cancel the queued turns whose mails these answers name; returns how many.

    One that is being sent goes on, and so does one that holds a message which the answer does not name.
    """
    cancelled = 0
    for answer in answers:
        found = _waiting(connection, answer)
        rows = [row for row in locked_turns(connection, found) if row.status is TurnStatus.QUEUED] if found else []
        more = _with_others(connection, [row.id for row in rows], answer.names) if rows else set()
        rows = [row for row in rows if row.id not in more]
        cancelled += len(
            apply(connection, database, cancelling(ANSWERED_BY_PERSON), rows, actor=actor, channels=channels)
        )
    return cancelled


def _waiting(connection: Connection, answer: ColleagueAnswer) -> list[int]:
    """The queued turns of the conversation whose own mail is named, and was written by somebody whom it answers."""
    query = (
        select(turns.c.id, events.c.customer)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(events, events.c.id == turns.c.id)
        .where(
            conversations.c.route == answer.route,
            conversations.c.origin == str(KeyOrigin.MAIL),
            conversations.c.key == answer.key,
            turns.c.status == str(TurnStatus.QUEUED),
            events.c.source == answer.source,
            events.c.external_id.in_(sorted(answer.names)),
        )
    )
    return [row.id for row in connection.execute(query) if _email(row.customer) in answer.people]


def _email(customer: str | None) -> str:
    return str(json.loads(customer or "{}").get("email") or "").casefold()


def _with_others(connection: Connection, turn_ids: Collection[int], names: frozenset[str]) -> set[int]:
    """Those of these turns to which a message was joined that is not named."""
    query = (
        select(joined.c.turn_id)
        .join(events, events.c.id == joined.c.event_id)
        .where(joined.c.turn_id.in_(turn_ids), events.c.external_id.not_in(sorted(names)))
    )
    return set(connection.execute(query).scalars())
