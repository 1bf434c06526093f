"""OAuth access tokens of sources: kept in the database, and renewed by one process at a time for all of them.

Providers rotate refresh tokens: one that is used twice can end the grant. So whoever renews holds a lease, looks again
once it has it, and stores the new refresh token before anybody gets the access token that came with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from connector.errors import ConfigurationError, NotAuthorized, TokenUnavailable
from connector.http import HttpAnswer, HttpClient, HttpFailure
from connector.http.oauth import ANSWER_CAP, DEADLINE, OAuthClient, OAuthRequest, jwt_assertion, read_token
from connector.policy.backoff import backoff
from connector.settings import OAuthSettings, Settings
from connector.storage.admin import oauth
from connector.storage.core.database import Database
from connector.storage.core.encryption import Keyring
from connector.storage.queue import leases
from connector.utils.logs import get_logger
from connector.values import Denied, Granted, KeptTokens
from connector.wiring import Wiring

log = get_logger(__name__)

LEASE = 2 * DEADLINE
"""Seconds that one renewal may take before another process may try."""
_LOOK = 0.1
"""Seconds between two looks at a renewal that another process makes."""
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 600.0
_JITTER = random.Random()  # noqa: S311 - jitter, not a secret

Post = Callable[[OAuthRequest], HttpAnswer | HttpFailure]


class OAuthSource(Protocol):
    """A section ``[sources.NAME]`` that may have a section ``oauth``."""

    oauth: OAuthSettings | None

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    def secret(self, reference: str, key: str) -> str:
        """The secret that ``reference`` names."""
        ...

    def pem(self, reference: str, key: str) -> str:
        """The key in PEM that ``reference`` names."""
        ...


def post(request: OAuthRequest) -> HttpAnswer | HttpFailure:
    """Make one call to a token endpoint and wait for it: bounded, without redirects. Not within an event loop."""
    return asyncio.run(_post(request))


async def _post(request: OAuthRequest) -> HttpAnswer | HttpFailure:
    client = HttpClient(connections=1)
    try:
        return await client.call(
            "POST", request.url, headers=request.headers, content=request.content, deadline=DEADLINE,
            body_cap=ANSWER_CAP,
        )  # fmt: skip
    finally:
        await client.aclose()


class AccessTokens:
    """The access tokens of all sources with OAuth. Safe to use from any thread and process, but not in an event loop.

    ``call`` asks an endpoint, ``sleep`` waits for another process's renewal.
    """

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, OAuthSource],
        keyring: Keyring,
        *,
        call: Post = post,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.database = database
        self.keyring = keyring
        self._sources = sources
        self._call = call
        self._sleep = sleep

    @classmethod
    def of(cls, wiring: Wiring, *, call: Post = post) -> AccessTokens:
        """Those of a configuration. Raises :class:`connector.errors.ConfigurationError` for an encryption key."""
        return cls(wiring.database, oauth_sources(wiring.settings), wiring.keyring, call=call)

    def token(self, source_name: str) -> str:
        """An access token that lives; renewed first if it is near its end, by one process for all that ask.

        Raises :class:`connector.errors.NotAuthorized` for a grant that only a person can give anew,
        :class:`connector.errors.TokenUnavailable` while the endpoint fails, :class:`ConfigurationError` for a secret.
        """
        source = self._source(source_name)
        client = client_digest(source)
        until = time.monotonic() + LEASE + DEADLINE
        while True:
            kept = oauth.load(self.database, self.keyring, source.name, client)
            if (found := _usable(source.name, kept)) is not None:
                return found
            holder = f"{os.getpid()}:{secrets.token_hex(8)}"
            if leases.take(self.database, f"oauth:{source.name}", holder, LEASE):
                try:
                    return self._renewed(source, client)
                finally:
                    leases.give_back(self.database, f"oauth:{source.name}", holder)
            # Another process renews it. While the token of before lives there is nothing to wait for.
            if kept.lives and kept.access_token is not None:
                return kept.access_token
            if time.monotonic() > until:
                raise TokenUnavailable(
                    f"source {source.name}: another process renews its access token, and has not yet"
                )
            self._sleep(_LOOK)

    def refused(self, source_name: str, token: str) -> None:
        """Tell that the server does not take this token: if it is the newest, the next one asked for is a new one."""
        source = self._source(source_name)
        kept = oauth.load(self.database, self.keyring, source.name, client_digest(source))
        if kept.access_token == token:
            oauth.expire(self.database, source.name, version=kept.version)

    def authorize(self, source_name: str) -> None:
        """Take up a grant that needs no browser anew: ask for a token with what the configuration holds, and keep it.

        Raises as :meth:`token` does.
        """
        source = self._source(source_name)
        settings = _settings(source)
        first = settings.refresh_token
        kept = None if first is None else source.secret(first, "oauth.refresh_token")
        answer = self._asked(source, kept)
        if isinstance(answer, Denied):
            raise NotAuthorized(source.name, answer.said) if answer.for_good else _unavailable(source.name, answer.said)
        self.store(source.name, answer)

    def store(self, source_name: str, granted: Granted) -> None:
        """Keep what was granted to a person just now, whatever there was before."""
        source = self._source(source_name)
        oauth.keep(self.database, self.keyring, source.name, client_digest(source), granted, version=None)
        log.info("oauth.authorized", source=source.name)

    def _renewed(self, source: OAuthSource, client: str) -> str:
        """A new token, or the one that another process got while this one waited for the lease."""
        kept = oauth.load(self.database, self.keyring, source.name, client)
        if (found := _usable(source.name, kept)) is not None:
            return found
        refresh = kept.refresh_token or _first(source)
        answer = self._asked(source, refresh)
        if isinstance(answer, Denied):
            return self._denied(source.name, client, kept, answer)
        answer = replace(answer, refresh_token=answer.refresh_token or refresh)
        if not oauth.keep(self.database, self.keyring, source.name, client, answer, version=kept.version):
            log.warning("oauth.overtaken", source=source.name)
        log.info("oauth.renewed", source=source.name, seconds=answer.lifetime)
        return answer.access_token

    def _denied(self, name: str, client: str, kept: KeptTokens, denied: Denied) -> str:
        log.warning("oauth.denied", source=name, code=denied.code, said=denied.said)
        if denied.for_good:
            reason = f"the token endpoint takes its grant no more ({denied.said})"
            oauth.close(self.database, name, client, version=kept.version, reason=reason)
            raise NotAuthorized(name, reason)
        wait = denied.retry_after or max(1.0, backoff(kept.failures, _JITTER, _FIRST_WAIT, _LONGEST_WAIT))
        oauth.failed(self.database, name, client, version=kept.version, error=denied.said, wait=wait)
        if kept.lives and kept.access_token is not None:
            return kept.access_token
        raise _unavailable(name, denied.said)

    def _asked(self, source: OAuthSource, refresh_token: str | None) -> Granted | Denied:
        """One call by the source's grant; ``refresh_token`` is the newest."""
        settings, client = _settings(source), oauth_client(source)
        match settings.grant:
            case "client_credentials":
                request = client.credentials()
            case "jwt_bearer":
                assert settings.key is not None
                pem = source.pem(settings.key, "oauth.key")
                request = client.asserted(jwt_assertion(client, pem, settings.subject, datetime.now(UTC)))
            case _ if refresh_token is None:
                raise NotAuthorized(source.name, "nobody has authorized it yet")
            case _:
                request = client.refresh(refresh_token)
        return read_token(self._call(request))

    def _source(self, name: str) -> OAuthSource:
        if name not in self._sources:
            expected = "the name of a source with a section oauth"
            raise ConfigurationError(f"source {name} has no OAuth", "", f"sources.{name}.oauth", expected)
        return self._sources[name]


