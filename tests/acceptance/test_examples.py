"""The examples in the programs that they are for: each is imported and run there, beside a front door and a worker.

A program is looked for under ``TURNWIRE_TEST_NODE_RED``, ``…_N8N``, ``…_AIRFLOW`` (a path), else on the ``PATH``.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from connector.sandbox import Sandbox, running_sandbox
from connector.sandbox.responder import answer
from tests.acceptance.test_front_door import PATIENCE, Running, Site, opened
from tests.kit.pages import ROOT, free_port

EXAMPLES = ROOT / "examples"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CONFIGURATION = """
[database]
url = "{database}"
[broker]
url = "embedded"
[accounts.synthflow]
provider = "synthflow"
base_url = "{sandbox}"
token = "env:TURNWIRE_TEST_TOKEN"
[routes.support]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
reply = "webhook"
[replies.webhook]
url = "{webhook}"
secret = "env:TURNWIRE_WEBHOOK_SECRET"
allow_private = ["127.0.0.1/32"]
"""
QUESTION = "Is my parcel on its way?"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def program(name: str) -> str:
    """Where a program is; the test is skipped without it."""
    variable = "TURNWIRE_TEST_" + name.upper().replace("-", "_")
    found = os.environ.get(variable) or shutil.which(name)
    if not found:
        pytest.skip(f"there is no {name} here, and {variable} names none")
    return found


def wait_for(seen: Callable[[], Any], what: str) -> Any:
    until = time.monotonic() + 2 * PATIENCE
    while not (found := seen()):
        assert time.monotonic() < until, f"{what} did not come"
        time.sleep(0.1)
    return found


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def port() -> int:
    """Where the webhooks go."""
    return free_port()


@pytest.fixture
def site(sqlite_database: str, sandbox: Sandbox, port: int, tmp_path: Path) -> Site:
    webhook = f"http://127.0.0.1:{port}/turnwire/answers"
    text = CONFIGURATION.format(database=sqlite_database, sandbox=sandbox.synthflow_url, webhook=webhook)
    (tmp_path / "turnwire.toml").write_text(text, encoding="utf-8")
    made = Site(tmp_path)
    made.environ["TURNWIRE_WEBHOOK_SECRET"] = SECRET
    return made


def test_node_red_asks_and_is_told(site: Site, sandbox: Sandbox, port: int, tmp_path: Path) -> None:
    node_red = program("node-red")
    home = tmp_path / "node-red"
    home.mkdir()
    token = site.run("tokens", "create", "node-red", "--route", "support")
    with ExitStack() as stack:
        url, _ = opened(site, stack)
        stack.enter_context(site.start("worker"))
        environ = {**site.environ, "TURNWIRE_URL": url, "TURNWIRE_TOKEN": token, "HOME": str(home)}
        editor = Running([node_red, "--userDir", str(home), "--port", str(port)], environ, home / "log")
        stack.enter_context(editor)
        editor.wait_for(r"(Started flows)")
        there = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE))

        flow = json.loads((EXAMPLES / "node-red/turnwire.json").read_text(encoding="utf-8"))
        assert there.post("/flows", json=flow).status_code == 204, editor.said()
        wait_for(
            lambda: there.get("/answers/nobody").headers["content-type"].startswith("application/json"), "the flow"
        )
        question = {"conversation": "T-1", "id": "T-1/1", "text": QUESTION}
        taken = there.post("/ask", json=question)
        again = there.post("/ask", json=question)
        wrong = there.post("/ask", json={"conversation": "T-1", "id": "T-1/2"})

        assert (taken.status_code, taken.json()["status"]) == (202, "accepted"), editor.said()
        assert (again.status_code, again.json()) == (200, taken.json() | {"status": "duplicate"})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "text")
        turn = wait_for(lambda: (got := there.get("/answers/T-1")).status_code == 200 and got.json(), "the answer")
        assert (turn["id"], turn["status"], turn["text"]) == (taken.json()["turn_id"], "answered", QUESTION)
        assert turn["answer"] == answer(QUESTION).text
        assert sandbox.summary()["repeated"] == 0
        # The answer was taken because it was signed; a forged one is not.
        forged = there.post("/turnwire/answers", json={"type": "turn.answered", "data": turn})
        assert forged.status_code == 401
        delivered = json.loads(site.run("replies", "list", "--json").splitlines()[0])
        assert delivered["status"] == "delivered"
        assert token not in editor.said()


def test_n8n_asks_and_waits_for_the_answer(site: Site, tmp_path: Path) -> None:
    n8n = program("n8n")
    token = site.run("tokens", "create", "n8n", "--route", "support", "--can", "send,read")
    with ExitStack() as stack:
        url, _ = opened(site, stack)
        worker = stack.enter_context(site.start("worker"))
        environ = {
            **os.environ, "N8N_USER_FOLDER": str(tmp_path), "N8N_DIAGNOSTICS_ENABLED": "false",
            "N8N_VERSION_NOTIFICATIONS_ENABLED": "false", "N8N_RUNNERS_ENABLED": "false",
        }  # fmt: skip

        def run(*words: str) -> str:
            done = subprocess.run(
                [n8n, *words], env=environ, capture_output=True, text=True, check=False, timeout=4 * PATIENCE
            )
            assert done.returncode == 0, done.stdout + done.stderr + worker.said()
            return done.stdout

        credential = {"id": "turnwire", "name": "Turnwire", "type": "httpBearerAuth", "data": {"token": token}}
        (tmp_path / "credentials.json").write_text(json.dumps([credential]), encoding="utf-8")
        flow = (EXAMPLES / "n8n/turnwire.json").read_text(encoding="utf-8")
        (tmp_path / "flow.json").write_text(flow.replace("http://127.0.0.1:8080", url), encoding="utf-8")
        run("import:credentials", f"--input={tmp_path}/credentials.json")
        run("import:workflow", f"--input={tmp_path}/flow.json")
        said = run("execute", "--id=turnwire", "--rawOutput")

        ran = json.loads(said[said.index("{\n") :])["data"]["resultData"]
        (turn,) = [item["json"] for item in ran["runData"][ran["lastNodeExecuted"]][0]["data"]["main"][0]]
        assert ran["lastNodeExecuted"] == "Your own nodes go on here"
        assert (turn["status"], turn["text"], turn["source"]) == ("answered", QUESTION, "n8n")
        assert turn["answer"] == answer(QUESTION).text


def test_airflow_asks_and_waits_for_the_answer(site: Site, tmp_path: Path) -> None:
    airflow = program("airflow")
    token = site.run("tokens", "create", "airflow", "--route", "support", "--can", "send,read")
    with ExitStack() as stack:
        url, _ = opened(site, stack)
        worker = stack.enter_context(site.start("worker"))
        connection = {"conn_type": "http", "host": url, "extra": {"Authorization": f"Bearer {token}"}}
        environ = {
            **os.environ, "AIRFLOW_HOME": str(tmp_path / "airflow"), "AIRFLOW_CONN_TURNWIRE": json.dumps(connection),
            "AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLES / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "PATH": f"{Path(airflow).parent}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip

        def run(*words: str) -> str:
            done = subprocess.run(
                [airflow, *words], env=environ, capture_output=True, text=True, check=False, timeout=4 * PATIENCE
            )
            assert done.returncode == 0, done.stdout + done.stderr + worker.said()
            return done.stdout + done.stderr

        run("db", "migrate")
        said = run("dags", "test", "ask_the_agent", "--conf", json.dumps({"conversation": "T-2", "text": QUESTION}))
        turns = [json.loads(line) for line in site.run("turns", "list", "--json").splitlines()]
        assert [(turn["conversation"], turn["status"], turn["source"]) for turn in turns] == [
            ("T-2", "answered", "airflow")
        ]
        assert turns[0]["text"] == QUESTION
        # What the last task hands on to others.
        with closing(sqlite3.connect(tmp_path / "airflow/airflow.db")) as kept:
            ((value,),) = kept.execute("SELECT value FROM xcom WHERE task_id = 'turn' AND key = 'return_value'")
        assert json.loads(value) == {"status": "answered", "reason": None, "answer": answer(QUESTION).text}, said
        assert token not in said
