"""Taking events in: each stored once, in one transaction with its turn, its conversation found or opened.

Insert-or-ignore on the identity ``(source, external_id)`` decides who came first; whoever did not insert compares
hashes and learns whether it brought a duplicate or a conflict. Positions come from the locked ``schedule`` row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, literal, null, or_, select, true, tuple_, update
from sqlalchemy.engine import Row

from connector.storage.followups import customer_wrote, put_down
from connector.storage.intake_rows import (
    Entry,
    Growth,
    Home,
    LaneKey,
    event_row,
    growth_of,
    json_text,
    kept,
    new_conversation,
    new_turn,
    repeated,
    storable,
    stored,
)
from connector.storage.models import (
    conflicts,
    conversations,
    event_bodies,
    events,
    followups,
    lanes,
    schedule,
    turns,
)
from connector.storage.session import Batch, Database, db_now
from connector.values import ConversationStatus, Event, EventStatus, Received

__all__ = ["Entry", "Intake", "Target"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a route's new conversations go: kept by the conversation for good."""

    account: str
    agent: str


class Intake:
    """Stores events in batches; one transaction a batch."""

    def __init__(self, database: Database, targets: Mapping[str, Target]) -> None:
        """``targets`` maps each configured route to its account and agent."""
        self._database = database
        self.targets = targets

    def store(self, entries: Sequence[Entry], backlog_id: int | None = None) -> list[Received]:
        """Store a batch; the answers are in the order of the entries. Bear in mind: one transaction, so keep it small.

        The same identity twice within a batch is answered like two batches would be.
        """
        entries = [storable(entry) for entry in entries]
        return self._database.write(lambda connection: self._store(connection, entries, backlog_id))

    def store_in(self, connection: Connection, entries: Sequence[Entry]) -> list[Received]:
        """The same inside the caller's own transaction, committed or not with the caller's rows."""
        return self._store(connection, [storable(entry) for entry in entries], None)

    def _store(self, connection: Connection, entries: Sequence[Entry], backlog_id: int | None) -> list[Received]:
        first: dict[tuple[str, str], Entry] = {}
        for entry in entries:
            first.setdefault((entry.event.source, entry.event.id), entry)
        inserted = self._insert_events(connection, first)
        known = self.known(connection, [key for key in first if key not in inserted])
        revived = self._revive(connection, first, known)
        inserted.update(revived)
        fresh = [(inserted[key], first[key].event) for key in first if key in inserted]
        self._keep_bodies(connection, fresh)
        # Before any schedule row is locked: whoever else holds one of these events may be waiting for such a row.
        answers = self._answers(connection, entries, first, inserted, known)
        self.add_turns(connection, [pair for pair in fresh if pair[1].status is EventStatus.ACCEPTED], backlog_id)
        self._tend_followups(connection, fresh)
        return answers

    def _insert_events(
        self, connection: Connection, first: Mapping[tuple[str, str], Entry]
    ) -> dict[tuple[str, str], int]:
        if not first:
            return {}
        # In key order, so that two batches with the same messages wait for each other instead of locking up.
        rows = [event_row(first[key]) for key in sorted(first)]
        statement = (
            self._database.insert(events)
            .values(received_at=db_now())
            .on_conflict_do_nothing(index_elements=[events.c.source, events.c.external_id])
            .returning(events.c.id, events.c.source, events.c.external_id)
        )
        found = connection.execute(statement, rows)
        return {(row.source, row.external_id): int(row.id) for row in found}

    def known(self, connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
        """Those of these identities (source, id) that are stored: their ids, hash, status and reason."""
        if not keys:
            return {}
        statement, batch = self._stored
        rows = connection.execute(statement, batch.of([{"source": source, "id": id_} for source, id_ in keys]))
        return {(row.source, row.external_id): row for row in rows}

    @cached_property
    def _stored(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, source=str, id=str)
        columns = (
            events.c.id,
            events.c.source,
            events.c.external_id,
            events.c.hash,
            events.c.status,
            events.c.reason,
            turns.c.id.label("turn_id"),
            followups.c.id.label("followup_id"),
        )
        found = (
            b.table.join(events, and_(events.c.source == b.c.source, events.c.external_id == b.c.id))
            .outerjoin(turns, turns.c.id == events.c.id)
            .outerjoin(followups, followups.c.id == events.c.id)
        )
        return select(*columns).select_from(found), b

    def _revive(
        self, connection: Connection, first: Mapping[tuple[str, str], Entry], known: dict[tuple[str, str], Row[Any]]
    ) -> dict[tuple[str, str], int]:
        """History that is later sent for real: the context row becomes the accepted one."""
        revived: dict[tuple[str, str], int] = {}
        for key, row in sorted(known.items()):
            entry = first[key]
            if (
                row.status == EventStatus.CONTEXT
                and entry.event.status is EventStatus.ACCEPTED
                and row.hash == entry.hash
            ):
                change = update(events).where(events.c.id == row.id, events.c.status == str(EventStatus.CONTEXT))
                values = event_row(entry)
                if connection.execute(change.values(**values)).rowcount == 1:
                    revived[key] = int(row.id)
                    del known[key]
        return revived

    def _keep_bodies(self, connection: Connection, fresh: Iterable[tuple[int, Event]]) -> None:
        rows = [{"event_id": event_id, "body": event.raw} for event_id, event in fresh if event.raw is not None]
        if rows:
            statement = self._database.insert(event_bodies).on_conflict_do_nothing(index_elements=["event_id"])
            connection.execute(statement, rows)

    def add_turns(self, connection: Connection, fresh: Sequence[tuple[int, Event]], backlog_id: int | None) -> None:
        """Give events, which come with their ids, their turns, at the end of their conversations."""
        if not fresh:
            return
        found, opened = self.conversations_of(connection, [event for _, event in fresh])
        grown = self.extend(connection, growth_of(fresh, found), backlog_id, opened)
        rows = []
        for event_id, event in fresh:
            conversation = found[event.route, event.conversation].id
            row = {"id": event_id, "conversation_id": conversation, "position": grown[conversation]}
            grown[conversation] += 1
            rows.append({**row, "text": event.text, "priority": event.priority})
        connection.execute(insert(turns).values(new_turn(backlog_id, db_now())), rows)

    def conversations_of(
        self, connection: Connection, fresh: Sequence[Event]
    ) -> tuple[dict[tuple[str, str], Home], set[int]]:
        """The conversation of each event by (route, key), opened where there was none, and the ids of those."""
        first = {(event.route, event.conversation): event for event in reversed(fresh)}
        found = self.homes(connection, list(first))
        missing = sorted(key for key in first if key not in found)
        opened: dict[tuple[str, str], Home] = {}
        if missing:
            statement = self._database.insert(conversations).values(new_conversation(db_now()))
            rows = [self._conversation_row(first[key]) for key in missing]
            connection.execute(statement.on_conflict_do_nothing(index_elements=["route", "key"]), rows)
            opened = self.homes(connection, missing)
            found.update(opened)
        return found, {home.id for home in opened.values()}

    def homes(self, connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Home]:
        """The conversations there are by (route, key)."""
        if not keys:
            return {}
        statement, batch = self._homes
        rows = connection.execute(statement, batch.of([{"route": route, "key": key} for route, key in keys]))
        return {(row.route, row.key): Home(id=int(row.id), account=row.account) for row in rows}

    @cached_property
    def _homes(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, route=str, key=str)
        mine = and_(conversations.c.route == b.c.route, conversations.c.key == b.c.key)
        columns = (conversations.c.id, conversations.c.account, conversations.c.route, conversations.c.key)
        return select(*columns).select_from(b.table.join(conversations, mine)), b

    def _conversation_row(self, event: Event) -> dict[str, Any]:
        target = self.targets[event.route]
        return {
            "route": event.route,
            "key": event.conversation,
            "account": target.account,
            "agent": target.agent,
            "customer": json_text(event.customer.as_dict()),
            "subject": event.subject,
        }

    def extend(
        self, connection: Connection, growth: Mapping[int, Growth], backlog_id: int | None, opened: Collection[int]
    ) -> dict[int, int]:
        """Give out positions under the schedule rows' locks; returns each conversation's first new position.

        ``opened`` are those that may have no schedule row yet: every other one got its row with itself.
        """
        ids = sorted(growth)
        lane_of = self.lane_ids(connection, {grown.lane for grown in growth.values()}, backlog_id)
        if opened:
            statement, parameters = self._fresh_places
            places = [{"c": id_, "lane": lane_of[growth[id_].lane]} for id_ in ids if id_ in opened]
            connection.execute(statement, parameters.of(places))
        statement, parameters = self._locked_places
        rows = connection.execute(statement, parameters.of([{"c": id_} for id_ in ids])).all()
        self._reopen(connection, [row.conversation_id for row in rows if row.held == ConversationStatus.CLOSED])
        batch = [
            {"c": id_, "n": growth[id_].turns, "priority": growth[id_].priority, "lane": lane_of[growth[id_].lane]}
            for id_ in ids
        ]
        statement, parameters = self._extension
        tails = connection.execute(statement, parameters.of(batch))
        return {row.conversation_id: row.tail - growth[row.conversation_id].turns + 1 for row in tails}

    @cached_property
    def _fresh_places(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int, lane=int)
        # On SQLite a SELECT must have a WHERE here, or its ON would be taken for a join's.
        rows = select(b.c.c, b.c.lane, literal(1), literal(0), literal(0)).select_from(b.table).where(true())
        new = self._database.insert(schedule)
        new = new.from_select(["conversation_id", "lane", "head", "tail", "claims"], rows)
        return new.on_conflict_do_nothing(index_elements=["conversation_id"]), b

    @cached_property
    def _locked_places(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int)
        mine = b.table.join(schedule, schedule.c.conversation_id == b.c.c)
        rows = select(schedule.c.conversation_id, schedule.c.held).select_from(mine)
        return rows.order_by(schedule.c.conversation_id).with_for_update(key_share=True, of=schedule), b

    @cached_property
    def _extension(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int, n=int, priority=int, lane=int)
        current = select(lanes.c.priority).where(lanes.c.id == schedule.c.lane).scalar_subquery()
        empty = schedule.c.head > schedule.c.tail
        statement = (
            update(schedule)
            .where(schedule.c.conversation_id == b.c.c)
            .values(
                tail=schedule.c.tail + b.c.n,
                # A conversation stands in the lane of its most urgent waiting turn.
                lane=case((or_(empty, b.c.priority > current), b.c.lane), else_=schedule.c.lane),
                ready_at=case(
                    (or_(schedule.c.held.is_not(None), schedule.c.owner.is_not(None)), null()),
                    else_=func.coalesce(schedule.c.ready_at, db_now()),
                ),
            )
            .returning(schedule.c.conversation_id, schedule.c.tail)
        )
        return statement, b

    def _reopen(self, connection: Connection, closed: Sequence[int]) -> None:
        if not closed:
            return
        connection.execute(
            update(conversations)
            .where(conversations.c.id.in_(closed))
            .values(
                status=str(ConversationStatus.OPEN),
                reason=null(),
                chat_id=null(),
                baseline=0,
                chat_number=conversations.c.chat_number + 1,
                changed_at=db_now(),
            )
        )
        connection.execute(update(schedule).where(schedule.c.conversation_id.in_(closed)).values(held=null()))

    def lane_ids(self, connection: Connection, wanted: set[LaneKey], backlog_id: int | None) -> dict[LaneKey, int]:
        """Lane ids by (account, route, priority), made where there are none."""
        rows = [
            {"account": account, "route": route, "priority": priority, "backlog_id": backlog_id or 0, "paused": False}
            for account, route, priority in sorted(wanted)
        ]
        found = self._find_lanes(connection, rows)
        if len(found) < len(rows):
            unique = ["account", "route", "priority", "backlog_id"]
            connection.execute(self._database.insert(lanes).on_conflict_do_nothing(index_elements=unique), rows)
            found = self._find_lanes(connection, rows)
        return found

    def _find_lanes(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[LaneKey, int]:
        keys = [(row["account"], row["route"], row["priority"], row["backlog_id"]) for row in rows]
        matching = tuple_(lanes.c.account, lanes.c.route, lanes.c.priority, lanes.c.backlog_id).in_(keys)
        query = select(lanes.c.id, lanes.c.account, lanes.c.route, lanes.c.priority).where(matching)
        return {(row.account, row.route, row.priority): int(row.id) for row in connection.execute(query)}

    def _tend_followups(self, connection: Connection, fresh: Sequence[tuple[int, Event]]) -> None:
        """Take back what waited for a customer who has written, and put down what is due later."""
        if wrote := {(event.route, event.conversation) for _, event in fresh if event.status is EventStatus.ACCEPTED}:
            customer_wrote(connection, self._database, wrote)
        later = {(event.route, event.conversation) for _, event in fresh if event.status is EventStatus.SCHEDULED}
        if later:
            put_down(connection, fresh, self.homes(connection, sorted(later)))

    def _answers(
        self,
        connection: Connection,
        entries: Sequence[Entry],
        first: Mapping[tuple[str, str], Entry],
        inserted: Mapping[tuple[str, str], int],
        known: Mapping[tuple[str, str], Row[Any]],
    ) -> list[Received]:
        answers = []
        clashes: dict[tuple[int, str], str] = {}
        for entry in entries:
            event = entry.event
            key = (event.source, event.id)
            if key in inserted and first[key] is entry:
                answers.append(stored(entry, inserted[key]))
                continue
            original = known.get(key)
            event_id = inserted[key] if original is None else int(original.id)
            same = entry.hash == (first[key].hash if original is None else original.hash)
            if not same:
                clashes[event_id, entry.hash] = event.text
            answers.append(
                repeated(entry, stored(first[key], event_id) if original is None else kept(original), same=same)
            )
        self._keep_conflicts(connection, clashes)
        return answers

    def _keep_conflicts(self, connection: Connection, clashes: Mapping[tuple[int, str], str]) -> None:
        if not clashes:
            return
        rows = [{"event_id": event_id, "hash": digest, "text": text} for (event_id, digest), text in clashes.items()]
        new = self._database.insert(conflicts).values(received_at=db_now())
        connection.execute(new.on_conflict_do_nothing(index_elements=["event_id", "hash"]), rows)
        for event_id in sorted({event_id for event_id, _ in clashes}):
            total = select(func.count()).where(conflicts.c.event_id == event_id).scalar_subquery()
            connection.execute(update(events).where(events.c.id == event_id).values(conflicts=total))
