"""Loop protection: how many turns an hour and a day may have before a person looks, and which say the same; pure.

Two machines that answer each other write faster and longer than any customer. Whatever a detector knows of them, a
number does not: so many messages in an hour, so many in a day, counted for the conversation, the customer, the domain
that their mail comes from, the source and the route. And two machines repeat themselves.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from connector.values import Customer, Event, KeyOrigin
from connector.values.mail_providers import PUBLIC_DOMAINS

HOUR = 3_600_000
DAY = 24 * HOUR
"""Milliseconds."""

CONVERSATION = "brake_conversation"
CUSTOMER = "brake_customer"
REPEATS = "brake_repeats"
HASTE = "brake_haste"
DOMAIN = "brake_domain"
SOURCE = "brake_source"
ROUTE = "brake_route"
REASONS = (ROUTE, SOURCE, DOMAIN, CUSTOMER, REPEATS, HASTE, CONVERSATION)
"""Why a conversation was handed off: too many messages came by its route, by its source, from a mail sender's domain,
of its customer over all conversations, or in itself; its last ones say the same; or one answered ours at once. What is
nearest comes last."""
OUT = "brake_out"
"""Why an answer waits for approval: too many have left by mail from its route."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """A limit: so many turns in any hour and in any day; None for no limit."""

    hour: int | None = None
    day: int | None = None

    @property
    def limits(self) -> tuple[tuple[int, int], ...]:
        """(number, milliseconds) of each limit."""
        pairs = ((self.hour, HOUR), (self.day, DAY))
        return tuple((number, window) for number, window in pairs if number is not None)

    def exceeded(self, hour: int, day: int) -> bool:
        """Whether so many are more than allowed."""
        return (self.hour is not None and hour > self.hour) or (self.day is not None and day > self.day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Brakes:
    """The limits of one route: for a conversation, for a customer, and for all of its messages together."""

    conversation: Allowed = Allowed()
    customer: Allowed = Allowed()
    route: Allowed = Allowed()


NO_BRAKES = Brakes()
UNLIMITED = Allowed()
OF_A_DOMAIN = Allowed(day=200)
"""What all senders of mail of one domain may bring, over all routes; of a public mail provider's they are strangers."""


def counted_as(route: str, customer: Customer) -> int | None:
    """Who is counted as one customer of a route, as 64 bits of a digest; None for one without anything to go by.

    Their id, else their mail address in lower case, else the digits of their telephone number.
    """
    if customer.id and customer.id.strip():
        who = f"id:{customer.id.strip()}"
    elif customer.email and customer.email.strip():
        who = f"email:{customer.email.strip().casefold()}"
    elif digits := "".join(sign for sign in customer.phone or "" if sign.isdecimal()):
        who = f"phone:{digits}"
    else:
        return None
    digest = hashlib.sha256(f"{route}\x00{who}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def counted_together(kind: str, name: str) -> int:
    """What is counted as one ``kind`` of that name, such as a route, as 64 bits of a digest."""
    digest = hashlib.sha256(f"\x00{kind}\x00{name}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def counted_domain(event: Event) -> str | None:
    """The domain by which a mail's sender is counted too; None for what is no mail, or comes from a public provider."""
    if KeyOrigin.of(event.source) is not KeyOrigin.MAIL:
        return None
    domain = (event.customer.email or "").rpartition("@")[2].strip().casefold()
    return domain if domain and domain not in PUBLIC_DOMAINS else None


def is_mail_of_now(source: str, occurred_at: int | None, now: int) -> bool:
    """Whether a mail was written within the hour before ``now`` (milliseconds since 1970), or later by a fast clock.

    By whatever door it comes: what is written now may answer what we wrote, and what is old is a backlog.
    """
    return occurred_at is not None and occurred_at > now - HOUR and KeyOrigin.of(source) is KeyOrigin.MAIL


QUICK = range(-2_000, 5_000)
"""Milliseconds after our mail left in which nobody has read it and written an answer; clocks are not quite the same."""


def is_hasty(written_at: int | None, delivered_at: int | None) -> bool:
    """Whether a mail that answers ours was written sooner than a person can."""
    return written_at is not None and delivered_at is not None and written_at - delivered_at in QUICK


SAME_TEXTS = 5
"""So many messages of a conversation in a row that say the same are no person's."""
COMPARED = 4000
"""Characters of a text that are compared."""
_QUOTED = re.compile(r"^[ \t]*[>|].*$", re.MULTILINE)
_WORDS = re.compile(r"[^\W\d_]+")
_WITH_DIGITS = re.compile(r"\S*\d\S*")


def gist(text: str) -> bytes:
    """A digest of what a text says: its words, without case, numbers, punctuation and quoted lines."""
    plain = unicodedata.normalize("NFKC", text[:COMPARED]).casefold()
    words = " ".join(_WORDS.findall(_WITH_DIGITS.sub(" ", _QUOTED.sub("", plain))))
    return hashlib.sha256((words or " ".join(plain.split())).encode("utf-8", "replace")).digest()


OF_A_TEXT = Allowed(day=SAME_TEXTS - 1)
"""What a customer may say over again in a day, over all their conversations; it counts from their second mail on."""


def counted_saying(customer: int, text: str) -> int:
    """What is counted as the same words of one customer, who is counted as ``customer``."""
    return counted_together("saying", f"{customer}:{gist(text).hex()}")


def all_say_the_same(texts: Sequence[str]) -> bool:
    """Whether these are enough texts in a row, and near-identical."""
    return len(texts) >= SAME_TEXTS and len({gist(text) for text in texts}) == 1
