"""Deliveries of mail services to ``POST /v1/hooks/{source}``: verified as they came, and each stored as the mail it is.

What is answered decides whether the service repeats a delivery. Mailgun gives up at 406 and Postmark at 403: neither is
ever answered here. A mail is answered 2xx once it is committed, whatever became of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from connector.channels.base import Head, Ignored, NotAuthentic
from connector.channels.mail.parser import parser
from connector.channels.mail.services.base import Confirmation, ServiceDelivery, ServiceMail
from connector.channels.mail.services.hook import MailHook
from connector.errors import InvalidInput
from connector.storage.receive import hook_tokens
from connector.utils.logs import get_logger
from connector.values import Event, EventStatus, Received
from connector.web.request import bodies
from connector.web.request.limits import Hold
from connector.web.request.problems import Problem
from connector.web.state import FrontDoor

log = get_logger(__name__)

T = TypeVar("T")

_NEW = {EventStatus.ACCEPTED, EventStatus.SCHEDULED}
_BASIC = 'Basic realm="turnwire", charset="UTF-8"'


class MailDelivery:
    """One delivery on its way in."""

    def __init__(self, door: FrontDoor, hook: MailHook, request: Request, hold: Hold) -> None:
        self._door = door
        self._hook = hook
        self._service = hook.service
        self._request = request
        self._hold = hold

    async def answered(self) -> Response:
        """Read, verify, store, answer; raises :class:`Problem`."""
        delivery = await self._read()
        token = await self._verified(delivery)
        found = await self._in_thread(lambda: self._found(delivery))
        if isinstance(found, InvalidInput):
            raise self._malformed(found)
        if isinstance(found, Confirmation):
            return await self._confirmed(found)
        if isinstance(found, Ignored):
            return self._stopped(found.reason)
        event = await self._in_thread(lambda: self._parsed(found))
        if token is not None:
            await self._in_thread(lambda: self._bind(token, event))
        received = await self._door.commits.store(event)
        self._count(str(received.status))
        return JSONResponse(received.as_dict(), 202 if received.status in _NEW else 200)

    async def _read(self) -> ServiceDelivery:
        query = self._request.scope["query_string"].decode("latin-1")
        head = Head.of(self._request.headers.items(), method=self._request.method, query=query)
        try:
            self._service.announced(head, datetime.now(UTC))
        except NotAuthentic as error:
            raise self._unauthorized(error) from None
        kind = bodies.media_type(self._request)
        if kind not in self._service.media_types:
            raise Problem(415, f"the content type must be {' or '.join(self._service.media_types)}")
        limits = self._door.limits
        most = min(self._service.largest, limits.mail_bytes)
        body = await bodies.whole(self._request, self._hold, most=most, idle=limits.idle, total=limits.mail)
        return ServiceDelivery(head=head, media_type=self._request.headers.get("content-type", ""), body=body)

    async def _verified(self, delivery: ServiceDelivery) -> str | None:
        try:
            url = self._service.certificate(delivery)
            certificate = None if url is None else await self._door.sns.certificate(url)
            if url is not None and certificate is None:
                raise Problem(503, "the certificate of the signature cannot be fetched now", retry_after=30)
            now = datetime.now(UTC)
            return await self._in_thread(lambda: self._service.verify(delivery, now, certificate))
        except NotAuthentic as error:
            raise self._unauthorized(error) from None
        except InvalidInput as error:
            raise self._malformed(error) from None

    def _found(self, delivery: ServiceDelivery) -> ServiceMail | Confirmation | Ignored | InvalidInput:
        try:
            return self._service.read(delivery)
        except InvalidInput as error:
            return error

    def _parsed(self, mail: ServiceMail) -> Event:
        hook = self._hook
        event = parser.parse(mail.raw, source=hook.source, route=hook.route, addresses=hook.addresses)
        return replace(event, source_name=hook.name, metadata={**event.metadata, **mail.metadata()})

    def _bind(self, token: str, event: Event) -> None:
        """A token is good for one mail: whoever has seen one delivery could send another mail with it."""
        tolerance = getattr(self._service, "tolerance", 0.0)
        if not hook_tokens.bind(self._door.database, self._hook.name, token, event.id, tolerance=tolerance):
            raise self._unauthorized(NotAuthentic("reused", "this token came with another mail before"))

    async def _confirmed(self, asked: Confirmation) -> Response:
        if not await self._door.sns.confirm(asked.url):
            raise Problem(503, "the subscription could not be confirmed now", retry_after=30)
        log.info("hook.confirmed", source=self._hook.label)
        return self._stopped("confirmed")

    def _stopped(self, reason: str) -> Response:
        self._count("stopped", reason)
        log.info("hook.stopped", source=self._hook.label, reason=reason)
        return JSONResponse(Received(status=EventStatus.STOPPED, reason=reason).as_dict(), 200)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._door.mails, do)

    def _count(self, outcome: str, reason: str = "") -> None:
        self._door.count_delivery(self._hook.label, outcome, reason)

    def _malformed(self, error: InvalidInput) -> Problem:
        log.warning("hook.refused", source=self._hook.label, field=error.field, expected=error.expected)
        return Problem(400, f"the body is not as expected: {error.field} must be {error.expected}")

    def _unauthorized(self, error: NotAuthentic) -> Problem:
        log.warning("hook.not_authentic", source=self._hook.label, reason=error.why)
        return Problem(401, error.said, headers={"WWW-Authenticate": _BASIC})
