"""The front door as people run it: `turnwire serve` beside `turnwire worker`, and an intruder who tries everything."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import httpx
import pytest

from connector.sandbox import Sandbox, running_sandbox

PATIENCE = 60.0
CONFIGURATION = """
[database]
url = "{database}"
[broker]
url = "embedded"
[accounts.synthflow]
provider = "synthflow"
base_url = "{sandbox}"
token = "env:TURNWIRE_TEST_TOKEN"
rate = "none"
[routes.support]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
[routes.sales]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
"""


class Site:
    """A folder with a configuration, and the commands that run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {**os.environ, "TURNWIRE_TEST_TOKEN": "sandbox-synthflow", "NO_COLOR": "1"}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "connector.cli", "--config", str(self.folder / "turnwire.toml"), *words]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            self.command(*words), env=self.environ, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, *words: str) -> Running:
        return Running(self.command(*words), self.environ, self.folder / f"{words[0]}.log")


class Running:
    """A command that stays; leaving ends it in order."""

    def __init__(self, command: list[str], environ: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern: str) -> str:
        until = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.said())) is None:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)
        return found[1]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def site(database: str, sandbox: Sandbox, tmp_path: Path) -> Site:
    text = CONFIGURATION.format(database=database, sandbox=sandbox.synthflow_url)
    (tmp_path / "turnwire.toml").write_text(text, encoding="utf-8")
    return Site(tmp_path)


def opened(site: Site, stack: ExitStack) -> tuple[str, Running]:
    door = stack.enter_context(site.start("serve", "--port", "0"))
    return door.wait_for(r"front door is at (http://\S+);"), door


def event(number: int = 1, **fields: object) -> dict[str, object]:
    return {"route": "support", "conversation": "T-1", "id": f"T-1/{number}", "text": f"my invoice, {number}", **fields}


def test_an_event_comes_in_by_http_and_its_answer_is_read_there(site: Site, sandbox: Sandbox) -> None:
    token = site.run("tokens", "create", "crm", "--route", "support", "--can", "send,read")
    with ExitStack() as stack:
        url, door = opened(site, stack)
        worker = stack.enter_context(site.start("worker"))
        client = stack.enter_context(httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}))

        taken = client.post("/v1/events", json=event()).json()
        lines = "\n".join(json.dumps(event(number)) for number in (1, 2, 3))
        batch = client.post("/v1/events/batch", content=lines, headers={"Content-Type": "application/x-ndjson"})
        assert [json.loads(line)["http_status"] for line in batch.text.splitlines()] == [200, 202, 202]

        until = time.monotonic() + PATIENCE
        turn = client.get(f"/v1/turns/{taken['turn_id']}").json()
        while turn["status"] != "answered" and time.monotonic() < until:
            time.sleep(0.1)
            turn = client.get(f"/v1/turns/{taken['turn_id']}").json()
        assert turn["status"] == "answered", worker.said()
        assert turn["answer"]
        assert [attempt["outcome"] for attempt in turn["attempts"]][-1] == "answered"

        while sandbox.summary()["processed"] < 3 and time.monotonic() < until:
            time.sleep(0.1)
        conversation = client.get(f"/v1/conversations/{turn['conversation_id']}").json()
        assert [each["text"] for each in conversation["turns"]] == [f"my invoice, {number}" for number in (1, 2, 3)]
        assert sandbox.summary()["repeated"] == 0

        client.close()
        assert door.stop() == 0, door.said()
        assert token not in door.said() + worker.said()
        assert "my invoice" not in door.said() + worker.said()


