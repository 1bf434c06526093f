"""Message as a queue's reader has it, whatever broker it came by, and the protocol of what brings it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueMessage:
    """A message that has not been acknowledged; ``properties`` have AMQP's names, their headers apart."""

    body: bytes
    properties: Mapping[str, Any]
    headers: Mapping[str, Any]
    receipt: Any
    """What its broker knows it by."""

    @property
    def content_type(self) -> Any:
        """What its publisher says that the body is."""
        return self.properties.get("content_type")

    @classmethod
    def of_amqp(cls, message: Any) -> QueueMessage:
        """A message as py-amqp delivers it."""
        found = message.properties or {}
        headers = found.get("application_headers")
        body = message.body or b""  # an empty one comes as text
        return cls(
            body=body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body),
            properties=found,
            headers=headers if isinstance(headers, dict) else {},
            receipt=getattr(message, "delivery_tag", None),
        )

    @classmethod
    def of_envelope(cls, envelope: Mapping[str, Any], receipt: Any) -> QueueMessage:
        """A message in Kombu's envelope, as :func:`tasks.broker.envelopes.opened` returns it."""
        found = envelope["properties"]
        body = envelope.get("body") or ""
        kinds = {"content_type": envelope.get("content-type"), "content_encoding": envelope.get("content-encoding")}
        encoded = found.get("body_encoding") == "base64"
        return cls(
            body=base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass"),
            properties={**found, **kinds},
            headers=envelope.get("headers") or {},
            receipt=receipt,
        )


class Unusable(Exception):
    """A queue that nobody can read now; the message is the reason in one sentence."""


class Deliveries(Protocol):
    """One connection to a queue, in whose order messages come; those not acknowledged come again on the next one."""

    def gathered(self) -> Sequence[QueueMessage]:
        """What there is to store together, oldest first; nothing after a moment in which nothing came."""
        ...

    def beat(self) -> None:
        """Show the broker that somebody is there, while a group is being stored."""
        ...

    def acknowledge(self, group: Sequence[QueueMessage]) -> None:
        """Take a group that is stored off the queue."""
        ...

    def close(self) -> None:
        """End in order."""
        ...

    def abandon(self) -> None:
        """End at once, without a word: nobody may be there to answer."""
        ...
