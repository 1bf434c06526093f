"""The sandbox as a program, and as a pytest plugin in somebody else's project."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx
import pytest

PROGRAM = """
import sys
from connector.errors import TurnwireError
from connector.sandbox import serve
try:
    serve(port=int(sys.argv[1]), ready=lambda sandbox: print(sandbox.url, flush=True))
except TurnwireError as error:
    sys.exit(str(error))
"""


def start(port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_ends_well(number: signal.Signals) -> None:
    with start() as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        headers = {"API-Token": "sandbox-osvi-tok"}
        answered = httpx.post(f"{url}/osvi/chat_sessions", json={"agent_uuid": "agent_x"}, headers=headers)
        assert answered.status_code == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_a_port_in_use_ends_it_with_one_sentence() -> None:
    with start() as first:
        assert first.stdout is not None
        port = int(first.stdout.readline().strip().rpartition(":")[2])
        with start(port) as second:
            _, errors = second.communicate(timeout=30)
        first.terminate()
    assert (second.returncode, errors) == (1, f"Port {port} on 127.0.0.1 is already in use; choose another one.\n")


def test_the_plugin_costs_a_pytest_start_no_server() -> None:
    program = "import sys, connector.testing; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_fixture_is_clean_in_every_test_of_another_project(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        textwrap.dedent("""
            import json
            import urllib.request

            import pytest

            @pytest.mark.parametrize("time", [1, 2])
            def test_it(turnwire_sandbox, time):
                assert turnwire_sandbox.received() == []
                assert turnwire_sandbox.rules() == []
                request = urllib.request.Request(
                    turnwire_sandbox.osvi_url + "/v1/chat/inbound",
                    data=json.dumps({"agent_uuid": "agent_x", "customer_id": "c", "content": "hi"}).encode(),
                    headers={"API-Token": "sandbox-osvi-tok", "Content-Type": "application/json"},
                )
                with urllib.request.urlopen(request) as answer:
                    assert json.load(answer)["data"]["reply"]
                assert turnwire_sandbox.summary()["processed"] == 1
                turnwire_sandbox.add_rule("refuse", delay_s=600)
        """)
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout
