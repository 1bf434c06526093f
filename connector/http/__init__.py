"""HTTP client and SSRF guard: the only package that knows httpx.

The client is imported when one of these names is first asked for: httpx and aiohttp take longer to import than most
commands to run, and only what makes calls needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.http.client import (
        BODY_CAP,
        CONNECT_TIMEOUT,
        IDLE_REUSE,
        KEPT,
        LONGEST_WAIT,
        READ_TIMEOUT,
        USER_AGENT,
        HttpAnswer,
        HttpClient,
        HttpFailure,
        clean,
        encoded,
        parse_retry_after,
    )

__all__ = [
    "BODY_CAP",
    "CONNECT_TIMEOUT",
    "IDLE_REUSE",
    "KEPT",
    "LONGEST_WAIT",
    "READ_TIMEOUT",
    "USER_AGENT",
    "HttpAnswer",
    "HttpClient",
    "HttpFailure",
    "clean",
    "encoded",
    "parse_retry_after",
]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(__name__, client=__all__)
