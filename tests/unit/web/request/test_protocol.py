"""The front door on a real socket: slow, huge and malformed requests cost a moment and are refused."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from sqlalchemy import func, select

from connector.storage import tables
from connector.web.request.limits import DEFAULTS
from tests.kit.front_door import bearer, event, listening, make_site, with_limits

LONG = 60.0


@pytest.fixture
def site(sqlite_database, tmp_path):
    made = make_site(sqlite_database, tmp_path)
    yield made
    made.database.dispose()


def connected(url):
    host, port = url.removeprefix("http://").split(":")
    return closing(socket.create_connection((host, int(port)), timeout=LONG))


def head(token="", length=10, path="/v1/events", kind="application/json"):
    return (
        f"POST {path} HTTP/1.1\r\nHost: door\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def read_to_end(wire):
    """Everything that comes until the other side closes; a reset ends it too."""
    found = b""
    try:
        while piece := wire.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def read_one(wire):
    """One answer, whole, and nothing of what follows it."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = wire.recv(1)
        assert piece, f"the connection ended after {found!r}"
        found += piece
    length = re.search(rb"content-length: (\d+)", found.lower())
    return found + wire.recv(int(length[1]), socket.MSG_WAITALL) if length else found


def status(answer):
    return int(answer.split(b" ", 2)[1])


def stored(site):
    with site.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.events)).scalar_one()


@pytest.mark.parametrize("begun", [b"GET /healthz HT", b"POST /v1/events HTTP/1.1\r\nHost: door\r\nX: "])
def test_a_head_that_does_not_end_is_408(site, begun):
    with listening(site) as url, connected(url) as wire:
        wire.sendall(begun)
        assert status(read_to_end(wire)) == 408


def test_a_connection_that_says_nothing_is_closed(site):
    with listening(site) as url, connected(url) as wire:
        assert read_to_end(wire) == b""


def test_a_drip_of_headers_does_not_keep_a_connection(site):
    with listening(site) as url, connected(url) as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\n")
        answer = b""
        wire.settimeout(0.05)
        until = time.monotonic() + LONG
        while not answer and time.monotonic() < until:
            try:
                wire.sendall(b"x: y\r\n")
                answer = wire.recv(4096)
            except TimeoutError:
                continue
        assert status(answer) == 408


def test_a_body_that_does_not_come_is_408_and_the_connection_ends(site):
    token = site.token()
    with listening(site) as url, connected(url) as wire:
        wire.sendall(head(token, 100) + b'{"route"')
        answer = read_to_end(wire)
    assert status(answer) == 408
    assert stored(site) == 0


def test_a_drip_of_a_body_is_408_after_the_time_for_all_of_it(site):
    token = site.token()
    with listening(site, with_limits(idle=LONG)) as url, connected(url) as wire:
        wire.sendall(head(token, 100_000))
        wire.settimeout(0.05)
        answer = b""
        until = time.monotonic() + LONG
        while not answer and time.monotonic() < until:
            try:
                wire.sendall(b" ")
                answer = wire.recv(4096)
            except TimeoutError:
                continue
    assert status(answer) == 408


def test_a_huge_body_is_refused_by_its_length_before_it_comes(site):
    token = site.token()
    with listening(site) as url, connected(url) as wire:
        wire.sendall(head(token, 100_000_000))
        assert status(read_to_end(wire)) == 413


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_who_sends_a_huge_body_all_the_same_still_reads_the_refusal(site, connection):
    token = site.token()
    with listening(site, with_limits(linger=LONG)) as url:
        answer = httpx.post(
            f"{url}/v1/events",
            content=b"x" * 20_000_000,
            headers={**bearer(token), "Content-Type": "application/json", "Connection": connection},
        )
    assert answer.status_code == 413


def test_who_has_no_token_is_not_listened_to(site):
    with listening(site) as url, connected(url) as wire:
        wire.sendall(head("tw_guess", 100_000))
        assert status(read_to_end(wire)) == 401


def test_after_an_early_refusal_a_client_that_finishes_its_body_may_go_on(site):
    with listening(site, with_limits(linger=LONG, head=LONG, keep_alive=LONG)) as url, connected(url) as wire:
        wire.sendall(head("tw_guess", 10))
        assert status(read_one(wire)) == 401
        wire.sendall(b"0123456789GET /healthz HTTP/1.1\r\nHost: door\r\nConnection: close\r\n\r\n")
        assert status(read_to_end(wire)) == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    ],
)
def test_what_is_no_http_is_4xx_or_cut_and_the_door_stays_open(site, raw):
    with listening(site) as url:
        with connected(url) as wire:
            wire.sendall(raw)
            answer = read_to_end(wire)
            assert answer == b"" or 400 <= status(answer) < 500
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_more_connections_at_work_than_it_bears_are_told_to_come_again(site):
    token = site.token()
    limits = with_limits(connections=2, head=LONG, idle=LONG, body=LONG)
    with listening(site, limits) as url, connected(url) as first, connected(url) as second:
        for wire in (first, second):
            wire.sendall(head(token, 10).replace(b"Host:", b"Expect: 100-continue\r\nHost:"))
            assert b"100" in wire.recv(64)  # it is at work, and its body is waited for
        with connected(url) as third:
            answer = read_to_end(third)
    assert status(answer) == 503
    assert b"Retry-After:" in answer