def oauth_sources(settings: Settings) -> dict[str, OAuthSource]:
    """The sources with a section ``oauth``, by name."""
    sources = settings.sources.items()
    return {name: source for name, source in sources if getattr(source, "oauth", None) is not None}  # type: ignore[misc]


def oauth_client(source: OAuthSource) -> OAuthClient:
    """Who asks, with its secret read now; raises :class:`connector.errors.ConfigurationError`."""
    settings = _settings(source)
    secret = None
    if settings.client_secret is not None:
        secret = source.secret(settings.client_secret, "oauth.client_secret")
    return OAuthClient(
        token_url=settings.token_url, client_id=settings.client_id, scope=settings.scope.strip(), secret=secret
    )


def client_digest(source: OAuthSource) -> str:
    """For whom tokens are kept: with another client, or another credential in the configuration, they are no good.

    A client secret that only accompanies a refresh token may change: the grant goes on.
    """
    settings = _settings(source)
    told = [settings.grant, settings.token_url, settings.client_id]
    if settings.grant == "client_credentials" and settings.client_secret is not None:
        told += [settings.scope, source.secret(settings.client_secret, "oauth.client_secret")]
    elif settings.grant == "jwt_bearer" and settings.key is not None:
        told += [settings.scope, settings.subject or "", source.pem(settings.key, "oauth.key")]
    elif settings.refresh_token is not None:
        told.append(source.secret(settings.refresh_token, "oauth.refresh_token"))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _settings(source: OAuthSource) -> OAuthSettings:
    assert source.oauth is not None
    return source.oauth


def _first(source: OAuthSource) -> str | None:
    """The refresh token to begin with, if the configuration has one."""
    first = _settings(source).refresh_token
    return None if first is None else source.secret(first, "oauth.refresh_token")


def _usable(name: str, kept: KeptTokens) -> str | None:
    """The token to use now; None: it is to be renewed. Raises where the grant is gone or a failure is waited out."""
    match kept.step():
        case "use":
            return kept.access_token
        case "closed":
            raise NotAuthorized(name, kept.closed_reason or "its grant is gone")
        case "wait":
            raise _unavailable(name, f"{kept.error}; asked again in {max(1, (kept.not_before - kept.now) // 1000)} s")
    return None


def _unavailable(name: str, said: str) -> TokenUnavailable:
    return TokenUnavailable(f"source {name}: no access token: {said}")
