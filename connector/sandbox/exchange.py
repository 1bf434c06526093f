"""One request to the sandbox: checked, perhaps struck by a rule, answered.

A vendor's call is a coroutine that takes an :class:`Exchange`, checks the request, awaits :meth:`Exchange.begin` (a
rule may strike here: nothing has happened yet), changes its chats, awaits :meth:`Exchange.entered` (the agent thinks)
and returns the body of its answer; what does not please it, it raises as :class:`Refused`. Everything that a rule can
do to a call lives here, so that the vendors' files hold the vendors' behaviour only.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from connector.sandbox import faults
from connector.sandbox.model import CallName, ProviderName, Rule
from connector.sandbox.record import Entry
from connector.sandbox.world import World

Body = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)

JSON_TYPE = "application/json"


class Problem(NamedTuple):
    """One thing wrong with a request: ``place`` is body, query or path, ``field`` dotted and empty for the whole."""

    place: str
    field: str
    message: str


class Refused(Exception):  # an answer, not an error
    """The vendor says no: status and body in the vendor's own shape."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class Struck(Exception):  # an answer, not an error
    """A rule answered before the message entered the history."""

    def __init__(self, response: web.StreamResponse) -> None:
        super().__init__()
        self.response = response


class Vendor(Protocol):
    """One vendor's API: its calls, its token and the shapes of its failures."""

    provider: ProviderName
    prefix: str

    def routes(self) -> Sequence[Route]:
        """Every call of the vendor, the more particular path first."""

    def check_token(self, headers: Mapping[str, str]) -> None:
        """Raises :class:`Refused` without the sandbox's token."""

    def malformed(self, problems: Sequence[Problem]) -> Refused:
        """A request whose form is wrong."""

    def failure(self, status: int) -> Body:
        """A body for a failure that a rule scripts."""

    def unsuccessful(self) -> Body:
        """A body that says under status 200 that the call failed."""

    def no_route(self) -> Body:
        """The body of 404 for a path that is no call."""

    def end_chat(self, chat: str) -> None:
        """Makes a chat be over; does nothing for an unknown one."""


class Route(NamedTuple):
    """A call of a vendor: where it is found and what answers it."""

    method: str
    path: str
    call: CallName
    handle: Callable[[Exchange], Awaitable[Body]]