@pytest.mark.parametrize("said", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: door\r\n\r\n"])
def test_whoever_opens_many_connections_and_asks_for_nothing_keeps_no_token_out(site, said):
    token, limits = (
        site.token(),
        with_limits(connections=4, head=LONG, keep_alive=LONG, idle=LONG, body=LONG, linger=LONG),
    )
    with listening(site, limits) as url, contextlib.ExitStack() as stack:
        wires = [stack.enter_context(connected(url)) for _ in range(12)]
        for wire in wires:
            with contextlib.suppress(OSError):  # its place is another's already
                wire.sendall(said)
        for number in (1, 2):
            answer = httpx.post(f"{url}/v1/events", json=event(number), headers=bearer(token), timeout=LONG)
            assert answer.status_code == 202
    assert stored(site) == 2


def test_connections_that_linger_after_a_refusal_keep_no_token_out(site):
    token, limits = site.token(), with_limits(connections=4, head=LONG, idle=LONG, body=LONG, linger=LONG)
    with listening(site, limits) as url, contextlib.ExitStack() as stack:
        for wire in [stack.enter_context(connected(url)) for _ in range(4)]:
            wire.sendall(head("wrong", 500))
            assert status(read_one(wire)) == 401
        answer = httpx.post(f"{url}/v1/events", json=event(), headers=bearer(token), timeout=LONG)
        assert answer.status_code == 202


def test_a_connection_that_has_asked_before_goes_after_those_that_never_did(site):
    ask = b"GET /healthz HTTP/1.1\r\nHost: door\r\n\r\n"
    with listening(site, with_limits(connections=2, head=LONG, keep_alive=LONG)) as url, connected(url) as kept:
        kept.sendall(ask)
        assert status(read_one(kept)) == 200
        with contextlib.ExitStack() as stack:
            silent = [stack.enter_context(connected(url)) for _ in range(6)]
            for wire in silent[:5]:
                assert read_to_end(wire) == b""  # closed for the next one
            kept.sendall(ask)
            assert status(read_one(kept)) == 200


def test_a_batch_is_read_to_its_end_though_nobody_takes_the_answers(site):
    token = site.token()
    many = b"\n".join(json.dumps(event(number)).encode() for number in range(10_000))
    with listening(site, with_limits(batch=LONG, idle=LONG, write=LONG)) as url, connected(url) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.sendall(head(token, len(many), "/v1/events/batch", "application/x-ndjson") + many)
        until = time.monotonic() + LONG
        while stored(site) < 10_000 and time.monotonic() < until:
            time.sleep(0.05)
        assert stored(site) == 10_000


def test_who_asks_and_asks_and_never_reads_is_cut_off(site):
    ask = b"GET /openapi.json HTTP/1.1\r\nHost: door\r\n\r\n" * 100
    with listening(site, with_limits(write=0.3)) as url, connected(url) as wire:
        wire.settimeout(0.2)
        until = time.monotonic() + LONG
        cut = False
        while not cut and time.monotonic() < until:
            try:
                wire.sendall(ask)
            except TimeoutError:
                continue
            except ConnectionError:
                cut = True
        assert cut


def test_many_at_once_share_transactions_and_each_gets_its_own_answer(site):
    token = site.token()
    numbers = [*range(60), *range(20)]
    client = httpx.Client(headers=bearer(token))
    with listening(site, DEFAULTS) as url, client, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda number: client.post(f"{url}/v1/events", json=event(number)), numbers))
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [202] * 60
    ids: dict[int, set[str]] = {number: set() for number in range(60)}
    for number, answer in zip(numbers, answers, strict=True):
        ids[number].add(answer.json()["event_id"])
    assert all(len(found) == 1 for found in ids.values())
    assert len(set.union(*ids.values())) == 60


def test_with_the_places_taken_it_is_429_for_the_token_and_503_for_the_rest(site):
    tokens = {name: site.token(name) for name in ("one", "two", "three")}
    limits = with_limits(requests=2, idle=LONG, body=LONG, head=LONG, keep_alive=LONG)
    with listening(site, limits) as url, connected(url) as first, connected(url) as second:
        take_a_place(first, tokens["one"])
        own = httpx.post(f"{url}/v1/events", json=event(), headers=bearer(tokens["one"]))
        take_a_place(second, tokens["two"])
        others = httpx.post(f"{url}/v1/events", json=event(), headers=bearer(tokens["three"]))
        assert [own.status_code, others.status_code] == [429, 503]
        assert own.headers["retry-after"] == others.headers["retry-after"] == "1"
        for wire in (first, second):
            wire.sendall(b" " * 100)
            assert status(read_one(wire)) == 400
        assert httpx.post(f"{url}/v1/events", json=event(), headers=bearer(tokens["one"])).status_code == 202


def take_a_place(wire, token):
    """Begin a request; the 100 comes when its body is about to be read."""
    wire.sendall(head(token, 100).replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert status(read_one(wire)) == 100


def test_beyond_the_bytes_that_may_be_held_it_is_503(site):
    token = site.token()
    with listening(site, with_limits(held_bytes=1000)) as url:
        answer = httpx.post(f"{url}/v1/events", json=event(text="x" * 2000), headers=bearer(token))
        assert (answer.status_code, int(answer.headers["retry-after"])) == (503, 1)
        assert httpx.post(f"{url}/v1/events", json=event(), headers=bearer(token)).status_code == 202
