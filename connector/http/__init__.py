"""HTTP as a client: the only part that knows httpx, and the guard on the addresses it may reach."""

from __future__ import annotations

from connector.http.client import (
    BODY_CAP,
    CONNECT_TIMEOUT,
    IDLE_REUSE,
    KEPT,
    LONGEST_WAIT,
    READ_TIMEOUT,
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
    "HttpAnswer",
    "HttpClient",
    "HttpFailure",
    "clean",
    "encoded",
    "parse_retry_after",
]
