"""The sandbox as a program of the storm, its agents giving the storm's answers."""

from __future__ import annotations

import asyncio
import signal
import sys

from connector.sandbox import Answer, Sandbox
from tests.storm.messages import answer_to


def answer(text: str) -> Answer:
    return Answer(text=answer_to(text), topic="other", wants_person=False)


async def serve() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Sandbox(answer=answer) as sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        await stop.wait()


asyncio.run(serve())
