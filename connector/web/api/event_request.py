"""An event of an HTTP request: is this token allowed to hand it in, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connector.channels.events.schema import parse_event
from connector.errors import InvalidInput
from connector.settings import RouteSettings
from connector.storage.admin.tokens import Token
from connector.values import Event, EventStatus, Received
from connector.web.request.problems import Problem, invalid

_HTTP_STATUS = {EventStatus.DUPLICATE: 200, EventStatus.CONFLICT: 409}
_TAKEN = 202
_EXACT = 2**53


class UnlistedCallback(Problem):
    """422: the route does not list the callback of this event, which is a duplicate all the same if it is stored."""

    def __init__(self, event: Event, expected: tuple[str, str]) -> None:
        """``expected``: the field, and what it may hold."""
        told = invalid(InvalidInput(*expected, "another one"))
        super().__init__(told.status, told.title, told.errors)
        self.event = event


def judged(payload: Any, token: Token, routes: Mapping[str, RouteSettings]) -> Event:
    """The event in ``payload``; raises :class:`Problem` 403 for another token's route, 422 for whatever is wrong."""
    named = payload.get("route") if isinstance(payload, Mapping) else None
    if isinstance(named, str) and named not in token.routes:
        raise Problem(403, "this token is not for that route")
    try:
        event = parse_event(_with_integers(payload), source=token.source, now=datetime.now(UTC))
    except InvalidInput as error:
        raise invalid(error) from None
    if event.source != token.source:
        raise invalid(
            InvalidInput("source", f"nothing, or {token.source}: it is the token's, others are reserved", "another one")
        )
    route = routes.get(event.route)
    if route is None:
        raise invalid(InvalidInput("route", "a route of the configuration", "one that is no longer there"))
    if event.callback is not None and (refusal := route.callback_refusal(event.callback)):
        raise UnlistedCallback(event, refusal)
    return replace(event, source_kind="http")


def _with_integers(payload: Any) -> Any:
    """JSON has one kind of number: 3.0 is the integer 3, and some writers write it so."""
    if not isinstance(payload, Mapping):
        return payload
    found = copy(payload) if isinstance(payload, dict) else dict(payload)  # what it came in is not lost
    for name in ("id", "priority"):
        found |= {name: _whole(found[name])} if name in found else {}
    customer = found.get("customer")
    if isinstance(customer, Mapping) and "id" in customer:
        found["customer"] = {**customer, "id": _whole(customer["id"])}
    return found


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def answer_of(received: Received) -> tuple[int, dict[str, Any]]:
    """HTTP status and body for what became of an event that was :func:`judged`."""
    return _HTTP_STATUS.get(received.status, _TAKEN), received.as_dict()
