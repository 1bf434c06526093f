"""CloudEvents over HTTP (the CNCF's HTTP protocol binding): from headers and body to the event inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from connector.channels.events import cloudevents
from connector.channels.events.cloudevents import STRUCTURED
from connector.errors import InvalidInput
from connector.web.request.problems import invalid

__all__ = ["STRUCTURED", "unwrapped"]


def unwrapped(kind: str, headers: Mapping[str, str], body: Any) -> dict[str, Any]:
    """The event in a body of media type ``kind``; raises :class:`connector.web.request.problems.Problem` 422.

    What is not structured is binary: the attributes are ``ce-`` headers, whose values are percent-encoded UTF-8.
    """
    try:
        if kind == STRUCTURED:
            return cloudevents.structured(body)
        names = [name for name in cloudevents.ATTRIBUTES if f"ce-{name}" in headers]
        return cloudevents.binary({name: unquote(headers[f"ce-{name}"]) for name in names}, body)
    except InvalidInput as error:
        raise invalid(error) from None
