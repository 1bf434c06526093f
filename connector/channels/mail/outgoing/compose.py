"""Composer of our mails: the answer to one mail of a customer, as a message that no stranger's string can bend.

Only the standard library writes headers (:class:`email.message.EmailMessage`). What comes from the customer's mail is
one address, its ids and its subject, each taken only in a form in which it can do no harm.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from connector.channels.mail.own_addresses import is_ours
from connector.channels.mail.parsing.headers import Mailbox, decode_words, mailboxes, message_ids
from connector.channels.mail.parsing.mime import MAX_HEADERS, Part, parse_headers
from connector.channels.text.clean import clean, one_line

SUBJECT_LIMIT = 255
"""Characters of a subject, ``Re: `` included."""
LINE_LIMIT = 998
"""Bytes of a line of a mail (RFC 5322, 2.1.1)."""
QUOTED_LINES, QUOTED_CHARACTERS = 10, 1000
"""How much of the customer's words stands below the answer."""

_REPLY_WORDS = (
    "re", "aw", "antw", "antwort", "sv", "vs", "vá", "odp", "r", "rif", "ref", "res", "rv", "ynt", "atb", "bls",
    "отв", "ответ", "σχετ", "απ", "回复", "答复", "回覆", "返信", "답장", "תגובה", "השב", "رد",
)  # fmt: skip
# Each repetition begins with a word that must be there, and white space has one place: the match is linear.
_ANSWERED = re.compile(
    rf"\s*(?:(?:{'|'.join(_REPLY_WORDS)})(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\^\d{{1,3}})?\s{{0,3}}[:：]\s*)+", re.IGNORECASE
)
# What may stand between < and > in a header without being encoded or folded; a dot-atom or anything like one.
_SENDABLE_ID = re.compile(r"[!-;=?-~]{1,900}")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f]")


class _Headers(EmailPolicy):
    """Folds like SMTP's policy, but for ids and the receiver: folded, what is longer than a line comes out encoded."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in {"message-id", "in-reply-to", "references", "to"}:
            return f"{name}: {value}\r\n".encode()
        return super().fold_binary(name, value)


_POLICY = _Headers(linesep="\r\n", max_line_length=78, cte_type="7bit")
_SMTPUTF8 = _POLICY.clone(utf8=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredMail:
    """What an answer needs of the mail that it answers: whom to write to, its ids (oldest first), its subject."""

    to: str | None
    references: tuple[str, ...] = ()
    own_id: str | None = None
    subject: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One mail of ours, before it is bytes.

    ``sender`` is our From, ``message_id`` the id stored for it, ``quoted`` what the customer wrote. ``by_machine``: no
    person has written or changed it.
    """

    sender: str
    message_id: str
    answered: AnsweredMail
    text: str
    quoted: str
    date: datetime
    by_machine: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A mail as it goes over the wire: its bytes, who sends it to whom; ``utf8``: an address needs SMTPUTF8."""

    raw: bytes
    sender: str
    to: str
    utf8: bool = False


def answered_mail(raw: bytes, ours: Collection[str]) -> AnsweredMail:
    """What an answer needs of a kept mail: Reply-To, else From, but never an address of ``ours``.

    Only its headers are read; whatever the bytes, it does not raise.
    """
    try:
        mail = parse_headers(raw[:MAX_HEADERS])
    except Exception:  # noqa: BLE001 - then nobody can be written to
        return AnsweredMail(to=None)
    customer = _customer(mail, ours)
    return AnsweredMail(
        to=customer.address if customer else None,
        name=customer.name if customer else "",
        references=tuple(_ids(mail, "references") or _ids(mail, "in-reply-to")),
        own_id=next(iter(_ids(mail, "message-id")), None),
        subject=mail.line("subject", SUBJECT_LIMIT * 4),
    )


def _customer(mail: Part, ours: Collection[str]) -> Mailbox | None:
    for header in ("reply-to", "from", "sender"):
        for box in mailboxes(mail.header(header)):
            if not is_ours(box.address, ours) and not _SPECIAL.search(box.address):
                return box
    return None


def _ids(mail: Part, header: str) -> list[str]:
    return [each for each in message_ids(decode_words(mail.header(header))) if _SENDABLE_ID.fullmatch(each)]


def answer_subject(subject: str) -> str:
    """``Re: `` once, whatever reply prefixes of whatever language stood there; at most 255 characters."""
    line = one_line(subject, SUBJECT_LIMIT * 4)
    return f"Re: {_ANSWERED.sub('', line, count=1) if _ANSWERED.match(line) else line}"[:SUBJECT_LIMIT].rstrip()


def references(answered: AnsweredMail) -> str:
    """The ids of the thread and last the answered mail's own; of many the first and the last ones, in one line."""
    if answered.own_id is None:
        return ""
    before = [each for each in dict.fromkeys(answered.references) if each != answered.own_id]
    room = LINE_LIMIT - len("References: ") - len(f"<{answered.own_id}>")
    first, kept = before[:1], list[str]()
    room -= sum(len(each) + 3 for each in first)
    if room < 0:
        return f"<{answered.own_id}>"
    for each in reversed(before[1:]):
        room -= len(each) + 3
        if room < 0:
            break
        kept.insert(0, each)
    return " ".join(f"<{each}>" for each in (*first, *kept, answered.own_id))


