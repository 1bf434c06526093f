"""The programs of ``examples/node``, really run: to a real worker, over RabbitMQ and Redis, whoever starts first."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from connector.storage import queries
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tests.conftest import IN_CI
from tests.kit.worker_process import WorkerProcess, written_config

EXAMPLES = Path(__file__).parents[2] / "examples" / "node"
PATIENCE = 60


def unavailable(reason: str) -> None:
    if IN_CI:
        pytest.fail(f"CI needs Node: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Path:
    """A copy of the examples with what its lock file names installed."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        unavailable("node and npm are not installed")
    folder = tmp_path_factory.mktemp("node")
    for file in EXAMPLES.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        unavailable("npm ci took too long")
    if done.returncode:
        unavailable(f"npm ci failed: {done.stderr[-500:]}")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", *arguments], check=False, cwd=folder, capture_output=True, text=True, timeout=PATIENCE
    )


def event(number: int, **more: Any) -> str:
    given = {"route": "support", "conversation": f"T-{number}", "id": str(number), "text": f"Grüße {number}", **more}
    return json.dumps(given)


class Site:
    def __init__(self, folder: Path, broker_url: str) -> None:
        self.settings = written_config(folder, broker_url)
        upgrade(self.settings.database.sqlalchemy_url)
        self.database = Database(self.settings.database.sqlalchemy_url)

    def seen(self) -> set[tuple[str, str, str]]:
        rows = queries.events(self.database, limit=100)
        return {(row["source"], row["external_id"] or "", row["status"]) for row in rows}


@pytest.fixture(params=["amqp", "redis"])
def server_url(request) -> str:
    return request.getfixturevalue(f"{request.param}_url")


def test_the_celery_task_is_called_from_node_whoever_starts_first(node, tmp_path, server_url):
    site = Site(tmp_path, server_url)
    early = run(node, "celery.js", server_url, event(1), event(2))
    assert (early.returncode, early.stdout) == (0, "handed in: 2\n"), early.stderr
    with WorkerProcess(site.settings) as worker:
        worker.wait_for(site.seen, lambda seen: seen == {("celery", "1", "accepted"), ("celery", "2", "accepted")})
        late = run(node, "celery.js", server_url, event(3), event(1))
        assert late.returncode == 0, late.stderr
        worker.wait_for(site.seen, lambda seen: len(seen) == 3)
    assert worker.returncode == 0
    assert "Grüße" not in worker.output()
    site.database.dispose()


def test_after_the_worker_has_declared_its_queues_node_can_too(node, tmp_path, server_url):
    site = Site(tmp_path, server_url)
    with WorkerProcess(site.settings) as worker:
        worker.wait_for(worker.output, lambda output: "worker.registered" in output)
        answered = run(node, "celery.js", "--wait", server_url, event(1), event(2, text=" "))
        assert answered.returncode == 0, answered.stderr + worker.output()[-2000:]
        answers = json.loads(answered.stdout)
        assert [answer["status"] for answer in answers] == ["accepted", "refused"]
        assert answers[1]["reason"].startswith("celery, 2: text: expected")
        again = run(node, "celery.js", "--wait", server_url, event(1))
        assert [answer["status"] for answer in json.loads(again.stdout)] == ["duplicate"]
        assert json.loads(again.stdout)[0]["turn_id"] == answers[0]["turn_id"]
    site.database.dispose()


def test_plain_json_from_node_whoever_starts_first(node, tmp_path, amqp_url):
    site = Site(tmp_path, amqp_url)
    early = run(node, "events.js", amqp_url, event(1), event(2))
    assert (early.returncode, early.stdout) == (0, "handed in: 2\n"), early.stderr
    with WorkerProcess(site.settings) as worker:
        worker.wait_for(site.seen, lambda seen: seen == {("amqp", "1", "accepted"), ("amqp", "2", "accepted")})
        assert run(node, "events.js", amqp_url, event(3), event(2)).returncode == 0
        worker.wait_for(site.seen, lambda seen: len(seen) == 3)
    site.database.dispose()


@pytest.mark.parametrize("program", ["celery.js", "events.js"])
def test_a_broker_that_is_away_is_told(node, program):
    failed = run(node, program, "amqp://guest:guest@127.0.0.1:1", event(1))
    assert failed.returncode == 1
    assert "not handed in" in failed.stderr
    assert run(node, program).returncode == 2


def test_the_lock_names_no_place_to_fetch_from():
    lock = json.loads((EXAMPLES / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((EXAMPLES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert not any("resolved" in package for package in packages.values())
    assert all(package["integrity"] for package in packages.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
