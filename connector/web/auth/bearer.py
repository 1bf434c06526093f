"""Web authentication by bearer tokens, looked up by SHA-256 in a copy that is never older than seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from connector.errors import TurnwireError
from connector.storage.admin import tokens
from connector.storage.admin.tokens import Token
from connector.storage.core.database import Database
from connector.utils.logs import get_logger
from connector.web.request.limits import Hold
from connector.web.request.problems import Problem

log = get_logger(__name__)

FRESH = 2.0
"""Seconds for which a token that was revoked may still be taken."""
_PAUSE = 0.2
"""Seconds between two looks at the table, so that guessing tokens costs the database nothing."""
_LONGEST = 256


class Authenticator:
    """Cache of the live tokens. A wrong token costs a wait and no query of its own."""

    def __init__(self, database: Database, executor: Executor) -> None:
        """``executor`` runs the queries."""
        self._database = database
        self._executor = executor
        self._live: Mapping[str, Token] = {}
        self._loaded = float("-inf")
        self._lock = asyncio.Lock()
        self._noted: dict[int, int] = {}

    async def token(self, presented: str) -> Token | None:
        """What the presented token allows; raises :class:`connector.errors.DatabaseUnavailable`."""
        if len(presented) > _LONGEST:
            return None
        asked = asyncio.get_running_loop().time()
        if asked - self._loaded > FRESH:
            await self._load(asked)
        found = self._find(presented)
        if found is None:
            # It may have been made a moment ago.
            await self._load(asked)
            found = self._find(presented)
        if found is not None:
            await self._note(found)
        return found

    def _find(self, presented: str) -> Token | None:
        # By its hash, so how long a look takes says nothing about how much of a guess was right.
        return self._live.get(tokens.digest(presented))

    async def _load(self, asked: float) -> None:
        loop = asyncio.get_running_loop()
        async with self._lock:
            if self._loaded >= asked:
                return
            await asyncio.sleep(max(0.0, self._loaded + _PAUSE - loop.time()))
            began = loop.time()
            self._live = await loop.run_in_executor(self._executor, tokens.live, self._database)
            self._loaded = began

    async def _note(self, token: Token) -> None:
        """Write down that it was used today, once a day; failing to costs the caller nothing."""
        today = tokens.today()
        if max(token.used_on or 0, self._noted.get(token.id, 0)) >= today:
            return
        self._noted[token.id] = today
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._executor, tokens.mark_used, self._database, token.id)
        except TurnwireError as error:
            del self._noted[token.id]
            log.warning("token.use_not_noted", token=token.name, error=str(error))


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """An authenticated request: who asks, and what it holds in memory."""

    token: Token
    hold: Hold

    def require(self, right: str) -> None:
        """Raises :class:`Problem` 403 for a token that is not for this."""
        if right not in self.token.rights:
            raise Problem(403, f"this token may not {right}: it was made to {', '.join(sorted(self.token.rights))}")


_bearer = HTTPBearer(
    scheme_name="token", description="A token made with `turnwire tokens create`; it begins with tw_.", auto_error=False
)


async def _admitted(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> AsyncIterator[Caller]:
    """The caller, with a place for the request until it is answered; raises :class:`Problem` 401, 429, 503."""
    door = request.app.state.door
    if credentials is None:
        raise _unauthorized("a bearer token is needed", "")
    token = await door.keeper.token(credentials.credentials)
    if token is None:
        raise _unauthorized("this token is not known, or was revoked", ', error="invalid_token"')
    request.state.token_name = token.name
    with door.pressure.request(token) as hold:
        yield Caller(token=token, hold=hold)


def _unauthorized(title: str, error: str) -> Problem:
    return Problem(401, title, headers={"WWW-Authenticate": f'Bearer realm="turnwire"{error}'})


def _able(right: str) -> Callable[[Caller], Caller]:
    def caller(caller: Annotated[Caller, Depends(_admitted)]) -> Caller:
        caller.require(right)
        return caller

    return caller


Sender = Annotated[Caller, Depends(_able("send"))]
"""An endpoint's parameter: the caller behind a valid token that may hand messages in."""
Reader = Annotated[Caller, Depends(_able("read"))]
"""One that may look at turns and conversations."""
Manager = Annotated[Caller, Depends(_able("manage"))]
"""One that may change who answers in conversations."""
