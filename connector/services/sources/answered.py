"""Answered mails: what a colleague has answered already is context for the agent, and so is the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from connector.channels.mail.message import thread_of
from connector.policy.replies import WaysBack
from connector.policy.threads import ThreadMail, is_answered, sender_of
from connector.storage.actions.answered import ColleagueAnswer, cancel_answered
from connector.storage.core.database import Database
from connector.storage.core.times import millis
from connector.storage.receive.threads import colleagues_mails
from connector.values import ContextBy, Event, EventStatus, MailThread, Received, Refusal

ALREADY_ANSWERED = "already_answered"
"""Why a customer's mail is context: a colleague answered it before it was read."""


class AnsweredMails:
    """Judges mails whose conversations are settled."""

    def __init__(self, database: Database, name: str, *, skips: bool) -> None:
        """Of the source of this name; ``skips``: whether its route leaves out what was answered."""
        self._database = database
        self._name = name
        self._skips = skips

    def judged(self, items: Sequence[Event | Refusal]) -> list[Event | Refusal]:
        """The same; colleagues' answers are context, and so is what they answer, here or as it is stored.

        Raises :class:`connector.errors.DatabaseUnavailable`.
        """
        told = [_as_context(item) if isinstance(item, Event) and is_colleagues(item) else item for item in items]
        asking = [item for item in told if isinstance(item, Event) and _asks(item)]
        if not (self._skips and asking):
            return told
        answers = [thread_mail(item) for item in told if isinstance(item, Event) and is_colleagues(item)]
        answers += self._stored(asking)
        return [_skipped(item) if isinstance(item, Event) and _is_skipped(item, answers) else item for item in told]

    def _stored(self, asking: Sequence[Event]) -> Iterator[ThreadMail]:
        of, keys = asking[0], {mail.conversation for mail in asking}  # all mails of a source are of one route
        for row in colleagues_mails(self._database, of.source, of.route, keys):
            thread = thread_of(row.head) or MailThread()
            names, to = frozenset(thread.names), frozenset(thread.others)
            yield ThreadMail(id=row.external_id, key=row.key, at=row.at, people=to, names=names)

    def settle(
        self, connection: Any, items: Sequence[Event | Refusal], stored: Sequence[Received], channels: WaysBack
    ) -> None:
        """Cancel what waits and colleagues have answered, in the transaction that stores their answers."""
        if not self._skips:
            return
        new = [item for item, answer in zip(items, stored, strict=True) if answer.status is EventStatus.CONTEXT]
        answers = [_answer(item) for item in new if isinstance(item, Event) and is_colleagues(item)]
        if answers:
            cancel_answered(connection, self._database, answers, actor=f"source {self._name}", channels=channels)


def is_colleagues(mail: Event) -> bool:
    """Whether it is a colleague's answer in a thread."""
    return mail.thread is not None and bool(mail.thread.answered)


def thread_mail(mail: Event) -> ThreadMail:
    """A mail as its thread's last word is told by it."""
    thread = mail.thread or MailThread()
    people = frozenset(thread.answered) or sender_of(thread)
    names = frozenset(thread.names)
    return ThreadMail(id=mail.id, key=mail.conversation, at=millis(mail.occurred_at), people=people, names=names)


def _answer(mail: Event) -> ColleagueAnswer:
    told = thread_mail(mail)
    return ColleagueAnswer(source=mail.source, route=mail.route, key=told.key, names=told.names, people=told.people)


def _as_context(mail: Event) -> Event:
    return replace(mail, status=EventStatus.CONTEXT, context_by=ContextBy.AUTHOR)


def _asks(mail: Event) -> bool:
    return mail.status is EventStatus.ACCEPTED and mail.thread is not None


def _is_skipped(mail: Event, answers: Sequence[ThreadMail]) -> bool:
    return _asks(mail) and is_answered(thread_mail(mail), answers)


def _skipped(mail: Event) -> Event:
    by = ContextBy.SKIP_ANSWERED
    return replace(mail, status=EventStatus.CONTEXT, reason=ALREADY_ANSWERED, context_by=by)
