"""Loop protection where messages come in: brakes count turns under the locks that intake holds anyway.

A conversation's turns are numbered, so whether it had too many of late is told by when the turn so many places back
was accepted: nothing is counted for a conversation that is shorter than its limit. What is counted over conversations,
such as a customer's turns, has one row each. What is too much is stored like any message, and its conversation goes to
a person, who looks and gives it back, or does not.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, func, literal, select, update

from connector.policy.brakes import (
    COMPARED,
    CONVERSATION,
    CUSTOMER,
    DAY,
    DOMAIN,
    HASTE,
    NO_BRAKES,
    OF_A_DOMAIN,
    OF_A_TEXT,
    REASONS,
    REPEATS,
    ROUTE,
    SAME_TEXTS,
    SOURCE,
    Allowed,
    Brakes,
    all_say_the_same,
    counted_as,
    counted_domain,
    counted_saying,
    counted_together,
    is_hasty,
    is_mail_of_now,
)
from connector.policy.handoffs import Hands
from connector.policy.threads import reply_named
from connector.storage.conversations.handoffs import hand_off
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.times import millis
from connector.storage.queue import tallies
from connector.storage.receive.rows import NewTurn, Positions
from connector.storage.tables import brake_counts, conversations, events, replies, schedule, turns
from connector.values import ConversationStatus, Customer, Event, KeyOrigin, TurnStatus


def counts(place: Positions) -> bool:
    """Whether a message that comes now is for the agent: with a person the customer may write as they like."""
    return place.held != ConversationStatus.HANDED_OFF


def comes_now(event: Event, *, live: bool) -> bool:
    """Whether brakes count a message: one that is ``live``, and a mail that was written just now, by whatever door."""
    return live or written_now(event.source, millis(event.occurred_at))


def written_now(source: str, occurred_at: int | None) -> bool:
    """Whether it is a mail that was written just now; an hour is wide enough for this machine's clock."""
    return is_mail_of_now(source, occurred_at, int(time.time() * 1000))


def source_of(event: Event) -> str:
    """The configured source that brought a message, or what it says its source is."""
    return (event.source_name or event.source).lower()


def _said_again(counted: Mapping[int, _Counted], found: Mapping[int, tuple[int, int]]) -> dict[int, _Counted]:
    """What customers say by mail after their first one of the day, by its gist, over all their conversations.

    Most write one a day, and cost nothing here.
    """
    again: dict[int, _Counted] = {}
    for key, its in counted.items():
        if its.reason == CUSTOMER:
            first = max(0, 1 - (found[key][1] - len(its.turns)))
            for turn in its.turns[first:]:
                if KeyOrigin.of(turn.event.source) is KeyOrigin.MAIL:
                    said = again.setdefault(counted_saying(key, turn.text), _Counted(allowed=OF_A_TEXT, reason=REPEATS))
                    said.turns.append(turn)
    return again


_MOST_NAMES = 5


def _own_names(event: Event) -> dict[int, str]:
    """The mails of ours that a mail names last: by the number of the reply, the whole Message-ID."""
    names = event.thread.names[:_MOST_NAMES] if event.thread is not None else ()
    return {number: name for name in names if (number := reply_named(name)) is not None}


_NEVER = (2**62, 0)


@dataclass(kw_only=True, slots=True)
class _Counted:
    """What is counted under one key: its turns, in order, what is allowed, and why what is too much is stopped.

    ``named`` is who it is, where the reason does not say so.
    """

    allowed: Allowed
    reason: str
    named: str | None = None
    turns: list[NewTurn] = field(default_factory=list)

    def beyond(self, hour: int, day: int) -> Iterator[NewTurn]:
        """Those that are too much, with so many in this hour and day: the newest."""
        for later, turn in enumerate(reversed(self.turns)):
            if not self.allowed.exceeded(hour - later, day - later):
                return
            yield turn


