"""Mail threads: settles of which conversation each mail is, before it is stored.

A mail names ids, and which of them are known, and who took part in their conversations, stands in the database, or
among the mails that came just before it. What follows from that is decided in :mod:`connector.policy.threads`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connector.channels.mail.message import thread_of
from connector.policy.identities import apart, mail_digest
from connector.policy.threads import KnownThread, Placing, place, sender_of
from connector.storage.core.database import Database
from connector.storage.receive.participants import People
from connector.storage.receive.threads import KnownThreads, look_up
from connector.values import Event, EventStatus, MailThread, Refusal


@dataclass(kw_only=True, slots=True)
class _Seen:
    """What is known of the mails before, whether or not they are stored."""

    keys: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    people: People = field(default_factory=lambda: defaultdict(set))


class Threads:
    """Settles mails in the order in which they are given."""

    def __init__(self, database: Database | None, *, remembers: bool = False) -> None:
        """Without a database the mails are judged by each other. One that ``remembers`` knows all that it was given."""
        self._database = database
        self._remembers = remembers or database is None
        self._seen = _Seen()

    def settle(self, items: Sequence[Event | Refusal]) -> list[Event | Refusal]:
        """The same with the conversation of each mail settled. Raises :class:`connector.errors.DatabaseUnavailable`."""
        mails = [item for item in items if isinstance(item, Event) and _unsettled(item)]
        if not mails:
            return list(items)
        known = KnownThreads() if self._database is None else look_up(self._database, mails, thread_of)
        settled = [self._settled(item, known) if isinstance(item, Event) else item for item in items]
        if not self._remembers:
            self._seen = _Seen()
        return settled

    # --- deciding ---

    def _settled(self, mail: Event, known: KnownThreads) -> Event:
        thread = _unsettled(mail)
        if thread is None:
            return mail
        placing, thread = self._place(mail, thread, known)
        mine = known.itself(mail, thread)
        if mine is not None:
            key = mine.key
        elif placing.key is not None:
            key = placing.key
        else:
            key = self._free(mail, thread, known)
        address = (mail.source, key)
        self._seen.keys[mail.source, mail.id].append(key)
        self._seen.people[address] |= thread.people
        earlier = tuple(sorted(known.earlier.pop(address, ())))
        thread = replace(thread, settled=True, earlier=earlier)
        return replace(mail, conversation=key, linked_to=placing.linked_to, thread=thread)

    def _place(self, mail: Event, thread: MailThread, known: KnownThreads) -> tuple[Placing, MailThread]:
        """Where a mail belongs. A colleague's answer is of the thread of those it went to, or else no answer in one."""
        named = {name: self._threads(mail, name, known) for name in thread.names}
        if thread.answered:
            placing = place(named, frozenset(thread.answered))
            if placing.key is not None:
                return placing, thread
            if not any(named.values()) and mail.conversation in named:
                # What it answers may be read later than it: from another folder, or not yet.
                return Placing(key=mail.conversation), thread
        return place(named, sender_of(thread)), replace(thread, answered=())

    def _free(self, mail: Event, thread: MailThread, known: KnownThreads) -> str:
        """The key of a conversation of its own: its id, as long as no other conversation has it."""
        sender, people = sender_of(thread), self._people(mail, mail.id, known)
        here = (each for each in known.mails.get((mail.source, mail.id), ()) if each.external_id == mail.id)
        if all(each.customer in sender for each in here) and not sender.isdisjoint(people):
            # History that is now sent; or one of before, which was called by the first id that its mails named.
            return mail.id
        taken = people or (mail.route, mail.id) in known.conversations
        return apart(mail.id, mail_digest(thread)) if taken else mail.id

    def _threads(self, mail: Event, name: str, known: KnownThreads) -> list[KnownThread]:
        """The conversations in which an id is known."""
        keys = [each.key for each in known.mails.get((mail.source, name), ())]
        keys += self._seen.keys.get((mail.source, name), ())
        if name in known.replies and known.replies[name][0] == mail.route:
            keys.append(known.replies[name][1])
        if not keys and ((mail.route, name) in known.conversations or self._people(mail, name, known)):
            keys.append(name)
        return [self._thread(mail, key, known) for key in dict.fromkeys(keys)]

    def _thread(self, mail: Event, key: str, known: KnownThreads) -> KnownThread:
        conversation = known.conversations.get((mail.route, key))
        return KnownThread(
            key=key,
            people=frozenset(self._people(mail, key, known)),
            conversation_id=None if conversation is None else conversation.id,
        )

    def _people(self, mail: Event, key: str, known: KnownThreads) -> set[str]:
        address = (mail.source, key)
        conversation = known.conversations.get((mail.route, key))
        customer = {conversation.customer} if conversation is not None and conversation.customer else set()
        return known.people.get(address, set()) | self._seen.people.get(address, set()) | customer


def _unsettled(event: Event) -> MailThread | None:
    settled = event.thread is None or event.thread.settled or event.status is EventStatus.REFUSED
    return None if settled else event.thread
