"""No connection, and connections that break in ways the sandbox cannot: bare sockets play the provider here."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connector.storage import queries
from tests.kit.matrix.kit import Play, outcomes, raw_server, told
from tests.kit.raw_server import Line, RawServer, Received, Script, free_port, response

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "localhost.pem"
ANSWER = {"success": True, "data": {"session_id": "s-1", "reply": "It is under way.", "mode": "ai"}}


def double(answer: Callable[[Line], Awaitable[None]], *, idle: float | None = None) -> Script:
    """OSVI from bare sockets: a session is opened in order, a message is answered by ``answer``.

    A connection that idles for ``idle`` seconds after an answer is closed without a word.
    """

    async def script(line: Line) -> None:
        patience = None
        while True:
            try:
                request = await asyncio.wait_for(line.request(), patience)
            except TimeoutError:
                return
            patience = idle
            if request.target.startswith("/v1/chat/session"):
                line.say(response({"success": True, "data": {"id": "s-1"}}))
            else:
                await answer(line)

    return script


def messages(server: RawServer) -> list[Received]:
    """The messages among the requests that came."""
    return [request for request in server.received if request.target.startswith("/v1/chat/inbound")]


def at(plays, database: str, url: str, **changes: object) -> Play:
    """A play whose OSVI is at this address."""
    return plays.at(database, "osvi", account_changes={"base_url": url, "deadline": "2s", **changes})


# --- no connection --------------------------------------------------------------------------------------------------


@contextmanager
def full_backlog() -> Iterator[str]:
    """An address where nobody accepts and no further connect is answered."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for each in waiting:
            each.close()