class Braking:
    """Counts the turns that come in, and hands off what is too much."""

    def __init__(
        self,
        database: Database,
        brakes: Mapping[str, Brakes],
        hands: Mapping[str, Hands],
        sources: Mapping[str, Allowed] | None = None,
    ) -> None:
        """``brakes`` maps each route to its own, ``sources`` each configured source; ``hands`` are the routes'."""
        self._database = database
        self._hands = hands
        self._brakes = brakes
        self._mindful = {route for route, its in brakes.items() if its != NO_BRAKES}
        self._sources = {name: allowed for name, allowed in (sources or {}).items() if allowed.limits}
        self._shortest = {route: min(its.conversation.limits, default=_NEVER)[0] for route, its in self._brakes.items()}

    def watch(
        self, connection: Connection, made: Sequence[NewTurn], places: Mapping[int, Positions], *, live: bool
    ) -> dict[int, str]:
        """Count turns that were just written, and hand off what is too much; their schedule rows are held.

        Returns why, by the id of each conversation that was handed off.
        """
        watched = [turn for turn in made if self._concerns(turn, places[turn.conversation_id], live=live)]
        if not watched:
            return {}
        over = self._together(connection, watched)
        grown = Counter(turn.conversation_id for turn in made)
        mindful = [turn for turn in watched if turn.event.route in self._mindful]
        last = {id_: places[id_].first + grown[id_] - 1 for id_ in {turn.conversation_id for turn in mindful}}
        over |= dict.fromkeys(self._repeating(connection, mindful, last), (REPEATS, None))
        over |= dict.fromkeys(self._hasty(connection, mindful), (HASTE, None))
        over |= dict.fromkeys(self._long(connection, mindful, last), (CONVERSATION, None))
        return self._hand_off(connection, over)

    def _concerns(self, turn: NewTurn, place: Positions, *, live: bool) -> bool:
        event = turn.event
        known = event.route in self._mindful or (bool(self._sources) and source_of(event) in self._sources)
        return known and counts(place) and comes_now(event, live=live)

    # --- customers, domains, sources, routes ---

    def _together(self, connection: Connection, made: Sequence[NewTurn]) -> dict[int, tuple[str, str | None]]:
        """Conversations with a turn that is one too many: why, and what stands behind it."""
        counted: dict[int, _Counted] = {}
        for turn in made:
            for key, allowed, reason, named in self._keys_of(turn.event):
                if key not in counted:
                    counted[key] = _Counted(allowed=allowed, reason=reason, named=named)
                counted[key].turns.append(turn)
        found = self._count(connection, counted)
        again = _said_again(counted, found)
        found |= self._count(connection, again)
        counted |= again
        over: dict[int, tuple[str, str | None]] = {}
        for key in sorted(found, key=lambda key: REASONS.index(counted[key].reason)):
            its = counted[key]
            over |= {turn.conversation_id: (its.reason, its.named) for turn in its.beyond(*found[key])}
        return over

    def _count(self, connection: Connection, counted: Mapping[int, _Counted]) -> dict[int, tuple[int, int]]:
        return tallies.count(connection, self._database, {key: len(its.turns) for key, its in counted.items()})

    def _keys_of(self, event: Event) -> Iterator[tuple[int, Allowed, str, str | None]]:
        """Under which keys a message is counted; with each what is allowed, and why what is too much is stopped."""
        brakes = self._brakes[event.route]
        if brakes.customer.limits and (key := counted_as(event.route, event.customer)) is not None:
            yield key, brakes.customer, CUSTOMER, None
        if event.route in self._mindful and (domain := counted_domain(event)) is not None:
            yield counted_together("domain", domain), OF_A_DOMAIN, DOMAIN, None
        if self._sources and (allowed := self._sources.get(source := source_of(event))) is not None:
            yield counted_together("source", source), allowed, SOURCE, source
        if brakes.route.limits:
            yield counted_together("route", event.route), brakes.route, ROUTE, None

    # --- texts ---

    def _repeating(self, connection: Connection, made: Sequence[NewTurn], last: Mapping[int, int]) -> set[int]:
        """Conversations of mail whose last messages say the same; nobody is asked of one that is shorter."""
        mails = {turn.conversation_id for turn in made if KeyOrigin.of(turn.event.source) is KeyOrigin.MAIL}
        suspects = [{"c": id_, "last": last[id_]} for id_ in sorted(mails) if last[id_] >= SAME_TEXTS]
        if not suspects:
            return set()
        statement, batch = self._newest
        said: defaultdict[int, list[str]] = defaultdict(list)
        for row in connection.execute(statement, batch.of(suspects)):
            said[row.c].append(row.text)
        return {id_ for id_, texts in said.items() if all_say_the_same(texts)}

    @staticmethod
    def _hasty(connection: Connection, made: Sequence[NewTurn]) -> set[int]:
        """Conversations with a mail that answers one of ours, written as soon as that had left."""
        names = {turn.id: _own_names(turn.event) for turn in made if turn.event.thread is not None}
        numbers = {number for named in names.values() for number in named}
        if not numbers:
            return set()
        columns = (replies.c.id, replies.c.marker, replies.c.external_id, replies.c.delivered_at)
        sent = {row.id: row for row in connection.execute(select(*columns).where(replies.c.id.in_(sorted(numbers))))}
        return {
            turn.conversation_id
            for turn in made
            for number, name in names.get(turn.id, {}).items()
            if number in sent and name in {sent[number].marker, (sent[number].external_id or "").strip("<>")}
            if is_hasty(millis(turn.event.occurred_at), sent[number].delivered_at)
        }

    @cached_property
    def _newest(self) -> tuple[Any, Batch]:
        """The last texts of each, as long as nobody looked at them: a person's answer or a stop begins anew."""
        b = Batch(self._database.dialect, c=int, last=int)
        newest = and_(
            turns.c.conversation_id == b.c.c,
            turns.c.position > b.c.last - SAME_TEXTS,
            turns.c.position > func.coalesce(conversations.c.braked_at, 0),
            turns.c.counted,
            turns.c.status != str(TurnStatus.CANCELLED),
        )
        mine = b.table.join(conversations, conversations.c.id == b.c.c).join(turns, newest)
        return select(b.c.c, func.substr(turns.c.text, 1, COMPARED).label("text")).select_from(mine), b

    # --- conversations ---

    def _long(self, connection: Connection, made: Sequence[NewTurn], last: Mapping[int, int]) -> set[int]:
        """Conversations that hold more counted turns of the last hour or day than they may."""
        route = {turn.conversation_id: turn.event.route for turn in made}
        suspects = [
            {"c": id_, "p": last[id_] - number, "last": last[id_], "most": number, "window": window}
            for id_ in route
            if last[id_] > self._shortest[route[id_]]
            for number, window in self._brakes[route[id_]].conversation.limits
            if last[id_] > number
        ]
        if not suspects:
            return set()
        statement, batch = self._dense
        dense = connection.execute(statement, batch.of(suspects)).all()
        return {row.c for row in dense if self._number(connection, row) > row.most}

    @cached_property
    def _dense(self) -> tuple[Any, Batch]:
        """Those whose turn so many places back is so young: by their numbers they may have had too many."""
        b = Batch(self._database.dialect, c=int, p=int, last=int, most=int, window=int)
        back = and_(turns.c.conversation_id == b.c.c, turns.c.position == b.c.p)
        rows = select(b.c.c, b.c.last, b.c.most, b.c.window).select_from(b.table.join(turns, back))
        return rows.where(turns.c.accepted_at > db_now() - b.c.window), b

    def _number(self, connection: Connection, suspect: Any) -> int:
        """How many there really were: without those of files, those that a person answered, and before a last stop."""
        since = select(func.coalesce(conversations.c.braked_at, 0)).where(conversations.c.id == suspect.c)
        newest = (
            select(literal(1))
            .where(
                turns.c.conversation_id == suspect.c,
                turns.c.position > since.scalar_subquery(),
                turns.c.position > suspect.last - _FURTHEST * suspect.most,
                turns.c.counted,
                turns.c.status != str(TurnStatus.CANCELLED),
                turns.c.accepted_at > db_now() - suspect.window,
            )
            .limit(suspect.most + 1)
            .subquery()
        )
        return int(connection.execute(select(func.count()).select_from(newest)).scalar_one())

    # --- what follows ---

    def _hand_off(self, connection: Connection, over: Mapping[int, tuple[str, str | None]]) -> dict[int, str]:
        stopped = {}
        for conversation_id, (reason, named) in sorted(over.items()):
            if hand_off(connection, conversation_id, reason=reason, hands=self._hands, detail=named):
                tail = select(schedule.c.tail).where(schedule.c.conversation_id == conversation_id).scalar_subquery()
                braked = update(conversations).where(conversations.c.id == conversation_id)
                connection.execute(braked.values(braked_at=tail))
                stopped[conversation_id] = reason
        return stopped


