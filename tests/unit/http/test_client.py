"""What the network and the server do, and which failure each becomes: the line between not sent and lost above all."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from connector.http import BODY_CAP, IDLE_REUSE, KEPT, HttpAnswer, HttpClient, HttpFailure
from connector.values import Outcome
from tests.kit.raw_server import Line, RawServer, Script, answering, free_port, response, serving

CERTIFICATE = Path(__file__).parents[2] / "data" / "tls" / "localhost.pem"

Use = Callable[[HttpClient, RawServer], Awaitable[Any]]


def run(
    script: Script,
    use: Use,
    *,
    tls: ssl.SSLContext | None = None,
    trusting: ssl.SSLContext | None = None,
    **options: Any,
) -> tuple[Any, RawServer]:
    async def main() -> tuple[Any, RawServer]:
        async with serving(script, tls) as server:
            client = HttpClient(tls=trusting, **options)
            try:
                return await use(client, server), server
            finally:
                await client.aclose()

    return asyncio.run(main())


def post(script: Script, *, deadline: float = 5.0, **options: Any) -> tuple[HttpAnswer | HttpFailure, RawServer]:
    async def use(client: HttpClient, server: RawServer) -> HttpAnswer | HttpFailure:
        return await client.call("POST", server.url, headers={}, json={"message": "hi"}, deadline=deadline)

    return run(script, use, **options)


def call(url: str, *, deadline: float = 5.0, **options: Any) -> HttpAnswer | HttpFailure:
    async def main() -> HttpAnswer | HttpFailure:
        client = HttpClient(**options)
        try:
            return await client.call("POST", url, headers={}, json={}, deadline=deadline)
        finally:
            await client.aclose()

    return asyncio.run(main())


def failure(result: HttpAnswer | HttpFailure) -> HttpFailure:
    assert isinstance(result, HttpFailure), result
    return result


def silent(line: Line) -> Awaitable[None]:
    return asyncio.sleep(3600)


def after_request(*chunks: bytes, then: Callable[[Line], Any] | None = None, pause: float = 0.0) -> Script:
    """Read the request, say the chunks, do one thing more, close."""

    async def script(line: Line) -> None:
        await line.request()
        for chunk in chunks:
            line.say(chunk)
            await asyncio.sleep(pause)
        if then:
            await (result if (result := then(line)) is not None else asyncio.sleep(0))

    return script


# -- not sent ---------------------------------------------------------------------------------------------------------


def test_a_refused_connection_is_not_sent() -> None:
    result = failure(call(f"http://127.0.0.1:{free_port()}/"))
    assert (result.outcome, result.hint, result.status) == (Outcome.NOT_SENT, "connect", None)
    assert "refused" in result.error.lower()


def test_an_unknown_host_is_not_sent() -> None:
    result = failure(call("http://nobody.invalid/"))
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "dns")


@pytest.mark.parametrize("url", ["", "api.example.com/v1", "ftp://127.0.0.1/", "http://", "http://[::1", "http://h:x/"])
def test_an_address_that_cannot_be_called_is_not_sent(url: str) -> None:
    result = failure(call(url))
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "url")


def test_tls_against_a_plain_server_is_not_sent() -> None:
    async def plain(line: Line) -> None:
        await line.reader.read(1)
        line.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def use(client: HttpClient, server: RawServer) -> Any:
        return await client.call("POST", server.url.replace("http:", "https:"), headers={}, json={}, deadline=5.0)

    result = failure(run(plain, use)[0])
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "tls")


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_a_certificate_nobody_vouches_for_is_not_sent_and_named() -> None:
    result = failure(post(answering(response()), tls=server_tls())[0])
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "tls")
    assert "certificate" in result.error


def test_a_certificate_for_another_host_is_not_sent() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))

    async def main() -> Any:
        client = HttpClient(tls=trusting)
        server = await asyncio.start_server(lambda *_: None, "0.0.0.0", 0, ssl=server_tls())
        url = f"https://127.0.0.2:{server.sockets[0].getsockname()[1]}"
        try:
            return await client.call("POST", url, headers={}, json={}, deadline=5.0)
        finally:
            await client.aclose()
            server.close()

    result = failure(asyncio.run(main()))
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "tls")


def test_a_trusted_certificate_is_fine() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))

    assert isinstance(post(answering(response()), tls=server_tls(), trusting=trusting)[0], HttpAnswer)


def full_backlog() -> tuple[socket.socket, list[socket.socket]]:
    """A listener that accepts nobody and whose queue is full: connecting to it takes for ever."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fillers = []
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        fillers.append(filler)
    return listener, fillers


