"""HTTP routes that show turns and conversations, ``GET /v1/turns/{id}`` and ``/v1/conversations/{id}``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from connector.errors import NotFound
from connector.storage import queries
from connector.web.auth.bearer import Admitted, Caller
from connector.web.openapi.operations import ONE_TURN
from connector.web.request.problems import Problem
from connector.web.state import FrontDoor, TheDoor

router = APIRouter()

_LONGEST_ID = 18  # digits that fit the databases' integers


@router.get("/v1/turns/{id}", response_class=Response, openapi_extra=ONE_TURN)
async def get_turn(request: Request, door: TheDoor, caller: Admitted) -> Response:
    """One turn with its attempts and replies."""
    return await _shown(request, door, caller, queries.turn)


async def _shown(request: Request, door: FrontDoor, caller: Caller, view: Callable[..., Mapping[str, Any]]) -> Response:
    wanted = number_in(request)
    wiring = door.receiver.wiring

    def read() -> Response:
        found = view(wiring.database, wanted, providers=wiring.providers_by_account, limits=wiring.limits)
        if found["route"] not in caller.token.routes:
            raise unknown()
        return JSONResponse(found)

    try:
        return await asyncio.get_running_loop().run_in_executor(door.reads, read)
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
