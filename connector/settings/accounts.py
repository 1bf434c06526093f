"""``[accounts.NAME]``: credentials at one provider, and their limits."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from connector.settings.base import Section
from connector.settings.types import CallsPerSecond, NonEmpty, Seconds, SecretReference, WebAddress


class AccountSettings(Section):
    """``[accounts.NAME]``: one set of credentials at one provider, with limits that all machines share.

    ``rate`` is calls per second, None for no rate; ``daily_turns`` 0 is no budget; ``deadline`` the wall clock for one
    call; ``grace`` how long to wait before a read-back may say "not there". ``api`` and ``base_url`` are None when they
    are left to the provider.
    """

    provider: NonEmpty = Field(description='"osvi", "synthflow" or the name of an installed provider')
    token: SecretReference = Field(description='"env:NAME" or "file:/path"')
    api: Literal["v1", "legacy"] | None = None
    base_url: WebAddress | None = None
    max_in_flight: int = Field(100, ge=1, le=100_000)
    rate: CallsPerSecond = 10.0
    daily_turns: int = Field(0, ge=0, le=1_000_000_000)
    deadline: Seconds = 90.0
    grace: Seconds = 120.0

    @property
    def name(self) -> str:
        """The account's name in the file."""
        return self._place.name

    def secret(self) -> str:
        """The token itself, read now; raises :class:`ConfigurationError` when it is not there. Never store it."""
        return self._resolve(self.token, f"accounts.{self.name}.token", f"account {self.name}")
