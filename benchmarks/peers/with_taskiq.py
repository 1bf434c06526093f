"""taskiq: an async task per message, one client and one pool made at start-up, acknowledged when executed.

``taskiq worker benchmarks.peers.with_taskiq:broker --workers 1 --max-async-tasks 500 --ack-type when_executed``. With
``PEER_TRANSPORT=aiohttp`` the client gets the transport that Turnwire uses, else it is httpx as it comes, with its
limits raised.
"""

from __future__ import annotations

import os
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from psycopg_pool import AsyncConnectionPool
from taskiq import TaskiqEvents, TaskiqState
from taskiq_aio_pika import AioPikaBroker

from benchmarks.peers import place

broker = AioPikaBroker(place.BROKER or "amqp://localhost", qos=place.IN_FLIGHT)
_made: dict[str, Any] = {}


def _client() -> httpx.AsyncClient:
    if os.environ.get("PEER_TRANSPORT") == "aiohttp":
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=place.IN_FLIGHT))
        return httpx.AsyncClient(transport=AiohttpTransport(client=session), timeout=place.DEADLINE)
    limits = httpx.Limits(max_connections=place.IN_FLIGHT, max_keepalive_connections=place.IN_FLIGHT)
    return httpx.AsyncClient(limits=limits, timeout=place.DEADLINE)


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def start(_: TaskiqState) -> None:
    """Make what the tasks share."""
    _made["pool"] = AsyncConnectionPool(place.DATABASE, min_size=1, max_size=place.POOL, timeout=60, open=False)
    await _made["pool"].open()
    _made["client"] = _client()


@broker.task(task_name="peer.send")
async def send(turn: int) -> None:
    """One turn."""
    response = await _made["client"].post(place.url(turn), json=place.body(turn))
    response.raise_for_status()
    async with _made["pool"].connection() as connection:
        await connection.execute(place.INSERT, (turn, response.json()["response"]["agent_message"]))


async def publish(turns: range) -> None:
    """Hand in the work."""
    await broker.startup()
    for turn in turns:
        await send.kiq(turn)
    await broker.shutdown()
