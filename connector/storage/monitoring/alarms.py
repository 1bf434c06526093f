"""What somebody should look at now, each with the command to run next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from connector.policy.brakes import REASONS
from connector.policy.replies import ALARM_AFTER, FAILING, GONE
from connector.policy.turns import STOPPED
from connector.storage.conversations import outbox
from connector.storage.conversations.followups import WAITING
from connector.storage.core.statements import db_now
from connector.storage.queries.endpoints import waiting_replies
from connector.storage.queries.live import AccountState, WorkerState
from connector.storage.queries.rendering import moment
from connector.storage.tables import attempts, conversations, endpoints, routes, trouble, turns
from connector.storage.tables import followups as followup_table
from connector.values import ConversationStatus, EventStatus, Outcome, ReplyStatus, TurnStatus

SILENT = 30_000
"""Milliseconds without a look for work after which a live worker is reported."""

_CLOSED = {
    "credentials": "the provider refuses its credentials; put the right token in place, start the workers again, "
    "then resume",
    "operator": "an operator paused it",
    "failing": "calls keep failing; it tries again by itself",
}
_PAUSED = {
    "misconfigured": "the provider refuses to open a chat; mend account and agent of the route in the configuration, "
    "start the workers again, then resume",
    "operator": "an operator paused it",
    STOPPED: "an operator stopped it, and no answer of it goes out either",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """``what`` is a sentence for people, ``next`` the command to run."""

    name: str
    what: str
    next: str

    def as_dict(self) -> dict[str, str]:
        """The alarm as JSON."""
        return asdict(self)


def _aside(detail: str | None) -> str:
    return f" ({detail})" if detail else ""


def counted(number: int, one: str, many: str) -> str:
    """``1 turn is``, ``3 turns are``: the number with its words."""
    return f"{number} {one if number == 1 else many}"


def account_alarms(states: Iterable[AccountState]) -> list[Alarm]:
    """Closed accounts, but for those that are merely told to slow down."""
    return [
        Alarm(
            name="account_closed",
            what=f"account {state.name} is closed: {_CLOSED[state.reason]}{_aside(state.detail)}",
            next="turnwire check" if state.reason == "failing" else f"turnwire accounts resume {state.name}",
        )
        for state in states
        if state.reason in _CLOSED
    ]


def route_alarms(connection: Connection) -> list[Alarm]:
    """Paused routes; one that its own configuration paused needs mending first."""
    paused = select(routes.c.name, routes.c.reason, routes.c.detail).where(routes.c.paused).order_by(routes.c.name)
    return [
        Alarm(
            name="route_paused",
            what=f"route {row.name} is paused: {_PAUSED.get(row.reason or 'operator', row.reason)}{_aside(row.detail)}",
            next=f"turnwire routes resume {row.name}",
        )
        for row in connection.execute(paused)
    ]


def brake_alarms(connection: Connection) -> list[Alarm]:
    """Routes whose brakes gave conversations to a person: messages came faster than a customer writes."""
    waiting = (conversations.c.status == str(ConversationStatus.HANDED_OFF), conversations.c.reason.in_(REASONS))
    query = select(conversations.c.route, func.count().label("n")).where(*waiting).group_by(conversations.c.route)
    return [
        Alarm(
            name="braked",
            what=f"route {row.route}: {counted(row.n, 'conversation', 'conversations')} had more messages than its "
            "brakes allow, perhaps from a machine that answers ours; a person must look",
            next=f"turnwire conversations list --route {row.route} --status handed_off",
        )
        for row in connection.execute(query.order_by(conversations.c.route))
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
        Alarm(
            name="account_unreachable",
            what=f"account {row.account} cannot be reached, {counted(row.n, 'turn waits', 'turns wait')} to be tried "
            f"again{_aside(row.error)}",
            next="turnwire check",
        )
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
        waiting = counted(int(connection.execute(behind).scalar_one()), "turn waits", "turns wait")
        what = f"{counted(unknown, 'turn is', 'turns are')} unknown: perhaps delivered; {waiting} behind"
        found.append(Alarm(name="unknown_turns", what=what, next="turnwire turns list --status unknown"))
    if failed := numbers.get(TurnStatus.FAILED, 0):
        what = f"{counted(failed, 'turn has', 'turns have')} failed"
        found.append(Alarm(name="failed_turns", what=what, next="turnwire turns list --status failed"))
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
        waiting = counted(int(connection.execute(behind).scalar_one()), "turn waits", "turns wait")
        with_people = counted(int(row.n), "conversation is", "conversations are")
        what = f"{with_people} with a person, for {max(0, now - int(row.since)) // 60_000} minutes at most; {waiting}"
        next_ = "turnwire conversations list --status handed_off"
        found.append(Alarm(name="handed_off_conversations", what=what, next=next_))
    if given_up := outbox.failed(connection):
        calls = counted(given_up, "outside call was given up", "outside calls were given up")
        what = f"{calls} that a change of hands owed: the provider or the webhook does not know of it"
        found.append(Alarm(name="failed_outbox", what=what, next="turnwire outbox list --status failed"))
    return found


def worker_alarms(workers: Sequence[WorkerState], now: int, queued: int) -> list[Alarm]:
    """Nobody at work while turns wait, and workers that live without looking for any."""
    if not workers:
        what = f"no worker has been seen for a minute, {counted(queued, 'turn is', 'turns are')} queued"
        return [Alarm(name="no_worker", what=what, next="turnwire worker")] if queued else []
    return [
        Alarm(
            name="worker_silent",
            what=f"worker {worker.name} is alive but consuming nothing: it last looked for work "
            f"{(now - worker.looked_at) // 1000} s ago; stop it and start it again",
            next="turnwire worker",
        )
        for worker in workers
        if now - worker.looked_at > SILENT
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
            what=f"{row.name} has taken no reply for {(now - row.failing_since) // 60_000} minutes{_aside(row.error)}; "
            f"{counted(waiting.get(row.name, 0), 'reply waits', 'replies wait')} to be tried again",
            next="turnwire replies list --status queued",
        )
        for row in bad
    ]


def _failing(since: int | None, now: int) -> bool:
    return since is not None and now - since > ALARM_AFTER * 1000


def _disabled(row: Row[Any], waiting: int) -> Alarm:
    why = {GONE: "its receiver answered 410, so it wants no more", FAILING: "it took nothing for days"}
    return Alarm(
        name="endpoint_disabled",
        what=f"{row.name} is disabled since {moment(row.disabled_at)}: "
        f"{why.get(row.reason, 'an operator disabled it')}{_aside(row.error)}; "
        f"{counted(waiting, 'reply waits', 'replies wait')} for it",
        next=f"turnwire replies enable {row.name}",
    )


def list_alarms(noun: str, numbers: Mapping[str, int], statuses: Sequence[str]) -> list[Alarm]:
    """Rows in a state that only a person ends, by status: ``replies`` or ``events``."""
    return [
        Alarm(
            name=f"{status}_{noun}",
            what=f"{numbers[status]} {noun if numbers[status] != 1 else _ONE[noun]} {status}",
            next=f"turnwire {noun} list --status {status}",
        )
        for status in statuses
        if numbers.get(status)
    ]


_ONE = {"replies": "reply", "events": "event"}
REPLY_TROUBLE = (str(ReplyStatus.UNKNOWN), str(ReplyStatus.FAILED))
EVENT_TROUBLE = (str(EventStatus.QUARANTINED),)


OVERDUE = 60_000
"""Milliseconds after its time for which a follow-up that still waits is nothing to worry about."""


def overdue_alarms(connection: Connection) -> list[Alarm]:
    """Follow-ups that nobody has looked at in time: no tick runs, or the configuration has lost their route."""
    query = select(func.count()).where(WAITING, followup_table.c.due_at < db_now() - OVERDUE)
    number = int(connection.execute(query).scalar_one())
    if not number:
        return []
    what = (
        f"{counted(number, 'follow-up is', 'follow-ups are')} overdue: no worker ticks, "
        "or the configuration has lost their route"
    )
    return [
        Alarm(name="overdue_followups", what=what, next="turnwire followups list --status scheduled --due-before 1m")
    ]