_FURTHEST = 20
"""How many times the limit is looked back for turns that count; those of files lie between them."""
_REMEMBERED = 500


def forgive(connection: Connection, conversation_id: int) -> None:
    """Let a conversation that a person gives back begin anew, and so its customers: what they wrote is not counted."""
    query = (
        select(events.c.route, events.c.customer, events.c.source, func.substr(turns.c.text, 1, COMPARED).label("text"))
        .join(turns, turns.c.id == events.c.id)
        .where(turns.c.conversation_id == conversation_id, events.c.customer.is_not(None))
        .order_by(turns.c.position.desc())
        .limit(_REMEMBERED)
    )
    keys = {key for row in set(connection.execute(query)) for key in _keys(row)}
    for key in sorted(keys):
        connection.execute(brake_counts.delete().where(brake_counts.c.key == key))


def _keys(row: Any) -> Iterator[int]:
    """What the customer of a message, what they say, and their domain are counted under."""
    customer = Customer(**json.loads(row.customer))
    if (key := counted_as(row.route, customer)) is not None:
        yield key
        yield counted_saying(key, row.text)
    event = Event(source=row.source, id="", route=row.route, conversation="", text="", customer=customer)
    if (domain := counted_domain(event)) is not None:
        yield counted_together("domain", domain)


def forget_counts(database: Database, limit: int = 1000) -> int:
    """Drop counts of customers whose day is over; returns how many."""
    over = brake_counts.c.day_at < db_now() - DAY
    with database.reading() as connection:
        query = select(brake_counts.c.key).where(over).order_by(brake_counts.c.day_at).limit(limit)
        keys = sorted(connection.execute(query).scalars())
    if not keys:
        return 0
    delete = brake_counts.delete().where(brake_counts.c.key.in_(keys), over)
    return database.write(lambda connection: connection.execute(delete).rowcount)
