"""Hook sources of installed packages: signed hooks that a package verifies and reads itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol

from connector.channels.hooks.mapping import Hook, Ignored
from connector.channels.hooks.signatures import Head
from connector.settings import OutsideSourceSettings
from connector.values import Event


class HookSource(Protocol):
    """A source whose system sends signed hooks to ``/v1/hooks/NAME``."""

    def verify(self, head: Head, body: bytes, now: datetime) -> None:
        """Raise :class:`connector.channels.hooks.signatures.NotAuthentic` unless the system itself sent these bytes."""
        ...

    def read(self, payload: Any, head: Head) -> Event | Ignored:
        """The event in a decoded JSON body, or why it is none.

        Raises :class:`connector.errors.InvalidInput` for what should be there and is not.
        """
        ...


def hook_of(section: OutsideSourceSettings, source: HookSource) -> Hook:
    """The hook of an installed package's source, as the front door takes it."""
    return Hook(
        name=section.name,
        label=section.label,
        route=section.route,
        shows="hook",
        verifier=_Verifies(source),
        reader=_Reads(source),
    )


class _Verifies:
    def __init__(self, source: HookSource) -> None:
        self._source = source

    def announced(self, head: Head, now: datetime) -> Head:
        return head

    def verify(self, claim: Any, body: bytes) -> None:
        self._source.verify(claim, body, datetime.now(UTC))


class _Reads:
    def __init__(self, source: HookSource) -> None:
        self._source = source

    def challenge(self, payload: Any, head: Head) -> str | None:
        return None

    def items(self, payload: Any) -> list[Any] | None:
        return None

    def read(self, payload: Any, head: Head, raw: bytes | None = None) -> Event | Ignored:
        return self._source.read(payload, head)