def test_a_deadline_while_connecting_is_not_sent() -> None:
    listener, fillers = full_backlog()
    result = failure(call(f"http://127.0.0.1:{listener.getsockname()[1]}/", deadline=0.2))
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "deadline")
    for each in (listener, *fillers):
        each.close()


def test_a_connect_timeout_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.http.client.CONNECT_TIMEOUT", 0.1)
    listener, fillers = full_backlog()
    result = failure(call(f"http://127.0.0.1:{listener.getsockname()[1]}/"))
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "connect_timeout")
    for each in (listener, *fillers):
        each.close()


def test_waiting_in_the_pool_for_too_long_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.http.client.CONNECT_TIMEOUT", 0.1)

    async def use(client: HttpClient, server: RawServer) -> Any:
        first = asyncio.create_task(client.call("POST", server.url, headers={}, json={}, deadline=5.0))
        await server.connected.wait()
        second = await client.call("POST", server.url, headers={}, json={}, deadline=5.0)
        first.cancel()
        return second

    result, server = run(silent, use, connections=1)
    assert (failure(result).outcome, failure(result).hint) == (Outcome.NOT_SENT, "pool_timeout")
    assert server.connections == 1


def test_a_closed_client_sends_nothing() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        await client.call("POST", server.url, headers={}, json={}, deadline=5.0)
        await client.aclose()
        return await client.call("POST", server.url, headers={}, json={}, deadline=5.0)

    result, server = run(answering(response()), use)
    assert (failure(result).outcome, failure(result).hint) == (Outcome.NOT_SENT, "client_closed")
    assert len(server.received) == 1


# -- lost -------------------------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def drip(data: bytes) -> Callable[[Line], Awaitable[None]]:
    async def dripping(line: Line) -> None:
        for byte in data:
            line.say(bytes([byte]))
            await asyncio.sleep(0.02)

    return dripping


