"""The bound of the front door: the same server, one insert and one commit a request; no schema, no rules, no hashes.

``python -m benchmarks.kit.bare_door DATABASE`` serves on a free port and prints where. One event a request is answered
202; lines of events are stored in one transaction and answered with a line each.
"""

from __future__ import annotations

import json
import socket
import sys

import psycopg
import uvicorn
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_TABLE = "CREATE TABLE IF NOT EXISTS bare_door (id TEXT PRIMARY KEY, conversation TEXT, text TEXT, body BYTEA)"
_INSERT = "INSERT INTO bare_door VALUES (%s, %s, %s, %s)"


class _Door:
    def __init__(self, pool: ConnectionPool[psycopg.Connection]) -> None:
        self._pool = pool

    def _store(self, lines: list[bytes]) -> None:
        rows = []
        for line in lines:
            event = json.loads(line)
            rows.append((event["id"], event["conversation"], event["text"], line))
        with self._pool.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(_INSERT, rows)

    async def event(self, request: Request) -> Response:
        await run_in_threadpool(self._store, [await request.body()])
        return Response(b'{"status":"accepted"}', 202, media_type="application/json")

    async def batch(self, request: Request) -> Response:
        lines = (await request.body()).splitlines()
        await run_in_threadpool(self._store, lines)
        return Response(b'{"http_status": 202}\n' * len(lines), 200, media_type="application/x-ndjson")


def main(database: str) -> None:
    """Serve until ended."""
    with psycopg.connect(database) as connection:
        connection.execute(_TABLE)
    with ConnectionPool(database, min_size=4, max_size=10) as pool, socket.create_server(("127.0.0.1", 0)) as listener:
        door = _Door(pool)
        routes = [
            Route("/v1/events", door.event, methods=["POST"]),
            Route("/v1/events/batch", door.batch, methods=["POST"]),
        ]
        print(f"http://127.0.0.1:{listener.getsockname()[1]};", flush=True)
        config = uvicorn.Config(Starlette(routes=routes), log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