def compose(letter: Letter) -> Composed:
    """The mail. Raises ValueError where the customer's or our own address cannot stand in a header."""
    if letter.answered.to is None:
        raise ValueError("there is no address to answer to")
    sender, to = _sender(letter.sender), _address(letter.answered.to)
    if not _SENDABLE_ID.fullmatch(letter.message_id):
        raise ValueError("no Message-ID can be made of the marker")
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = answer_subject(letter.answered.subject)
    mail["Date"] = format_datetime(letter.date.astimezone(UTC))
    mail["Message-ID"] = f"<{letter.message_id}>"
    if letter.answered.own_id is not None:
        mail["In-Reply-To"] = f"<{letter.answered.own_id}>"
        mail["References"] = references(letter.answered)
    if letter.by_machine:
        mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    text, quoted = clean(letter.text).strip(), quotation(letter.quoted)
    mail.set_content(_plain(text, quoted), cte="quoted-printable")
    mail.add_alternative(_html(text, quoted), subtype="html", cte="quoted-printable")
    utf8 = not to.addr_spec.isascii() or not sender.addr_spec.isascii()
    return Composed(
        raw=mail.as_bytes(policy=_SMTPUTF8 if utf8 else _POLICY), sender=sender.addr_spec, to=to.addr_spec, utf8=utf8
    )


def _sender(mailbox: str) -> Address:
    found = mailboxes(mailbox)
    return _address(found[0].address if found else mailbox, one_line(found[0].name, 200) if found else "")


def _address(spec: str, name: str = "") -> Address:
    """An address whose domain is in letters of ASCII; its name is never a stranger's."""
    local, at, domain = spec.strip().rpartition("@")
    if not at or not local or _SPECIAL.search(spec):
        raise ValueError("an address is needed, such as support@example.com")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("the domain of an address cannot be written in letters of ASCII") from None
    return Address(display_name=name, username=local, domain=domain)


def quotation(text: str) -> tuple[str, ...]:
    """The first lines of what the customer wrote, to stand below the answer; ``…`` where something is left out."""
    whole = clean(text).strip()
    short = whole[:QUOTED_CHARACTERS]
    lines = [line.rstrip() for line in short.split("\n")][:QUOTED_LINES]
    cut = "\n".join(lines) != "\n".join(line.rstrip() for line in whole.split("\n"))
    return (*lines, "…") if cut else tuple(lines) if whole else ()


def _plain(text: str, quoted: Sequence[str]) -> str:
    below = "\n".join(f"> {line}".rstrip() for line in quoted)
    return f"{text}\n\n{below}\n" if below else f"{text}\n"


def _html(text: str, quoted: Sequence[str]) -> str:
    """The same as HTML: escaped, each text in its own direction of writing."""
    paragraphs = "".join(f'<p dir="auto">{_lines(each)}</p>\n' for each in re.split(r"\n{2,}", text) if each)
    below = _lines("\n".join(quoted))
    quote = f'<blockquote type="cite" dir="auto">{below}</blockquote>\n' if below else ""
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{paragraphs}{quote}</body></html>\n'


def _lines(text: str) -> str:
    return html.escape(text, quote=True).replace("\n", "<br>\n")
