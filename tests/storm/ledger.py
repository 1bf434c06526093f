"""What the database says of a storm: its turns, their attempts, and which process made each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.send.workers import LOST as WORKER_LOST
from connector.storage.tables import attempts, audit, conversations, schedule, turns, workers
from connector.values import Call, Outcome, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Send:
    """One attempt to send; ``pid`` is the process that made it."""

    turn_id: int
    number: int
    pid: int
    outcome: str | None
    error: str | None

    @property
    def died(self) -> bool:
        """Whether its worker was gone before it had an outcome."""
        return self.outcome == Outcome.LOST and self.error == WORKER_LOST

    @property
    def lost(self) -> bool:
        """Whether the provider's answer was lost while the worker lived."""
        return self.outcome == Outcome.LOST and not self.died


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn with its sends; ``behind`` counts the queued turns of its conversation that wait for it."""

    id: int
    route: str
    conversation: str
    position: int
    text: str
    status: str
    reason: str | None
    settled_by: str | None
    answer: str | None
    settled_by_hand: bool
    sends: tuple[Send, ...]

    @property
    def reads_back(self) -> bool:
        """Whether its provider can be asked what it received."""
        return self.route == "synthflow"


def read_turns(database: Database) -> list[Turn]:
    """All turns with their sends, in order of conversation and position."""
    with database.reading() as connection:
        made = select(attempts, workers.c.name.label("worker")).join(workers, workers.c.id == attempts.c.owner)
        sends: dict[int, list[Send]] = {}
        for row in connection.execute(made.where(attempts.c.call == Call.SEND).order_by(attempts.c.number)):
            send = Send(
                turn_id=row.turn_id,
                number=row.number,
                pid=pid_of(row.worker),
                outcome=row.outcome,
                error=row.error,
            )
            sends.setdefault(row.turn_id, []).append(send)
        by_hand = {
            int(subject.partition(":")[2])
            for subject in connection.execute(select(audit.c.subject).where(audit.c.subject.like("turn:%"))).scalars()
        }
        found = (
            select(turns, conversations.c.key, conversations.c.route)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .order_by(conversations.c.id, turns.c.position)
        )
        return [
            Turn(
                id=row.id,
                route=row.route,
                conversation=row.key,
                position=row.position,
                text=row.text,
                status=row.status,
                reason=row.reason,
                settled_by=row.settled_by,
                answer=row.answer,
                settled_by_hand=row.id in by_hand,
                sends=tuple(sends.get(row.id, ())),
            )
            for row in connection.execute(found)
        ]


def pid_of(worker: str) -> int:
    """A worker is named ``host:pid``."""
    return int(worker.rpartition(":")[2])


def counts(database: Database) -> dict[tuple[str, str], int]:
    """Turns by route and status."""
    query = (
        select(conversations.c.route, turns.c.status, func.count())
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .group_by(conversations.c.route, turns.c.status)
    )
    with database.reading() as connection:
        return {(route, status): number for route, status, number in connection.execute(query)}


def sending_by_pid(database: Database) -> dict[int, int]:
    """How many turns each process has in ``sending``, by its newest attempt rows."""
    query = (
        select(workers.c.name, func.count())
        .join(attempts, attempts.c.owner == workers.c.id)
        .join(turns, (turns.c.id == attempts.c.turn_id) & (turns.c.last_send == attempts.c.number))
        .where(turns.c.status == str(TurnStatus.SENDING), attempts.c.ended_at.is_(None))
        .group_by(workers.c.name)
    )
    with database.reading() as connection:
        return {pid_of(name): number for name, number in connection.execute(query)}


def doubtful_with_others_waiting(database: Database, seconds: float) -> Sequence[tuple[int, str]]:
    """(id, text) of unknown turns that hold their conversation for so long, with other turns behind them."""
    newest = attempts.alias("newest")
    query = (
        select(turns.c.id, turns.c.text)
        .join(schedule, schedule.c.conversation_id == turns.c.conversation_id)
        .join(newest, (newest.c.turn_id == turns.c.id) & (newest.c.number == turns.c.last_send))
        .where(
            turns.c.status == str(TurnStatus.UNKNOWN),
            schedule.c.held == "unknown",
            schedule.c.tail > turns.c.position,
            newest.c.ended_at < db_now() - int(seconds * 1000),
        )
    )
    with database.reading() as connection:
        return [(row.id, row.text) for row in connection.execute(query)]
