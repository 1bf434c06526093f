"""Control API of the sandbox, under ``/_sandbox``: settings, rules, reset, what was received.

It asks for no token, being a test double's own back door. While the port refuses connections, it is shut too.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from connector.sandbox.model import Rule, RuleLine
from connector.sandbox.world import World

PREFIX = "/_sandbox"
LINES_A_WRITE = 500  # the loop must serve others while a long record goes out


class Control:
    """The handlers of the control API over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Registers every path of the control API."""
        router.add_get(f"{PREFIX}/settings", self.show_settings)
        router.add_put(f"{PREFIX}/settings", self.change_settings)
        router.add_post(f"{PREFIX}/rules", self.add_rule)
        router.add_get(f"{PREFIX}/rules", self.list_rules)
        router.add_delete(f"{PREFIX}/rules", self.clear_rules)
        router.add_get(f"{PREFIX}/rules/{{id}}", self.show_rule)
        router.add_delete(f"{PREFIX}/rules/{{id}}", self.remove_rule)
        router.add_post(f"{PREFIX}/reset", self.reset)
        router.add_get(f"{PREFIX}/received", self.received)
        router.add_get(f"{PREFIX}/summary", self.summary)

    async def show_settings(self, _request: web.Request) -> web.Response:
        return _json(self._world.settings.model_dump())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Changes the keys that are given and answers with all of them."""
        try:
            changes = json.loads(await request.read() or b"null")
        except ValueError:
            return _refused({"": "valid JSON"})
        if not isinstance(changes, dict):
            return _refused({"": "a JSON object"})
        try:
            return _json(self._world.change_settings(changes).model_dump())
        except ValidationError as error:
            return _refused(expectations(error))

    async def add_rule(self, request: web.Request) -> web.Response:
        try:
            rule = Rule.model_validate_json(await request.read())
        except ValidationError as error:
            return _refused(expectations(error))
        return _json(_shown(self._world.add_rule(rule)), status=201)

    async def list_rules(self, _request: web.Request) -> web.Response:
        return _json([_shown(line) for line in self._world.rules.lines()])

    async def clear_rules(self, _request: web.Request) -> web.Response:
        return _json({"deleted": self._world.clear_rules()})

    async def show_rule(self, request: web.Request) -> web.Response:
        line = self._world.rules.line(request.match_info["id"])
        return _json(_shown(line)) if line else _missing()

    async def remove_rule(self, request: web.Request) -> web.Response:
        line = self._world.remove_rule(request.match_info["id"])
        return _json(_shown(line)) if line else _missing()

    async def reset(self, _request: web.Request) -> web.Response:
        self._world.reset()
        return _json({"status": "ok"})

    async def received(self, request: web.Request) -> web.StreamResponse:
        """Every call in order of arrival, a JSON object a line."""
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        lines = self._world.record.lines()
        while part := [_compact(line) for line in islice(lines, LINES_A_WRITE)]:
            await response.write(b"\n".join(part) + b"\n")
        return response

    async def summary(self, _request: web.Request) -> web.Response:
        return _json(self._world.record.summary())


def expectations(error: ValidationError) -> dict[str, str]:
    """What is wrong with settings or a rule: dotted field, and what was expected of it."""
    found = error.errors(include_url=False, include_input=False)
    return {".".join(str(part) for part in one["loc"]): _MESSAGES.get(one["type"], one["msg"]) for one in found}


_MESSAGES = {"extra_forbidden": "a known key; there is none of this name"}


def _shown(line: RuleLine) -> dict[str, Any]:
    return line.model_dump(exclude_none=True)


def _refused(wrong: dict[str, str]) -> web.Response:
    errors = [{"field": name, "expected": expected} for name, expected in wrong.items()]
    return _json({"title": "Not understood", "status": 422, "errors": errors}, status=422)


def _missing() -> web.Response:
    return _json({"title": "There is no such rule", "status": 404}, status=404)


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=_compact(body), headers={"Content-Type": "application/json"})


def _compact(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