LOST: dict[str, tuple[Script, str]] = {
    "closed without an answer": (after_request(then=lambda line: line.writer.close()), "closed"),
    "closed in the headers": (after_request(b"HTTP/1.1 200 OK\r\ncontent-"), "closed"),
    "reset before answering": (after_request(then=Line.reset), "reset"),
    "reset in the headers": (after_request(HEAD, pause=0.05, then=Line.reset), "reset"),
    "reset in the body": (after_request(HEAD + b"content-length: 9\r\n\r\n{", pause=0.05, then=Line.reset), "cut"),
    "cut content-length": (after_request(HEAD + b'content-length: 90\r\n\r\n{"status": "o'), "cut"),
    "cut chunks": (after_request(HEAD + b'transfer-encoding: chunked\r\n\r\n5\r\n{"sta\r\n40\r\ntu'), "cut"),
    "chunks without the last": (after_request(HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"), "cut"),
    "garbage": (after_request(b"I am no web server\r\n\r\n"), "garbage"),
    "binary garbage": (after_request(bytes(range(256))), "garbage"),
    "broken chunk size": (after_request(HEAD + b"transfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"), "garbage"),
    "a header of 100 kB": (after_request(HEAD + b"x: " + b"y" * 100_000 + b"\r\n\r\n{}"), "garbage"),
    "silence": (after_request(then=silent), "deadline"),
    "silence after the headers": (after_request(HEAD + b"content-length: 2\r\n\r\n", then=silent), "deadline"),
    "drip of headers": (after_request(then=drip(HEAD * 100)), "deadline"),
    "drip of body": (after_request(HEAD + b"content-length: 5000\r\n\r\n", then=drip(b"{" * 5000)), "deadline"),
}


@pytest.mark.parametrize("name", LOST)
def test_whatever_goes_wrong_after_the_request_left_is_lost(name: str) -> None:
    script, hint = LOST[name]
    result, server = post(script, deadline=0.5)
    assert failure(result).outcome is Outcome.LOST
    assert failure(result).hint == hint
    assert len(server.received) == 1


def test_a_reset_before_the_request_is_read_is_lost() -> None:
    async def script(line: Line) -> None:
        await line.reader.read(1)
        line.reset()

    assert failure(post(script)[0]).outcome is Outcome.LOST


def test_silence_ends_at_the_read_timeout() -> None:
    result = failure(post(after_request(then=silent), deadline=60.0, read_timeout=0.1)[0])
    assert (result.outcome, result.hint) == (Outcome.LOST, "read_timeout")


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # aiohttp's, about bodies this large
def test_a_server_that_reads_nothing_is_lost_at_the_deadline() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        return await client.call("POST", server.url, headers={}, content=b"x" * 20_000_000, deadline=0.3)

    result = failure(run(silent, use)[0])
    assert (result.outcome, result.hint) == (Outcome.LOST, "deadline")


def test_what_had_come_of_a_cut_answer_is_kept() -> None:
    result = failure(post(LOST["cut content-length"][0])[0])
    assert (result.status, result.body) == (200, b'{"status": "o')
    assert result.headers["content-type"] == "application/json"


def test_a_lost_call_leaves_the_client_usable() -> None:
    scripts = iter([LOST["reset in the body"][0], LOST["garbage"][0], answering(response())])

    async def script(line: Line) -> None:
        await next(scripts)(line)

    async def use(client: HttpClient, server: RawServer) -> Any:
        return [await client.call("POST", server.url, headers={}, json={}, deadline=5.0) for _ in range(3)]

    first, second, third = run(script, use, connections=1)[0]
    assert (failure(first).outcome, failure(second).outcome) == (Outcome.LOST, Outcome.LOST)
    assert isinstance(third, HttpAnswer)


# -- size and encoding ------------------------------------------------------------------------------------------------


def test_an_endless_body_is_cut_off_and_its_beginning_kept() -> None:
    said = 0

    async def endless(line: Line) -> None:
        nonlocal said
        await line.request()
        line.say(HEAD + b"content-length: 100000000\r\n\r\n")
        for _ in range(1526):
            line.say(b"x" * 65536)
            said += 65536
            await line.writer.drain()

    result = failure(post(endless)[0])
    assert (result.outcome, result.hint, result.status) == (Outcome.LOST, "too_large", 200)
    assert result.body == b"x" * KEPT
    assert said < 50_000_000


def test_a_body_at_the_cap_is_read_and_one_byte_more_is_not() -> None:
    fits, _ = post(answering(response(b"x" * BODY_CAP)))
    assert isinstance(fits, HttpAnswer)
    assert len(fits.body) == BODY_CAP
    assert failure(post(answering(response(b"x" * (BODY_CAP + 1))))[0]).hint == "too_large"


def test_a_call_may_read_more() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        return await client.call("GET", server.url, headers={}, deadline=5.0, body_cap=2 * BODY_CAP)

    result, _ = run(answering(response(b"x" * (BODY_CAP + 1))), use)
    assert isinstance(result, HttpAnswer)


def test_a_gzip_bomb_is_lost() -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    assert len(bomb) < BODY_CAP
    result = failure(post(answering(response(bomb, content_encoding="gzip")))[0])
    assert (result.outcome, result.hint) == (Outcome.LOST, "too_large")


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress)]
)
def test_a_compressed_answer_is_read_although_none_was_asked_for(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    result, server = post(answering(response(pack(b'{"a": 1}'), content_encoding=encoding)))
    assert isinstance(result, HttpAnswer)
    assert result.json_object() == {"a": 1}
    assert server.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"{}", "gzip"), (b"{}", "br"), (gzip.compress(b"x" * 9999, mtime=0)[:-9], "gzip"), (b"{}", "gzip, gzip")],
)
def test_an_encoding_that_cannot_be_undone_is_lost(body: bytes, encoding: str) -> None:
    result = failure(post(answering(response(body, content_encoding=encoding)))[0])
    assert (result.outcome, result.hint, result.body) == (Outcome.LOST, "undecodable", body)


