"""Shared parts of providers: requests as values, the call, the meaning of statuses, reading of loose JSON.

Nothing here knows a vendor. A provider needs none of it; :class:`connector.values.Provider` is all the engine asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from connector.errors import ConfigurationError
from connector.http import BODY_CAP, HttpAnswer, HttpClient, HttpFailure, clean, parse_retry_after
from connector.values import CallResult, Outcome

Reply = HttpAnswer | HttpFailure
Result = TypeVar("Result", bound=CallResult)

TELLING = (8, 16)
"""How much of a private text must show in an error to be taken for it: at least, and enough, characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One call as a value; ``path`` follows the base URL, ``body`` goes out as JSON."""

    method: str
    path: str
    params: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None


class Endpoint:
    """One account's base URL, headers and deadline over an :class:`connector.http.client.HttpClient`.

    ``secret`` is what :meth:`discreet` keeps out of error sentences. Raises :class:`ConfigurationError` for a base URL
    that cannot be called.
    """

    def __init__(
        self, base_url: str, *, headers: Mapping[str, str], secret: str, deadline: float, http: HttpClient
    ) -> None:
        self.base_url = checked_url(base_url)
        self._headers = dict(headers)
        self._secret = secret
        self._deadline = deadline
        self._http = http

    async def call(self, request: Request, *, body_cap: int = BODY_CAP) -> Reply:
        """Make the call; what became of it is a value."""
        return await self._http.call(
            request.method,
            self.base_url + request.path,
            headers=self._headers,
            params=request.params,
            json=request.body,
            deadline=self._deadline,
            body_cap=body_cap,
        )

    def discreet(self, result: Result, *texts: str) -> Result:
        """The same result, its ``error`` cut off where the provider begins to echo the token or one of ``texts``."""
        error = result.error
        if error is None:
            return result
        least, enough = TELLING
        for text in (self._secret, *texts):
            beginning = clean(text, enough + 1)[:enough]
            if len(beginning) >= least and beginning in error:
                error = f"{error[: error.index(beginning)].rstrip()} …"
        return replace(result, error=error)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a reply tells by itself, in the fields of :class:`connector.values.CallResult`."""

    http_status: int | None = None
    retry_after: float | None = None
    request_id: str | None = None
    raw: bytes | None = None
    hint: str | None = None

    def fields(self, outcome: Outcome = Outcome.ANSWERED, error: str | None = None) -> dict[str, Any]:
        """Keyword arguments for a :class:`connector.values.CallResult` or a value derived from it."""
        return {
            "outcome": outcome,
            "error": clean(error) if error else None,
            "http_status": self.http_status,
            "retry_after": self.retry_after,
            "request_id": self.request_id,
            "raw": self.raw,
            "hint": self.hint,
        }


def facts_of(reply: Reply, *, request_id: str | None = None, now: datetime | None = None) -> Facts:
    """Status, wait, request id (else the header's) and raw body of a reply, the body cut at 1 MiB.

    ``now`` is what an HTTP date in Retry-After is counted from.
    """
    wait = reply.headers.get("retry-after")
    return Facts(
        http_status=reply.status,
        retry_after=parse_retry_after(wait, now or datetime.now(UTC)) if wait else None,
        request_id=request_id or reply.headers.get("x-request-id"),
        raw=None if reply.body is None else reply.body[:BODY_CAP],
        hint=reply.hint if isinstance(reply, HttpFailure) else None,
    )


def recast(result: CallResult, kind: type[Result], **more: Any) -> Result:
    """The same call's outcome and facts as another kind of result."""
    return kind(**{each.name: getattr(result, each.name) for each in fields(CallResult)}, **more)


def outcome_of_status(answer: HttpAnswer, fault: Outcome, *, own: bool = True) -> Outcome:
    """What a status other than 2xx means; ``fault`` is what a 4xx means that names a fault of ours.

    ``own``: the body has the shape of the API's own failures. A proxy in front of it answers 500 and 503 too, with a
    page of its own, and perhaps after the agent has heard the message.

    - 401, 403: the credentials; 402: what they stand for is used up.
    - 429: refused before any work, come back later; so is the API's own 503 with a Retry-After, readable or not.
    - 408: a server or a proxy waited in vain, and nobody knows for what.
    - 500, 501, 503 of the API's own: the provider itself says that it failed.
    - 502, 504, every other 5xx, and those without the API's body: a gateway speaks; nobody knows what the provider did.
    - 3xx: not followed; the base URL is wrong.
    """
    status = answer.status
    if status in {401, 402, 403}:
        return Outcome.CREDENTIALS
    if status == 429:
        return Outcome.BUSY
    if status == 408:
        return Outcome.LOST
    if status in {500, 501, 503} and own:
        return Outcome.BUSY if status == 503 and answer.headers.get("retry-after") else Outcome.SERVER_ERROR
    if 300 <= status < 400:
        return Outcome.MISCONFIGURED
    return fault if 400 <= status < 500 else Outcome.LOST


def from_elsewhere(answer: HttpAnswer) -> bool:
    """Whether a body can be no API's: something there, and no JSON object. Such a 404 says nothing about a chat."""
    return bool(answer.body.strip()) and answer.json_object() is None


def sentence(vendor: str, answer: HttpAnswer, prose: str = "") -> str:
    """One sentence about an answer that is no success."""
    if 300 <= answer.status < 400:
        # Whatever the redirect's body says, where it points to is what tells a wrong base URL.
        prose = f"a redirect to {answer.headers.get('location', 'nowhere')}; is base_url right?"
    return f"{vendor} answered {answer.status}" + (f": {prose}" if prose else "")


def object_of(reply: Reply) -> dict[str, Any]:
    """The JSON object that an answer holds; an empty one if it holds none or there is no answer."""
    return (reply.json_object() or {}) if isinstance(reply, HttpAnswer) else {}


def text_in(data: Mapping[str, Any], key: str) -> str | None:
    """A text; a number where a text belongs is taken as its decimal text; None for anything else."""
    value = data.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def number_in(data: Mapping[str, Any], key: str) -> int | None:
    """A whole number, also as text or with ``.0``; None for anything else."""
    value = data.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None


def object_in(data: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """An object; None for anything else."""
    value = data.get(key)
    return value if isinstance(value, dict) else None


def texts_in(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a list; none for anything else."""
    value = data.get(key)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def is_true(value: Any) -> bool:
    """Whether a value says yes, also as ``1`` or ``"true"``."""
    return value is True or value == 1 or (isinstance(value, str) and value.casefold() == "true")


def is_false(value: Any) -> bool:
    """Whether a value says no (absent says nothing), also as ``0`` or ``"false"``."""
    return value is False or value == 0 or (isinstance(value, str) and value.casefold() == "false")


def checked_token(token: str) -> str:
    """The token without surrounding white space; raises :class:`ConfigurationError` if no header can carry it."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        expected = "printable ASCII without spaces, as the provider's dashboard shows it"
        raise ConfigurationError("the token cannot be used", field="token", expected=expected)
    return token


def checked_url(url: str) -> str:
    """The base URL without a trailing slash; raises :class:`ConfigurationError` for one that cannot be called."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username is not None:
        expected = "https://host/path, without credentials, query or fragment"
        raise ConfigurationError("the base URL cannot be called", field="base_url", expected=expected)
    return url.strip().rstrip("/")
