"""FastAPI application of the front door: its routes, error handlers, OpenAPI document, start and end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.web import health
from connector.web.access_log import Access
from connector.web.api import batch, conversations, events, hooks, turns
from connector.web.openapi import schemas
from connector.web.openapi.event_schema import request_schemas
from connector.web.openapi.operations import SIGNATURE
from connector.web.request.limits import DEFAULTS, RequestLimits
from connector.web.request.problems import Problem, answered, database_away, failure
from connector.web.state import FrontDoor

_ABOUT = """
Hand messages in, look at what became of them. An event that is answered 202 is stored and committed; an agent will be
asked. Repeat a request until there is an answer: what comes twice is kept once.
"""


def create(receiver: Receiver, limits: RequestLimits = DEFAULTS, *, ready: Callable[[], None] = lambda: None) -> Access:
    """The front door over a receiver; ``ready`` is called once it has begun. Nothing is opened before that."""
    door = FrontDoor(receiver, limits)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        ready()
        try:
            yield
        finally:
            await door.sns.aclose()
            door.close()

    app = FastAPI(
        title="Turnwire", version=version("turnwire"), description=_ABOUT, lifespan=lifespan,
        docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.door = door
    for part in (events, batch, hooks, turns, conversations, health):
        app.include_router(part.router)
    app.add_exception_handler(Problem, answered)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(DatabaseUnavailable, _away)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _failed)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return Access(app, door)


async def _refused(_request: Request, error: Exception) -> Response:
    """What the router refuses by itself: 404 and 405."""
    assert isinstance(error, HTTPException)
    return Problem(error.status_code, error.detail, headers=error.headers).response()


async def _away(_request: Request, _error: Exception) -> Response:
    return database_away().response()


async def _gone(_request: Request, _error: Exception) -> Response:
    """Nobody reads this: the client has gone."""
    return Problem(400, "the request was not finished").response()


async def _failed(_request: Request, _error: Exception) -> Response:
    """Only the answer; the error itself goes on to the outermost layer, which logs it."""
    return failure().response()


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        shapes = found.setdefault("components", {}).setdefault("schemas", {})
        routes = app.state.door.settings.routes.values()
        callbacks = any(route.reply == "celery" for route in routes)
        shapes |= request_schemas(callbacks=callbacks) | schemas.answers()
        found["components"].setdefault("securitySchemes", {})["signature"] = SIGNATURE
        app.openapi_schema = found
    return app.openapi_schema
