"""Which routes' agents the provider opens chats for: one conversation goes first, and a refusal is weighed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from connector.errors import TurnwireError
from connector.policy.turns import STREAK_OF_REFUSALS
from connector.storage.core.database import Database
from connector.storage.send import routes as route_rows
from connector.storage.send.claims import Claimed
from connector.utils.logs import get_logger

log = get_logger(__name__)


class Openings:
    """What this process knows of the chats that were opened, and refused, for the agent of each route."""

    def __init__(self, database: Database, off: Callable[..., Awaitable[Any]]) -> None:
        """``off`` runs storage code in a thread of the engine's."""
        self._database = database
        self._off = off
        self._proven: dict[str, str] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._refused: dict[str, set[int]] = {}

    def read(self) -> None:
        """Read which agents were opened before; blocks."""
        self._proven = route_rows.proven_agents(self._database)

    def lock(self, claimed: Claimed) -> asyncio.Lock | None:
        """A lock while nobody knows yet whether the provider opens chats for this route's agent; None once it did."""
        if self._is_proven(claimed):
            return None
        return self._locks.setdefault((claimed.route, claimed.agent), asyncio.Lock())

    async def opened(self, claimed: Claimed) -> None:
        """The provider opened a chat for this route's agent."""
        self._refused.pop(claimed.route, None)
        if not self._is_proven(claimed):
            self._proven[claimed.route] = claimed.agent
            try:
                await self._off(route_rows.prove_agent, self._database, claimed.route, claimed.agent)
            except TurnwireError as error:  # then the next process lets one go first again
                log.warning("engine.database", error=str(error))

    def lone(self, claimed: Claimed) -> bool:
        """Note a refused opening; whether it says something of this conversation rather than of the whole route.

        It does where others' were opened, unless conversation after conversation is refused since.
        """
        if not self._is_proven(claimed):
            return False
        refused = self._refused.setdefault(claimed.route, set())
        refused.add(claimed.conversation_id)
        if len(refused) < STREAK_OF_REFUSALS:
            return True
        del self._proven[claimed.route]  # the route pauses; once it is resumed, one goes first again
        return False

    def _is_proven(self, claimed: Claimed) -> bool:
        return self._proven.get(claimed.route) == claimed.agent
