"""Alarms: what somebody should look at now, as facts; each program says them in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, literal, null, select

from connector.policy.brakes import CONVERSATION, CUSTOMER, OUT, REASONS, SOURCE
from connector.policy.gate import GateReason
from connector.policy.replies import ALARM_AFTER
from connector.storage.conversations import outbox
from connector.storage.conversations.followups import WAITING
from connector.storage.core.statements import db_now
from connector.storage.queries.endpoints import waiting_replies
from connector.storage.queries.live import AccountState, WorkerState
from connector.storage.queries.rendering import moment
from connector.storage.sources.states import all_states
from connector.storage.tables import (
    attempts,
    conflicts,
    conversations,
    endpoints,
    events,
    oauth_tokens,
    replies,
    routes,
    trouble,
    turns,
)
from connector.storage.tables import followups as followup_table
from connector.values import (
    ConversationStatus,
    EventStatus,
    FollowupStatus,
    OutboxStatus,
    Outcome,
    ReplyStatus,
    TurnStatus,
)

SILENT = 30_000
"""Milliseconds without a look for work after which a live worker is reported."""

_ALARMING = frozenset({GateReason.CREDENTIALS, GateReason.CREDIT, GateReason.OPERATOR, GateReason.FAILING})
"""Why an account is closed that somebody should look at; a busy one is merely told to slow down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One thing to look at, as facts; what does not belong to this ``name`` is left empty.

    ``noun`` and ``id`` say what it is about, ``status`` in which rows of that noun. ``reason`` and ``detail`` are the
    row's own. ``number`` counts them, ``waiting`` what waits behind, for ``seconds`` at most, or ``since`` a moment.
    """

    name: str
    noun: str
    id: str = ""
    status: str = ""
    reason: str | None = None
    detail: str | None = None
    number: int = 0
    waiting: int = 0
    seconds: int = 0
    since: str | None = None


def account_alarms(states: Iterable[AccountState]) -> list[Alarm]:
    """Closed accounts, but for those that are merely told to slow down."""
    return [
        Alarm(name="account_closed", noun="account", id=state.name, reason=state.reason, detail=state.detail)
        for state in states
        if state.reason in _ALARMING
    ]


def route_alarms(connection: Connection) -> list[Alarm]:
    """Paused routes; one that its own configuration paused needs mending first."""
    paused = select(routes.c.name, routes.c.reason, routes.c.detail).where(routes.c.paused).order_by(routes.c.name)
    return [
        Alarm(name="route_paused", noun="route", id=row.name, reason=row.reason, detail=row.detail)
        for row in connection.execute(paused)
    ]


def source_alarms(connection: Connection) -> list[Alarm]:
    """Sources whose OAuth grant is gone."""
    closed = select(oauth_tokens).where(oauth_tokens.c.closed_reason.is_not(None)).order_by(oauth_tokens.c.source)
    return [
        Alarm(name="source_closed", noun="source", id=row.source, reason=row.closed_reason, since=moment(row.closed_at))
        for row in connection.execute(closed)
    ]


_CLOSE = (CUSTOMER, CONVERSATION)
"""Brakes that are about the conversation or its customer, and told together."""


def brake_alarms(connection: Connection) -> list[Alarm]:
    """Routes whose brakes gave conversations to a person, or hold answers back: more came than customers write."""
    handed_off = str(ConversationStatus.HANDED_OFF)
    waiting = (conversations.c.status == handed_off, conversations.c.reason.in_(REASONS))
    why = case((conversations.c.reason.in_(_CLOSE), null()), else_=conversations.c.reason)
    source = case((conversations.c.reason == SOURCE, func.coalesce(events.c.source_name, events.c.source)))
    # The turn at which the brake stopped it says which source brought too much.
    last = and_(turns.c.conversation_id == conversations.c.id, turns.c.position == conversations.c.braked_at)
    braked = (
        select(conversations.c.route, why.label("why"), source.label("source"))
        .select_from(conversations)
        .outerjoin(turns, last)
        .outerjoin(events, events.c.id == turns.c.id)
        .where(*waiting)
        .subquery()
    )
    each = (braked.c.route, braked.c.why, braked.c.source)
    query = select(*each, func.count().label("n")).group_by(*each).order_by(*each)
    found = [
        Alarm(name="braked", noun="route", id=r.route, status=handed_off, reason=r.why, detail=r.source, number=r.n)
        for r in connection.execute(query)
    ]
    return found + _held_answers(connection)


def _held_answers(connection: Connection) -> list[Alarm]:
    """Routes from which more answers would have left by mail than they may."""
    draft = literal(str(ReplyStatus.DRAFT), literal_execute=True)
    query = (
        select(conversations.c.route, func.count().label("n"))
        .join(replies, replies.c.conversation_id == conversations.c.id)
        .where(replies.c.status == draft, replies.c.reason == OUT)
        .group_by(conversations.c.route)
        .order_by(conversations.c.route)
    )
    status = str(ReplyStatus.DRAFT)
    return [
        Alarm(name="braked_answers", noun="reply", id=row.route, status=status, number=row.n)
        for row in connection.execute(query)
    ]


def unreachable_alarms(connection: Connection) -> list[Alarm]:
    """Accounts with turns that got no connection at their last try; they are tried again, but somebody may help."""
    last = and_(attempts.c.turn_id == turns.c.id, attempts.c.number == turns.c.attempts)
    query = (
        select(conversations.c.account, func.count().label("n"), func.max(attempts.c.error).label("error"))
        .select_from(turns)
        .join(attempts, last)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(turns.c.status == str(TurnStatus.QUEUED), turns.c.delays > 0)
        .where(attempts.c.outcome == str(Outcome.NOT_SENT))
        .group_by(conversations.c.account)
        .order_by(conversations.c.account)
    )
    return [
        Alarm(name="account_unreachable", noun="account", id=row.account, detail=row.error, waiting=row.n)
        for row in connection.execute(query)
    ]


def turn_alarms(connection: Connection) -> list[Alarm]:
    """Turns that wait for a person, and how many wait behind those in doubt."""
    by_kind = select(trouble.c.kind, func.count().label("n")).group_by(trouble.c.kind)
    numbers = {row.kind: int(row.n) for row in connection.execute(by_kind)}
    found = []
    if unknown := numbers.get(TurnStatus.UNKNOWN, 0):
        held = select(trouble.c.conversation_id).where(trouble.c.kind == str(TurnStatus.UNKNOWN))
        behind = select(func.count()).where(turns.c.conversation_id.in_(held), turns.c.status == str(TurnStatus.QUEUED))
        waiting = int(connection.execute(behind).scalar_one())
        status = str(TurnStatus.UNKNOWN)
        found.append(Alarm(name="unknown_turns", noun="turn", status=status, number=unknown, waiting=waiting))
    if failed := numbers.get(TurnStatus.FAILED, 0):
        found.append(Alarm(name="failed_turns", noun="turn", status=str(TurnStatus.FAILED), number=failed))
    return found


def hand_off_alarms(connection: Connection, now: int) -> list[Alarm]:
    """Conversations that wait for a person, and outside calls about such changes that were given up."""
    mine = conversations.c.status == str(ConversationStatus.HANDED_OFF)
    query = select(func.count().label("n"), func.min(conversations.c.changed_at).label("since")).where(mine)
    row = connection.execute(query).one()
    found = []
    if row.n:
        held = select(conversations.c.id).where(mine)
        behind = select(func.count()).where(turns.c.conversation_id.in_(held), turns.c.status == str(TurnStatus.QUEUED))
        found.append(
            Alarm(
                name="handed_off_conversations",
                noun="conversation",
                status=str(ConversationStatus.HANDED_OFF),
                number=int(row.n),
                waiting=int(connection.execute(behind).scalar_one()),
                seconds=max(0, now - int(row.since)) // 1000,
            )
        )
    if given_up := outbox.failed(connection):
        found.append(Alarm(name="failed_outbox", noun="outbox", status=str(OutboxStatus.FAILED), number=given_up))
    return found


def worker_alarms(workers: Sequence[WorkerState], now: int, queued: int) -> list[Alarm]:
    """Nobody at work while turns wait, and workers that live without looking for any."""
    if not workers:
        return [Alarm(name="no_worker", noun="worker", waiting=queued)] if queued else []
    return [
        Alarm(name="worker_silent", noun="worker", id=worker.name, seconds=(now - worker.looked_at) // 1000)
        for worker in workers
        if now - worker.looked_at > SILENT
    ]


def fetch_alarms(connection: Connection) -> list[Alarm]:
    """Sources that are stopped, or of which nothing has been read for too long."""
    return [
        Alarm(name="source_stopped", noun="source", id=state.name, reason=state.reason, detail=state.detail)
        if state.stopped
        else Alarm(
            name="source_silent",
            noun="source",
            id=state.name,
            reason=state.problem,
            detail=state.error,
            since=moment(state.round_at),
        )
        for state in all_states(connection)
        if state.configured and (state.stopped or state.silent)
    ]


def endpoint_alarms(connection: Connection, now: int) -> list[Alarm]:
    """Ways back that are disabled, or have taken nothing for a while."""
    rows = connection.execute(select(endpoints).order_by(endpoints.c.name)).all()
    bad = [row for row in rows if row.disabled_at is not None or _failing(row.failing_since, now)]
    if not bad:
        return []
    waiting = waiting_replies(connection)
    return [
        _disabled(row, waiting.get(row.name, 0))
        if row.disabled_at is not None
        else Alarm(
            name="endpoint_failing",
            noun="endpoint",
            id=row.name,
            status=str(ReplyStatus.QUEUED),
            detail=row.error,
            waiting=waiting.get(row.name, 0),
            seconds=(now - row.failing_since) // 1000,
        )
        for row in bad
    ]


def _failing(since: int | None, now: int) -> bool:
    return since is not None and now - since > ALARM_AFTER * 1000


def _disabled(row: Row[Any], waiting: int) -> Alarm:
    return Alarm(
        name="endpoint_disabled",
        noun="endpoint",
        id=row.name,
        reason=row.reason,
        detail=row.error,
        waiting=waiting,
        since=moment(row.disabled_at),
    )


def list_alarms(nouns: str, numbers: Mapping[str, int], statuses: Sequence[str]) -> list[Alarm]:
    """Rows in a state that only a person ends, by status: ``replies`` or ``events``."""
    return [
        Alarm(name=f"{status}_{nouns}", noun=_ONE[nouns], status=status, number=numbers[status])
        for status in statuses
        if numbers.get(status)
    ]


_ONE = {"replies": "reply", "events": "event"}
REPLY_TROUBLE = (str(ReplyStatus.UNKNOWN), str(ReplyStatus.FAILED))
EVENT_TROUBLE = (str(EventStatus.QUARANTINED),)


RECENT = 86_400_000
"""Milliseconds for which a refused event, or one that came with two contents, is worth an alarm."""


def lately_alarms(connection: Connection, now: int) -> list[Alarm]:
    """Messages of the last day that were not taken: nobody sends them again by hand unless somebody hears of them.

    No act ends these states, so that the alarm ends by age.
    """
    since = now - RECENT
    refused = (events.c.status == str(EventStatus.REFUSED), events.c.received_at > since)
    found = []
    if number := int(connection.execute(select(func.count()).select_from(events).where(*refused)).scalar_one()):
        found.append(Alarm(name="refused_events", noun="event", status=str(EventStatus.REFUSED), number=number))
    again = select(func.count()).select_from(conflicts).where(conflicts.c.received_at > since)
    if number := int(connection.execute(again).scalar_one()):
        found.append(Alarm(name="conflict_events", noun="event", status=str(EventStatus.CONFLICT), number=number))
    return found


OVERDUE = 60_000
"""Milliseconds after its time for which a follow-up that still waits is nothing to worry about."""


def overdue_alarms(connection: Connection) -> list[Alarm]:
    """Follow-ups that nobody has looked at in time: no tick runs, or the configuration has lost their route."""
    query = select(func.count()).where(WAITING, followup_table.c.due_at < db_now() - OVERDUE)
    number = int(connection.execute(query).scalar_one())
    status = str(FollowupStatus.SCHEDULED)
    return [Alarm(name="overdue_followups", noun="followup", status=status, number=number)] if number else []
