"""Schedule of conversations: one row each, with its place in the queue, its lease and its next turn.

Only the claim (:mod:`connector.storage.send.claims`) writes it beside this file. Locks are taken in one order
everywhere: conversations, lanes, schedule rows by conversation, then turns, attempts and follow-ups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
    update,
)

from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, batched, db_now, insert_into
from connector.storage.tables import lanes, schedule, turns
from connector.values import OPEN, TurnStatus

# --- expressions ---


def ready_when(
    free_from: ColumnElement[Any],
    *,
    owner: ColumnElement[Any] | None = schedule.c.owner,
    held: ColumnElement[Any] | None = schedule.c.held,
    head: ColumnElement[Any] = schedule.c.head,
    tail: ColumnElement[Any] = schedule.c.tail,
) -> ColumnElement[Any]:
    """The value of ``ready_at``: NULL while the conversation is leased, held or empty, else ``free_from``.

    An UPDATE reads the row as it was: give the columns that it changes as they will be, None for NULL.
    """
    asleep = [column.is_not(None) for column in (owner, held) if column is not None]
    return case((or_(*asleep, head > tail), null()), else_=free_from)


def first_open(turn: FromClause) -> ScalarSelect[Any]:
    """The lowest position of an open turn of the schedule row at hand; ``turn`` is the turns' table or its alias."""
    return (
        select(turn.c.position)
        .where(
            turn.c.conversation_id == schedule.c.conversation_id,
            turn.c.position >= schedule.c.head,
            turn.c.status.in_(OPEN),
        )
        .order_by(turn.c.position)
        .limit(1)
        .scalar_subquery()
    )


# --- locks ---


def lock_conversations(
    connection: Connection, conversation_ids: Iterable[int], *, skip_locked: bool = False
) -> dict[int, str | None]:
    """Hold the schedule rows until the transaction ends; by conversation, why nothing of it is sent.

    A row that somebody else holds is waited for, or left out with ``skip_locked``.
    """
    lock = _lock_free if skip_locked else _lock
    rows = lock(connection, [{"c": conversation} for conversation in set(conversation_ids)])
    return {row.conversation_id: row.held for row in rows}


# NO KEY UPDATE is as strong as UPDATE here: no table refers to these rows.
@batched(c=int)
def _lock(b: Batch) -> Select[Any]:
    return _rows_in_order(b).with_for_update(key_share=True, of=_place)


@batched(c=int)
def _lock_free(b: Batch) -> Select[Any]:
    return _rows_in_order(b).with_for_update(key_share=True, of=_place, skip_locked=True)


# By another name: FOR UPDATE takes none with a schema, and on a host's connection ours have one.
_place = schedule.alias("place")


def _rows_in_order(b: Batch) -> Select[Any]:
    found = b.table.join(_place, _place.c.conversation_id == b.c.c)
    return select(_place.c.conversation_id, _place.c.held).select_from(found).order_by(_place.c.conversation_id)


def lock_leased(connection: Connection, owner: int, conversation_ids: Collection[int] | None = None) -> list[int]:
    """Hold the rows that a worker incarnation has claimed, all or some of them; which conversations they are."""
    leased = select(schedule.c.conversation_id).where(schedule.c.owner == owner)
    if conversation_ids is not None:
        leased = leased.where(schedule.c.conversation_id.in_(sorted(conversation_ids)))
    rows = leased.order_by(schedule.c.conversation_id).with_for_update(key_share=True)
    return list(connection.execute(rows).scalars())


# --- intake: conversations and turns come in ---


def open_rows(connection: Connection, lane_of: Mapping[int, int]) -> None:
    """Give conversations, by id with their lanes, an empty row where they have none."""
    _open(connection, [{"c": conversation, "lane": lane} for conversation, lane in sorted(lane_of.items())])


@batched(c=int, lane=int)
def _open(b: Batch) -> Any:
    # On SQLite a SELECT must have a WHERE here, or its ON would be taken for a join's.
    rows = select(b.c.c, b.c.lane, literal(1), literal(0), literal(0)).select_from(b.table).where(true())
    new = insert_into(b.dialect, schedule)
    new = new.from_select(["conversation_id", "lane", "head", "tail", "claims"], rows)
    return new.on_conflict_do_nothing(index_elements=["conversation_id"])


def load_rows(
    connection: Connection, database: Database, opened: Iterable[tuple[int, int, int]], ready_at: int
) -> None:
    """Write the rows of new conversations in bulk: (conversation, lane, number of turns) each."""
    columns = ("conversation_id", "lane", "ready_at", "head", "tail", "claims")
    rows = [(conversation, lane, ready_at, 1, count, 0) for conversation, lane, count in opened]
    database.load(connection, schedule, columns, rows)


