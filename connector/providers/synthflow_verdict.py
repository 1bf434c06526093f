"""Synthflow's success and failure: whether a call worked, and why not in its own words.

The vendor publishes a 400 body without properties; the ``detail`` that answers really carry is observed, not contract.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connector.http import HttpAnswer, HttpFailure
from connector.providers.base import (
    Facts,
    Reply,
    facts_of,
    from_elsewhere,
    object_in,
    object_of,
    outcome_of_status,
    sentence,
    text_in,
)
from connector.values import Outcome

ABSENT = re.compile(r"not found|does(?: not|n't) exist", re.IGNORECASE)
"""What the API says of a chat that it does not know (observed)."""


def facts_in(reply: Reply) -> Facts:
    """As for any reply, with the request id from ``detail``, which is what the vendor's support asks for."""
    request_id = None
    if isinstance(reply, HttpAnswer) and reply.status >= 300:
        request_id = text_in(object_in(object_of(reply), "detail") or {}, "request_id")
    return facts_of(reply, request_id=request_id)


def judged(reply: Reply, said: str, fault: Outcome) -> tuple[Outcome, str] | None:
    """Why the call did not work, before anybody looks into a 2xx; None for a 2xx."""
    if isinstance(reply, HttpFailure):
        return reply.outcome, reply.error
    if 200 <= reply.status < 300:
        return None
    outcome, error = outcome_of_status(reply, fault, own=_own(reply)), sentence("Synthflow", reply, prose(reply))
    if outcome is Outcome.CREDENTIALS and reply.status != 402:
        return outcome, f"{error}; a key works only on its own workspace's region: is base_url right?"
    if reply.status == 404 and (from_elsewhere(reply) or "no route matched" in said):
        return Outcome.MISCONFIGURED, f"{error}; is base_url right?"
    return outcome, error


def _own(answer: HttpAnswer) -> bool:
    """Whether a failure is the API's own word: an object with ``detail`` (observed); a gateway has ``message``."""
    return isinstance(object_of(answer).get("detail"), dict | list | str)


def said_in(reply: Reply) -> str:
    """The prose of a failure in lower case, to be matched loosely."""
    return prose(reply).casefold() if isinstance(reply, HttpAnswer) and reply.status >= 300 else ""


def prose(answer: HttpAnswer) -> str:
    """Why, in the vendor's words: ``detail`` as object, list or text, or the gateway's ``message``.

    A validation's ``input``, which would repeat the customer's text, is left alone.
    """
    body = object_of(answer)
    detail = body.get("detail")
    if isinstance(detail, dict):
        return text_in(detail, "description") or text_in(detail, "message") or ""
    if isinstance(detail, list):
        return "; ".join(_complaint(item) for item in detail if isinstance(item, dict))
    return text_in(body, "detail") or text_in(body, "message") or text_in(body, "error") or ""


def _complaint(item: Mapping[str, Any]) -> str:
    place = item.get("loc")
    where = ".".join(str(part) for part in place) if isinstance(place, list) else ""
    return f"{where} {text_in(item, 'msg') or ''}".strip()


def response_in(reply: Reply) -> dict[str, Any] | None:
    """What an answer holds beside its ``status``; None if there is no such object."""
    return object_in(object_of(reply), "response")


def unreadable(reply: Reply) -> str:
    """The sentence about an answer that does not hold what was asked for."""
    size = len(reply.body or b"")
    return f"Synthflow answered {reply.status} without what was asked for, or unreadably ({size} bytes)"
