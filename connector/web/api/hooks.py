"""HTTP route of signed hooks, ``POST /v1/hooks/{source}``: each delivery is verified by its source's scheme.

Nothing is read of a body whose head already shows that it is not genuine, and nothing is decoded before its signature
has been verified over the very bytes that came.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from connector.channels.hooks.mapping import Hook, Ignored
from connector.channels.hooks.signatures import Head, NotAuthentic
from connector.channels.mail.services.hook import MailHook
from connector.errors import DatabaseUnavailable, InvalidInput, TurnwireError, places
from connector.utils.logs import get_logger
from connector.values import Event, EventStatus, Received
from connector.web.api.mail_hooks import MailDelivery
from connector.web.openapi.operations import HOOK
from connector.web.request import bodies
from connector.web.request.limits import Hold
from connector.web.request.problems import Problem, invalid
from connector.web.state import FrontDoor, TheDoor

log = get_logger(__name__)

router = APIRouter()

_LARGE = 32 * 1024
"""Bytes from which a body is read in a thread, because the event loop would notice."""
_LONGEST_CHALLENGE = 500
_NEW = {EventStatus.ACCEPTED, EventStatus.SCHEDULED}


@router.post("/v1/hooks/{source}", status_code=202, response_class=Response, openapi_extra=HOOK)
async def post_hook(request: Request, door: TheDoor) -> Response:
    """Take a delivery of a configured source, signed as its `profile` or mail service says.

    What is no customer's message (an agent's or our own comment, an internal note, another kind of event) is answered
    `stopped` and not stored. Repeat a delivery until it is answered 2xx: what comes twice is kept once.
    """
    name = request.path_params["source"]
    hook = door.hooks.get(name) or door.mail_hooks.get(name)
    if hook is None:
        door.count_delivery("unknown", "not_found")
        raise Problem(404, "there is no source with this name")
    try:
        with door.pressure.hook(hook.name) as hold:
            if isinstance(hook, MailHook):
                return await MailDelivery(door, hook, request, hold).answered()
            return await _Delivery(door, hook, request, hold).answered()
    except Problem as problem:
        door.count_delivery(hook.label, _REFUSED.get(problem.status, "error"))
        raise
    except DatabaseUnavailable:
        door.count_delivery(hook.label, "unavailable")
        raise


_REFUSED = {
    400: "not_json", 401: "not_authentic", 408: "too_slow", 413: "too_large", 415: "media_type", 422: "invalid",
    429: "too_many", 503: "unavailable",
}  # fmt: skip


class _Delivery:
    """One delivery on its way in."""

    def __init__(self, door: FrontDoor, hook: Hook, request: Request, hold: Hold) -> None:
        self._door = door
        self._hook = hook
        self._request = request
        self._hold = hold
        query = request.scope["query_string"].decode("latin-1")
        self._head = Head.of(request.headers.items(), method=request.method, query=query)

    async def answered(self) -> Response:
        limits = self._door.limits
        try:
            claim = self._hook.verifier.announced(self._head, datetime.now(UTC))
        except NotAuthentic as error:
            raise self._unauthorized(error) from None
        kind = bodies.media_type(self._request)
        if kind != "application/json" and not kind.endswith("+json"):
            raise Problem(415, "the content type must be application/json")
        raw = await bodies.whole(
            self._request, self._hold, most=limits.event_bytes, idle=limits.idle, total=limits.body
        )  # fmt: skip

        def read() -> Any:
            try:
                self._hook.verifier.verify(claim, raw)
            except NotAuthentic as error:
                raise self._unauthorized(error) from None
            return self._read(raw)

        if len(raw) < _LARGE:
            found = read()
        else:
            found = await asyncio.get_running_loop().run_in_executor(self._door.reads, read)
        if isinstance(found, str):
            self._count("challenge")
            return PlainTextResponse(found, headers={"X-Content-Type-Options": "nosniff"})
        if isinstance(found, list):
            return await self._answer_to_many(found)
        if isinstance(found, InvalidInput):
            raise self._refused(found)
        return JSONResponse(*reversed(await self._taken(found)))

    def _read(self, raw: bytes) -> Any:
        """A challenge's answer, one event, or a list of what each part came to."""
        payload = bodies.decoded(raw)
        challenge = self._hook.reader.challenge(payload, self._head)
        if challenge is not None and challenge.isascii() and challenge.isprintable():
            return challenge[:_LONGEST_CHALLENGE]
        try:
            items = self._hook.reader.items(payload)
        except InvalidInput as error:
            return error
        if items is None:
            return self._part(payload, raw)
        return [self._part(item, json.dumps(item).encode()) for item in items]

    def _part(self, payload: Any, raw: bytes) -> Event | Ignored | InvalidInput:
        try:
            return self._hook.reader.read(payload, self._head, raw)
        except InvalidInput as error:
            return error

    async def _answer_to_many(self, parts: list[Event | Ignored | InvalidInput]) -> Response:
        """One bad part must not cost the others: the sender would repeat them all."""
        done = await asyncio.gather(*(self._taken_or_not(part) for part in parts))
        away = next((problem for problem in done if isinstance(problem, Problem) and problem.status >= 500), None)
        if away is not None:
            raise away
        answers = [
            {"http_status": status, **body}
            for status, body in ((one.status, one.as_dict()) if isinstance(one, Problem) else one for one in done)
        ]
        taken = any(answer["http_status"] == 202 for answer in answers)
        return JSONResponse({"events": answers}, 202 if taken else 200)

    async def _taken_or_not(self, part: Event | Ignored | InvalidInput) -> tuple[int, dict[str, Any]] | Problem:
        if isinstance(part, InvalidInput):
            self._count("invalid")
            return self._refused(part)
        try:
            return await self._taken(part)
        except TurnwireError as error:
            log.error("hook.not_stored", source=self._hook.label, error=type(error).__name__, at=places(error))
            return Problem(503, "not everything could be stored: send it again", retry_after=2)

    async def _taken(self, part: Event | Ignored) -> tuple[int, dict[str, Any]]:
        """HTTP status and body. A conflict is 200 as well: the sender can mend nothing, and would only repeat it."""
        if isinstance(part, Ignored):
            self._count("stopped", part.reason)
            log.info("hook.stopped", source=self._hook.label, reason=part.reason)
            return 200, Received(status=EventStatus.STOPPED, reason=part.reason).as_dict()
        received = await self._door.commits.store(part)
        self._count(str(received.status))
        return 202 if received.status in _NEW else 200, received.as_dict()

    def _count(self, outcome: str, reason: str = "") -> None:
        self._door.count_delivery(self._hook.label, outcome, reason)

    def _refused(self, error: InvalidInput) -> Problem:
        log.warning("hook.refused", source=self._hook.label, field=error.field, expected=error.expected)
        return invalid(error)

    def _unauthorized(self, error: NotAuthentic) -> Problem:
        log.warning("hook.not_authentic", source=self._hook.label, reason=error.why)
        scheme = f'Signature realm="turnwire", header="{self._hook.shows}"'
        return Problem(401, error.said, headers={"WWW-Authenticate": scheme})
