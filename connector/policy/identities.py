"""Identities of messages: when the same id from the same source is another message, and what its id is then; pure.

An id that strangers write, such as a Message-ID, may come on two different messages. The first one keeps it. The other
gets it with a digest of what tells the two apart, so that it is known again when it comes again.
"""

from __future__ import annotations

import hashlib

from connector.values import MailThread

_LONGEST = 255
_DIGITS = 16


def is_another_mail(known: MailThread, new: MailThread) -> bool:
    """Whether two mails of one Message-ID are two mails; in doubt they are the same.

    They are if both dates can be read and differ, or if neither senders nor customers are the same.
    """
    if known.date is not None and new.date is not None and known.date != new.date:
        return True
    before, now = _writers(known), _writers(new)
    return bool(before and now) and before.isdisjoint(now)


def _writers(thread: MailThread) -> set[str]:
    return {*thread.senders[:1], *([thread.customer] if thread.customer else [])}


def mail_digest(thread: MailThread) -> str:
    """What tells a mail from another one of its Message-ID: sender and date."""
    return digest(thread.senders[0] if thread.senders else "", "" if thread.date is None else str(thread.date))


def digest(*facts: str) -> str:
    """Sixteen hex digits for these facts."""
    return hashlib.sha256("\x1f".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def apart(id_: str, told_by: str) -> str:
    """The id of another message under a known id."""
    return f"{id_[: _LONGEST - _DIGITS - 1]}+{told_by}"


def variants(id_: str) -> tuple[str, str]:
    """Between which two ids, both excluded, those of other messages under this one lie, byte by byte."""
    cut = id_[: _LONGEST - _DIGITS - 1]
    return f"{cut}+", f"{cut},"
