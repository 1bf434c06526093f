"""Writers of a mail: the person for whom it speaks, who is not in From where a form or a service sent it."""

from __future__ import annotations

import re
from collections.abc import Collection

from connector.channels.mail.own_addresses import is_ours
from connector.channels.mail.parsing.headers import Mailbox, mailboxes
from connector.channels.mail.parsing.mime import Part

_NOBODY = re.compile(
    r"(no|not|do[._-]?not|donot|never)[._-]?(reply|answer|respond)\w*|(reply|answer)[._-]?not|ne[._-]?pas[._-]?repondre"
    r"|nicht[._-]?antworten|no[._-]?responder|non[._-]?rispondere|wordpress|www[._-]?data|apache|httpd|nginx|nobody"
    r"|web[._-]?form|contact[._-]?form|forms?|kontaktformular|formular|formulaire|mailform",
    re.IGNORECASE,
)
"""Local parts behind which nobody reads: of services, and of web servers that send what was typed into a form."""


def is_nobody(address: str) -> bool:
    """Whether an address says that nobody reads what is sent to it."""
    return _NOBODY.fullmatch(address.rpartition("@")[0].partition("+")[0]) is not None


def writers(mail: Part, senders: list[Mailbox], ours: Collection[str], forms: Collection[str] = ()) -> list[Mailbox]:
    """Who wrote a mail: Reply-To where From is nobody's, one of ``forms``, or ours and the mail is to us; else From.

    A mail of ours to somebody else stays ours, whoever is to get the answer.
    """
    if not senders or not mail.count("reply-to"):
        return senders
    people = [
        box
        for box in mailboxes(mail.shown("reply-to")[0])
        if not is_ours(box.address, ours) and not is_nobody(box.address)
    ]
    address = senders[0].address
    sent_for_another = is_ours(address, forms) or (_is_to(mail, ours) if is_ours(address, ours) else is_nobody(address))
    return people[:1] if people and sent_for_another else senders


def _is_to(mail: Part, ours: Collection[str]) -> bool:
    """Whether one of us is to get it; whoever gets a mail that names nobody does."""
    values = (value for name in ("to", "cc", "delivered-to", "x-original-to") for value in mail.headers(name))
    boxes = [box for value in values for box in mailboxes(value)]
    return not boxes or any(is_ours(box.address, ours) for box in boxes)
