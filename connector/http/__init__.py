"""HTTP client and SSRF guard: the only package that knows httpx."""

from __future__ import annotations

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
