"""Channel protocol: an outside system as a source, a way back, or both, with declared capabilities.

An installed package adds one by an entry point of the group ``turnwire.channels`` that names an
:class:`OutsideSystem`; see ``docs/adding-a-channel.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector.values import ChannelCapabilities, ReplyChannel

if TYPE_CHECKING:
    from connector.channels.hooks.source import HookSource


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
