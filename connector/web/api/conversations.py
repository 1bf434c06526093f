"""HTTP routes that change conversations: ``POST /v1/conversations/{id}/hand-off``, ``/resume``, ``/close``.

What is so already is answered like what was just done, so that a client may repeat a request whose answer it lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from connector.errors import InvalidInput, NotFound, Overtaken, WrongState
from connector.storage import queries
from connector.storage.admin.tokens import Token
from connector.values import Change, ConversationStatus
from connector.web.api.events import JSON
from connector.web.api.turns import number_in, shown, unknown
from connector.web.auth.bearer import Caller, Manager, Reader
from connector.web.openapi.operations import CLOSE, HAND_OFF, ONE_CONVERSATION, RESUME
from connector.web.openapi.schemas import Close, HandOff, Resume
from connector.web.request import bodies
from connector.web.request.problems import refused, unfit
from connector.web.state import FrontDoor, TheDoor

router = APIRouter()

Shape = TypeVar("Shape", bound=Close)
Act = Callable[[int, str], Change]

_MOST = 64 * 1024
_TURNS, _MOST_TURNS = 100, 500
"""Turns of a page, if nothing is said and at most."""
_PAGE_CHARACTERS = 500_000
"""Of a page's turns together; one turn that is longer makes a page of its own."""
_LAST = 2**31 - 1


@router.post("/v1/conversations/{id}/hand-off", response_class=Response, openapi_extra=HAND_OFF)
async def hand_off(request: Request, door: TheDoor, caller: Manager) -> Response:
    """Nothing of it is sent any more until it is resumed; what is on its way finishes."""
    wanted = await _read(request, door, caller, HandOff)

    def act(number: int, actor: str) -> Change:
        return door.operations.hand_off(number, wanted.reason, actor=actor)

    return await _changed(request, door, caller, act, ConversationStatus.HANDED_OFF)


@router.post("/v1/conversations/{id}/resume", response_class=Response, openapi_extra=RESUME)
async def resume(request: Request, door: TheDoor, caller: Manager) -> Response:
    """What came in meanwhile counts as answered by the person, unless `answer_waiting` says otherwise."""
    wanted = await _read(request, door, caller, Resume)

    def act(number: int, actor: str) -> Change:
        return door.operations.resume(number, actor=actor, answer_waiting=wanted.answer_waiting, brief=wanted.note)

    return await _changed(request, door, caller, act, ConversationStatus.OPEN)


@router.post("/v1/conversations/{id}/close", response_class=Response, openapi_extra=CLOSE)
async def close(request: Request, door: TheDoor, caller: Manager) -> Response:
    """What waits is cancelled; the customer's next message opens the conversation again, in a new chat."""
    await _read(request, door, caller, Close)

    def act(number: int, actor: str) -> Change:
        return door.operations.close(number, actor=actor)

    return await _changed(request, door, caller, act, ConversationStatus.CLOSED)


async def _read(request: Request, door: FrontDoor, caller: Caller, shape: type[Shape]) -> Shape:
    """The body, which may be empty; raises :class:`Problem`."""
    if bodies.media_type(request):
        bodies.require_media_type(request, JSON)
    limits = door.limits
    raw = await bodies.whole(request, caller.hold, most=_MOST, idle=limits.idle, total=limits.body)
    if not raw.strip():
        return shape()
    bodies.require_media_type(request, JSON)
    try:
        return shape.model_validate(bodies.decoded(raw))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        raise unfit([_wrong(details) for details in found]) from None


def _wrong(details: Any) -> dict[str, str]:
    """What is wrong with one field, never its text."""
    got, place = details["input"], ".".join(str(part) for part in details["loc"])
    return {"field": place or "the body", "expected": str(details["msg"]), "got": type(got).__name__}


async def _changed(request: Request, door: FrontDoor, caller: Caller, act: Act, wanted: ConversationStatus) -> Response:
    number, database = number_in(request), door.database

    def use() -> dict[str, Any]:
        _require_theirs(door, number, caller.token)
        try:
            made = act(number, f"token:{caller.token.name}")
        except (WrongState, Overtaken) as error:
            found = queries.conversation_head(database, number)
            if found["status"] != wanted:
                raise refused(error) from None
            return {**found, "changed": False, "cancelled": []}
        except InvalidInput as error:
            raise unfit([{"field": error.field, "expected": error.expected, "got": error.got}]) from None
        cancelled = [str(turn) for turn in made.detail["cancelled"]]
        return {**queries.conversation_head(database, number), "changed": True, "cancelled": cancelled}

    try:
        return JSONResponse(await asyncio.get_running_loop().run_in_executor(door.reads, use))
    except NotFound:
        raise unknown() from None


@router.get("/v1/conversations/{id}", response_class=Response, openapi_extra=ONE_CONVERSATION)
async def get_conversation(request: Request, door: TheDoor, caller: Reader) -> Response:
    """One conversation with a page of its turns in order, without their attempts and replies.

    `next` is the `cursor` of the page behind it, or null.
    """
    number, wiring, token = number_in(request), door.receiver.wiring, caller.token
    after = _number(request, "cursor", 0, 0, _LAST)
    page = queries.Page(
        after=after, most=_number(request, "limit", _TURNS, 1, _MOST_TURNS), characters=_PAGE_CHARACTERS
    )

    def read() -> dict[str, Any]:
        _require_theirs(door, number, token)
        return queries.conversation_page(
            wiring.database, number, page, source=token.sees, providers=wiring.providers_by_account,
            limits=wiring.limits,
        )  # fmt: skip

    return await shown(door, caller, read)


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A number of the query; raises :class:`Problem` 422."""
    word = request.query_params.get(name)
    if word is None:
        return default
    number = int(word) if word.isascii() and word.isdigit() and len(word) <= len(str(most)) else -1
    if not least <= number <= most:
        raise unfit([{"field": name, "expected": f"a number from {least} to {most}", "got": "another word"}])
    return number


def _require_theirs(door: FrontDoor, number: int, token: Token) -> None:
    """Raises :class:`Problem` 404 for a conversation that the token does not see."""
    if queries.conversation_head(door.database, number)["route"] not in token.routes:
        raise unknown()
    if token.sees is not None and not queries.speaks_in(door.database, number, token.sees):
        raise unknown()
