"""The programs on ``docs/from-other-programs.md`` that need a broker, run as they stand there but for its address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from connector.storage import queries
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tests.kit.pages import ROOT, blocks
from tests.kit.worker_process import WorkerProcess, written_config

ADDRESS = '"amqp://guest:guest@localhost:5672//"'
PLACE = '"localhost:5672", "guest", "guest"'


def program(name: str) -> str:
    page = (ROOT / "docs" / "from-other-programs.md").read_text(encoding="utf-8")
    return next(block.body for block in blocks(page) if block.file == name)


def run(folder: Path, name: str, source: str) -> str:
    (folder / name).write_text(source, encoding="utf-8")
    done = subprocess.run([sys.executable, name], check=False, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=["amqp", "redis"])
def server_url(request) -> str:
    return request.getfixturevalue(f"{request.param}_url")


def test_the_programs_of_the_page_hand_in(tmp_path, server_url):
    rabbitmq = server_url.startswith("amqp")
    settings = written_config(tmp_path, server_url)
    upgrade(settings.database.sqlalchemy_url)
    database = Database(settings.database.sqlalchemy_url)
    celery = program("hand_in_celery.py")
    assert ADDRESS in celery
    run(tmp_path, "first.py", celery.replace(ADDRESS, repr(server_url)))
    expected = {("celery", "T-1005/1", "accepted"), ("celery", "T-1005/2", "accepted")}
    if rabbitmq:
        parts = urlsplit(server_url)
        here = f'"{parts.hostname}:{parts.port}", "guest", "guest", virtual_host={unquote(parts.path[1:])!r}'
        publish = program("publish.py")
        assert PLACE in publish
        run(tmp_path, "publish.py", publish.replace(PLACE, here))
        expected |= {("amqp", "T-1007/1", "accepted")}
    waiting = program("hand_in_and_wait.py").replace(ADDRESS, repr(server_url))
    waiting = waiting if rabbitmq else waiting.replace('"rpc://"', repr(server_url))
    with WorkerProcess(settings) as worker:
        assert run(tmp_path, "wait.py", waiting).startswith("accepted ")
        worker.wait_for(
            lambda: {(row["source"], row["external_id"], row["status"]) for row in queries.events(database)},
            lambda seen: seen == expected,
        )
    database.dispose()
