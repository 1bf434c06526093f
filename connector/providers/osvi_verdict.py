"""OSVI's success and failure: whether a call worked, by its status and by its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.http import HttpAnswer, HttpFailure
from connector.providers.base import (
    Reply,
    from_elsewhere,
    is_false,
    object_in,
    object_of,
    outcome_of_status,
    sentence,
    text_in,
)
from connector.values import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class OsviVerdict:
    """What an answer says about the call, before anybody looks for the reply in it."""

    outcome: Outcome
    error: str | None = None
    data: Mapping[str, Any] | None = None


def gone(reply: Reply) -> bool:
    """Whether the API itself answers 404: the session is over or unknown; the vendor's pages name no other cause."""
    return isinstance(reply, HttpAnswer) and reply.status == 404 and not from_elsewhere(reply)


def _own(body: Mapping[str, Any]) -> bool:
    """Whether a failure is the API's own word: ``{"success": false, …}`` (Introduction; Send chat message, 401)."""
    return is_false(body.get("success"))


def judge(reply: Reply, fault: Outcome, answer_name: str = "") -> OsviVerdict:
    """Whether the call worked, by status and by body: status 200 alone is no success here."""
    if isinstance(reply, HttpFailure):
        return OsviVerdict(outcome=reply.outcome, error=reply.error)
    body = object_of(reply)
    data = object_in(body, "data")
    errors = _errors_in(body) + _errors_in(data or {})
    said = sentence("OSVI", reply, "; ".join(errors))
    if not 200 <= reply.status < 300:
        if reply.status == 404 and from_elsewhere(reply):
            return OsviVerdict(outcome=Outcome.MISCONFIGURED, error=f"{said} in no JSON; is base_url right?")
        return OsviVerdict(outcome=outcome_of_status(reply, fault, own=_own(body)), error=said)
    # Older renderings of the vendor's pages put a second `success` inside `data`.
    failed = is_false(body.get("success")) or is_false((data or {}).get("success"))
    if failed and errors:
        revoked = any("invalid api token" in error.casefold() for error in errors)  # the vendor's one documented text
        return OsviVerdict(outcome=Outcome.CREDENTIALS if revoked else fault, error=said)
    if data is None or (failed and text_in(data, answer_name) is None):
        return OsviVerdict(
            outcome=Outcome.LOST, error=f"{said} with success false and no reason" if failed else _unreadable(reply)
        )
    return OsviVerdict(outcome=Outcome.ANSWERED, data=data)


def _unreadable(answer: HttpAnswer) -> str:
    return f"OSVI answered {answer.status} with a body that cannot be read ({len(answer.body)} bytes)"


def _errors_in(body: Mapping[str, Any]) -> list[str]:
    """The reasons of a failure: ``errors`` is a list in the introduction, ``error`` a string in the chat's 401."""
    found: list[str] = []
    for value in (body.get("error"), body.get("errors")):
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, dict):
                found += [f"{key}: {reason}" for key, reason in item.items() if isinstance(reason, str | list)]
            elif isinstance(item, str) and item.strip():
                found.append(item.strip())
    return found
