"""What mail can do as a way back, known without a connection: capabilities, places, the domain of our ids."""

from __future__ import annotations

import re

from connector.values import ChannelCapabilities

PLACES = 4
"""Mails under way at once from one mailbox: providers allow few connections."""
BLIND = ChannelCapabilities(replies=True)
FINDS = ChannelCapabilities(replies=True, finds_reply=True)
"""With a folder of sent mails. A mail that is not in there may be on its way all the same: never absence_proves."""

_PLAIN_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


def address_of(mailbox: str) -> str:
    """The address in ``Name <address>``, or the address alone; of our own configuration, never of a mail."""
    return mailbox.rpartition("<")[2].partition(">")[0].strip()


def domain_of(mailbox: str) -> str:
    """The domain of our own ids, in letters of ASCII; ``localhost`` if there is none that could stand in an id."""
    domain = address_of(mailbox).partition("@")[2].lower()
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        ascii_domain = ""
    return ascii_domain if _PLAIN_DOMAIN.fullmatch(ascii_domain) else "localhost"
