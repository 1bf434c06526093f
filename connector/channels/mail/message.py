"""Mail reader: one mail, as bytes, to one event: who wrote what in which thread, or why it is stopped.

Only what a reader needs is decided here: ``mime.py`` parses within limits, ``body.py`` finds the text, ``writers.py``
says for whom a mail speaks, ``machine_mail.py`` tells mail that nobody wrote.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from connector.channels.mail.authentication import auth_of
from connector.channels.mail.guards.bounces import bounce_of
from connector.channels.mail.guards.folder_marks import why_left
from connector.channels.mail.guards.machine_mail import why_stopped
from connector.channels.mail.own_addresses import is_ours
from connector.channels.mail.parsing.attachments import (
    MAX_ATTACHMENTS,
    attachments,
    marker,
    of_people,
    with_bodies,
)
from connector.channels.mail.parsing.body import MailBody, is_blank, read_body
from connector.channels.mail.parsing.dates import written_at
from connector.channels.mail.parsing.headers import Mailbox, decode_words, mailboxes, message_ids, moment
from connector.channels.mail.parsing.mime import MAX_HEADERS, Part, parse, parse_headers
from connector.channels.mail.parsing.quoting import NewText, split
from connector.channels.mail.writers import writers
from connector.channels.text.clean import cut
from connector.errors import InvalidInput
from connector.values import Customer, Event, EventStatus, MailAttachment, MailContent, MailThread
from connector.values.guards import OWN_ADDRESS

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
_SHOWN_PEOPLE = 500
_REFERENCES = 100
_SHOWN = 20
"""Names of attachments among the metadata."""
_ONCE = ("from", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "content-type")
"""Headers of which there may be one; the first counts."""
_ANSWER = re.compile(r"(re|aw|sv|vs|antw|rif|r|res|odp|ynt|回复|答复|返信)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE)
_FORWARD = re.compile(r"(fwd?|wg|tr|rv|enc|i|vb|vl|pd|ilt|i̇lt|doorst|转发|轉寄)\s*[:：]", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"\W*(no subject|kein betreff|ohne betreff|sans objet|sin asunto|nessun oggetto|geen onderwerp|sem assunto"
    r"|brak tematu|inget ämne|intet emne|без темы|konu yok|無題|无主题)?\W*",
    re.IGNORECASE,
)
_NOT_UNDERSTOOD = {
    "application/ms-tnef": "tnef", "application/vnd.ms-tnef": "tnef", "application/pgp-encrypted": "pgp",
    "application/pkcs7-mime": "smime", "application/x-pkcs7-mime": "smime", "message/external-body": "external_body",
}  # fmt: skip
_PGP = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """How a mail is to be read."""

    ours: Collection[str]
    let_in: Collection[str]
    trusted: Collection[str]
    left: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Facts:
    """What the headers of a mail say of its people and its thread; ``wrote`` is whom it speaks for."""

    senders: list[Mailbox]
    wrote: list[Mailbox]
    to: list[Mailbox]
    cc: list[Mailbox]
    references: list[str]
    answered: list[str]


def parse_email(
    raw: bytes,
    *,
    source: str,
    route: str,
    addresses: Collection[str] = (),
    let_in: Collection[str] = (),
    forms: Collection[str] = (),
    trusted_auth: Collection[str] = (),
    left: str | None = None,
) -> Event:
    """The event of one mail; never raises, whatever the bytes.

    Status ``accepted``; ``stopped`` with the name of the guard's rule as reason (``addresses`` are our own,
    ``let_in`` the guards that the route overrules), or with ``deleted``,
    ``draft`` or ``spam`` where its mailbox says so (``left`` if it is not the mail itself that says it);
    or ``refused`` with reason ``no_sender``, ``no_text``, ``too_large`` or ``unreadable``. ``id`` is the Message-ID, or
    ``sha256:`` of the content. ``conversation`` is the oldest id that the mail names, else its own: it keeps mails
    together that may belong together. Which conversation it is of is settled when it is stored, by ``thread``.
    Of a mail from one of ``forms`` the customer is in Reply-To. ``trusted_auth`` are the servers (authserv-ids) whose
    Authentication-Results are believed.
    """
    try:
        mail = parse(raw)
        asked = _Asked(ours=addresses, let_in=let_in, trusted=trusted_auth, left=left)
        return _read(mail, raw, source, route, _facts(mail, addresses, forms), asked)
    except InvalidInput as error:
        return _refused(raw, source, route, TOO_LARGE, str(error))
    except Exception as error:  # noqa: BLE001 - one mail must never stop a mailbox; the kind of error is kept
        return unreadable(raw, source, route, f"the mail could not be read ({type(error).__name__})")


def attachment_bodies(raw: bytes) -> list[tuple[MailAttachment, bytes]]:
    """The attachments of a mail with their bytes, as :func:`parse_email` lists them; none of what cannot be read."""
    try:
        body = read_body(parse(raw))
        return list(with_bodies(body.rest, body.shown))
    except Exception:  # noqa: BLE001 - whatever a stranger sends, its names are known and the mail itself is kept
        return []


def unreadable(raw: bytes, source: str, route: str, why: str) -> Event:
    """The event of a mail that no parser gets to the end of."""
    return _refused(raw, source, route, UNREADABLE, why)


def oversized(head: bytes, source: str, route: str, why: str) -> Event:
    """The event of a mail that is over the limit of size, by its headers alone."""
    return _refused(head, source, route, TOO_LARGE, why)


def _read(mail: Part, raw: bytes, source: str, route: str, facts: _Facts, asked: _Asked) -> Event:
    body = read_body(mail)
    files = attachments(body.rest, body.shown)
    text, new = _text(mail, body, files)
    status, reason = _status(mail, text, facts, asked)
    own_id, (at, believed) = _own_id(mail), written_at(mail)
    defects = dict.fromkeys(_defects(mail, body, files, facts, believed))
    return Event(
        source=source, id=own_id, route=route, conversation=_oldest_name(mail) or own_id, text=text, status=status,
        reason=reason, customer=_customer(facts.wrote), subject=mail.line("subject", _SUBJECT_LIMIT) or None,
        occurred_at=at, metadata=_metadata(mail, files), raw=raw, thread=_thread(mail, facts),
        bounce=bounce_of(mail) if reason == "delivery_report" else None,
        mail=MailContent(
            full_text=cut(body.text, body.more) or text, quoted_text=new.quoted, signature=new.signature,
            language=new.language, attachments=files, defects=tuple(defects), auth=auth_of(mail, asked.trusted),
            message_id=next(iter(message_ids(mail.header("message-id"))), None),
            in_reply_to=next(iter(facts.answered), None), references=tuple(facts.references[-_REFERENCES:]),
            to=tuple(box.address for box in facts.to[:_SHOWN_PEOPLE]),
            cc=tuple(box.address for box in facts.cc[:_SHOWN_PEOPLE]),
        ),
    )  # fmt: skip


def _status(mail: Part, text: str, facts: _Facts, asked: _Asked) -> tuple[EventStatus, str | None]:
    reason = asked.left or why_left(mail) or why_stopped(mail, facts.senders, asked.ours, asked.let_in)
    if not reason and OWN_ADDRESS not in asked.let_in and any(is_ours(box.address, asked.ours) for box in facts.wrote):
        reason = OWN_ADDRESS  # of ours to somebody else, whoever is to get the answer
    if reason:
        return EventStatus.STOPPED, reason
    if not facts.wrote:
        return EventStatus.REFUSED, NO_SENDER
    return (EventStatus.ACCEPTED, None) if text else (EventStatus.REFUSED, NO_TEXT)


def _text(mail: Part, body: MailBody, files: tuple[MailAttachment, ...]) -> tuple[str, NewText]:
    """What the agent is told: what is new in the text, else the subject, else what was attached."""
    subject = mail.line("subject", _SUBJECT_LIMIT)
    new = split(body.text, body.page, attached=True, forwarded=_FORWARD.match(subject) is not None)
    if not is_blank(new.text):
        return cut(new.text, body.more), new
    sent = [each for each in files if of_people(each)] or [each for each in files if each.inline]
    asks = not (new.quoted or is_blank(subject) or _NO_SUBJECT.fullmatch(subject))
    if asks and not ((sent or body.text) and _is_answer(mail, subject)):
        return subject, new
    if sent:
        return "\n".join(map(marker, sent)), new
    return cut(body.text, body.more), NewText(body.text, "", "", new.language)  # better too much than nothing


def _is_answer(mail: Part, subject: str) -> bool:
    """Whether its subject is that of another mail."""
    return bool(mail.count("in-reply-to") or mail.count("references") or _ANSWER.match(subject))


def _defects(
    mail: Part, body: MailBody, files: tuple[MailAttachment, ...], facts: _Facts, believed: bool
) -> Iterator[str]:
    yield from (f"repeated_{name.replace('-', '_')}" for name in _ONCE if mail.count(name) > 1)
    if mail.original is not None:
        yield "header_lines_broken"
    if len(facts.senders) > 1:
        yield "several_senders"
    if facts.wrote is facts.senders and _answers_go_elsewhere(mail, facts.senders):
        yield "reply_to_elsewhere"
    if not believed:
        yield "date_not_believed"
    yield from body.defects
    yield from (f"{_NOT_UNDERSTOOD[each.type]}_not_understood" for each in files if each.type in _NOT_UNDERSTOOD)
    if body.text.startswith(_PGP):
        yield "pgp_not_understood"
    if not mail.is_multipart() and (mail.kind.startswith("multipart/") or mail.children()):
        yield "boundary_wrong"
    if len(body.rest) > MAX_ATTACHMENTS:
        yield "attachments_left_out"


def _answers_go_elsewhere(mail: Part, senders: list[Mailbox]) -> bool:
    """Whether answers are to go to another domain than the mail came from, as frauds like it."""
    if not senders or not mail.count("reply-to"):
        return False
    domains = {box.address.rpartition("@")[2] for box in mailboxes(mail.header("reply-to"))}
    return bool(domains) and senders[0].address.rpartition("@")[2] not in domains


def thread_of(raw: bytes) -> MailThread | None:
    """What a mail that was kept says of its thread, by the same code that reads those that come; None of no mail."""
    try:
        mail = parse_headers(raw[:MAX_HEADERS])
        return _thread(mail, _facts(mail))
    except Exception:  # noqa: BLE001 - then nothing can be said of it
        return None


def _facts(mail: Part, ours: Collection[str] = (), forms: Collection[str] = ()) -> _Facts:
    senders = next(
        filter(None, (mailboxes(value) for name in ("from", "sender") for value in mail.shown(name)[:1])), []
    )
    to, cc = ([box for value in mail.shown(name) for box in mailboxes(value)] for name in ("to", "cc"))
    references, answered = (message_ids(decode_words(mail.header(name))) for name in ("references", "in-reply-to"))
    return _Facts(
        senders=senders, wrote=writers(mail, senders, ours, forms), to=to, cc=cc, references=references,
        answered=answered,
    )  # fmt: skip


def _thread(mail: Part, facts: _Facts) -> MailThread:
    """The newest id of References first, then what is named in In-Reply-To."""
    names = [*reversed(facts.references), *facts.answered]
    customer, date = _customer(facts.wrote), moment(mail.header("date"))
    return MailThread(
        names=tuple(dict.fromkeys(map(_key, names[:_NAMES]))),
        senders=_addresses(facts.senders), others=_addresses([*facts.to, *facts.cc]),
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
        subject, senders = mail.line("subject", _SUBJECT_LIMIT) or None, _facts(mail).senders
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
    return _message_id(mail) or f"sha256:{_content_digest(mail.for_identity)}"


def _message_id(mail: Part) -> str:
    return next((_key(each) for each in message_ids(mail.for_identity.header("message-id"))), "")


def _oldest_name(mail: Part) -> str:
    for name in ("references", "in-reply-to"):
        found = message_ids(mail.for_identity.header(name))
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
    for leaf in mail.leaves_for_identity():
        content = leaf.content_for_identity().replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


def _metadata(mail: Part, files: tuple[MailAttachment, ...]) -> dict[str, Any]:
    facts = {
        "to": mail.line("to", _SUBJECT_LIMIT),
        "reply_to": mail.line("reply-to", _SUBJECT_LIMIT),
        "in_reply_to": next(iter(message_ids(mail.header("in-reply-to"))), "")[:_SUBJECT_LIMIT],
        "attachments": [each.name for each in files if of_people(each)][:_SHOWN],
    }
    return {name: value for name, value in facts.items() if value}