class Exchange:
    """One call under way."""

    __slots__ = ("_extra_s", "entry", "raw", "record", "request", "rule", "vendor", "world")

    def __init__(self, world: World, vendor: Vendor, call: CallName, request: web.Request) -> None:
        self.world = world
        self.vendor = vendor
        self.request = request
        self.raw = b""
        self.rule: Rule | None = None
        self.record = world.record
        self.entry: Entry = self.record.arrived(vendor.provider, call, request.match_info.get("id"))
        self._extra_s = 0.0

    @property
    def id_in_path(self) -> str:
        """The chat or session id of the path, as it was written."""
        return self.request.match_info["id"]

    def body(self, model: type[Model]) -> Model:
        """The request's JSON body; raises :class:`Refused` if it is missing or not of this form."""
        if not self.raw:
            raise self.vendor.malformed([Problem("body", "", "is required")])
        if self.request.content_type != JSON_TYPE:
            raise self.vendor.malformed([Problem("body", "", f"must be sent as {JSON_TYPE}")])
        try:
            return model.model_validate_json(self.raw)
        except ValidationError as error:
            raise self.vendor.malformed(_problems(error, "body")) from None

    def query(self, model: type[Model]) -> Model:
        """The parameters behind the question mark; raises :class:`Refused` if they are not of this form."""
        try:
            return model.model_validate(dict(self.request.query))
        except ValidationError as error:
            raise self.vendor.malformed(_problems(error, "query")) from None

    async def begin(self, *, chat: str | None = None, text: str | None = None) -> None:
        """The request is well-formed and nothing has happened yet; a rule that strikes before raises ``Struck``."""
        entry = self.entry
        entry.chat = chat or entry.chat
        entry.text = text
        if entry.call == "send":
            request = self.request
            self.record.sending(entry, lambda: faults.client_waits(request))
        rule = self.rule = self.world.rules.pick(entry)
        if rule is None:
            return
        entry.fault = rule.fault
        match rule.fault:
            case None:
                self._extra_s = rule.delay_s or 0.0
            case "chat_over":
                await _wait(rule.delay_s)
                self.vendor.end_chat(entry.chat or "")
            case "status_before":
                await _wait(rule.delay_s)
                raise Struck(self._scripted(rule, rule.status or 500))
            case "success_false":
                await _wait(rule.delay_s)
                raise Struck(self._scripted(rule, rule.status or 200, _compact(self.vendor.unsuccessful())))
            case "cut_before":
                await _wait(rule.delay_s)
                raise Struck(faults.reset(self.request))
            case "silence_before":
                raise Struck(await faults.silence(self.request, rule.delay_s, self._forgotten))

    async def entered(self, *, thinks: bool) -> None:
        """The message stands in the history or the chat exists; returns when the agent has its answer."""
        self.record.entered(self.entry)
        if not thinks:
            return
        settings = self.world.settings
        seconds = settings.latency_s
        if settings.jitter:
            seconds *= random.uniform(1 - settings.jitter, 1 + settings.jitter)  # not for secrets
        extra_s, self._extra_s = self._extra_s, 0.0
        await _wait(seconds + extra_s)

    async def finish(self, body: Body, status: int = 200) -> web.StreamResponse:
        """Answers with the vendor's status and body, or with what the rule makes of them."""
        rule, content = self.rule, _compact(body)
        if rule is None:
            return self._respond(status, content)
        match rule.fault:
            case "status_after":
                await _wait(rule.delay_s)
                wanted = rule.status or 500
                return self._scripted(rule, wanted, content if wanted == status else None)
            case "cut_after":
                await _wait(rule.delay_s)
                return await self._cut(rule)
            case "silence_after":
                return await faults.silence(self.request, rule.delay_s, self._forgotten)
            case "drip":
                between_s = faults.DRIP_S if rule.delay_s is None else rule.delay_s
                return await self._drip(rule, rule.status or status, content, between_s)
            case "broken_body":
                await _wait(rule.delay_s)
                return self._scripted(rule, rule.status or 200, faults.truncated(content))
            case _:
                await _wait(self._extra_s)
                return self._respond(status, content, rule.headers)

    async def refuse(self, refused: Refused) -> web.StreamResponse:
        """Answers with the vendor's refusal, on which rules work as on any answer; counted unless one brought it."""
        if self.entry.fault is None:
            self.record.rejected()
        return await self.finish(refused.body, refused.status)

    def _forgotten(self) -> bool:
        return self.record is not self.world.record

    def _respond(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> web.Response:
        self.entry.http_status = status
        return web.Response(status=status, body=content, headers={"Content-Type": JSON_TYPE, **(headers or {})})

    def _scripted(self, rule: Rule, status: int, usual: bytes | None = None) -> web.Response:
        content, headers = self._content(rule, status, usual)
        self.entry.http_status = status
        return web.Response(status=status, body=content, headers=headers)

    async def _cut(self, rule: Rule) -> web.StreamResponse:
        if rule.body is None:
            return faults.reset(self.request)
        content, headers = self._content(rule, 200, None)
        return await faults.cut_within(self.request, rule.status or 200, headers, content)

    async def _drip(self, rule: Rule, status: int, usual: bytes, between_s: float) -> web.StreamResponse:
        self.entry.http_status = status
        content, headers = self._content(rule, status, usual)
        return await faults.drip(self.request, status, headers, content, between_s)

    def _content(self, rule: Rule, status: int, usual: bytes | None) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers a rule wants: its body, else the usual one, else one that fits the status."""
        if rule.body is not None:
            text = rule.body if isinstance(rule.body, str) else _compact(rule.body).decode()
            # A string may hold lone surrogates on purpose; they go out as the bytes a careless server would send.
            content = text.replace("{chat}", self.entry.chat or "").encode("utf-8", "surrogatepass")
        elif usual is not None:
            content = usual
        elif status in faults.GATEWAY_STATUSES:
            content = faults.GATEWAY_PAGE.format(f"{status} Gateway").encode()
        else:
            content = _compact(self.vendor.failure(status))
        kind = "text/html" if content.startswith(b"<") else JSON_TYPE
        return content, _with_default_type(rule.headers, kind)


def _with_default_type(headers: Mapping[str, str], kind: str) -> dict[str, str]:
    if any(name.lower() == "content-type" for name in headers):
        return dict(headers)
    return {"Content-Type": kind, **headers}


def _problems(error: ValidationError, place: str) -> list[Problem]:
    """What pydantic found, in words of our own, without the values: they are customers' texts."""
    return [
        Problem(place, ".".join(str(part) for part in found["loc"]), _MESSAGES.get(found["type"], found["msg"]))
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]


_MESSAGES = {
    "missing": "is required",
    "string_pattern_mismatch": "is empty or not of the required form",
    "string_too_short": "must not be empty",
    "json_invalid": "is not valid JSON",
    "model_type": "must be a JSON object",
    "string_type": "must be a string",
    "dict_type": "must be an object",
    "list_type": "must be an array",
}


def _compact(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


async def _wait(seconds: float | None) -> None:
    if seconds:
        await asyncio.sleep(seconds)
