"""Provider registry: what installed packages declare under the entry points ``turnwire.providers``."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from connector.errors import ConfigurationError
from connector.values import Provider, ProviderAccount

GROUP = "turnwire.providers"
PARTS = ("capabilities", "open", "find", "send", "read")


def names() -> tuple[str, ...]:
    """The providers that are installed, in order of their names."""
    return tuple(sorted({entry.name for entry in entry_points(group=GROUP)}))


def connect(provider_name: str, account: ProviderAccount) -> Provider:
    """Make the provider of one account; no I/O yet.

    Raises :class:`ConfigurationError` for a name nobody declares (naming those there are, the nearest first), one that
    several distributions declare differently, one that cannot be loaded, and whatever its factory refuses.
    """
    entry = _entry(provider_name)
    try:
        factory = entry.load()
    except (ImportError, AttributeError) as error:
        message = f"the provider {provider_name!r} ({entry.value}) cannot be loaded: {error}"
        raise ConfigurationError(message, field="provider", expected="an importable module:function") from error
    provider = factory(account)
    missing = [part for part in PARTS if not hasattr(provider, part)]
    if missing:
        message = f"the provider {provider_name!r} ({entry.value}) has no {', '.join(missing)}"
        raise ConfigurationError(message, field="provider", expected=f"an object with {', '.join(PARTS)}")
    made: Provider = provider
    return made


def _entry(provider_name: str) -> EntryPoint:
    found = {entry.value: entry for entry in entry_points(group=GROUP, name=provider_name)}
    if len(found) > 1:
        message = f"several installed packages provide {provider_name!r}: {', '.join(sorted(found))}"
        raise ConfigurationError(message, field="provider", expected="one of them uninstalled")
    if not found:
        known = names()
        nearest = get_close_matches(provider_name, known, n=len(known) or 1, cutoff=0.0)
        expected = ", ".join(nearest) or "an installed package that provides it"
        raise ConfigurationError(f"no provider {provider_name!r} is installed", field="provider", expected=expected)
    return next(iter(found.values()))
