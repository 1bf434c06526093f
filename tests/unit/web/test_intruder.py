"""The intruder's tour, on a real socket: whatever is tried, it is refused, costs little, and stores nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import time
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import func, select

from connector.storage import tables
from connector.storage.admin import tokens
from connector.web.auth.bearer import FRESH
from tests.kit.front_door import bearer, event, listening, make_site, with_limits
from tests.kit.hook_senders import SENDERS

LONG = 20.0
ZAMMAD = SENDERS["zammad"]
HOOK = """
[sources.zammad]
kind = "hook"
route = "support"
profile = "zammad"
secret = "env:ZAMMAD"
[sources.shop]
kind = "hook"
route = "support"
secret = "env:SHOP"
"""


@pytest.fixture
def site(sqlite_database, tmp_path, monkeypatch):
    monkeypatch.setenv("ZAMMAD", ZAMMAD.secret)
    monkeypatch.setenv("SHOP", SENDERS["standard_webhooks"].secret)
    made = make_site(sqlite_database, tmp_path, HOOK)
    yield made
    made.database.dispose()


@pytest.fixture
def url(site):
    # Patience enough for a loaded machine; the deadlines are tested elsewhere.
    with listening(site, with_limits(idle=LONG, head=LONG, body=LONG, linger=1.0)) as found:
        yield found


@pytest.fixture
def brisk(site):
    # Closes soon after the last answer, so that a test need not wait to know that nothing more comes.
    with listening(site, with_limits(keep_alive=0.2, head=1.0, linger=0.2)) as found:
        yield found


def said(url, raw, *, more=()):
    """What the door answers to these bytes, until it closes the connection."""
    host, port = url.removeprefix("http://").split(":")
    found = b""
    with closing(socket.create_connection((host, int(port)), timeout=LONG)) as wire:
        try:
            wire.sendall(raw)
            for piece in more:
                wire.sendall(piece)
            while piece := wire.recv(65536):
                found += piece
        except (ConnectionError, TimeoutError):
            pass
    return found


def statuses(answer):
    """The status of every answer in what came back."""
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def stored(site):
    with site.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.events)).scalar_one()


def hooked(raw, secret=ZAMMAD.secret):
    signature = hmac.new(secret.encode(), raw, hashlib.sha1).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature": f"sha1={signature}"}


# --- who may ----------------------------------------------------------------------------------------------------------


def test_tokens_routes_and_signatures(site, url):
    mine, gone = site.token("mine"), site.token("gone")
    tokens.revoke(site.database, "gone", actor="test")
    raw = ZAMMAD.raw
    with httpx.Client(base_url=url, timeout=LONG) as client:

        def post(path, **request):
            return client.post(path, **request).status_code

        assert post("/v1/events", json=event()) == 401
        assert post("/v1/events", json=event(), headers=bearer("tw_guessed")) == 401
        assert post("/v1/events", json=event(), headers=bearer(gone)) == 401
        assert post("/v1/events", json=event(), headers={"Authorization": f"Basic {mine}"}) == 401
        assert post(f"/v1/events?token={mine}", json=event()) == 401
        assert post("/v1/events", json=event(route="sales"), headers=bearer(mine)) == 403
        assert post("/v1/events", json=event(source="zammad"), headers=bearer(mine)) == 422
        assert post("/v1/hooks/zammad", content=raw, headers=bearer(mine) | {"Content-Type": "application/json"}) == 401
        assert post("/v1/hooks/zammad", content=raw, headers=hooked(raw, "guessed")) == 401
        assert post("/v1/hooks/zammad", content=raw + b" ", headers=hooked(raw)) == 401
        assert post("/v1/hooks/zammad", content=raw, headers=hooked(raw) | {"X-Hub-Signature": "sha256=00"}) == 401
        # Another source's secret opens nothing.
        assert post("/v1/hooks/shop", content=raw, headers=hooked(raw)) == 401
        assert post("/v1/hooks/nobody", content=raw, headers=hooked(raw)) == 404
        assert client.get("/v1/turns/1").status_code == 401
    assert stored(site) == 0


def test_a_token_that_was_revoked_a_moment_ago_opens_nothing(site, url):
    token = site.token()
    with httpx.Client(base_url=url, headers=bearer(token), timeout=LONG) as client:
        assert client.post("/v1/events", json=event()).status_code == 202
        tokens.revoke(site.database, "crm", actor="test")
        until = time.monotonic() + LONG + FRESH
        number = 1
        while client.post("/v1/events", json=event(number := number + 1)).status_code != 401:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_captured_delivery_brings_nothing_new_however_it_is_replayed(site, url):
    headers = hooked(ZAMMAD.raw)
    sender = SENDERS["standard_webhooks"]
    signed = sender.sign(sender.secret, sender.raw, datetime.now(UTC)) | {"Content-Type": "application/json"}
    old = sender.sign(sender.secret, sender.raw, datetime(2026, 1, 1, tzinfo=UTC)) | {
        "Content-Type": "application/json"
    }
    with httpx.Client(base_url=url, timeout=LONG) as client:
        for expected in (202, 200, 200):
            assert client.post("/v1/hooks/zammad", content=ZAMMAD.raw, headers=headers).status_code == expected
            assert client.post("/v1/hooks/shop", content=sender.raw, headers=signed).status_code == expected
        assert client.post("/v1/hooks/shop", content=sender.raw, headers=old).status_code == 401
        now = {"webhook-timestamp": str(int(datetime.now(UTC).timestamp()))}
        assert client.post("/v1/hooks/shop", content=sender.raw, headers=old | now).status_code == 401
        assert (
            client.post("/v1/hooks/shop", content=sender.raw, headers=signed | {"webhook-id": "x"}).status_code == 401
        )
    assert stored(site) == 2


# --- what comes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/events", "/v1/cloudevents", "/v1/hooks/zammad"])
def test_bodies_that_are_too_large_too_deep_or_something_else(site, url, path):
    token = site.token()
    kind = "application/cloudevents+json" if "cloud" in path else "application/json"

    def post(raw, **headers):
        own = hooked(raw) if "hooks" in path else bearer(token)
        return httpx.post(f"{url}{path}", content=raw, headers={**own, "Content-Type": kind, **headers}, timeout=LONG)

    assert post(b"x" * 20_000_000).status_code == 413
    for deep in (b"[" * 400_000, b'{"a":' * 80_000, b'{"a":' * 80_000 + b"1" + b"}" * 80_000):
        assert post(deep).status_code == 400
    assert post(b"1" * 300_000).status_code == 400
    assert post(b"{}", **{"Content-Encoding": "gzip"}).status_code == 415
    assert post(b"{}").status_code == 422
    assert stored(site) == 0


def test_slow_senders_keep_nobody_else_out(site):
    token = site.token()
    with listening(site, with_limits(idle=LONG, body=LONG, head=LONG)) as url:
        host, port = url.removeprefix("http://").split(":")
        wires = [socket.create_connection((host, int(port)), timeout=LONG) for _ in range(100)]
        try:
            for number, wire in enumerate(wires):
                head = f"POST /v1/hooks/zammad HTTP/1.1\r\nHost: d\r\nX-Hub-Signature: sha1={'0' * 40}\r\n"
                body = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                wire.sendall((head + (body if number % 2 else "")).encode())
            answer = httpx.post(f"{url}/v1/events", json=event(), headers=bearer(token), timeout=LONG)
            assert answer.status_code == 202
        finally:
            for wire in wires:
                wire.close()
    assert stored(site) == 1


# --- heads ------------------------------------------------------------------------------------------------------------

LINE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        LINE + b"X: " + b"x" * 17_000 + b"\r\n\r\n",
        LINE + b"X: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        LINE + b"".join(b"h%d: v\r\n" % number for number in range(5_000)) + b"\r\n",
        LINE + b"a:\r\n" * 60_000 + b"\r\n",
        LINE + b"X: " + b"x" * 2_000_000,
    ],
    ids=["a little too large", "one read", "path", "many", "tiny and many", "without end"],
)
def test_a_head_beyond_its_bound_is_431_in_however_many_pieces_it_comes(url, raw):
    assert statuses(said(url, raw)) == [431]
    pieces = [raw[start : start + 5_000] for start in range(0, len(raw), 5_000)]
    answer = said(url, pieces[0], more=pieces[1:])
    assert statuses(answer) in ([431], [])  # whoever goes on writing may be cut off before reading
    assert httpx.get(f"{url}/healthz").status_code == 200


def test_the_bound_holds_for_each_request_of_a_connection(site, url):
    large = LINE + b"X: " + b"x" * 40_000 + b"\r\n\r\n"
    assert statuses(said(url, LINE + b"\r\n" + large)) == [200, 431]
    first = LINE + b"Content-Length: 0\r\n\r\n"
    assert statuses(said(url, first * 3 + large)) == [200, 200, 200, 431]
    refused = b"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    assert statuses(said(url, refused + large)) in ([401, 431], [401])
    assert statuses(said(url, LINE + b"X: " + b"x" * 16_000 + b"\r\nConnection: close\r\n\r\n")) == [200]


# --- smuggling --------------------------------------------------------------------------------------------------------

INNER = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /v1/events HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"transfer-ENCODING:chunked\r\ncontent-LENGTH:5\r\n\r\n0\r\n\r\n" + INNER,
        POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd" + INNER,
        POST + b"Content-Length: 4, 40\r\n\r\nabcd" + INNER,
        POST + b"Content-Length: +4\r\n\r\nabcd" + INNER,
        POST + b"Content-Length: -4\r\n\r\nabcd" + INNER,
        POST + b"Content-Length: 0x4\r\n\r\nabcd" + INNER,
        POST + b"Content-Length : 4\r\n\r\nabcd" + INNER,
        POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + INNER,
        POST + b"X: a\rTransfer-Encoding: chunked\r\n\r\n" + INNER,
        POST + b"X: a\x00b\r\n\r\n" + INNER,
        POST + b" Content-Length: 5\r\n\r\nabcde" + INNER,
        b"POST /v1/events HTTP/1.1\r\nContent-Length: 0\r\n\r\n" + INNER,
        b"POST /v1/events HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n" + INNER,
        b"POST  /v1/events HTTP/1.1\r\nHost: a\r\n\r\n" + INNER,
    ],
)
def test_a_request_whose_end_is_in_dispute_is_refused_and_what_follows_is_not_answered(brisk, raw):
    found = statuses(said(brisk, raw))
    assert 200 not in found
    assert len(found) == 1
    assert all(400 <= status < 500 or status == 501 for status in found)
    assert httpx.get(f"{brisk}/healthz").status_code == 200


def test_a_request_with_two_callers_is_nobodys(site, brisk):
    token = site.token()
    both = [f"Authorization: Bearer {token}\r\n", "AUTHORIZATION: Bearer tw_another\r\n"]
    for first, second in (both, both[::-1]):
        raw = f"GET /v1/turns/1 HTTP/1.1\r\nHost: a\r\n{first}{second}Connection: close\r\n\r\n".encode()
        assert statuses(said(brisk, raw)) == [400]


def test_chunks_that_are_none_end_the_connection(site, brisk):
    token = site.token()
    head = POST + f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n".encode()
    for chunk in (b"zz\r\n", b"-1\r\n", b"5;\n\x00\r\n", b"ffffffffffffffffffffff\r\n"):
        found = statuses(said(brisk, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + INNER))
        assert 200 not in found
        assert 202 not in found
    assert stored(site) == 0


# --- paths ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/v1/../v1/events", "/v1/%2e%2e/events", "//v1/events", "/v1//events", "/v1/events/", "/V1/events",
        "/v1/events%00", "/v1/events%2f", "/v1/events;x=1", "/v1/hooks/..%2f..%2fevents", "/v1/hooks/%7a%61mmad%00",
        "/v1/hooks/zammad%2f", "/v1/hooks/%F0%28%8C%28", "/v1/turns/../../etc/passwd", "/.env", "/docs", "/redoc",
        "/v1/turns/1%20or%201=1",
        "/v1/turns/٣", "/v1/turns/99999999999999999999", "/v1/conversations/-1",
    ],
)  # fmt: skip
def test_paths_lead_where_they_say_or_nowhere(site, brisk, path):
    token = site.token()
    for method in ("GET", "POST"):
        raw = f"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n{{}}"
        found = statuses(said(brisk, raw.encode()))
        assert found in ([404], [405], [400], [401]), found
    assert stored(site) == 0


def test_no_answer_tells_a_secret(site, url):
    token = site.token()
    answers = [
        httpx.post(f"{url}/v1/hooks/zammad", content=b"{}", headers=hooked(b"{}")),
        httpx.post(f"{url}/v1/hooks/zammad", content=b"{}", headers=hooked(b"{}", "guess")),
        httpx.get(f"{url}/openapi.json"), httpx.get(f"{url}/metrics"),
    ]  # fmt: skip
    for answer in answers:
        assert ZAMMAD.secret not in answer.text
        assert token not in answer.text
    assert "zammad" not in answers[2].text, "which sources there are is nobody's business"
    assert json.loads(answers[2].text)["paths"]["/v1/hooks/{source}"]
