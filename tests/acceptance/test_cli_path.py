"""The newcomer's first half hour, typed: from an empty folder to an answer, and each first failure says what to do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox import Sandbox, running_sandbox

PROGRAM = [sys.executable, "-P", "-m", "connector.cli"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Shell:
    """A terminal in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {**os.environ, "OSVI_API_TOKEN": "sandbox-osvi-tok"}

    def __call__(self, *words: str, code: int = 0, **more: Any) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*PROGRAM, *words], cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=60,
            check=False, **more,
        )  # fmt: skip
        assert done.returncode == code, (words, done.stdout, done.stderr, self.log())
        return done

    def log(self) -> str:
        path = self.folder / "worker.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @contextmanager
    def worker(self, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
        """A worker at work; stopped in order at the end."""
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*PROGRAM, "worker"], cwd=self.folder, env={**self.environ, **environ}, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, self.log()

    def configure(self, old: str, new: str) -> None:
        path = self.folder / "turnwire.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("status", "--json").stdout)
        return found

    def at_work(self) -> None:
        """Wait until a worker has been seen."""
        until = time.monotonic() + 30
        while not self.status()["workers"]:
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def until(self, wanted: str) -> dict[str, str]:
        """Wait for an alarm of that name."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for alarm in self.status()["alarms"]:
                if alarm["name"] == wanted:
                    return dict(alarm)
            time.sleep(0.1)
        raise AssertionError(f"no {wanted}: {self.status()}\n{self.log()}")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def shell(tmp_path: Path, sandbox: Sandbox) -> Shell:
    """After `turnwire init`, with the sandbox in place of OSVI."""
    shell = Shell(tmp_path)
    shell("init", "--provider", "osvi", "--agent", "agent_1", "--yes")
    shell.configure('token = "env:OSVI_API_TOKEN"', f'token = "env:OSVI_API_TOKEN"\nbase_url = "{sandbox.osvi_url}"')
    return shell


def test_from_an_empty_folder_to_an_answer(shell, sandbox):
    assert "no worker has been seen" in shell("enqueue", "--route", "support", "--conversation", "T-1", "Hello").stderr
    shell("check")
    with shell.worker():
        shell.at_work()
        said = shell("enqueue", "--route", "support", "--conversation", "T-1", "--wait", "30", "Where is my order?")
        assert said.stdout.strip()
        assert said.stderr == ""
        lines = "\n".join(
            json.dumps({"id": str(n), "conversation": f"C{n % 5}", "text": f"text {n}"}) for n in range(30)
        )
        (shell.folder / "queue.jsonl").write_text(lines, encoding="utf-8")
        shell("ingest", "queue.jsonl", "--route", "support")
        until = time.monotonic() + 60
        while shell.status()["turns"]["answered"] < 32:
            assert time.monotonic() < until, (shell.status(), shell.log())
            time.sleep(0.1)
        assert shell("check").stdout.endswith("everything is right\n")
        assert shell.status()["alarms"] == []
    assert sandbox.summary()["processed"] == 32
    assert sandbox.summary()["repeated"] == 0


def test_a_wrong_key(shell):
    shell.environ["OSVI_API_TOKEN"] = "sandbox-wrong-tok"
    assert "env:OSVI_API_TOKEN" in shell("check", code=1).stdout
    with shell.worker():
        said = shell("enqueue", "--route", "support", "--conversation", "T-1", "--wait", "5", "Hello", code=1)
        assert "`turnwire accounts resume osvi`" in said.stderr
        alarm = shell.until("account_closed")
        assert "put the right token in place" in alarm["what"]
    shell.environ["OSVI_API_TOKEN"] = "sandbox-osvi-tok"
    with shell.worker():
        shell(*alarm["next"].split()[1:])
        assert shell(
            "enqueue", "--route", "support", "--conversation", "T-1", "--wait", "30", "Hi again"
        ).stdout.strip()


def test_a_wrong_agent_pauses_the_route_after_one_conversation(shell, sandbox):
    shell.configure('agent = "agent_1"', 'agent = "agent_wrong"')
    for number in range(5):
        shell("enqueue", "--route", "support", "--conversation", f"T-{number}", "Hello")
    with shell.worker():
        alarm = shell.until("route_paused")
        assert "mend account and agent of the route" in alarm["what"]
    assert sum(call["call"] == "open" for call in sandbox.received()) == 1
    shell.configure('agent = "agent_wrong"', 'agent = "agent_1"')
    shell(*alarm["next"].split()[1:])
    with shell.worker():
        assert shell("enqueue", "--route", "support", "--conversation", "T-0", "--wait", "30", "Thanks").stdout.strip()


def test_a_provider_that_is_down(shell, sandbox):
    with shell.worker():
        door = sandbox.add_rule("refuse", delay_s=100.0)
        said = shell("enqueue", "--route", "support", "--conversation", "T-1", "--wait", "5", "Hello", code=1)
        assert "cannot be reached" in said.stderr
        assert shell.until("account_unreachable")["next"] == "turnwire check"
        assert "cannot be reached" in shell("check", code=1).stdout
        sandbox.remove_rule(door.id)
        # Slow machines see more failures, which close the account for longer than anybody waits here.
        subprocess.run([*PROGRAM, "accounts", "resume", "osvi"], cwd=shell.folder, env=shell.environ, check=False)
        assert shell(
            "enqueue", "--route", "support", "--conversation", "T-1", "--wait", "40", "Still here"
        ).stdout.strip()


def test_a_broker_that_is_down_is_waited_for(shell):
    with shell.worker(TURNWIRE_BROKER_URL="amqp://guest:secret@127.0.0.1:1//"):
        until = time.monotonic() + 30
        while "broker.unreachable" not in shell.log():
            assert time.monotonic() < until, shell.log()
            time.sleep(0.05)
    assert "secret" not in shell.log()


def test_the_log_is_quiet_where_nothing_happens(shell):
    with shell.worker() as process:
        shell.at_work()
        time.sleep(1.5)  # the ticks of an idle worker
        assert process.poll() is None
        lines = shell.log().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert "worker.registered" in events
    assert len(lines) <= 6, lines
