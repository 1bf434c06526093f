"""Channel registry: what installed packages declare under the entry points ``turnwire.channels``."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from connector.channels.base import ChannelOptions, OutsideSystem
from connector.channels.hooks import mapping, source
from connector.channels.hooks.mapping import Hook
from connector.channels.hooks.source import HookSource
from connector.channels.mail.services.hook import MailHook, mail_hook_of
from connector.errors import ConfigurationError
from connector.settings import (
    CHANNELS,
    ChannelSettings,
    MailServiceSettings,
    MailSourceSettings,
    OutsideSourceSettings,
    Settings,
    SourceSettings,
)
from connector.values import ReplyChannel

_OFFERS = {"replies": "reply_channel", "signed_hooks": "source"}


def outside_system(name: str) -> OutsideSystem:
    """The outside system of this name.

    Raises :class:`ConfigurationError` for a name nobody declares (naming those there are, the nearest first), one that
    several distributions declare differently, one that cannot be loaded, and one whose capabilities promise what it
    does not have.
    """
    entry = _entry(name)
    try:
        found: Any = entry.load()
    except (ImportError, AttributeError) as error:
        message = f"the channel {name!r} ({entry.value}) cannot be loaded: {error}"
        raise ConfigurationError(message, field="channel", expected="an importable module:object") from error
    if not isinstance(found, OutsideSystem):
        message = f"the channel {name!r} ({entry.value}) is a {type(found).__name__}"
        raise ConfigurationError(message, field="channel", expected="a connector.channels.base.OutsideSystem")
    for capability, part in _OFFERS.items():
        if getattr(found.capabilities, capability) != (getattr(found, part) is not None):
            message = f"the channel {name!r} ({entry.value}) declares {capability} and has no {part}, or the reverse"
            raise ConfigurationError(message, field="channel", expected=f"{part} together with {capability}")
    return found


def reply_channel(name: str, section: ChannelSettings) -> ReplyChannel:
    """The way back of a section ``[replies.NAME]``; no I/O yet. Raises :class:`ConfigurationError`."""
    make = outside_system(section.channel).reply_channel
    if make is None:
        message = f"replies.{name}: nothing can be delivered by {section.channel!r}"
        raise ConfigurationError(message, field=f"replies.{name}.channel", expected="a channel with replies")
    return make(ChannelOptions(name=name, options=section.options, secret=section.secret))


def hook_source(section: OutsideSourceSettings) -> HookSource:
    """The source of a section ``[sources.NAME]`` whose kind is an entry point's. Raises :class:`ConfigurationError`."""
    make = outside_system(section.kind).source
    if make is None:
        message = f"sources.{section.name}: {section.kind!r} sends nothing"
        raise ConfigurationError(message, field=f"sources.{section.name}.kind", expected="a kind with signed_hooks")
    return make(ChannelOptions(name=section.name, options=section.options, secret=section.secret, route=section.route))


def source_channel(section: OutsideSourceSettings) -> ReplyChannel:
    """The way back to a source ``[sources.NAME]`` of a package's kind. Raises :class:`ConfigurationError`."""
    make = outside_system(section.kind).reply_channel
    if make is None:
        message = f"sources.{section.name}: nothing can be delivered by {section.kind!r}"
        raise ConfigurationError(message, field=f"sources.{section.name}.kind", expected="a kind with replies")
    return make(ChannelOptions(name=section.name, options=section.options, secret=section.secret, route=section.route))


def hooks_of(settings: Settings) -> dict[str, Hook]:
    """The configured sources that send hooks, by name; raises :class:`ConfigurationError`, also for their secrets."""
    return {
        name: mapping.hook_of(settings, section)
        if isinstance(section, SourceSettings)
        else source.hook_of(section, hook_source(section))
        for name, section in settings.sources.items()
        if not isinstance(section, MailSourceSettings)
    }


def mail_hooks_of(settings: Settings) -> dict[str, MailHook]:
    """The configured sources of mail services, by name; raises as :func:`hooks_of`."""
    sections = settings.sources.items()
    return {name: mail_hook_of(settings, each) for name, each in sections if isinstance(each, MailServiceSettings)}


def _entry(name: str) -> EntryPoint:
    found = {entry.value: entry for entry in entry_points(group=CHANNELS, name=name)}
    if len(found) > 1:
        message = f"several installed packages provide the channel {name!r}: {', '.join(sorted(found))}"
        raise ConfigurationError(message, field="channel", expected="one of them uninstalled")
    if not found:
        known = sorted({entry.name for entry in entry_points(group=CHANNELS)})
        nearest = get_close_matches(name, known, n=len(known) or 1, cutoff=0.0)
        expected = ", ".join(nearest) or "an installed package that provides it"
        raise ConfigurationError(f"no channel {name!r} is installed", field="channel", expected=expected)
    return next(iter(found.values()))
