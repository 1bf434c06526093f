"""A real worker in a process of its own, for tests: started, waited for, stopped, and its output kept."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from connector.settings import Settings, load
from tests.kit.forked import ForkedProcess

T = TypeVar("T")

_PROGRAM = """
import sys
from pathlib import Path
from connector.settings import load
from connector.utils.logs import configure
from tasks.worker import run
configure()
sys.exit(run(load(Path(sys.argv[1]))))
"""
_PATIENCE = 60.0


def written_config(
    folder: Path, broker_url: str, *, database_url: str = "sqlite:///turnwire.db", broker: str = "", more: str = ""
) -> Settings:
    """A configuration with one Synthflow route called ``support``; ``broker`` and ``more`` are TOML to add."""
    os.environ["TURNWIRE_TEST_TOKEN"] = "sandbox-synthflow"
    path = folder / "turnwire.toml"
    path.write_text(
        f"""
[database]
url = "{database_url}"
[broker]
url = "{broker_url}"
{broker}
[accounts.synthflow]
provider = "synthflow"
base_url = "http://127.0.0.1:9/synthflow/v2"
token = "env:TURNWIRE_TEST_TOKEN"
rate = "none"
[routes.support]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
{more}
""",
        encoding="utf-8",
    )
    return load(path)


def wait_until_frozen(pid: int) -> None:
    """Wait until a process has stopped itself with SIGSTOP."""
    until = time.monotonic() + _PATIENCE
    while (state := Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) != "T":
        assert state != "Z"
        assert time.monotonic() < until, state
        time.sleep(0.01)


class WorkerProcess:
    """``with WorkerProcess(settings) as worker:``; leaving stops it in order and keeps ``returncode``."""

    def __init__(self, settings: Settings, environ: dict[str, str] | None = None) -> None:
        self.settings = settings
        self.environ = {**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})}
        self.returncode: int | None = None
        self._log = settings.folder / f"worker-{time.monotonic_ns()}.log"
        self._process: ForkedProcess | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as output:
            self._process = ForkedProcess(
                _PROGRAM, [str(self.settings.path)], output=output, env=self.environ, cwd=Path(__file__).parents[2]
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def stop(self) -> int:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self.returncode = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.returncode = self._process.wait()
        return self.returncode

    def output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, look: Callable[[], T], done: Callable[[T], bool], patience: float = _PATIENCE) -> T:
        """Look until it is as wanted; fails with the worker's output if it never is."""
        until = time.monotonic() + patience
        while True:
            seen = look()
            if done(seen):
                return seen
            if time.monotonic() > until or not self.alive:
                raise AssertionError(f"never came to it; last seen {seen!r}\n{self.output()[-3000:]}")
            time.sleep(0.05)
