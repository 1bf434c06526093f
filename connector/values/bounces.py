"""Bounce values: what a delivery report says of a mail that was sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounce:
    """A delivery status notification (RFC 3464): whom a mail did not reach, and which mail that was.

    ``status`` is an enhanced status code (RFC 3463), ``action`` one of RFC 3464's; ``original_id`` the Message-ID
    without angle brackets. What the report does not tell is None.
    """

    recipient: str | None = None
    status: str | None = None
    action: str | None = None
    original_id: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether the mail is given up: a permanent failure, not a delay."""
        return self.action in {None, "failed"} and (self.status or "").startswith("5")

    def as_dict(self) -> dict[str, str | None]:
        """The fields as JSON shows them."""
        return {
            "recipient": self.recipient,
            "status": self.status,
            "action": self.action,
            "original_id": self.original_id,
        }
