"""HTTP route of event batches, ``POST /v1/events/batch``: JSON lines, answered line by line as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connector.errors import DatabaseUnavailable, places
from connector.utils.logs import get_logger
from connector.values import Event, Received
from connector.web.api.event_request import UnlistedCallback, answer_of, judged
from connector.web.api.ndjson import Line, Lines
from connector.web.auth.bearer import Caller, Sender
from connector.web.openapi.operations import BATCH
from connector.web.request import bodies
from connector.web.request.problems import Problem, database_away
from connector.web.state import FrontDoor, TheDoor

log = get_logger(__name__)

router = APIRouter()

NDJSON = ("application/x-ndjson", "text/x-ndjson", "application/jsonl")


async def _place(door: TheDoor, caller: Sender) -> AsyncIterator[Caller]:
    with door.pressure.batch(caller.token):
        yield caller


@router.post("/v1/events/batch", response_class=Response, openapi_extra=BATCH)
async def post_batch(request: Request, door: TheDoor, caller: Annotated[Caller, Depends(_place)]) -> Response:
    """Store up to 10,000 events, one a line, and answer each with a line of its own, in the same order.

    An answer is what `/v1/events` would have said, with `line` and `http_status`. Blank lines are passed over. When
    the database stops answering, that line and all after it are answered 503: send those again, in their order. A
    body that turns out too large or too slow ends the answers with a line that says so.
    """
    bodies.require_media_type(request, *NDJSON)
    blocks = _Batch(door, caller).answers(request)
    # What can be refused as a whole is, before the first word of an answer.
    first = await anext(blocks, b"")
    return _Streamed(first, blocks)


class _Batch:
    """One batch on its way: groups of lines, each stored in a transaction of its own."""

    def __init__(self, door: FrontDoor, caller: Caller) -> None:
        self._door = door
        self._caller = caller
        self._away = False
        self._next = 1

    async def answers(self, request: Request) -> AsyncGenerator[bytes]:
        """Blocks of answers; raises :class:`Problem` only while there is none."""
        begun = False
        try:
            async for group in self._groups(request):
                yield await self._answered(group)
                begun = True
                self._next = group[-1][0] + 1
        except ClientDisconnect:
            if not begun:
                raise
        except Problem as problem:
            if not begun:
                raise
            yield _line(self._next, problem.status, problem.as_dict())

    async def _groups(self, request: Request) -> AsyncIterator[list[Line]]:
        limits, hold = self._door.limits, self._caller.hold
        lines = Lines(limits.event_bytes)
        group: list[Line] = []
        size = 0
        pieces = bodies.pieces(request, hold, most=limits.batch_bytes, idle=limits.idle, total=limits.batch)
        async for piece in pieces:
            for line in lines.feed(piece):
                group.append(self._counted(line))
                size += len(line[1] or b"")
                if len(group) >= limits.chunk_lines or size >= limits.chunk_bytes:
                    yield group
                    group, size = [], 0
            hold.give_back(max(0, hold.held - size - lines.left))
        group += [self._counted(line) for line in lines.finish()]
        if group:
            yield group

    def _counted(self, line: Line) -> Line:
        if line[0] > self._door.limits.batch_lines:
            raise Problem(413, f"more than {self._door.limits.batch_lines:,} lines")
        return line

    async def _answered(self, group: Sequence[Line]) -> bytes:
        """The answers to a group; once the database is away, nothing more is stored, so that order is kept."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._door.limits.answer):
                return await loop.run_in_executor(self._door.batches, self._work, group)
        except TimeoutError:
            self._away = True
            away = database_away()
            return b"".join(_line(number, away.status, away.as_dict()) for number, _ in group)

    def _work(self, group: Sequence[Line]) -> bytes:
        judgements = self._with_known([self._judged(raw) for _, raw in group])
        events = [judgement for judgement in judgements if isinstance(judgement, Event)]
        stored = iter(self._stored(events))
        found = (next(stored) if isinstance(judgement, Event) else judgement for judgement in judgements)
        return b"".join(_answer(number, outcome) for (number, _), outcome in zip(group, found, strict=True))

    def _judged(self, raw: bytes | None) -> Event | Problem:
        if raw is None:
            return bodies.too_large(self._door.limits.event_bytes)
        try:
            return judged(bodies.decoded(raw), self._caller.token, self._door.settings.routes)
        except Problem as problem:
            return problem
        except Exception as error:  # noqa: BLE001 - one bad line must not cost the others of its batch
            log.error("event.not_read", error=type(error).__name__, at=places(error))
            return Problem(500, "the event could not be read")

    def _with_known(self, judgements: Sequence[Event | Problem]) -> list[Event | Problem]:
        """The same, but what was stored before its callback was unlisted is an event still: a duplicate."""
        unlisted = [judgement.event for judgement in judgements if isinstance(judgement, UnlistedCallback)]
        if not unlisted or self._away:
            return [*judgements]
        try:
            known = self._door.commits.taken_before(unlisted)
        except DatabaseUnavailable:
            return [database_away() if isinstance(each, UnlistedCallback) else each for each in judgements]
        return [
            each.event if isinstance(each, UnlistedCallback) and (each.event.source, each.event.id) in known else each
            for each in judgements
        ]

    def _stored(self, events: Sequence[Event]) -> Sequence[Received | BaseException]:
        if self._away:
            return [database_away()] * len(events)
        try:
            return self._door.commits.store_many(events)
        except DatabaseUnavailable as error:
            log.warning("event.not_stored", events=len(events), error=str(error))
            self._away = True
            return [database_away()] * len(events)


def _answer(number: int, outcome: Received | BaseException) -> bytes:
    if isinstance(outcome, Received):
        return _line(number, *answer_of(outcome))
    problem = outcome if isinstance(outcome, Problem) else Problem(500, "the event could not be stored")
    return _line(number, problem.status, problem.as_dict())


def _line(number: int, http_status: int, body: Mapping[str, Any]) -> bytes:
    return json.dumps({"line": number, "http_status": http_status, **body}).encode() + b"\n"


class _Streamed(StreamingResponse):
    """Answers go out at the client's pace, but reading never waits for them.

    A client that writes everything before it reads anything would otherwise wait for us while we wait for it. What
    piles up meanwhile is bounded by the number of lines.
    """

    def __init__(self, first: bytes, blocks: AsyncIterator[bytes]) -> None:
        super().__init__(blocks, media_type=NDJSON[0])
        self._first = first
        self._blocks = blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        waiting.put_nowait(self._first)
        reader = asyncio.create_task(self._read(waiting))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while (block := await waiting.get()) is not None:
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await reader
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _read(self, waiting: asyncio.Queue[bytes | None]) -> None:
        try:
            async for block in self._blocks:
                waiting.put_nowait(block)
        finally:
            waiting.put_nowait(None)
