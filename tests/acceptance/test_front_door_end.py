"""The end of `turnwire serve` while the database hangs: bounded, and nothing was answered that is not stored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.kit.front_door import bearer, event, make_site

PATIENCE = 60.0
_DOOR = """
import sys, threading
from pathlib import Path
from connector.storage.receive.events import Intake
from connector.web import serve as server
from tests.kit.front_door import make_site, with_limits

class Frozen(Intake):
    def __init__(self):
        pass
    def store(self, *_, **__):
        print("storing", flush=True)
        threading.Event().wait()

site = make_site(sys.argv[1], Path(sys.argv[2]))
site.receiver.wiring.__dict__["intake"] = Frozen()
taken = server.listen("127.0.0.1", 0)
print(server.address(taken), flush=True)
server.serve(site.receiver, taken, limits=with_limits(stop=float(sys.argv[3]), close=0.5))
"""


@pytest.mark.parametrize(("stop", "signals"), [(0.5, 1), (3600.0, 2)], ids=["in time", "told twice"])
def test_a_database_that_hangs_does_not_keep_it(
    sqlite_database: str, tmp_path: Path, stop: float, signals: int
) -> None:
    site = make_site(sqlite_database, tmp_path)
    token = site.token()
    site.database.dispose()
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", _DOOR, sqlite_database, str(tmp_path), str(stop)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    answers: list[int | str] = []
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()

        def ask() -> None:
            try:
                answers.append(
                    httpx.post(f"{url}/v1/events", json=event(), headers=bearer(token), timeout=PATIENCE).status_code
                )
            except httpx.TransportError as error:
                answers.append(type(error).__name__)

        asking = threading.Thread(target=ask)
        asking.start()
        while "storing" not in process.stdout.readline():
            assert process.poll() is None
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)  # so that they are told apart
        assert process.wait(PATIENCE) == 1
        asking.join(PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert answers
    assert not set(answers) & {200, 202}