@contextmanager
def distrusted(host: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    async def script(line: Line) -> None:
        await line.request()

    with raw_server(script, context, host) as server:
        yield server.url


@contextmanager
def trusted_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A certificate that is trusted, at an address it was not made for."""
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    monkeypatch.setattr("connector.http.client._system_tls", lambda: trusting)
    with distrusted("127.0.0.2") as url:
        yield url


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("refused", "the server cannot be reached"),
        ("no such name", "the host name cannot be resolved"),
        ("certificate not trusted", "self-signed certificate"),
        ("certificate for another name", "certificate is not valid for '127.0.0.2'"),
    ],
)
def test_no_connection_sends_nothing_and_repeats_until_there_is_one(
    sqlite_database, plays, matrix, monkeypatch, fault, says
):
    addresses = {
        "refused": lambda: closing_url(f"http://127.0.0.1:{free_port()}"),
        "no such name": lambda: closing_url("http://nobody.invalid"),
        "certificate not trusted": lambda: distrusted("localhost"),
        "certificate for another name": lambda: trusted_elsewhere(monkeypatch),
    }
    row = matrix.row("P4", injected=f"base_url of a double: {fault}", case=fault)
    with addresses[fault]() as url:
        play = at(plays, sqlite_database, url)
        play.receive("support", "T-1", "Where is it?")
        play.run(lambda: len(play.turn("Where is it?")["attempts"]) >= 2)
        play.stop()
        turn = play.turn("Where is it?")
    assert (turn["status"], turn["reason"]) == ("queued", "not_sent")
    assert set(outcomes(turn)) == {"not_sent"}
    assert says in told(turn)
    mended = plays.at(sqlite_database, "osvi")
    mended.run()
    assert mended.posts() == 1
    assert mended.turn("Where is it?")["status"] == "answered"
    row.saw(turns=[turn], posts="0; 1 once there is a connection")


@contextmanager
def closing_url(url: str) -> Iterator[str]:
    yield url


def test_connect_without_an_answer(sqlite_database, plays, matrix):
    row = matrix.row("P5", injected="a listener whose backlog is full", case="osvi")
    with full_backlog() as url:
        play = at(plays, sqlite_database, url, deadline="500ms")
        play.receive("support", "T-1", "Where is it?")
        play.run(lambda: len(play.turn("Where is it?")["attempts"]) >= 2)
        play.stop()
    turn = play.turn("Where is it?")
    assert (turn["status"], set(outcomes(turn))) == ("queued", {"not_sent"})
    mended = plays.at(sqlite_database, "osvi")
    mended.run()
    assert (mended.statuses(), mended.posts()) == ({"answered": 1}, 1)
    row.saw(turns=[turn], posts="0; 1 once there is a connection")


def test_a_dead_host_closes_the_gate_instead_of_filling_attempts(sqlite_database, plays, matrix):
    row = matrix.row("P4", injected="closed port, 200 conversations waiting", case="many turns")
    play = at(plays, sqlite_database, f"http://127.0.0.1:{free_port()}", max_in_flight=10)
    for number in range(200):
        play.receive("support", f"T-{number}", f"Where is parcel {number}?")
    play.run(lambda: play.account("osvi")["reason"] == "failing")
    play.run(lambda: sum(len(turn["attempts"]) for turn in play.turns()) >= 7)
    tried = sum(len(turn["attempts"]) for turn in play.turns())
    assert tried <= 15, "one probe at a time once the gate has closed"
    assert play.statuses() == {"queued": 200}
    assert any(name.startswith("account") for name in play.alarms())
    row.saw(turns=play.turns()[:1], state="200 queued", posts=0)


# --- answers that break off -----------------------------------------------------------------------------------------


def test_answers_that_bare_sockets_break(sqlite_database, plays, matrix):
    whole = json.dumps(ANSWER).encode()
    bomb = gzip.compress(b" " * (64 << 20))
    million = b" " * (1 << 20)

    async def cut_chunk(line: Line) -> None:
        line.say(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        line.say(b"%x\r\n%s\r\n" % (len(whole), whole))
        await line.writer.drain()
        line.writer.close()

    async def dripping_head(line: Line) -> None:
        for byte in response(ANSWER):
            line.say(bytes([byte]))
            await asyncio.sleep(0.05)

    async def gzip_bomb(line: Line) -> None:
        line.say(response(bomb, content_encoding="gzip", content_type="application/json"))

    async def hundred_megabytes(line: Line) -> None:
        line.say(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (100 << 20))
        for _ in range(100):
            line.say(million)
            await line.writer.drain()

    async def no_http(line: Line) -> None:
        line.say(b"220 mail.example.com ESMTP\r\n")

    async def latin(line: Line) -> None:
        body = '{"success": true, "data": {"session_id": "s-1", "reply": "Grüße"}}'.encode("latin-1")
        line.say(response(body, content_type="application/json; charset=latin-1"))

    faults = [
        ("P7", "short of its last chunk", cut_chunk, "the answer ended before its end"),
        ("P9", "the head drips", dripping_head, "deadline"),
        ("P11", "gzip bomb", gzip_bomb, "larger than is read"),
        ("P11", "100 MB", hundred_megabytes, "larger than is read"),
        ("P11", "no HTTP at all", no_http, "what came back is not HTTP"),
        ("P11", "a charset that JSON does not have", latin, "cannot be read"),
    ]
    for number, (name, case, answer, says) in enumerate(faults):
        row = matrix.row(name, injected=f"bare socket: {case}", case=f"osvi, {case}")
        with raw_server(double(answer)) as server:
            play = at(plays, sqlite_database, server.url, deadline="1500ms")
            play.receive("support", f"T-{number}", case, id=f"broken-{number}")
            play.run()
            play.stop()
            turn = play.turn(case)
            assert (turn["status"], turn["reason"]) == ("unknown", "lost"), case
            assert says in told(turn), (case, told(turn))
            assert len(messages(server)) == 1
            row.saw(turns=[turn], posts=len(messages(server)))
            kept = queries.turn(play.database, int(turn["id"]), raw=True)["attempts"][-1]["raw"] or ""
            assert len(kept) <= 1 << 20


def test_idle_connections_closed_by_the_server(sqlite_database, plays, matrix):
    row = matrix.row("P10", injected="bare socket: each connection closed just after its answer", case="osvi")

    async def answer(line: Line) -> None:
        line.say(response(ANSWER))

    with raw_server(double(answer, idle=0.0)) as server:
        play = at(plays, sqlite_database, server.url)
        for number in range(5):
            play.receive("support", "T-1", f"message {number}")
            play.run()
        turns = play.turns()
        assert [turn["status"] for turn in turns] == ["answered"] * 5
        assert [outcomes(turn, "send") for turn in turns] == [["answered"]] * 5
        assert [request.json["content"] for request in messages(server)] == [turn["text"] for turn in turns]
        row.saw(turns=turns, posts=f"{len(messages(server))} for 5 turns")
