"""Whose word a failure is: the API's own, by the shape of its body, or that of a proxy in front of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.http import HttpAnswer
from connector.providers import osvi, synthflow
from connector.values import CallResult, Outcome
from tests.kit.provider_fakes import CHAT, answer

PAGES: dict[str, Any] = {
    "nginx": b"<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>",
    "envoy": b"upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "a worker that broke": b"Internal Server Error",
    "nothing": b"",
    "an empty object": {},
    "a gateway's object": {"message": "An unexpected error occurred"},
    "another gateway's": {"code": 503, "error": "service unavailable"},
    "a problem": {"type": "about:blank", "title": "Service Unavailable", "status": 503},
    "a list": [{"detail": "no"}],
}
OWN = {
    "osvi": {"success": False, "errors": ["internal server error"]},
    "synthflow": {"detail": {"status": "error", "description": "Internal server error"}},
}
READERS: dict[str, list[Callable[[HttpAnswer], CallResult | None]]] = {
    "osvi": [osvi.read_answer, osvi.read_legacy_answer, osvi.read_created, osvi.read_started, osvi.read_sessions],
    "synthflow": [
        synthflow.read_answer,
        lambda reply: synthflow.read_created(reply, CHAT),
        lambda reply: synthflow.read_history(reply, CHAT),
    ],
}
WAITS: list[dict[str, str]] = [{}, {"retry_after": "1"}, {"retry_after": "0"}]


def outcomes(provider: str, reply: HttpAnswer) -> set[Outcome | None]:
    return {result.outcome if (result := read(reply)) else None for read in READERS[provider]}


@pytest.mark.parametrize("provider", OWN)
@pytest.mark.parametrize("status", [500, 501, 503])
@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_proxy_is_no_word_of_the_provider(provider, status, wait, page):
    assert outcomes(provider, answer(PAGES[page], status, **wait)) == {Outcome.LOST}


@pytest.mark.parametrize("provider", OWN)
def test_a_failure_in_the_shape_of_the_api_is_its_own(provider):
    assert outcomes(provider, answer(OWN[provider], 500)) == {Outcome.SERVER_ERROR}
    assert outcomes(provider, answer(OWN[provider], 503)) == {Outcome.SERVER_ERROR}
    assert outcomes(provider, answer(OWN[provider], 503, retry_after="1")) == {Outcome.BUSY}


@pytest.mark.parametrize("provider", OWN)
@pytest.mark.parametrize("body", [b"", b"<html>Request Time-out</html>", *OWN.values()])
def test_a_request_that_somebody_waited_for_in_vain_may_have_arrived(provider, body):
    assert outcomes(provider, answer(body, 408)) == {Outcome.LOST}


@pytest.mark.parametrize("provider", OWN)
def test_a_credit_that_is_used_up_is_about_the_account(provider):
    assert outcomes(provider, answer(OWN[provider], 402)) == {Outcome.CREDENTIALS}
