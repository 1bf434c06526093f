"""Follow-ups that are due: each gets its turn, or is moved, skipped or expired, in a short transaction.

Any number of ticks, anywhere, may do this at once. The order of locks is intake's: conversations, lanes, schedule rows,
and only then the follow-ups. Nothing is waited for that somebody else is changing now; the next tick finds it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select, func, null, select, update

from connector.policy.business_hours import Hours
from connector.policy.followups import Surroundings, Waiting, fall_due
from connector.storage.conversations.followups import WAITING, last_messages
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.queue.schedule import lock_conversations, open_rows
from connector.storage.receive.events import Intake
from connector.storage.receive.rows import Home, LaneKey, event_of
from connector.storage.tables import events, followups, turns
from connector.utils import failpoints
from connector.values import ConversationKey, ConversationStatus, Event, EventStatus, FollowupStatus, KeyOrigin

BATCH = 250
"""Follow-ups a transaction: as short as any other, however many fall due at once."""

_CONVERSATION = {str(status): status for status in ConversationStatus}


@dataclass(frozen=True, kw_only=True, slots=True)
class Promoted:
    """What one batch came to: how many were ``looked`` at, and how many became turns, moved, skipped or expired."""

    looked: int = 0
    sent: int = 0
    moved: int = 0
    skipped: int = 0
    expired: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Due:
    id: int
    key: ConversationKey
    waiting: Waiting
    event: Event


class Promotion:
    """Gives due follow-ups their turns."""

    def __init__(self, database: Database, intake: Intake, hours: Mapping[str, Hours] | None = None) -> None:
        """``hours`` are those of the routes that have some."""
        self._database = database
        self._intake = intake
        self._hours = hours or {}

    def promote_due(self, limit: int = BATCH) -> Promoted:
        """Settle at most ``limit`` follow-ups that are due. Raises :class:`connector.errors.DatabaseUnavailable`."""
        done = self._database.write(lambda connection: self._promote(connection, limit))
        failpoints.hit("after_promoted")
        return done

    def _promote(self, connection: Connection, limit: int) -> Promoted:
        now = self.begin(connection)
        seen = [_due(row) for row in connection.execute(self.due(limit))]
        if not seen:
            return Promoted()
        homes = self._homes(connection, seen, now)
        held = self._hold(connection, sorted({home.id for home in homes.values()}))
        # Without a conversation nobody can write, hand off or close; what is left to decide is a matter of time.
        reachable = [due for due in seen if due.key not in homes or homes[due.key].id in held]
        still = self._still_waiting(connection, [due.id for due in reachable])
        counted = {homes[due.key].id for due in reachable if due.waiting.after is not None and due.key in homes}
        last = last_messages(connection, counted)
        decided = []
        for due in reachable:
            if due.id in still:
                home = homes.get(due.key)
                status = ConversationStatus.OPEN if home is None else held[home.id]
                message = None if home is None else last.get(home.id)
                decided.append(replace(due, waiting=self._decided(due, now, status, message)))
        return self._write(connection, decided, len(seen), now)

    def begin(self, connection: Connection) -> int:
        """The database's clock; on PostgreSQL this transaction walks indexes in their order from here on.

        Follow-ups come and go by the thousand, and a planner whose counts are old would sort all that are due.
        """
        clock: Select[Any] = select(db_now())
        if self._database.dialect == "postgresql":
            plans = [func.set_config(name, "off", True) for name in ("enable_bitmapscan", "enable_sort")]
            clock = clock.add_columns(*plans)
        return int(connection.execute(clock).one()[0])

    def due(self, limit: int) -> Select[Any]:
        """The statement that finds what is due, the longest due first, by the index of what waits."""
        fields = (events.c.source, events.c.external_id, events.c.route, events.c.conversation_key, events.c.text)
        rest = (events.c.priority, events.c.subject, events.c.customer, followups.c.origin)
        return (
            select(followups.c.id, followups.c.due_at, followups.c.after, followups.c.expires_at, *fields, *rest)
            .join(events, events.c.id == followups.c.id)
            .where(
                WAITING,
                followups.c.due_at <= db_now(),
                # Those of a route that the configuration has lost wait for it, and must not fill the batch. By the
                # event's route: a condition on their own would lead to the index of what waits in conversations.
                events.c.route.in_(list(self._intake.targets)),
            )
            .order_by(followups.c.due_at, followups.c.id)
            .limit(limit)
        )

    def _decided(
        self, due: _Due, now: int, status: ConversationStatus = ConversationStatus.OPEN, last: int | None = None
    ) -> Waiting:
        around = Surroundings(status=status, last_message=last, hours=self._hours.get(due.key[0]))
        return fall_due(due.waiting, around, now)

    def _homes(self, connection: Connection, seen: Sequence[_Due], now: int) -> dict[ConversationKey, Home]:
        """The conversations of what is due, opened where one is to be sent that has none, with a lane for each."""
        homes = self._intake.homes.of(connection, sorted({due.key for due in seen}))
        opening = [
            due for due in seen if due.key not in homes and self._decided(due, now).status is FollowupStatus.SENT
        ]
        homes |= self._intake.homes.opened(connection, [due.event for due in opening])[0]
        lanes = {due.id: _lane(due, homes[due.key]) for due in seen if due.key in homes}
        by_key = self._intake.places.lane_ids(connection, set(lanes.values()), None)
        places = {homes[due.key].id: by_key[lanes[due.id]] for due in opening}
        if places:
            open_rows(connection, places)
        return homes

    @staticmethod
    def _hold(connection: Connection, ids: Sequence[int]) -> dict[int, ConversationStatus]:
        """Hold the schedule rows that nobody else holds; where each conversation stands."""
        held = lock_conversations(connection, ids, skip_locked=True)
        # A doubt holds its turns up, and those behind them; that is no reason to give up what is to come after.
        return {id_: _CONVERSATION.get(why or "", ConversationStatus.OPEN) for id_, why in held.items()}

    @staticmethod
    def _still_waiting(connection: Connection, ids: Sequence[int]) -> set[int]:
        rows = select(followups.c.id).where(followups.c.id.in_(ids), WAITING, followups.c.due_at <= db_now())
        found = connection.execute(rows.order_by(followups.c.id).with_for_update(skip_locked=True))
        return set(found.scalars())

    def _write(self, connection: Connection, decided: Sequence[_Due], looked: int, now: int) -> Promoted:
        by_status: dict[FollowupStatus, list[_Due]] = defaultdict(list)
        for due in decided:
            by_status[due.waiting.status].append(due)
        self._send(connection, by_status[FollowupStatus.SENT])
        statement, batch = self._ends
        rows = [
            {
                "followup": due.id,
                "status": str(due.waiting.status),
                "reason": due.waiting.reason,
                "due": due.waiting.due_at,
                "expires": due.waiting.expires_at,
                "ended": None if due.waiting.status is FollowupStatus.SCHEDULED else now,
            }
            for due in decided
        ]
        connection.execute(statement, batch.of(rows))
        failpoints.hit("before_promoted")
        return Promoted(
            looked=looked,
            sent=len(by_status[FollowupStatus.SENT]),
            moved=len(by_status[FollowupStatus.SCHEDULED]),
            skipped=len(by_status[FollowupStatus.SKIPPED]),
            expired=len(by_status[FollowupStatus.EXPIRED]),
        )

    @cached_property
    def _ends(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, followup=int, status=str, reason=str, due=int, expires=int, ended=int)
        ends = {"status": b.c.status, "reason": b.c.reason, "due_at": b.c.due, "expires_at": b.c.expires}
        return update(followups).where(followups.c.id == b.c.followup).values(**ends, ended_at=b.c.ended), b

    def _send(self, connection: Connection, sent: Sequence[_Due]) -> None:
        if not sent:
            return
        self._intake.add_turns(connection, [(due.id, due.event) for due in sent], None, live=False)
        ids = [due.id for due in sent]
        accepted = update(events).where(events.c.id.in_(ids))
        connection.execute(accepted.values(status=str(EventStatus.ACCEPTED), text=null()))
        connection.execute(update(turns).where(turns.c.id.in_(ids)).values(followup_id=turns.c.id))


def _lane(due: _Due, home: Home) -> LaneKey:
    return home.account, due.key[0], due.event.priority, home.known


def _due(row: Row[Any]) -> _Due:
    waiting = Waiting(due_at=row.due_at, after=row.after, expires_at=row.expires_at)
    event = replace(event_of(row), origin=KeyOrigin(row.origin))
    return _Due(id=int(row.id), key=event.home_key, waiting=waiting, event=event)
