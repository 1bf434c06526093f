"""OpenAPI operations: bodies, answers and refusals, as each endpoint declares them."""

from __future__ import annotations

from typing import Any

Operation = dict[str, Any]

PROBLEM = "application/problem+json"
_LATER = {"Retry-After": {"required": True, "schema": {"type": "string"}, "description": "seconds"}}
_REFUSALS = {
    "400": "not JSON",
    "401": "no valid token, or for a hook no valid signature",
    "403": "the route is not one of this token's, or the token is not for this",
    "404": "there is none that this token sees",
    "408": "the body came too slowly",
    "409": "the conversation's state does not allow it",
    "413": "the body is too large",
    "415": "another content type",
    "422": "the event cannot be taken; `errors` says why",
    "429": "this token has too much in work at once",
    "503": "too much is in work, or the database does not answer; nothing of this request was answered as stored",
}
SIGNATURE = {
    "type": "apiKey", "in": "header", "name": "webhook-signature",
    "description": "a signature over the body; header and scheme are the source's, these are Standard Webhooks'",
}  # fmt: skip
_READING = ("400", "408", "413", "415")
_ANYWHERE = ("401", "429", "503")


def _ref(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _answer(description: str, name: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": _ref(name)}}


def _refusal(status: str) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _REFUSALS[status], "content": {PROBLEM: _ref("ProblemBody")}}
    if status in {"429", "503"}:
        found["headers"] = _LATER
    if status == "401":
        found["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return found


def _operation(summary: str, answers: dict[str, Any], refusals: tuple[str, ...] = (), **more: Any) -> Operation:
    responses = answers | {status: _refusal(status) for status in sorted(refusals)}
    return {"summary": summary, "responses": responses, **more}


def _body(media_type: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: content}}


def _id(what: str) -> list[dict[str, Any]]:
    return [{"name": "id", "in": "path", "required": True, "description": what, "schema": {"type": "string"}}]


def _asked(name: str, what: str, least: int, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return {"name": name, "in": "query", "required": False, "description": what, "schema": schema}


_TAKEN = {
    "202": _answer("stored", "EventAnswer"),
    "200": _answer("a duplicate, with the ids of the first one", "EventAnswer"),
    "409": _answer("other content under the same id; the first one counts, and these are its ids", "EventAnswer"),
}
_TAKING = (*_READING, *_ANYWHERE, "403", "422")

ONE_EVENT = _operation(
    "Hand in one event", _TAKEN, _TAKING, requestBody=_body("application/json", _ref("Event"))
)  # fmt: skip
CLOUD_EVENT = _operation(
    "Hand in one CloudEvent", _TAKEN, _TAKING,
    requestBody=_body("application/cloudevents+json", _ref("CloudEvent")),
)  # fmt: skip
HOOK = _operation(
    "Take a delivery of a configured source",
    {
        "202": _answer("stored", "HookAnswerBody"),
        "200": _answer(
            "`duplicate`, `conflict`, or `stopped` with a reason and nothing stored; as plain text, the answer to a "
            "challenge",
            "HookAnswerBody",
        ),
    },
    (*_READING, *_ANYWHERE, "404", "422"),
    parameters=[{
        "name": "source", "in": "path", "required": True, "schema": {"type": "string"},
        "description": "the name of a section `[sources.NAME]` of the configuration",
    }],
    requestBody=_body(
        "application/json",
        {"schema": {"description": "as the source's system sends it; mail services post forms and text as well"}},
    ),
    security=[{"signature": []}],
)  # fmt: skip
_ANSWERED_LINES = {
    "200": {
        "description": "a line for each line: `line`, `http_status` and what /v1/events would have answered",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    }
}
_LINES = {"schema": {"description": "an Event a line, at most 10,000 lines and 32 MiB"}}
BATCH = _operation(
    "Hand in many events", _ANSWERED_LINES, (*_READING, *_ANYWHERE, "403"),
    requestBody={"required": True, "content": dict.fromkeys(("application/x-ndjson", "text/x-ndjson"), _LINES)},
)  # fmt: skip
ONE_TURN = _operation(
    "Look at a turn", {"200": _answer("the turn", "Turn")}, (*_ANYWHERE, "403", "404"),
    parameters=_id("a `turn_id`"),
)  # fmt: skip
ONE_CONVERSATION = _operation(
    "Look at a conversation", {"200": _answer("the conversation", "Conversation")},
    (*_ANYWHERE, "403", "404", "422"),
    parameters=[
        *_id("a turn's `conversation_id`"),
        _asked("cursor", "`next` of the page before", 0, 2**31 - 1),
        _asked("limit", "turns of a page; default 100", 1, 500),
    ],
)  # fmt: skip


def _changing(summary: str, shape: str) -> Operation:
    return _operation(
        summary,
        {"200": _answer("done; or it was so already, `changed` is false then", "ConversationChanged")},
        (*_READING, *_ANYWHERE, "403", "404", "409", "422"),
        parameters=_id("a turn's `conversation_id`"),
        requestBody={"required": False, "content": {"application/json": _ref(shape)}},
    )


HAND_OFF = _changing("Give a conversation to a person", "HandOff")
RESUME = _changing("Give a conversation back to the agent", "Resume")
CLOSE = _changing("Close a conversation", "Close")
ALIVE = _operation("Is it running?", {"200": _answer("yes", "State")})
READY = _operation("Can it work?", {"200": _answer("yes", "State")}, ("503",))
METRICS = _operation(
    "Counts and ages for Prometheus",
    {"200": {"description": "Prometheus' text format", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    ("404", "503"),
)
