"""Mail threads at intake: what is known of the ids that mails name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal, select, union_all

from connector.policy.identities import variants
from connector.policy.threads import reply_named, sender_of
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch
from connector.storage.receive.identities import ReadMail, is_history
from connector.storage.receive.participants import People, ThreadKey, kept_mails, people_of
from connector.storage.tables import conversations, event_bodies, events, replies
from connector.values import Event, EventStatus, KeyOrigin, MailThread
from connector.values.guards import OWN_ADDRESS


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMail:
    """A mail that is stored: the id by which it was looked for, its own, its conversation's key and its status."""

    name: str
    source: str
    external_id: str
    event_id: int
    key: str
    status: str
    context_by: str | None
    customer: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MailConversation:
    """A conversation of mail: its id and its customer's address."""

    id: int
    customer: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptAnswer:
    """A colleague's mail that was kept as context: its conversation's key, its time, and how its bytes begin."""

    external_id: str
    key: str
    at: int | None
    head: bytes


@dataclass(kw_only=True, slots=True)
class KnownThreads:
    """What is stored of the ids that some mails name: mails by (source, id), the (route, key) of our own replies.

    ``conversations`` are found by (route, key). ``earlier`` are people that were not kept yet and are to be.
    """

    mails: dict[tuple[str, str], list[KnownMail]] = field(default_factory=lambda: defaultdict(list))
    replies: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    conversations: Mapping[tuple[str, str], MailConversation] = field(default_factory=dict)
    people: People = field(default_factory=dict)
    earlier: People = field(default_factory=dict)

    def itself(self, mail: Event, thread: MailThread) -> KnownMail | None:
        """The very mail, if it is stored; history that is now to be sent is as good as new."""
        for each in self.mails.get((mail.source, mail.id), ()):
            mine = each.external_id == mail.id and each.customer in sender_of(thread)
            if mine and not (is_history(each.status, each.context_by) and mail.status is EventStatus.ACCEPTED):
                return each
        return None


def look_up(database: Database, mails: Sequence[Event], read_mail: ReadMail) -> KnownThreads:
    """What is stored of everything that these mails name. Raises :class:`connector.errors.DatabaseUnavailable`."""
    with database.reading() as connection:
        return _look_up(connection, database, mails, read_mail)


def _look_up(connection: Connection, database: Database, mails: Sequence[Event], read_mail: ReadMail) -> KnownThreads:
    known = KnownThreads()
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in mails:
        named[mail.source, mail.route].update((mail.id, *(mail.thread.names if mail.thread else ())))
    pairs = [(source, name) for (source, _), names in named.items() for name in names]
    for found in _known_mails(connection, database, pairs):
        known.mails[found.source, found.name].append(found)
    ours = {(number, name) for _, name in pairs if (number := reply_named(name)) is not None}
    known.replies = _replies_named(connection, ours)
    stored = list(chain.from_iterable(known.mails.values()))
    threads: dict[ThreadKey, str] = {}
    for (source, route), names in named.items():
        keys = {each.key for each in stored if each.source == source}
        keys |= {key for of, key in known.replies.values() if of == route}
        threads |= {(source, key): route for key in keys | names}
    wanted = {(route, key) for (_, key), route in threads.items()}
    known.conversations = _conversations_of(connection, database, wanted)
    known.people = people_of(connection, database, threads)
    by_thread: dict[ThreadKey, list[KnownMail]] = defaultdict(list)
    for each in stored:
        by_thread[each.source, each.key].append(each)
    for thread in _named_by_new(mails, known) - known.people.keys():
        conversation = known.conversations.get((threads[thread], thread[1]))
        _read_again(connection, known, thread, conversation, by_thread[thread], read_mail)
    return known


def _named_by_new(mails: Sequence[Event], known: KnownThreads) -> set[ThreadKey]:
    """The threads that mails name which were not here before: a mailbox that comes again is to cost no more looks."""
    found: set[ThreadKey] = set()
    for mail in mails:
        if mail.thread is None or known.itself(mail, mail.thread) is not None:
            continue
        for name in (mail.id, *mail.thread.names):
            found |= {(each.source, each.key) for each in known.mails.get((mail.source, name), ())}
            found |= {(mail.source, known.replies[name][1])} if name in known.replies else set()
            found |= {(mail.source, name)} if (mail.route, name) in known.conversations else set()
    return found


def _read_again(
    connection: Connection,
    known: KnownThreads,
    thread: ThreadKey,
    conversation: MailConversation | None,
    mails: Iterable[KnownMail],
    read_mail: ReadMail,
) -> None:
    """Who took part in a thread of before, when that was not kept, by its kept mails."""
    mine = list(mails)
    if not mine and conversation is None:
        return
    people = {each.customer for each in mine if each.customer}
    conversations_ = [conversation.id] if conversation is not None else []
    for head in kept_mails(connection, [each.event_id for each in mine], conversations_):
        told = read_mail(head)
        people |= told.people if told is not None else set()
    known.people[thread] = known.earlier[thread] = people


