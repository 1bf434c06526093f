"""OAuth tokens of a source, and what the token endpoint answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Granted:
    """A new access token for ``lifetime`` seconds; ``refresh_token`` is None where the one that was used stays."""

    access_token: str = field(repr=False)
    lifetime: float
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Denied:
    """No token. ``code`` is an error code of the standards or of ours, ``said`` one sentence without secrets.

    ``retry_after`` are the seconds that the endpoint asked for. ``silent``: it may not even have been reached.
    """

    code: str
    said: str
    retry_after: float | None = None
    silent: bool = False

    @property
    def for_good(self) -> bool:
        """Whether the grant itself is gone: expired, revoked, or never given."""
        return self.code == "invalid_grant"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceCode:
    """What a person types where (RFC 8628), and the code with which we ask meanwhile, each ``interval`` seconds."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    lifetime: float
    interval: float


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptTokens:
    """What is stored of a source; times are milliseconds by the database's clock, of which ``now`` is one."""

    now: int
    client: str = ""
    version: int = 0
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    renew_at: int = 0
    expires_at: int = 0
    failures: int = 0
    not_before: int = 0
    error: str | None = None
    closed_reason: str | None = None

    @property
    def lives(self) -> bool:
        """Whether the access token can still be used."""
        return self.access_token is not None and self.now < self.expires_at

    def step(self) -> Literal["use", "renew", "wait", "closed"]:
        """What to do now: a failure is waited out, unless the token of before still lives."""
        if self.closed_reason is not None:
            return "closed"
        if self.lives and self.now < max(self.renew_at, self.not_before):
            return "use"
        return "wait" if self.now < self.not_before else "renew"
