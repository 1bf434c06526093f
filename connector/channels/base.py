"""Channel protocol: an outside system as a source, a way back, or both, with declared capabilities.

And what every delivery has, of a signed hook or of a mail service: its head, and why it is not taken.

An installed package adds one by an entry point of the group ``turnwire.channels`` that names an
:class:`OutsideSystem`; see ``docs/adding-a-channel.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from connector.values import ChannelCapabilities, ReplyChannel

if TYPE_CHECKING:
    from connector.channels.hooks.source import HookSource


Why = Literal[
    "missing_header",
    "repeated_header",
    "wrong_prefix",
    "missing_id",
    "unreadable_timestamp",
    "stale",
    "mismatch",
    "reused",
    "wrong_topic",
    "weak",
    "malformed",
]


class NotAuthentic(Exception):
    """A delivery that does not show who sent it; ``why`` is one of :data:`Why`, ``said`` a sentence for its sender."""

    def __init__(self, why: Why, said: str) -> None:
        super().__init__(why, said)
        self.why: Why = why
        self.said = said


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A delivery's head: ``headers`` by lower-case name, each with all that came under it; ``query`` without ``?``."""

    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    method: str = "POST"
    query: str = ""

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]], *, method: str = "POST", query: str = "") -> Head:
        """From headers as they came."""
        found: dict[str, list[str]] = {}
        for name, value in headers:
            found.setdefault(name.lower(), []).append(value.strip())
        return cls(headers=found, method=method, query=query)

    def one(self, name: str) -> str | None:
        """The header of that name, None if it is missing; raises :class:`NotAuthentic` if it came twice."""
        found = self.headers.get(name.lower(), ())
        if len(found) > 1:
            raise NotAuthentic("repeated_header", f"the header {name} came more than once")
        return found[0] if found else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """A delivery, or a part of one, that is left alone; ``reason`` is a word of the configuration or of ours."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelOptions:
    """What the maker of a channel or source gets: its name in the configuration, and the other keys of its section.

    ``secret`` resolves a reference such as ``"env:NAME"`` and raises :class:`connector.errors.ConfigurationError`;
    ``route`` is that of a source.
    """

    name: str
    options: Mapping[str, Any]
    secret: Callable[[str], str]
    route: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsideSystem:
    """One kind of outside system: what it can do, and how to make its way back and its source.

    ``capabilities`` are known without making either: whoever finds a dead worker's deliveries decides from them.
    ``reply_channel`` makes the way back (``capabilities.replies``), ``source`` the source (``signed_hooks``). Both do
    no I/O yet, and raise :class:`connector.errors.ConfigurationError` for options that cannot work.
    """

    capabilities: ChannelCapabilities
    reply_channel: Callable[[ChannelOptions], ReplyChannel] | None = None
    source: Callable[[ChannelOptions], HookSource] | None = None
