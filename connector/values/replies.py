"""Reply values: what is delivered on the way back, what a channel can do, and the protocols of channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from connector.values.chats import CallResult


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelCapabilities:
    """What an outside system can do, as a source and as a way back; the policy decides from these alone.

    Of the way back: ``repeatable``: the receiver drops repeats by their marker. ``finds_reply``: a delivered reply can
    be found again by its marker. ``absence_proves``: what is not found was not delivered, because the list that is
    searched is complete at once. ``conditional_post``: the system refuses (409 or 412) what was written before a state
    that has changed since, so that the same post under the same stamp is made at most once. ``native_draft``,
    ``assign`` and ``tags``: it keeps drafts, owners and tags itself.

    Of the source: ``fetches``, ``signed_hooks``, ``exports``; ``replies``: answers can go back there;
    ``limit_headers``: it says how many calls are left.
    """

    fetches: bool = False
    signed_hooks: bool = False
    exports: bool = False
    replies: bool = False
    repeatable: bool = False
    finds_reply: bool = False
    absence_proves: bool = False
    conditional_post: bool = False
    native_draft: bool = False
    assign: bool = False
    tags: bool = False
    limit_headers: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyMessage:
    """One answer on its way back: ``turn`` is the pinned JSON schema of a turn, without attempts and replies.

    ``marker`` is stored before the first attempt and the same for all of them, so that a receiver can drop repeats, and
    a channel find again what it delivered. ``stamp`` is the state that a conditional post was written before.
    ``type`` names what else is told, ``turn`` then being its data.

    To the source that a message came from goes a ``text`` in a ``mode``, as a person may have ``edited`` it; ``raw`` is
    how the message that it answers begins, as it came.
    """

    id: str
    marker: str
    channel: str
    attempt: int
    target: Mapping[str, Any]
    turn: Mapping[str, Any]
    type: str | None = None
    stamp: str | None = None
    mode: str | None = None
    text: str | None = None
    edited: bool = False
    raw: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyReceipt(CallResult):
    """What a delivery came to, with the id and address that the receiver gave to what it took."""

    external_id: str | None = None
    external_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyLookup(ReplyReceipt):
    """What looking for a delivered reply came to: with outcome ``answered``, whether it was ``found``."""

    found: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyStamp(CallResult):
    """The state of the place that a reply goes to, read right before; with outcome ``answered``, ``stamp`` is set."""

    stamp: str = ""


class ReplyChannel(Protocol):
    """One way back. No method raises for what the receiver did."""

    @property
    def capabilities(self) -> ChannelCapabilities:
        """What this channel can do for certainty."""
        ...

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Deliver once; outcome ``answered`` means delivered. A :class:`ReplyReceipt` may say under which id."""
        ...

    async def aclose(self) -> None:
        """Give connections back."""
        ...


class FindsReplies(Protocol):
    """What a channel with ``finds_reply`` has beside :class:`ReplyChannel`."""

    async def find(self, message: ReplyMessage) -> ReplyLookup:
        """Look for what an earlier, unclear delivery of this message may have left at the receiver."""
        ...


class PostsConditionally(Protocol):
    """What a channel with ``conditional_post`` has beside :class:`ReplyChannel`."""

    async def stamp(self, message: ReplyMessage) -> ReplyStamp:
        """Read the state that the post is going to depend on; it is stored before anything is posted."""
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
