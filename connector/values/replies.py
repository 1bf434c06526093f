"""Answers on their way back, and the protocols of what delivers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from connector.values.chats import CallResult


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyMessage:
    """One answer on its way back: ``turn`` is the pinned JSON schema of a turn, without attempts and replies.

    ``marker`` is stored before the first attempt and the same for all of them, so that a receiver can drop repeats.
    ``type`` names what else is told, ``turn`` then being its data.
    """

    id: str
    marker: str
    channel: str
    attempt: int
    target: Mapping[str, Any]
    turn: Mapping[str, Any]
    type: str | None = None


class ReplyChannel(Protocol):
    """One way back. ``repeatable`` says that a receiver drops repeats by marker, so a lost delivery may be retried."""

    @property
    def repeatable(self) -> bool:
        """Whether a delivery whose outcome is unclear may be sent again."""
        ...

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Deliver once; outcome ``answered`` means delivered."""
        ...

    async def aclose(self) -> None:
        """Give connections back."""
        ...


class Publisher(Protocol):
    """The only thing the inner layers know of the broker; ``tasks`` hands one in."""

    def ring(self) -> None:
        """Wake the workers: there is work. Losing it costs a moment, not a message. Never raises."""
        ...

    def call(self, task: str, args: Sequence[Any], queue: str, message_id: str) -> None:
        """Publish a callback for somebody else's Celery app, confirmed by the broker.

        Raises :class:`connector.errors.BrokerUnavailable`.
        """
        ...
