"""Intake of events: each is stored once, in one transaction with its turn and conversation.

Insert-or-ignore on the identity ``(source, external_id)`` decides who came first; whoever did not insert compares
hashes and learns whether it brought a duplicate or a conflict (:mod:`connector.storage.receive.identities` says where
that is decided otherwise). Positions come from the locked ``schedule`` row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.engine import Row

from connector.policy.brakes import NO_BRAKES, Allowed, Brakes
from connector.policy.debounce import Debounce
from connector.policy.fairness import COMMAND_LINE
from connector.policy.handoffs import Hands
from connector.policy.keywords import Keywords
from connector.storage.conversations.followups import customer_wrote, put_down
from connector.storage.conversations.handoffs import hand_off
from connector.storage.conversations.known_customers import make_known
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.receive.bounces import settle_bounces
from connector.storage.receive.brakes import Braking, comes_now, counts
from connector.storage.receive.debounce import Bursting
from connector.storage.receive.homes import Homes
from connector.storage.receive.identities import (
    Identity,
    ReadMail,
    Strangers,
    by_identity,
    is_history,
    renamed,
    same_content,
)
from connector.storage.receive.participants import keep_participants
from connector.storage.receive.positions import Places
from connector.storage.receive.rows import (
    Became,
    LaneKey,
    NewEvent,
    NewTurn,
    Positions,
    event_row,
    growth_of,
    kept,
    new_turn,
    repeated,
    storable,
    stored,
)
from connector.storage.reply.evidence import settle_answered
from connector.storage.reply.overtaken import withdraw
from connector.storage.tables import conflicts, event_bodies, events, followups, joined, turns
from connector.values import ConversationKey, Event, EventStatus, Received

if TYPE_CHECKING:
    from connector.storage.core.host_transaction import Joined  # SQLAlchemy's ORM, which costs every command's start

__all__ = ["Intake", "NewEvent", "Target"]

Along = Callable[[Connection, Sequence[Received]], object]
"""What is written with a batch, such as how far a source was read."""
KEYWORD = "keyword"
"""The reason of a hand-off that a customer's own words asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a route's new conversations go, kept by the conversation for good; and what its messages meet on the way.

    ``debounce`` joins quick ones to one turn, ``brakes`` stop what is too much for a person's dialogue. A message with
    one of the ``keywords`` takes its conversation to a person; ``hands`` are all routes'. ``drafts``: answers may wait
    there, for a person or for their time, until the customer writes again.
    """

    account: str
    agent: str
    debounce: Debounce | None = None
    brakes: Brakes = NO_BRAKES
    keywords: Keywords | None = None
    hands: Mapping[str, Hands] = field(default_factory=dict)
    drafts: bool = False


class Intake:
    """Stores events in batches; one transaction a batch."""

    def __init__(
        self,
        database: Database,
        targets: Mapping[str, Target],
        read_mail: ReadMail | None = None,
        sources: Mapping[str, Allowed] | None = None,
    ) -> None:
        """``targets`` maps each configured route to its account and agent; ``read_mail`` reads a mail that was kept.

        ``sources`` says what the brakes of each configured source allow.
        """
        self._database = database
        self.strangers = Strangers(read_mail)
        self._made: set[LaneKey] = set()
        self.targets = targets
        self.places = Places(database)
        self.homes = Homes(database, targets)
        self._bursting = Bursting(database, {name: t.debounce for name, t in targets.items() if t.debounce is not None})
        hands = {name: target.hands[name] for name, target in targets.items() if name in target.hands}
        self._braking = Braking(database, {name: target.brakes for name, target in targets.items()}, hands, sources)

    def store(self, entries: Sequence[NewEvent], backlog_id: int | None = None, *, live: bool = True) -> list[Received]:
        """Store a batch; the answers are in the order of the entries. Bear in mind: one transaction, so keep it small.

        The same identity twice within a batch is answered like two batches would be. What is not ``live``, such as the
        messages of a file, was written long ago: none is joined to another, and no brake counts it, but for mails that
        were written just now.
        """
        entries = [storable(entry) for entry in entries]
        live = live and backlog_id is None
        return self._database.write(lambda connection: self._store(connection, entries, backlog_id, live=live))

    def store_with(self, entries: Sequence[NewEvent], along: Along, *, live: bool = True) -> list[Received]:
        """As :meth:`store`; ``along`` writes in the same transaction, and again where that is repeated."""
        entries = [storable(entry) for entry in entries]

        def use(connection: Connection) -> list[Received]:
            answers = self._store(connection, entries, None, live=live)
            along(connection, answers)
            return answers

        return self._database.write(use)

    def store_in(self, host: Joined | Connection, entries: Sequence[NewEvent]) -> list[Received]:
        """The same inside the caller's own transaction, committed or not with the caller's rows; never repeated."""
        self._make_lanes([entry.event for entry in entries])
        return self._store(cast("Connection", host), [storable(entry) for entry in entries], None, live=True)

    def _make_lanes(self, fresh: Sequence[Event]) -> None:
        """Once a process, and committed at once: a new lane in an open transaction would hold up all who want it too.

        On SQLite nobody else writes meanwhile, and this process could not either.
        """
        accepted = [event for event in fresh if event.route in self.targets]
        wanted = {(self.targets[event.route].account, event.route, event.priority, True) for event in accepted}
        wanted -= self._made
        if wanted and self._database.dialect == "postgresql":
            self._database.write(lambda connection: self.places.lane_ids(connection, wanted, None))
            self._made |= wanted

    def _store(
        self, connection: Connection, entries: Sequence[NewEvent], backlog_id: int | None, *, live: bool
    ) -> list[Received]:
        first = by_identity(entries)
        inserted = self._insert_events(connection, first)
        known = self.known(connection, [key for key in first if key not in inserted])
        if strangers := self.strangers.among(connection, entries, first, known):
            entries = [renamed(entry) if place in strangers else entry for place, entry in enumerate(entries)]
            first = by_identity(entries)
            known = {key: row for key, row in known.items() if key in first}
            moved = {key: entry for key, entry in first.items() if key not in inserted and key not in known}
            inserted.update(self._insert_events(connection, moved))
            known.update(self.known(connection, [key for key in moved if key not in inserted]))
        revived = self._revive(connection, first, known)
        inserted.update(revived)
        fresh = [(inserted[key], first[key].event) for key in first if key in inserted]
        self._keep_bodies(connection, fresh)
        keep_participants(connection, self._database, [event for _, event in fresh])
        # Before any schedule row is locked: whoever else holds one of these events may be waiting for such a row.
        answers = self._answers(connection, entries, first, inserted, known)
        accepted = [pair for pair in fresh if pair[1].status is EventStatus.ACCEPTED]
        became = self.add_turns(connection, accepted, backlog_id, live=live)
        self._tend_followups(connection, fresh)
        self._hand_off_by_keyword(connection, [event for _, event in accepted])
        settle_answered(connection, (event for _, event in fresh))
        settle_bounces(connection, [(id_, event.bounce) for id_, event in fresh if event.bounce is not None])
        return [became.told(answer) for answer in answers] if became else answers

    def _insert_events(self, connection: Connection, first: Mapping[Identity, NewEvent]) -> dict[Identity, int]:
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

    def known(self, connection: Connection, keys: Sequence[Identity]) -> dict[Identity, Row[Any]]:
        """Those of these identities (source, id) that are stored: their ids, hash, status and reason."""
        if not keys:
            return {}
        statement, batch = self._stored
        rows = connection.execute(statement, batch.of([{"source": source, "id": id_} for source, id_ in keys]))
        return {(row.source, row.external_id): row for row in rows.all()}

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
            events.c.context_by,
            events.c.customer,
            events.c.occurred_at,
            func.coalesce(joined.c.turn_id, turns.c.id).label("turn_id"),
            followups.c.id.label("followup_id"),
        )
        found = (
            b.table.join(events, and_(events.c.source == b.c.source, events.c.external_id == b.c.id))
            .outerjoin(turns, turns.c.id == events.c.id)
            .outerjoin(joined, joined.c.event_id == events.c.id)
            .outerjoin(followups, followups.c.id == events.c.id)
        )
        return select(*columns).select_from(found), b

    def _revive(
        self, connection: Connection, first: Mapping[Identity, NewEvent], known: dict[Identity, Row[Any]]
    ) -> dict[Identity, int]:
        """History that is later sent for real: the context row becomes the accepted one."""
        revived: dict[Identity, int] = {}
        for key, row in sorted(known.items()):
            entry = first[key]
            if (
                is_history(row.status, row.context_by)
                and entry.event.status is EventStatus.ACCEPTED
                and entry.event.source_name is None  # a source that reads it once more is no person who hands it in
                and same_content(entry, row.hash)
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

    def add_turns(
        self, connection: Connection, fresh: Sequence[tuple[int, Event]], backlog_id: int | None, *, live: bool
    ) -> Became:
        """Give events, which come with their ids, their turns, at the end of their conversations."""
        if not fresh:
            return Became()
        found, opened = self.homes.opened(connection, [event for _, event in fresh])
        by_hand = {
            home.id: replace(home, known=True)
            for _, event in fresh
            if event.source == COMMAND_LINE and not (home := found[event.home_key]).known
        }
        found = {key: by_hand.get(home.id, home) for key, home in found.items()} if by_hand else found
        growth = growth_of(fresh, found)
        lane_of = self.places.take(connection, growth, backlog_id, opened)
        make_known(connection, by_hand)
        made = [
            NewTurn(id=id_, event=event, conversation_id=home.id, text=event.text, priority=event.priority)
            for id_, event in fresh
            for home in (found[event.home_key],)
        ]
        moved: dict[int, int] = {}
        if live and self._bursting.concerns(growth):
            made, moved = self._bursting.join(connection, made, growth)
        places = self.places.grow(connection, growth, lane_of, backlog_id)
        self._write_turns(connection, made, places, backlog_id, live=live)
        self.withdraw_drafts(connection, {id_: grown.route for id_, grown in growth.items()})
        stopped = self._braking.watch(connection, made, places, live=live)
        why = {turn.id: stopped[turn.conversation_id] for turn in made if turn.conversation_id in stopped}
        return Became(moved=moved, braked=why)

    def _write_turns(
        self,
        connection: Connection,
        made: Sequence[NewTurn],
        places: Mapping[int, Positions],
        backlog_id: int | None,
        *,
        live: bool,
    ) -> None:
        following = {conversation: place.first for conversation, place in places.items()}
        rows: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
        for turn in made:
            conversation = turn.conversation_id
            row: dict[str, Any] = {"id": turn.id, "conversation_id": conversation, "position": following[conversation]}
            following[conversation] += 1
            row |= {"text": turn.text, "priority": turn.priority}
            row["counted"] = counts(places[conversation]) and comes_now(turn.event, live=live)
            if turn.open_until is not None:
                row |= {"open_until": turn.open_until, "due_at": turn.open_until}
            rows[turn.open_until is not None].append(row)
        shared = new_turn(backlog_id, db_now())
        for is_open, group in rows.items():
            if group:
                values = {name: value for name, value in shared.items() if not (is_open and name == "due_at")}
                connection.execute(insert(turns).values(values), group)

    def withdraw_drafts(self, connection: Connection, routes: Mapping[int, str]) -> None:
        """Stop what waits to go back in conversations, by id with their route, whose customer has written again."""
        withdraw(connection, [id_ for id_, route in routes.items() if self.targets[route].drafts], queued=True)

    @property
    def listens(self) -> bool:
        """Whether a route has keywords at all."""
        return any(target.keywords for target in self.targets.values())

    def keyword_in(self, route: str, text: str) -> str | None:
        """The route's keyword that a message holds, which takes its conversation to a person."""
        keywords = self.targets[route].keywords
        return keywords.found_in(text) if keywords else None

    def _hand_off_by_keyword(self, connection: Connection, fresh: Sequence[Event]) -> None:
        """Whoever asks for a person gets one; the message waits for them. Its conversation's place is locked."""
        asked: dict[ConversationKey, str] = {}
        for event in fresh if self.listens else ():
            if word := self.keyword_in(event.route, event.text):
                asked.setdefault(event.home_key, word)
        for key, home in self.homes.of(connection, sorted(asked)).items():
            hands = self.targets[key[0]].hands
            hand_off(connection, home.id, reason=KEYWORD, detail=asked[key], hands=hands)

    def _tend_followups(self, connection: Connection, fresh: Sequence[tuple[int, Event]]) -> None:
        """Take back what waited for a customer who has written, and put down what is due later."""
        if wrote := {event.home_key for _, event in fresh if event.status is EventStatus.ACCEPTED}:
            customer_wrote(connection, self._database, wrote)
        later = {event.home_key for _, event in fresh if event.status is EventStatus.SCHEDULED}
        if later:
            known = {key: home.id for key, home in self.homes.of(connection, sorted(later)).items()}
            put_down(connection, fresh, known)

    def _answers(
        self,
        connection: Connection,
        entries: Sequence[NewEvent],
        first: Mapping[Identity, NewEvent],
        inserted: Mapping[Identity, int],
        known: Mapping[Identity, Row[Any]],
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
            same = same_content(entry, first[key].hash if original is None else original.hash)
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
