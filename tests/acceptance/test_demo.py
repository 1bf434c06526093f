"""`turnwire demo` as a newcomer meets it: once, again, interrupted, in odd places, and what it says to try next."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-P", "-m", "connector.cli"]
PATIENCE = 110

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One after the other, whichever process runs them.

    What the demo says to try next uses the port that the demo prefers. A worker of one would send to another's sandbox
    there, whose count of messages that were sent twice would take it for one.
    """
    with (Path(tempfile.gettempdir()) / "turnwire-test-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # goes with the file's last handle, so with the process too
        yield


def run(*words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words], cwd=cwd, env={**os.environ, **environ}, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip


def demo(cwd: Path, **environ: str) -> dict[str, Any]:
    """A run that must end well; its JSON."""
    done = run("demo", "--json", cwd=cwd, **environ)
    assert done.returncode == 0, done.stderr + worker_log(cwd)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def worker_log(cwd: Path) -> str:
    log = cwd / "turnwire-demo" / "worker.log"
    return log.read_text() if log.exists() else ""


@contextmanager
def in_background(command: str, cwd: Path) -> Iterator[None]:
    process = subprocess.Popen(
        f"exec {command}", shell=True, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        assert process.poll() is None, f"{command} has ended by itself"
        process.terminate()
        assert process.wait(30) == 0


def test_a_whole_run_then_what_it_says_to_try_then_another_run(tmp_path):
    told = demo(tmp_path)
    assert told["answered"] == told["turns"] >= 100
    assert told["unanswered"] == 0
    assert told["conversations"] >= 30
    assert all(api["turns"] == api["answered"] >= 30 for api in told["apis"].values())
    assert set(told["apis"]) == {"OSVI legacy", "Synthflow", "OSVI v1"}
    assert len(told["languages"]) == 5
    assert min(told["languages"].values()) >= 3
    assert sum(told["stopped"].values()) >= 3
    assert (told["read_back"], told["sent_twice"]) == (2, 0)
    assert told["refused_connections"] >= 1
    assert (told["busy"], told["server_errors"]) == (1, 1)
    assert told["taken_in"]["accepted"] == told["turns"]

    # What the sandbox saw agrees: every message entered a chat exactly once.
    received = [
        json.loads(line) for line in (tmp_path / "turnwire-demo/sandbox-received.jsonl").read_text().splitlines()
    ]
    assert sum(call["processed"] for call in received if call["call"] == "send") == told["turns"]
    assert sorted(call["fault"] for call in received if call["fault"]) == [
        "cut_after", "cut_after", "status_before", "status_before",
    ]  # fmt: skip

    try_next(told["next"], tmp_path)

    again = demo(tmp_path)
    assert "accepted" not in again["taken_in"]
    assert again["taken_in"]["duplicate"] == sum(told["taken_in"].values())
    assert {key: again[key] for key in ("turns", "answered", "read_back", "sent_twice")} == {
        key: told[key] for key in ("turns", "answered", "read_back", "sent_twice")
    }
    said = run("demo", cwd=tmp_path)
    assert said.returncode == 0
    assert "2 answers lost on the way, read back; 0 sent twice." in said.stdout
    page = said.stdout.partition("What to try next:")[0].splitlines()
    assert max(map(len, page)) <= 80
    assert sum(line.startswith("-- ") for line in page) == 4
    assert page[page.index("what the agent was told") + 1].startswith("| So if I read that right")
    assert "| To: marcus.adeyemi@example.com" in page[page.index("what the agent was told") :]
    assert again["mail"] == told["mail"]
    assert told["mail"]["came"].startswith(told["mail"]["told"])


def try_next(steps: list[dict[str, Any]], folder: Path) -> None:
    """Type each command as printed; the ones that stay get a terminal of their own until the end."""
    assert steps[0]["command"].startswith("cd ")
    inside = folder / steps[0]["command"].removeprefix("cd ")
    if not steps:
        return
    rest = steps[1:]
    with_background(rest, inside)


def with_background(steps: list[dict[str, Any]], cwd: Path) -> None:
    for number, step in enumerate(steps):
        if step["stays"]:
            with in_background(step["command"], cwd):
                wait_for_the_sandbox(cwd)
                with_background(steps[number + 1 :], cwd)
            return
        done = subprocess.run(
            step["command"], shell=True, cwd=cwd, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, (step["command"], done.stdout, done.stderr, worker_log(cwd.parent))


def wait_for_the_sandbox(cwd: Path) -> None:
    port = int((cwd / "turnwire.toml").read_text().partition("127.0.0.1:")[2].partition("/")[0])
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


def test_an_interrupted_run_is_gone_on_with(tmp_path):
    with subprocess.Popen(
        [*PROGRAM, "demo", "--json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "made " in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 130
    told = demo(tmp_path)
    assert told["answered"] == told["turns"] >= 100
    assert told["sent_twice"] == 0


def test_neither_the_users_settings_nor_the_users_files_are_touched(tmp_path):
    (tmp_path / "tasks.py").write_text("raise SystemExit('the wrong module')", encoding="utf-8")
    (tmp_path / "connector.py").write_text("raise SystemExit('the wrong module')", encoding="utf-8")
    real = tmp_path / "real.db"
    told = demo(
        tmp_path,
        TURNWIRE_DATABASE_URL=f"sqlite:///{real}",
        TURNWIRE_BROKER_URL="amqp://nobody@127.0.0.1:1//",
        TURNWIRE_CONFIG=str(tmp_path / "real.toml"),
    )
    assert told["unanswered"] == 0
    assert not real.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"tasks.py", "connector.py", "turnwire-demo"}


def test_a_folder_with_another_configuration_is_left_alone(tmp_path):
    config = tmp_path / "turnwire.toml"
    config.write_text('[database]\nurl = "sqlite:///mine.db"\n', encoding="utf-8")
    done = run("demo", "--dir", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not the demo's" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["turnwire.toml"]
