"""Mail service protocol: a delivery is verified as it came, and the mail in it is found; pure, nothing is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connector.channels.base import Head, Ignored, NotAuthentic
from connector.channels.text.clean import one_line
from connector.errors import InvalidInput

MOST_RECIPIENTS = 100
_LONGEST_ADDRESS = 320
LARGEST = 40 * 1024 * 1024
"""Bytes of a delivery that are read: the largest mail that is read, in Base64, and some more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceMail:
    """One mail: ``raw`` as it came or, without that, built of the fields; ``recipients`` are those of the envelope.

    ``verdicts`` are what the service says of it, such as ``{"dmarc": "pass"}``.
    """

    raw: bytes
    recipients: Sequence[str] = ()
    verdicts: Mapping[str, str] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """What the mail itself does not say."""
        people = [one_line(one, _LONGEST_ADDRESS) for one in self.recipients[:MOST_RECIPIENTS]]
        said = {name: one_line(verdict, _LONGEST_ADDRESS) for name, verdict in self.verdicts.items()}
        told: dict[str, Any] = {"envelope_to": people, "verdicts": said}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """The service asks whether deliveries are wanted: calling ``url`` says yes."""

    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceDelivery:
    """A delivery that came: its head, its media type with parameters, and its bytes."""

    head: Head
    media_type: str
    body: bytes


class MailService(Protocol):
    """One source of a mail service, with its secrets."""

    @property
    def media_types(self) -> Collection[str]:
        """Of the bodies that it sends."""
        ...

    @property
    def largest(self) -> int:
        """Bytes of a body that are read."""
        ...

    def announced(self, head: Head, now: datetime) -> None:
        """What the head alone allows to refuse is refused here, before a body is read: :class:`NotAuthentic`."""
        ...

    def certificate(self, delivery: ServiceDelivery) -> str | None:
        """The address of a certificate that :meth:`verify` needs; raises :class:`NotAuthentic` for a strange one."""
        ...

    def verify(self, delivery: ServiceDelivery, now: datetime, certificate: bytes | None) -> str | None:
        """Raise :class:`NotAuthentic` unless the service sent this; a token that must not come with another mail."""
        ...

    def read(self, delivery: ServiceDelivery) -> ServiceMail | Confirmation | Ignored:
        """What is in it; raises :class:`connector.errors.InvalidInput` for what should be there and is not."""
        ...


class NeedsNoCertificate:
    """The part of a service that verifies by a secret, and sends whole mails."""

    largest = LARGEST

    def certificate(self, delivery: ServiceDelivery) -> str | None:
        """None."""
        return None


def fresh(at: datetime | None, now: datetime, tolerance: float) -> None:
    """Raise :class:`NotAuthentic` unless a signed time is near; None: it could not be read."""
    if at is None:
        raise NotAuthentic("unreadable_timestamp", "the delivery says no time that can be read")
    if abs((now - at).total_seconds()) > tolerance:
        raise NotAuthentic("stale", f"the delivery's time is more than {tolerance:g} seconds away")


def malformed(expected: str) -> InvalidInput:
    """The error for a body in which something is not there."""
    return InvalidInput("body", expected)