# -- the ordinary case ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 400, 401, 404, 422, 429, 500, 503])
def test_every_complete_answer_is_an_answer_and_no_redirect_is_followed(status: int) -> None:
    result, server = post(answering(response(b"", status=status, location="/elsewhere")))
    assert isinstance(result, HttpAnswer)
    assert result.status == status
    assert len(server.received) == 1


def test_a_request_carries_what_it_was_given() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        url = f"{server.url}/v1/x%2Fy"
        await client.call("GET", url, headers={"API-Token": "t"}, params={"customer_id": "+1 5&5"}, deadline=5.0)
        await client.call("POST", url, headers={"X": "1"}, json={"text": "größer \ud800 \0"}, deadline=5.0)
        await client.call("POST", url, headers={"content-type": "text/x"}, content=b"as it is", deadline=5.0)

    get, json_post, raw_post = run(answering(response()), use)[1].received
    assert (get.method, get.target, get.headers["api-token"]) == ("GET", "/v1/x%2Fy?customer_id=%2B1+5%265", "t")
    assert json_post.body == '{"text":"größer ? \\u0000"}'.encode()
    assert json_post.headers["content-type"] == "application/json"
    assert (raw_post.body, raw_post.headers["content-type"]) == (b"as it is", "text/x")
    assert raw_post.headers["user-agent"].startswith("turnwire")


