"""HTTP routes of single events, ``POST /v1/events`` and ``/v1/cloudevents``: answered after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from connector.web.api import cloudevents
from connector.web.api.event_request import UnlistedCallback, answer_of, judged
from connector.web.auth.bearer import Caller, Sender
from connector.web.openapi.operations import CLOUD_EVENT, ONE_EVENT
from connector.web.request import bodies
from connector.web.state import FrontDoor, TheDoor

router = APIRouter()

JSON = "application/json"
_LARGE = 32 * 1024
"""Bytes from which a body is read in a thread, because the event loop would notice."""


@router.post("/v1/events", status_code=202, response_class=Response, openapi_extra=ONE_EVENT)
async def post_event(request: Request, door: TheDoor, caller: Sender) -> Response:
    """Store one event. Repeat it until there is an answer: what comes twice is kept once, and gets the same ids."""
    bodies.require_media_type(request, JSON)
    return await _taken(request, door, caller, bodies.decoded)


@router.post("/v1/cloudevents", status_code=202, response_class=Response, openapi_extra=CLOUD_EVENT)
async def post_cloudevent(request: Request, door: TheDoor, caller: Sender) -> Response:
    """Store the event that a CloudEvent 1.0 carries as its `data`.

    Structured as shown, or binary: the event as `application/json`, the attributes as `ce-` headers. The CloudEvent's
    `id` is the event's id and its `time` stands in for `occurred_at`. The event's source is the token's; of two
    CloudEvents with one `id` and different `source` each is an event of its own.
    """
    kind = bodies.require_media_type(request, cloudevents.STRUCTURED, JSON)

    def unwrapped(raw: bytes) -> Any:
        return cloudevents.unwrapped(kind, request.headers, bodies.decoded(raw))

    return await _taken(request, door, caller, unwrapped)


async def _taken(request: Request, door: FrontDoor, caller: Caller, read: Callable[[bytes], Any]) -> Response:
    limits = door.limits
    raw = await bodies.whole(request, caller.hold, most=limits.event_bytes, idle=limits.idle, total=limits.body)
    in_thread = partial(asyncio.get_running_loop().run_in_executor, door.reads)
    try:
        if len(raw) < _LARGE:
            event = judged(read(raw), caller.token, door.settings.routes)
        else:
            event = await in_thread(lambda: judged(read(raw), caller.token, door.settings.routes))
    except UnlistedCallback as problem:
        event = problem.event
        if not await in_thread(door.commits.taken_before, [event]):
            raise
    status, body = answer_of(await door.commits.store(event))
    return JSONResponse(body, status)
