"""Mail threads: of which conversation a mail is; pure.

A header alone never joins a mail to a conversation, for anybody can write it: the newest id that the mail names must be
one that is known on its route, and whoever wrote the mail must have taken part in that conversation before. Whoever
can forge a From address can still pass for its owner; docs/guarantees.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.values import MailThread

_OURS = re.compile(r"tw\.([0-9]{1,18})\.[0-9A-Za-z_-]{16,128}@[^@\s]{1,255}")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownThread:
    """A conversation in which an id is known: its key, who took part in it, and its row's id if it has one."""

    key: str
    people: frozenset[str] = frozenset()
    conversation_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placing:
    """Of which conversation a mail is: ``key`` is a known one's, or None for one of its own.

    ``linked_to`` is the conversation that it names without having taken part in it.
    """

    key: str | None = None
    linked_to: int | None = None


def sender_of(thread: MailThread) -> frozenset[str]:
    """For whom a mail speaks: its customer, else whoever is in From."""
    return frozenset([thread.customer]) if thread.customer else frozenset(thread.senders)


def place(known: Mapping[str, Sequence[KnownThread]], sender: frozenset[str]) -> Placing:
    """Where a mail of this sender belongs; ``known`` are the conversations of each id that it names, the newest first.

    The newest known id decides. There may be several mails of one id, of different people, for anybody can write it:
    then the one whose thread the sender took part in is meant.
    """
    named = next(filter(None, known.values()), ())
    for each in named:
        if not sender.isdisjoint(each.people):
            return Placing(key=each.key)
    return Placing(linked_to=next((each.conversation_id for each in named if each.conversation_id is not None), None))


def reply_name(reply_id: int, token: str, domain: str) -> str:
    """The Message-ID of a reply of ours, without brackets; ``token`` is what nobody else can know."""
    return f"tw.{reply_id}.{token}@{domain}"


def reply_named(message_id: str) -> int | None:
    """The number of the reply of ours that a Message-ID names, if it has the form of one; whether it is is not said."""
    found = _OURS.fullmatch(message_id)
    return int(found[1]) if found else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadMail:
    """A mail of a thread as its last word is told by it; ``at`` in milliseconds.

    ``people`` are for whom it speaks; of a colleague's answer, to whom it went.
    """

    id: str
    key: str
    at: int | None
    people: frozenset[str]
    names: frozenset[str] = frozenset()


def is_answered(mail: ThreadMail, answers: Sequence[ThreadMail]) -> bool:
    """Whether one of these answers went to who wrote a mail, and names it, or is later in its conversation.

    Whatever the clocks say, a mail was written after the answers that it names.
    """
    theirs = [each for each in answers if not mail.people.isdisjoint(each.people)]
    times = [each.at for each in (mail, *theirs) if each is mail or each.id in mail.names]
    at = max((time for time in times if time is not None), default=None)
    return any(mail.id in each.names or _is_later(each, mail.key, at) for each in theirs)


def _is_later(answer: ThreadMail, key: str, at: int | None) -> bool:
    return answer.key == key and at is not None and answer.at is not None and answer.at > at