def _known_mails(connection: Connection, database: Database, names: Collection[tuple[str, str]]) -> list[KnownMail]:
    """The stored mails of each (source, id), those included that came under a known id and are other mails."""
    if not names:
        return []
    statement, batch = _mails(database.dialect)
    rows = [
        {"source": source, "key": name, "low": low, "high": high}
        for source, name in sorted(set(names))
        for low, high in (variants(name),)
    ]
    return [
        KnownMail(
            name=row.name, source=row.source, external_id=row.external_id, event_id=int(row.id),
            key=row.conversation_key or "", status=row.status, context_by=row.context_by,
            customer=(json.loads(row.customer or "{}").get("email") or "").casefold() or None,
        )
        for row in connection.execute(statement, batch.of(rows))
    ]  # fmt: skip


@lru_cache
def _mails(dialect: str) -> tuple[Any, Batch]:
    b = Batch(dialect, source=str, key=str, low=str, high=str)
    columns = (
        b.c.key.label("name"), events.c.source, events.c.external_id, events.c.id, events.c.conversation_key,
        events.c.status, events.c.context_by, events.c.customer,
    )  # fmt: skip
    mine = events.c.source == b.c.source
    exact = and_(mine, events.c.external_id == b.c.key)
    between = and_(mine, events.c.external_id > b.c.low, events.c.external_id < b.c.high)
    return union_all(*(select(*columns).select_from(b.table.join(events, on)) for on in (exact, between))), b


def _conversations_of(
    connection: Connection, database: Database, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], MailConversation]:
    """The conversations of mail with these (route, key)."""
    if not keys:
        return {}
    statement, batch = _conversations(database.dialect)
    rows = [{"route": route, "key": key} for route, key in sorted(set(keys))]
    return {
        (row.route, row.key): MailConversation(
            id=int(row.id), customer=(json.loads(row.customer or "{}").get("email") or "").casefold() or None
        )
        for row in connection.execute(statement, batch.of(rows))
    }


@lru_cache
def _conversations(dialect: str) -> tuple[Select[Any], Batch]:
    b = Batch(dialect, route=str, key=str)
    mine = and_(
        conversations.c.route == b.c.route,
        conversations.c.origin == str(KeyOrigin.MAIL),
        conversations.c.key == b.c.key,
    )
    columns = (conversations.c.id, conversations.c.route, conversations.c.key, conversations.c.customer)
    return select(*columns).select_from(b.table.join(conversations, mine)), b


def _replies_named(connection: Connection, names: Collection[tuple[int, str]]) -> dict[str, tuple[str, str]]:
    """Of (reply's number, Message-ID) those that we sent: the route and key of their conversation, by Message-ID.

    The whole id has to be the one that was kept with the reply, before it was sent: its token is what nobody else can
    know. So an answer to a mail of ours is one, also while nobody knows yet whether that mail arrived.
    """
    if not names:
        return {}
    wanted = {f"<{name}>": name for _, name in names} | {name: name for _, name in names}
    query = (
        select(replies.c.external_id, replies.c.marker, conversations.c.route, conversations.c.key)
        .join(conversations, conversations.c.id == replies.c.conversation_id)
        .where(replies.c.id.in_({number for number, _ in names}), conversations.c.origin == str(KeyOrigin.MAIL))
    )
    found = connection.execute(query).all()
    return {
        wanted[id_]: (row.route, row.key) for row in found for id_ in (row.external_id, row.marker) if id_ in wanted
    }


_HEAD = 64 * 1024
_MOST_ANSWERS = 100
"""Answers that are looked at for the mails of one batch."""


def colleagues_mails(database: Database, source: str, route: str, keys: Collection[str]) -> list[KeptAnswer]:
    """The newest mails of colleagues that are kept as context of these conversations of a route.

    Raises :class:`connector.errors.DatabaseUnavailable`.
    """
    head = func.substr(event_bodies.c.body, 1, _HEAD).label("head")
    query = (
        select(events.c.external_id, events.c.conversation_key, events.c.occurred_at, head)
        .join(event_bodies, event_bodies.c.event_id == events.c.id)
        .where(
            events.c.route == route,
            events.c.conversation_key.in_(sorted(keys)),
            # As a literal, word for word as the index has it.
            events.c.status == literal(str(EventStatus.CONTEXT), literal_execute=True),
            events.c.source == source,
            events.c.reason == OWN_ADDRESS,
        )
        .order_by(events.c.occurred_at.desc(), events.c.id.desc())
        .limit(_MOST_ANSWERS)
    )
    with database.reading() as connection:
        return [
            KeptAnswer(external_id=row.external_id, key=row.conversation_key, at=row.occurred_at, head=bytes(row.head))
            for row in connection.execute(query)
        ]
