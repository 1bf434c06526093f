"""Access log, last exception handler and the headers of every answer: ASGI middleware around everything else.

A line names the operation, never the path, the query or a header as they came: those may hold anything.
"""

from __future__ import annotations

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connector.errors import places
from connector.utils.logs import get_logger
from connector.web.request.problems import failure
from connector.web.state import FrontDoor

log = get_logger(__name__)

_KEPT_NOWHERE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""Answers hold customers' words: no cache keeps them, and no browser takes one for a page."""
_QUIET = {"/healthz", "/readyz", "/metrics"}


class Access:
    """ASGI middleware that logs and counts each HTTP request, and answers 500 for what nobody caught."""

    def __init__(self, app: ASGIApp, door: FrontDoor) -> None:
        self._app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), *_KEPT_NOWHERE]}
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # noqa: BLE001 - its words may quote a customer, so only kind and place are told
            log.error("request.failed", operation=_operation(scope), error=type(error).__name__, at=places(error))
            if not status:
                await failure().response()(scope, receive, noting)
        finally:
            self._note(scope, status, time.monotonic() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        operation = _operation(scope)
        if self.door.answers is not None:
            self.door.answers.count(operation, status)
        if operation in _QUIET and status == 200:
            return
        token = scope.get("state", {}).get("token_name")
        log.info(
            "request.answered", operation=operation, http_status=status, token=token, seconds=round(seconds, 4)
        )  # fmt: skip


def _operation(scope: Scope) -> str:
    """The path's pattern, such as ``/v1/turns/{id}``; ``other`` for a path that there is not."""
    if scope["path"] == "/openapi.json":
        return "/openapi.json"
    route: Any = scope.get("route")
    return str(getattr(route, "path", "other"))
