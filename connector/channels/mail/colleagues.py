"""Colleagues' answers: mails of ours that a person wrote to a customer, told from what programs send in our name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from connector.channels.mail.guards.machine_mail import why_stopped
from connector.channels.mail.own_addresses import is_ours
from connector.channels.mail.parsing.headers import mailboxes
from connector.channels.mail.parsing.mime import MAX_HEADERS, parse_headers
from connector.values import Event
from connector.values.guards import OWN_ADDRESS

_FORGED = {"fail", "none"}
"""What our own mail server says of a mail that nobody has to have written who may use its address."""


def with_receivers(event: Event, ours: Collection[str]) -> Event:
    """The event of a mail, which says of a colleague's answer to whom it went; ``ours`` are our own addresses."""
    to = answered(event, ours)
    return replace(event, thread=replace(event.thread, answered=to)) if to and event.thread else event


def answered(event: Event, ours: Collection[str]) -> tuple[str, ...]:
    """Whom a mail of ours answers, in lower case; nobody if it is none, names no mail, or no person wrote it.

    An automatic confirmation from our address is no answer, nor is a mail of which our server says that it is forged.
    """
    thread = event.thread
    if event.reason != OWN_ADDRESS or thread is None or not thread.names or not event.text:
        return ()
    if event.mail is not None and event.mail.auth in _FORGED:
        return ()
    others = tuple(address for address in thread.others if not is_ours(address, ours))
    return others if others and _is_persons(event.raw or b"", ours) else ()


def _is_persons(raw: bytes, ours: Collection[str]) -> bool:
    """Whether no guard stops it but the one of our own addresses."""
    try:
        head = parse_headers(raw[:MAX_HEADERS])
        return why_stopped(head, mailboxes(head.header("from")), ours, {OWN_ADDRESS}) is None
    except Exception:  # noqa: BLE001 - then it cannot be said
        return False
