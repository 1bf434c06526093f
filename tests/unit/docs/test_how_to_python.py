"""The Python programs of the how-to page go on asking while nobody can know, and stop when they are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.kit.pages import ROOT, blocks

PROGRAMS = {
    block.file: block.body
    for block in blocks((ROOT / "docs/how-to/python.md").read_text(encoding="utf-8"))
    if block.file
}
TURN = {"conversation": "T-1", "status": "answered", "reason": None, "answer": "On Monday."}


class FrontDoor(ThreadingHTTPServer):
    """Answers each POST with the next of what was laid out, then with 202; a GET with the turn."""

    daemon_threads = True

    def __init__(self, *answers: int | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = list(answers)
        self.events: list[dict[str, Any]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FrontDoor

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Authorization"] == "Bearer tw_test"
        assert self.headers["Content-Type"] == "application/json"
        with self.server.lock:
            self.server.events.append(event)
            status = self.server.answers.pop(0) if self.server.answers else 202
        if status is None:
            self.connection.close()  # taken or not: the program cannot know
            return
        self._answer(status, {"turn_id": "1"} if status < 300 else {"title": "no such route"})

    def do_GET(self) -> None:
        self._answer(200, TURN)

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in {429, 503}:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ask(tmp_path) -> Iterator[Callable[..., tuple[subprocess.CompletedProcess[str], FrontDoor]]]:
    servers = []

    def run(name: str, *answers: int | None) -> tuple[subprocess.CompletedProcess[str], FrontDoor]:
        server = FrontDoor(*answers)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (tmp_path / name).write_text(PROGRAMS[name], encoding="utf-8")
        done = subprocess.run(
            [sys.executable, name, "Where is it?"], cwd=tmp_path, capture_output=True, text=True, check=False,
            timeout=120, env={**os.environ, "TURNWIRE_URL": server.url, "TURNWIRE_TOKEN": "tw_test"},
        )  # fmt: skip
        return done, server

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", PROGRAMS)
def test_later_and_silence_are_asked_again_with_the_same_event(ask, name):
    done, server = ask(name, None, 503, 429)
    assert done.returncode == 0, done.stderr
    assert "On Monday." in done.stdout
    first, *further = server.events
    assert further[:3] == [first, first, first]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_refusal_is_not_asked_again(ask, name):
    done, server = ask(name, 422)
    assert done.returncode == 1
    assert "422" in done.stderr
    assert len(server.events) == 1
    assert "tw_test" not in done.stderr
