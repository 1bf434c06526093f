"""The second double as a program: prints its address, and serves until SIGTERM.

Its own door, without a token: ``GET /_double/posts`` (every send, in order), ``PUT /_double/chances``
(``{"lose_after": 0.03, "latency": 0.2}``), ``GET /_double/overlaps``.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from tests.doubles.http1 import Request, Response, listen
from tests.doubles.log import Log
from tests.doubles.osvi import Osvi
from tests.doubles.synthflow import PREFIX, Synthflow
from tests.storm.messages import answer_to


async def serve() -> None:
    log = Log(answer_to=answer_to)
    osvi, synthflow = Osvi(log), Synthflow(log)

    async def handle(request: Request) -> Response:
        if request.path == "/_double/posts":
            return Response(body=log.as_lines())
        if request.path == "/_double/overlaps":
            return Response(body=log.overlaps)
        if request.path == "/_double/chances":
            log.set(request.json())
            return Response(body=log.chances)
        return await (synthflow if request.path.startswith(PREFIX) else osvi)(request)

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server, port = await listen(handle)
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await stop.wait()
    server.close()


asyncio.run(serve())