def test_an_orderly_end_answers_what_was_begun(site: Site) -> None:
    token = site.run("tokens", "create", "crm", "--route", "support", "--can", "send,read")
    raw = json.dumps(event()).encode()
    with ExitStack() as stack:
        url, door = opened(site, stack)
        host, port = url.removeprefix("http://").split(":")
        wire = stack.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE))
        wire.sendall(
            f"POST /v1/events HTTP/1.1\r\nHost: door\r\nAuthorization: Bearer {token}\r\nExpect: 100-continue\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
        )
        assert b" 100 " in wire.recv(4096)
        door.process.send_signal(signal.SIGTERM)
        wire.sendall(raw)
        assert b"HTTP/1.1 202 " in wire.recv(4096)
        assert door.process.wait(PATIENCE) == 0


def test_the_intruder_s_tour(site: Site) -> None:
    token = site.run("tokens", "create", "crm", "--route", "support", "--can", "send,read")
    gone = site.run("tokens", "create", "gone", "--route", "support")
    site.run("tokens", "revoke", "gone")
    mine = {"Authorization": f"Bearer {token}"}
    json_type = {"Content-Type": "application/json"}
    with ExitStack() as stack:
        url, door = opened(site, stack)
        client = stack.enter_context(httpx.Client(base_url=url, timeout=PATIENCE))

        def refused(path: str = "/v1/events", **request: object) -> int:
            return client.post(path, **request).status_code

        def bodies() -> Iterator[bytes]:
            for _ in range(100):
                yield b"x" * 1_000_000

        assert refused(json=event()) == 401
        assert refused(json=event(), headers={"Authorization": "Bearer tw_guessed"}) == 401
        assert refused(json=event(), headers={"Authorization": f"Bearer {gone}"}) == 401
        assert refused(json=event(route="sales"), headers=mine) == 403
        assert refused(json=event(source="cli"), headers=mine) == 422
        assert refused(json=event(callback={"task": "os.system"}), headers=mine) == 422
        assert refused(content=b"[" * 400_000, headers=mine | json_type) == 400
        assert refused(content=b"text=1", headers=mine | {"Content-Type": "application/x-www-form-urlencoded"}) == 415
        assert refused(content=b"x" * 100_000_000, headers=mine | json_type) == 413
        assert refused("/v1/events/batch", content=bodies(), headers=mine | {"Content-Type": "text/x-ndjson"}) == 413
        assert client.get("/v1/turns/1").status_code == 401
        assert client.get("/v1/turns/1", headers=mine).status_code == 404
        assert client.get("/v1/../../etc/passwd", headers=mine).status_code == 404
        assert client.get("/healthz", headers={"X": "y" * 1_000_000}).status_code == 431

        # A hundred who begin and do not go on keep nobody else out.
        host, port = url.removeprefix("http://").split(":")
        for _ in range(100):
            slow = stack.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE))
            slow.sendall(b"POST /v1/events HTTP/1.1\r\nHost: d")
        assert client.post("/v1/events", json=event(9), headers=mine).status_code == 202

        counts = json.loads(site.run("status", "--json"))["events"]
        assert {name: number for name, number in counts.items() if number} == {"accepted": 1}
        answers = client.get("/metrics").text
        assert 'turnwire_http_answers_total{http_status="401",operation="/v1/events"} 3.0' in answers
        client.close()
        assert door.stop() == 0, door.said()
        assert token not in door.said()


def test_what_is_said_at_the_start(site: Site) -> None:
    with ExitStack() as stack:
        door = stack.enter_context(site.start("serve", "--port", "0", "--host", "0.0.0.0"))
        url = door.wait_for(r"front door is at (http://\S+);")
        assert "it speaks no TLS" in door.said()
        assert "turnwire tokens create NAME --route ROUTE" in door.said()
        port = url.rpartition(":")[2]
        again = subprocess.run(
            site.command("serve", "--port", port), env=site.environ, capture_output=True, text=True, check=False,
            timeout=PATIENCE,
        )  # fmt: skip
        assert again.returncode == 1
        said = again.stderr.splitlines()[0]
        assert said.startswith(f"error: cannot listen on 127.0.0.1 port {port}: another program has it")
        assert door.stop() == 0
