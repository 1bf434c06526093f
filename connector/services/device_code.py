"""Device code grant (RFC 8628): a person allows a source in any browser, while we ask whether they have."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from connector.errors import ConfigurationError, NotAuthorized, TokenUnavailable
from connector.http.oauth import read_device, read_token
from connector.services.oauth import OAuthSource, Post, oauth_client, post
from connector.values import Denied, DeviceCode, Granted

SLOWER = 5.0
"""Seconds that ``slow_down`` adds to each pause, for good."""
LONGEST_PAUSE = 60.0

_ENDS = {
    "access_denied": "the person refused it",
    "expired_token": "the code has expired before it was used",
    "invalid_grant": "the code is not taken any more",
}


@dataclass(frozen=True, kw_only=True)
class DeviceGrant:
    """The grant of one source; ``now`` and ``sleep`` are the clock, in seconds."""

    source: OAuthSource
    call: Post = post
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def begin(self) -> DeviceCode:
        """Ask for a code. Raises :class:`TokenUnavailable`, and :class:`ConfigurationError` without a device_url."""
        settings = self.source.oauth
        if settings is None or settings.device_url is None:
            expected = "the address of the device authorization endpoint, or a preset"
            message = f"source {self.source.name} has no device_url"
            raise ConfigurationError(message, "", f"sources.{self.source.name}.oauth.device_url", expected)
        found = read_device(self.call(oauth_client(self.source).device(settings.device_url)))
        if isinstance(found, Denied):
            raise TokenUnavailable(f"source {self.source.name}: no device code: {found.said}")
        return found

    def wait(self, code: DeviceCode) -> Granted:
        """Ask until the person has decided. Raises :class:`NotAuthorized` for a refusal and an expired code."""
        client = oauth_client(self.source)
        until, pause = self.now() + code.lifetime, code.interval
        while True:
            self.sleep(pause)
            if self.now() >= until:
                raise NotAuthorized(self.source.name, _ENDS["expired_token"])
            found = read_token(self.call(client.poll(code.device_code)))
            if isinstance(found, Granted):
                return found
            pause = self._next_pause(found, pause)

    def _next_pause(self, denied: Denied, pause: float) -> float:
        """Seconds to the next question; raises for an answer that is final."""
        if denied.code == "authorization_pending":
            return pause
        if denied.code == "slow_down":
            return min(pause + SLOWER, LONGEST_PAUSE)
        if denied.silent or denied.code.startswith("http_5") or denied.code == "http_429":
            return min(max(pause * 2, denied.retry_after or 0.0), LONGEST_PAUSE)
        raise NotAuthorized(self.source.name, _ENDS.get(denied.code, denied.said))
