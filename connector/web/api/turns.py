"""HTTP routes that show turns and conversations, ``GET /v1/turns/{id}`` and ``/v1/conversations/{id}``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from connector.errors import NotFound
from connector.storage import queries
from connector.web.auth.bearer import Caller, Reader
from connector.web.openapi.operations import ONE_TURN
from connector.web.request.problems import Problem
from connector.web.state import FrontDoor, TheDoor

router = APIRouter()

PAGE_BYTES = 2 * 1024 * 1024
"""What an answer may take in memory, as good as all of it the words of its turns."""
_LONGEST_ID = 18  # digits that fit the databases' integers


@router.get("/v1/turns/{id}", response_class=Response, openapi_extra=ONE_TURN)
async def get_turn(request: Request, door: TheDoor, caller: Reader) -> Response:
    """One turn with its attempts and replies."""
    wanted, wiring, token = number_in(request), door.receiver.wiring, caller.token

    def read() -> dict[str, Any]:
        found = queries.turn(wiring.database, wanted, providers=wiring.providers_by_account, limits=wiring.limits)
        if found["route"] not in token.routes or token.sees not in {None, found["source"]}:
            raise unknown()
        if token.sees is not None and found["context_used"]:
            found["told"] = None  # words of other sources may be among them
        return found

    return await shown(door, caller, read)


async def shown(door: FrontDoor, caller: Caller, read: Callable[[], Any]) -> Response:
    """What a query found, counted as bodies are while it is in memory."""
    caller.hold.take(PAGE_BYTES)
    try:
        return JSONResponse(await asyncio.get_running_loop().run_in_executor(door.reads, read))
    except NotFound:
        raise unknown() from None


def number_in(request: Request) -> int:
    """The path's id as the tables have it; raises :class:`Problem` 404."""
    word = request.path_params["id"]
    if not (word.isascii() and word.isdigit() and len(word) <= _LONGEST_ID):
        raise unknown()
    return int(word)


def unknown() -> Problem:
    """The same answer for what is not there and for what is not theirs."""
    return Problem(404, "there is none with this id on a route of this token")