def extend_tails(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Sequence[Row[Any]]:
    """Give out ``n`` positions in each conversation ``c`` under its row's lock; (conversation, tail, held) each.

    ``lane`` is that of the most urgent new turn, and so are its ``priority`` and ``backlog`` and whether it is a
    ``known`` customer's. ``ready`` is when a conversation that nothing else wakes may be claimed, in milliseconds; None
    is now.
    """
    return _extend(connection, rows).all()


@batched(c=int, n=int, priority=int, lane=int, backlog=int, known=bool, ready=int)
def _extend(b: Batch) -> Any:
    becomes_known = and_(b.c.priority == lanes.c.priority, b.c.known, ~lanes.c.known, b.c.backlog == lanes.c.backlog_id)
    rises = select(or_(b.c.priority > lanes.c.priority, becomes_known))
    rises = rises.where(lanes.c.id == schedule.c.lane)
    empty = schedule.c.head > schedule.c.tail
    tail = schedule.c.tail + b.c.n
    return (
        update(schedule)
        .where(schedule.c.conversation_id == b.c.c)
        .values(
            tail=tail,
            # A conversation stands in the lane of its most urgent waiting turn, as known once it is.
            lane=case((or_(empty, rises.scalar_subquery()), b.c.lane), else_=schedule.c.lane),
            ready_at=ready_when(func.coalesce(schedule.c.ready_at, b.c.ready, db_now()), tail=tail),
        )
        .returning(schedule.c.conversation_id, schedule.c.tail, schedule.c.held)
    )


def move_to_known(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Let conversations that still have turns wait where known customers' do; their rows are held."""
    _to_known(connection, [{"c": conversation} for conversation in conversation_ids])


@batched(c=int)
def _to_known(b: Batch) -> Update:
    stands, twin = lanes.alias("stands"), lanes.alias("twin")
    same = [stands.c[name] == twin.c[name] for name in ("account", "route", "priority", "backlog_id")]
    return (
        update(schedule)
        .where(
            schedule.c.conversation_id == b.c.c,
            schedule.c.head <= schedule.c.tail,
            stands.c.id == schedule.c.lane,
            ~stands.c.known,
            twin.c.known,
            *same,
        )
        .values(lane=twin.c.id)
    )


@batched(turn=int, until=int, was=int)
def postpone(b: Batch) -> Update:
    """A conversation that waits for just this ``turn`` to close waits on; any other is ready when it ``was``."""
    return (
        update(schedule)
        .where(
            turns.c.id == b.c.turn,
            schedule.c.conversation_id == turns.c.conversation_id,
            schedule.c.ready_at == b.c.was,
        )
        .values(ready_at=b.c.until)
    )


# --- leases end ---


def next_heads(connection: Connection, conversation_ids: Iterable[int]) -> dict[int, int]:
    """The first open position of each, or one past its tail. Sound only while the schedule rows are locked.

    Not simply the position after the turn just ended: an operator may have put an earlier one back in the queue.
    """
    rows = [{"c": conversation} for conversation in conversation_ids]
    return {row.conversation_id: row.head for row in _next_heads(connection, rows)} if rows else {}


@batched(c=int)
def _next_heads(b: Batch) -> Select[Any]:
    head = func.coalesce(first_open(turns), schedule.c.tail + 1).label("head")
    joined = b.table.join(schedule, schedule.c.conversation_id == b.c.c)
    return select(schedule.c.conversation_id, head).select_from(joined)


def release(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """End the leases of conversations whose step came to an end, if they still hold; the conversations that did.

    Each row has the conversation ``c``, the ``owner`` of its lease, its new ``head``, the ``delay`` in milliseconds
    until it may be claimed again, and why it is ``held``, if it is from now on.
    """
    return set(_release(connection, rows).scalars())


# The sum keeps SQLite's planner off the index on owner, which would walk all that this worker holds.
_owner = schedule.c.owner + 0


@batched(c=int, owner=int, head=int, delay=int, held=str)
def _release(b: Batch) -> Any:
    # An operator may have handed the conversation off while the call ran: that stays.
    held = func.coalesce(schedule.c.held, b.c.held)
    ready = ready_when(db_now() + b.c.delay, owner=None, held=held, head=b.c.head)
    return (
        update(schedule)
        .where(schedule.c.conversation_id == b.c.c, _owner == b.c.owner)
        .values(owner=None, claims=0, head=b.c.head, held=held, ready_at=ready)
        .returning(schedule.c.conversation_id)
    )


def return_claims(
    connection: Connection, owner: int, conversation_ids: Iterable[int], *, delay: int = 0, counted: bool = True
) -> None:
    """End leases unharmed: the conversations may be claimed again after ``delay`` milliseconds.

    ``counted`` claims are among those that end a turn in quarantine.
    """
    rows = [{"c": conversation} for conversation in conversation_ids]
    _return_claims(connection, rows, me=owner, delay=delay, forgotten=0 if counted else 1)


@batched(c=int)
def _return_claims(b: Batch) -> Update:
    ready = ready_when(db_now() + bindparam("delay"), owner=None)
    return (
        update(schedule)
        .where(schedule.c.conversation_id == b.c.c, _owner == bindparam("me"))
        .values(owner=None, ready_at=ready, claims=schedule.c.claims - bindparam("forgotten"))
    )


# --- conversations are held, let go and put back ---


def hold_conversation(connection: Connection, conversation_id: int, why: str | None) -> None:
    """Send nothing of a conversation from now on; with None the reason is taken away, and the caller reschedules."""
    held = update(schedule).where(schedule.c.conversation_id == conversation_id)
    connection.execute(held.values(held=why, ready_at=None))


def drop_hold(connection: Connection, conversation_ids: Collection[int], held: str, *only: ColumnElement[bool]) -> None:
    """Take the reason ``held`` from conversations that have it; the caller says when they may be claimed."""
    connection.execute(_held_for(conversation_ids, held, *only).values(held=None))


def wake_held(connection: Connection, conversation_ids: Collection[int], held: str, *only: ColumnElement[bool]) -> None:
    """Let conversations go on at once that are held for this reason."""
    wake = _held_for(conversation_ids, held, *only)
    connection.execute(wake.values(held=None, ready_at=ready_when(db_now(), held=None)))


def _held_for(conversation_ids: Collection[int], held: str, *only: ColumnElement[bool]) -> Update:
    mine = schedule.c.conversation_id.in_(sorted(set(conversation_ids)))
    return update(schedule).where(mine, schedule.c.held == str(held), *only)


def release_doubt(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Let go of conversations that were held for a turn in doubt, unless another one of theirs still is."""
    ids = sorted(set(conversation_ids))
    doubted = select(turns.c.conversation_id).where(
        turns.c.conversation_id.in_(ids), turns.c.status == str(TurnStatus.UNKNOWN)
    )
    drop_hold(connection, ids, TurnStatus.UNKNOWN, schedule.c.conversation_id.not_in(doubted))


def reschedule(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Make conversations that nobody holds ready for their first open turn; their schedule rows are locked.

    A queued turn is due at its own time, a turn in doubt when its next look was due anyway, else now. Without an open
    turn the conversation sleeps. A conversation at work is moved on by its worker.
    """
    ids = sorted(set(conversation_ids))
    lowest = (
        select(turns.c.conversation_id, func.min(turns.c.position).label("position"))
        .where(turns.c.conversation_id.in_(ids), turns.c.status.in_(OPEN))
        .group_by(turns.c.conversation_id)
        .subquery()
    )
    first = (turns.c.conversation_id == lowest.c.conversation_id) & (turns.c.position == lowest.c.position)
    columns = (turns.c.conversation_id, turns.c.status, turns.c.due_at, db_now().label("now"))
    heads = {row.conversation_id: row for row in connection.execute(select(*columns).join(lowest, first))}
    _reschedule(connection, [{"c": id_, **_due(heads.get(id_))} for id_ in ids])


def _due(head: Row[Any] | None) -> dict[str, int]:
    """Whether there is an open turn, and when it is due if that is known: of one in doubt the row itself knows."""
    if head is None:
        return {"waits": 0}
    return {"waits": 1, "due": max(head.now, head.due_at)} if head.status == TurnStatus.QUEUED else {"waits": 1}


@batched(c=int, waits=int, due=int)
def _reschedule(b: Batch) -> Update:
    due = func.coalesce(b.c.due, schedule.c.ready_at, db_now())
    ready = ready_when(case((b.c.waits == 1, due), else_=null()))
    return update(schedule).where(schedule.c.conversation_id == b.c.c).values(ready_at=ready)


def lower_heads(connection: Connection, positions: Iterable[tuple[int, int]]) -> None:
    """Let conversations start again from (conversation, position), where that lies before their head.

    Their claims are forgotten too: the count is of claims that led to nothing, and a person has looked.
    """
    lowest: dict[int, int] = {}
    for conversation, position in positions:
        lowest[conversation] = min(position, lowest.get(conversation, position))
    if lowest:
        _lower_heads(connection, [{"c": conversation, "p": position} for conversation, position in lowest.items()])


@batched(c=int, p=int)
def _lower_heads(b: Batch) -> Update:
    head = case((schedule.c.head > b.c.p, b.c.p), else_=schedule.c.head)
    return update(schedule).where(schedule.c.conversation_id == b.c.c).values(head=head, claims=0)
