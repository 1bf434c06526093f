"""Problem details (RFC 9457): refusals in JSON, never with a customer's text or a token in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connector.errors import InvalidInput, Overtaken, RowError

MEDIA_TYPE = "application/problem+json"
_KINDS = {
    400: "not-json", 401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    408: "too-slow", 409: "wrong-state", 413: "too-large", 415: "media-type", 422: "invalid", 429: "too-many",
    503: "unavailable",
}  # fmt: skip


class Problem(Exception):
    """A request is answered with ``status`` and a problem; ``errors`` say field by field what is wrong."""

    def __init__(
        self,
        status: int,
        title: str,
        errors: Sequence[Mapping[str, str]] = (),
        *,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """``retry_after`` is in seconds."""
        super().__init__(status, title)
        self.status, self.title, self.errors = status, title, list(errors)
        self.headers = dict(headers or {}) | ({} if retry_after is None else {"Retry-After": str(retry_after)})

    def as_dict(self) -> dict[str, Any]:
        """The body."""
        kind = _KINDS.get(self.status, "error")
        body: dict[str, Any] = {"type": f"urn:turnwire:problem:{kind}", "title": self.title, "status": self.status}
        if self.errors or self.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            body["errors"] = self.errors
        return body

    def response(self) -> Response:
        """The answer itself."""
        return Response(json.dumps(self.as_dict()), self.status, self.headers, MEDIA_TYPE)


def invalid(error: InvalidInput) -> Problem:
    """422 for the first thing that is wrong with an event."""
    wrong = {"field": error.field, "expected": error.expected, "got": error.got}
    return Problem(422, "the event cannot be taken", [wrong])


def unfit(errors: Sequence[Mapping[str, str]]) -> Problem:
    """422 for a request that is no event."""
    return Problem(422, "the request cannot be taken", errors)


_CALLS = {
    "open": ": POST /v1/conversations/{id}/hand-off gives it to a person",
    "handed_off": ": POST /v1/conversations/{id}/resume gives it back to the agent",
    "closed": ": the customer's next message opens it again",
}


def refused(error: RowError) -> Problem:
    """409: the conversation does not stand where the request needs it, and what to do about that over HTTP."""
    if isinstance(error, Overtaken):
        what_next = ": GET /v1/conversations/{id} shows it"
    elif error.because:
        what_next = ": an operator has to settle that turn first"
    else:
        what_next = _CALLS.get(error.status, "")
    return Problem(409, f"{error}{what_next.format(id=error.id)}")


def busy(title: str) -> Problem:
    """503: come again in a moment."""
    return Problem(503, title, retry_after=1)


def database_away() -> Problem:
    """503: the database did not answer in time."""
    return Problem(503, "the database does not answer: send it again, what comes twice is kept once", retry_after=2)


def failure() -> Problem:
    """500: our own fault."""
    return Problem(500, "something went wrong here")


async def answered(_request: Request, problem: Exception) -> Response:
    """FastAPI's handler of :class:`Problem`."""
    assert isinstance(problem, Problem)
    return problem.response()
