"""Mail reader: one mail, as bytes, to one event: who wrote what in which thread, or why it is stopped.

Only what a reader needs is decided here: ``mime.py`` parses within limits, ``body.py`` finds the text, ``guards.py``
tells machine mail. The text is that of the whole mail; what is quoted in it is not told apart yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from connector.channels.mail.bounces import bounce_of
from connector.channels.mail.machine_mail import why_stopped
from connector.channels.mail.parsing.body import attachment_names, readable_text
from connector.channels.mail.parsing.headers import Mailbox, decode_words, mailboxes, message_ids, moment
from connector.channels.mail.parsing.mime import MAX_HEADERS, Part, parse, parse_headers
from connector.errors import InvalidInput
from connector.values import Customer, Event, EventStatus, MailThread

NO_SENDER = "no_sender"
NO_TEXT = "no_text"
TOO_LARGE = "too_large"
UNREADABLE = "unreadable"

_KEY_LIMIT = 255
_SUBJECT_LIMIT = 998
_NAMES = 50
"""Ids that a mail answers, of which the newest count: longer threads name their newest mails too."""
_PEOPLE = 100
"""Addresses of a mail that take part in its thread."""


def parse_email(
    raw: bytes, *, source: str, route: str, addresses: Collection[str] = (), let_in: Collection[str] = ()
) -> Event:
    """The event of one mail; never raises, whatever the bytes.

    Status ``accepted``; ``stopped`` with the name of the guard's rule as reason (``addresses`` are our own,
    ``let_in`` the guards that the route overrules); or
    ``refused`` with reason ``no_sender``, ``no_text``, ``too_large`` or ``unreadable``. ``id`` is the Message-ID, or
    ``sha256:`` of the content. ``conversation`` is the oldest id that the mail names, else its own: it keeps mails
    together that may belong together. Which conversation it is of is settled when it is stored, by ``thread``.
    """
    try:
        return _read(parse(raw), raw, source, route, addresses, let_in)
    except InvalidInput as error:
        return _refused(raw, source, route, TOO_LARGE, str(error))
    except Exception as error:  # noqa: BLE001 - one mail must never stop a mailbox; the kind of error is kept
        return unreadable(raw, source, route, f"the mail could not be read ({type(error).__name__})")


def unreadable(raw: bytes, source: str, route: str, why: str) -> Event:
    """The event of a mail that no parser gets to the end of."""
    return _refused(raw, source, route, UNREADABLE, why)


def _read(
    mail: Part, raw: bytes, source: str, route: str, addresses: Collection[str], let_in: Collection[str]
) -> Event:
    senders = mailboxes(mail.header("from")) or mailboxes(mail.header("sender"))
    text = readable_text(mail)
    status, reason = EventStatus.ACCEPTED, why_stopped(mail, senders, addresses, let_in)
    if reason:
        status = EventStatus.STOPPED
    elif not senders:
        status, reason = EventStatus.REFUSED, NO_SENDER
    elif not text:
        status, reason = EventStatus.REFUSED, NO_TEXT
    own_id, customer = _own_id(mail), _customer(senders)
    return Event(
        source=source, id=own_id, route=route, conversation=_oldest_name(mail) or own_id, text=text, status=status,
        reason=reason, customer=customer, subject=mail.line("subject", _SUBJECT_LIMIT) or None,
        occurred_at=moment(mail.header("date")), metadata=_metadata(mail), raw=raw,
        thread=_thread(mail, senders, customer), bounce=bounce_of(mail) if reason == "delivery_report" else None,
    )  # fmt: skip


def thread_of(raw: bytes) -> MailThread | None:
    """What a mail that was kept says of its thread, by the same code that reads those that come; None of no mail."""
    try:
        mail = parse_headers(raw[:MAX_HEADERS])
        senders = mailboxes(mail.header("from")) or mailboxes(mail.header("sender"))
        return _thread(mail, senders, _customer(senders))
    except Exception:  # noqa: BLE001 - then nothing can be said of it
        return None


def _thread(mail: Part, senders: list[Mailbox], customer: Customer) -> MailThread:
    """The newest id of References first, then what is named in In-Reply-To."""
    references, answered = (message_ids(decode_words(mail.header(name))) for name in ("references", "in-reply-to"))
    names = [*reversed(references), *answered]
    others = [box for name in ("to", "cc") for value in mail.headers(name) for box in mailboxes(value)]
    date = moment(mail.header("date"))
    return MailThread(
        names=tuple(dict.fromkeys(map(_key, names[:_NAMES]))),
        senders=_addresses(senders), others=_addresses(others),
        customer=customer.email.casefold() if customer.email else None,
        date=None if date is None else int(date.timestamp()),
    )  # fmt: skip


def _addresses(boxes: list[Mailbox]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(box.address.casefold() for box in boxes[:_PEOPLE]))


def _refused(raw: bytes, source: str, route: str, reason: str, why: str) -> Event:
    """What can still be said of a mail that is over a limit; of its bytes only the headers are kept."""
    own_id, subject, senders = "", None, []
    try:
        mail = parse_headers(raw)
        own_id = _message_id(mail)
        subject, senders = mail.line("subject", _SUBJECT_LIMIT) or None, mailboxes(mail.header("from"))
    except Exception:  # noqa: BLE001, S110 - then nothing more can be said of it
        pass
    own_id = own_id or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    return Event(
        source=source, id=own_id, route=route, conversation=own_id, text="", status=EventStatus.REFUSED,
        reason=reason, customer=_customer(senders), subject=subject, warnings=(why,), raw=raw[:MAX_HEADERS],
    )  # fmt: skip


def _customer(senders: list[Mailbox]) -> Customer:
    return Customer(name=senders[0].name or None, email=senders[0].address) if senders else Customer()


def _own_id(mail: Part) -> str:
    return _message_id(mail) or f"sha256:{_content_digest(mail)}"


def _message_id(mail: Part) -> str:
    return next((_key(each) for each in message_ids(mail.header("message-id"))), "")


def _oldest_name(mail: Part) -> str:
    for name in ("references", "in-reply-to"):
        found = message_ids(mail.header(name))
        if found:
            return _key(found[0])
    return ""


def _key(message_id: str) -> str:
    """A message id as a key: safe characters only, and a digest of it if it is too long for one."""
    plain = "".join(char if char.isprintable() else "?" for char in message_id)
    return plain if len(plain) <= _KEY_LIMIT else f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def _content_digest(mail: Part) -> str:
    """SHA-256 over what stays the same on every path a mail may take: the Received headers and line ends differ."""
    digest = hashlib.sha256()
    headers = [mail.header(name) for name in ("from", "date", "subject", "to")]
    digest.update(json.dumps(headers).encode())
    for leaf in mail.leaves():
        content = leaf.content().replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


def _metadata(mail: Part) -> dict[str, Any]:
    facts = {
        "to": mail.line("to", _SUBJECT_LIMIT),
        "reply_to": mail.line("reply-to", _SUBJECT_LIMIT),
        "in_reply_to": next(iter(message_ids(mail.header("in-reply-to"))), "")[:_SUBJECT_LIMIT],
        "attachments": attachment_names(mail),
    }
    return {name: value for name, value in facts.items() if value}
