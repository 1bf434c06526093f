"""Loop protection: how many turns an hour and a day may have before a person looks; pure.

Two machines that answer each other write faster and longer than any customer. Whatever a detector knows of them, a
number does not: so many messages in an hour, so many in a day, counted for the conversation and for the customer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from connector.values import Customer

HOUR = 3_600_000
DAY = 24 * HOUR
"""Milliseconds."""

CONVERSATION = "brake_conversation"
CUSTOMER = "brake_customer"
REASONS = (CONVERSATION, CUSTOMER)
"""Why a conversation was handed off: it had too many messages, or its customer had, over all conversations."""


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
    """The limits of one route: for a conversation and for a customer."""

    conversation: Allowed = Allowed()
    customer: Allowed = Allowed()


NO_BRAKES = Brakes()


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