def test_header_names_come_in_lower_case() -> None:
    result, _ = post(answering(b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\ncontent-length: 0\r\n\r\n"))
    assert isinstance(result, HttpAnswer)
    assert result.headers["retry-after"] == "7"


def test_nothing_is_remembered_from_one_call_to_the_next() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        for _ in range(2):
            await client.call("GET", server.url, headers={}, deadline=5.0)

    _, server = run(answering(response(set_cookie="session=1")), use)
    assert "cookie" not in server.received[1].headers


def test_proxies_of_the_environment_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert isinstance(post(answering(response()))[0], HttpAnswer)


def test_calls_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        post(answering(response()))
    assert [record for record in caplog.records if record.name.startswith(("httpx", "httpcore", "aiohttp"))] == []


def test_a_cancelled_call_is_cancelled() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        task = asyncio.create_task(client.call("POST", server.url, headers={}, json={}, deadline=60.0))
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return True

    assert run(after_request(then=silent), use)[0]


def test_many_calls_at_once_take_as_many_connections() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        calls = [client.call("POST", server.url, headers={}, json={"n": n}, deadline=10.0) for n in range(150)]
        return await asyncio.gather(*calls)

    async def slow(line: Line) -> None:
        while True:
            received = await line.request()
            await asyncio.sleep(0.2)
            line.say(response(received.json))

    results, server = run(slow, use, connections=150)
    assert [result.json_object() for result in results] == [{"n": n} for n in range(150)]
    assert server.connections == 150


def test_a_few_interim_answers_are_passed_over() -> None:
    result, _ = post(answering(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3 + response(b"fine")))
    assert isinstance(result, HttpAnswer)
    assert result.body == b"fine"


def test_a_flood_of_interim_answers_is_no_answer() -> None:
    async def flood(line: Line) -> None:
        await line.request()
        while True:
            line.say(b"HTTP/1.1 102 Processing\r\n\r\n" * 50)
            await line.writer.drain()
            await asyncio.sleep(0)

    result, server = post(flood, deadline=20.0)
    assert (failure(result).outcome, failure(result).hint) == (Outcome.LOST, "garbage")
    assert len(server.received) == 1


# -- connections kept alive -------------------------------------------------------------------------------------------


def test_a_young_connection_is_used_again() -> None:
    async def use(client: HttpClient, server: RawServer) -> Any:
        for _ in range(3):
            await client.call("POST", server.url, headers={}, json={}, deadline=5.0)

    _, server = run(answering(response()), use)
    assert (server.connections, len(server.received)) == (1, 3)


def test_a_connection_that_idled_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.http.client.IDLE_REUSE", 0.05)

    async def use(client: HttpClient, server: RawServer) -> Any:
        await client.call("POST", server.url, headers={}, json={}, deadline=5.0)
        await asyncio.sleep(0.15)
        return await client.call("POST", server.url, headers={}, json={}, deadline=5.0)

    result, server = run(answering(response()), use)
    assert isinstance(result, HttpAnswer)
    assert server.connections == 2


def test_no_connection_is_used_again_as_late_as_a_server_may_close_it() -> None:
    """A server's shortest limit in use is a second; whatever is left to the way there and back must not meet it."""
    assert IDLE_REUSE <= 0.5


def test_a_connection_that_ended_unseen_by_a_busy_loop_is_not_used_again() -> None:
    ended = threading.Event()

    def serve(listener: socket.socket) -> None:
        for number in range(2):
            wire, _ = listener.accept()
            with wire:
                wire.recv(65536)
                wire.sendall(response())
                if number:
                    wire.recv(1)
                else:
                    asked.wait(10)
            ended.set()

    asked = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    server = threading.Thread(target=serve, args=(listener,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def main() -> list[HttpAnswer | HttpFailure]:
        client = HttpClient()
        try:
            first = await client.call("POST", url, headers={}, json={}, deadline=5.0)
            asked.set()
            ended.wait(10)  # on the loop's own thread: it reads nothing meanwhile
            return [first, await client.call("POST", url, headers={}, json={}, deadline=5.0)]
        finally:
            await client.aclose()

    assert all(isinstance(result, HttpAnswer) for result in asyncio.run(main()))
    server.join(10)
    listener.close()


def test_a_connection_closed_while_idle_costs_nothing() -> None:
    async def once(line: Line) -> None:
        await line.request()
        line.say(response())
        await asyncio.sleep(0.05)

    async def use(client: HttpClient, server: RawServer) -> Any:
        await client.call("POST", server.url, headers={}, json={}, deadline=5.0)
        await asyncio.sleep(0.15)
        return await client.call("POST", server.url, headers={}, json={}, deadline=5.0)

    result, server = run(once, use)
    assert isinstance(result, HttpAnswer)
    assert len(server.received) == 2


def test_a_reused_connection_that_closes_on_a_post_is_lost_and_nothing_is_repeated() -> None:
    async def once(line: Line) -> None:
        await line.request()
        line.say(response())
        await line.request()

    async def use(client: HttpClient, server: RawServer) -> Any:
        await client.call("POST", server.url, headers={}, json={}, deadline=5.0)
        return await client.call("POST", server.url, headers={}, json={}, deadline=5.0)

    result, server = run(once, use)
    assert (failure(result).outcome, failure(result).hint) == (Outcome.LOST, "closed")
    assert (len(server.received), server.connections) == (2, 1)


# -- loops ------------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_client_outlives_its_loop() -> None:
    client = HttpClient()

    async def main() -> HttpAnswer | HttpFailure:
        async with serving(answering(response())) as server:
            return await client.call("POST", server.url, headers={}, json={}, deadline=5.0)

    assert isinstance(asyncio.run(main()), HttpAnswer)
    assert isinstance(asyncio.run(main()), HttpAnswer)
