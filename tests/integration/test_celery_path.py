"""From a foreign Celery app to the agent and back, through a real worker, on every broker."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox
from connector.settings import Settings, load
from connector.storage import queries, tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tasks.application import create
from tasks.broker import embedded
from tests.kit.engine import ENVIRON, OSVI_AGENT, SYNTHFLOW_AGENT
from tests.kit.worker_process import WorkerProcess, written_config

PATIENCE = 60.0
SECRETS = {"TW_OSVI": OSVI_TOKEN, "TW_SYNTHFLOW": SYNTHFLOW_TOKEN, "TW_WEBHOOK": ENVIRON["WEBHOOK"]}


class Setup:
    """A configured folder with its database, its broker and the sandbox it sends to."""

    def __init__(self, folder: Path, broker_url: str, database_url: str, sandbox: Sandbox, webhook_url: str) -> None:
        self.sandbox, self.folder = sandbox, folder
        path = folder / "turnwire.toml"
        path.write_text(
            f"""
[database]
url = "{database_url}"
[broker]
url = "{broker_url}"
[worker]
slice = "2s"
[accounts.osvi]
provider = "osvi"
base_url = "{sandbox.osvi_url}"
token = "env:TW_OSVI"
rate = "none"
deadline = "10s"
[accounts.synthflow]
provider = "synthflow"
base_url = "{sandbox.synthflow_url}"
token = "env:TW_SYNTHFLOW"
rate = "none"
deadline = "10s"
[routes.shop]
account = "osvi"
agent = "{OSVI_AGENT}"
on_lost = "hold"
reply = "celery"
callbacks = ["shop.answered@shop.answers", "shop.default"]
[routes.web]
account = "synthflow"
agent = "{SYNTHFLOW_AGENT}"
reply = "webhook"
on_overtaken = "deliver"
[replies.webhook]
url = "{webhook_url}"
secret = "env:TW_WEBHOOK"
allow_private = ["127.0.0.0/8"]
""",
            encoding="utf-8",
        )
        self.settings: Settings = load(path, SECRETS)
        upgrade(self.settings.database.sqlalchemy_url)
        self.database = Database(self.settings.database.sqlalchemy_url)

    def foreign(self) -> Celery:
        """Somebody else's app with Celery's own settings; the embedded broker has to be named."""
        broker = self.settings.broker
        if broker.kind != "embedded":
            return Celery("shop", broker=broker.url, set_as_current=False)
        embedded.install()
        app = Celery("shop", set_as_current=False)
        ours = create(self.settings).conf
        app.conf.update(broker_url=ours.broker_url, broker_transport_options=dict(ours.broker_transport_options))
        return app

    def worker(self) -> WorkerProcess:
        return WorkerProcess(self.settings, SECRETS)

    def turns(self) -> dict[str, str]:
        """Each event's id with its turn's status."""
        query = select(tables.events.c.external_id, tables.turns.c.status).join(
            tables.turns, tables.turns.c.id == tables.events.c.id
        )
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def events(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(tables.events)).all())

    def replies(self) -> list[str]:
        with self.database.reading() as connection:
            return list(connection.execute(select(tables.replies.c.status)).scalars())


def event(route: str, name: str, conversation: str = "T-1", **more: Any) -> dict[str, Any]:
    return {"route": route, "conversation": conversation, "id": name, "text": f"{name} about my order", **more}


def answered(wanted: int) -> Callable[[Mapping[str, str]], bool]:
    return lambda turns: len(turns) == wanted and set(turns.values()) == {"answered"}


def taken_from(app: Celery, queue: str, count: int) -> list[Any]:
    """The bodies of ``count`` messages of a queue of the foreign app's, declared as its own worker would."""
    bodies: list[Any] = []
    until = time.monotonic() + PATIENCE
    with app.connection_for_read() as connection:
        mine = app.amqp.queues[queue](connection.default_channel)
        mine.declare()
        while len(bodies) < count and time.monotonic() < until:
            message = mine.get(no_ack=True)
            if message is None:
                time.sleep(0.02)
                continue
            bodies.append((message.headers["task"], message.payload))
    return bodies


@contextmanager
def webhook_receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A tiny receiver that takes only what the Standard Webhooks library can verify; its address and what it took."""
    taken: list[dict[str, Any]] = []
    verifier = Webhook(SECRETS["TW_WEBHOOK"])

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.append(verifier.verify(body.decode(), dict(self.headers.items())))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/answers", taken
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def hooks():
    with webhook_receiver() as receiver:
        yield receiver


@pytest.fixture
def path(request, tmp_path, broker_url, turnwire_sandbox, hooks):
    """Each broker with the database it is meant for."""
    url = "sqlite:///turnwire.db" if broker_url == "embedded" else request.getfixturevalue("postgres_url")
    made = Setup(tmp_path, broker_url, url, turnwire_sandbox, hooks[0])
    yield made
    made.database.dispose()


def test_messages_go_through_and_answers_come_back(path, hooks):
    shop = path.foreign()
    callback = {"task": "shop.answered", "queue": "shop.answers"}
    # Nobody has declared the queue yet: whoever publishes first must not be in the way of the worker.
    shop.send_task("connector.receive", [event("shop", "early", callback=callback)], queue="turnwire.receive")
    with path.worker() as worker:
        worker.wait_for(path.turns, answered(1))
        many = [event("shop", f"late-{number}", callback={"task": "shop.default"}) for number in range(3)]
        bad = [event("shop", "no-text") | {"text": " "}, "no object at all", event("nowhere", "no-route")]
        shop.send_task("connector.receive", args=[many + bad], queue="turnwire.receive")
        ours = create(path.settings).turnwire
        direct = ours.receiver.receive_json([event("web", f"direct-{number}", "W-1") for number in range(2)], "test")
        ours.wiring.publisher.flush()
        assert [str(answer.status) for answer in direct] == ["accepted"] * 2
        worker.wait_for(path.turns, answered(6))
        worker.wait_for(path.replies, lambda statuses: statuses == ["delivered"] * 6)
        worker.wait_for(path.events, lambda rows: len(rows) == 9)

        ((task, ((turn,), _, _)),) = taken_from(shop, "shop.answers", 1)
        assert (task, turn["status"], turn["external_id"]) == ("shop.answered", "answered", "early")
        assert turn["answer"]
        assert [(attempt["call"], attempt["outcome"]) for attempt in turn["attempts"]] == [
            ("open", "answered"),
            ("send", "answered"),
        ]
        assert [reply["channel"] for reply in turn["replies"]] == ["celery"]
        default = taken_from(shop, "celery", 3)
        assert [task for task, _ in default] == ["shop.default"] * 3
        told = [body[0][0]["external_id"] for _, body in default]
        assert sorted(told) == ["late-0", "late-1", "late-2"]

        bodies = [told["data"] for told in hooks[1]]
        assert sorted(body["external_id"] for body in bodies) == ["direct-0", "direct-1"]
        assert {(body["status"], "attempts" in body) for body in bodies} == {("answered", False)}
    assert worker.returncode == 0, worker.output()[-2000:]

    refused = [row.reason for row in path.events() if row.status == "refused"]
    assert len(refused) == 3
    assert any("text" in reason for reason in refused)
    assert any("route" in reason for reason in refused)
    summary = path.sandbox.summary()
    assert (summary["processed"], summary["repeated"], summary["concurrent"]) == (6, 0, 0)
    texts = [line["text"] for line in path.sandbox.received() if line["call"] == "send"]
    assert [text.split()[0] for text in texts if text.startswith(("early", "late"))] == [
        "early",
        "late-0",
        "late-1",
        "late-2",
    ]
    for secret in SECRETS.values():
        assert secret not in worker.output()
    assert "about my order" not in worker.output(), "customers' words are not for logs"


def test_a_follow_up_by_celery_becomes_a_turn_with_its_callback(path):
    shop = path.foreign()
    callback = {"task": "shop.answered", "queue": "shop.answers"}
    nudge = event("shop", "nudge", callback=callback, followup={"after": "1s"}, metadata={"order": 12})
    shop.send_task("connector.receive", [nudge], queue="turnwire.receive")
    with path.worker() as worker:
        worker.wait_for(path.turns, answered(1))
        worker.wait_for(path.replies, lambda statuses: statuses == ["delivered"])
        ((_, ((turn,), _, _)),) = taken_from(shop, "shop.answers", 1)
    assert (turn["followup_id"], turn["external_id"], turn["metadata"]) == (turn["id"], "nudge", {"order": 12})
    with path.database.reading() as connection:
        (row,) = connection.execute(select(tables.followups)).all()
    assert (row.status, row.due_at - row.created_at) == ("sent", 1000)
    assert row.ended_at >= row.due_at, "never early"


def test_receiving_is_not_stuck_behind_a_drain(path):
    shop = path.foreign()
    path.sandbox.add_rule(match={"call": "send", "text": "slow"}, delay_s=4.0)
    with path.worker() as worker:
        shop.send_task("connector.receive", [event("web", "slow")], queue="turnwire.receive")
        worker.wait_for(path.turns, lambda turns: turns.get("slow") == "sending")
        for number in range(5):
            message = event("web", f"quick-{number}", f"Q-{number}")
            shop.send_task("connector.receive", [message], queue="turnwire.receive")
        turns = worker.wait_for(path.turns, lambda turns: list(turns.values()).count("answered") == 5)
        assert turns["slow"] == "sending"
    # An orderly stop let the slow call finish.
    assert worker.returncode == 0
    assert set(path.turns().values()) == {"answered"}


def test_plain_celery_commands_work_in_a_configured_folder(path):
    root = str(Path(__file__).parents[2])
    environ = {**SECRETS, "PATH": "/usr/bin:/bin", "PYTHONPATH": root, "PYTHONUNBUFFERED": "1"}

    def celery(*arguments: str) -> subprocess.Popen[bytes]:
        output = (path.folder / f"{arguments[0]}.log").open("wb")
        command = [sys.executable, "-m", "celery", "-A", "tasks", *arguments]
        return subprocess.Popen(command, cwd=path.folder, env=environ, stdout=output, stderr=subprocess.STDOUT)

    shop = path.foreign()
    shop.send_task("connector.receive", [event("web", "one")], queue="turnwire.receive")
    processes = [celery("worker", "-l", "INFO"), celery("beat", "-l", "INFO", "-s", str(path.folder / "beat"))]
    try:
        until = time.monotonic() + PATIENCE
        while not (path.turns() == {"one": "answered"} and ticked(path.folder)):
            assert time.monotonic() < until, logs(path.folder)
            assert all(process.poll() is None for process in processes), logs(path.folder)
            time.sleep(0.05)
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait(PATIENCE) for process in processes]
    assert codes == [0, 0], logs(path.folder)


def ticked(folder: Path) -> bool:
    """Whether the beat has sent a tick and the worker has done one."""
    sent = "Sending due task tick" in (folder / "beat.log").read_text(errors="replace")
    return sent and "Task connector.tick" in (folder / "worker.log").read_text(errors="replace")


def logs(folder: Path) -> str:
    return "\n".join((folder / name).read_text(errors="replace")[-3000:] for name in ("worker.log", "beat.log"))


def test_two_plain_workers_on_one_host_are_two(tmp_path, amqp_url):
    settings = written_config(tmp_path, amqp_url, more="[worker]\nthreads = 2\nremote_control = true\n")
    upgrade(settings.database.sqlalchemy_url)
    app = create(settings)
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "celery", "-A", "tasks", "worker", "-l", "INFO"]
    with (tmp_path / "plain.log").open("wb") as log:
        processes = [
            subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=log, stderr=subprocess.STDOUT) for _ in range(2)
        ]
    try:
        until = time.monotonic() + PATIENCE
        while len({name for reply in app.control.ping(timeout=1.0) for name in reply}) < 2:
            assert time.monotonic() < until, (tmp_path / "plain.log").read_text(errors="replace")[-3000:]
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait(PATIENCE) for process in processes]
    assert codes == [0, 0]


@pytest.mark.parametrize("results", [True, False])
def test_answers_are_kept_for_those_who_wait_unless_nobody_does(results, tmp_path, redis_url):
    import redis

    settings = written_config(tmp_path, redis_url, broker="" if results else "results = false")
    upgrade(settings.database.sqlalchemy_url)
    database = Database(settings.database.sqlalchemy_url)
    foreign = Celery("shop", broker=redis_url, backend=redis_url, set_as_current=False)
    with WorkerProcess(settings) as worker:
        sent = [
            foreign.send_task("connector.receive", [event("support", str(number))], queue="turnwire.receive")
            for number in range(3)
        ]
        worker.wait_for(lambda: [*queries.events(database)], lambda rows: len(rows) == 3)
        if results:
            assert {one.get(timeout=PATIENCE)["status"] for one in sent} == {"accepted"}
    database.dispose()
    kept = redis.Redis.from_url(redis_url).keys("celery-task-meta-*")
    assert len(kept) == (3 if results else 0)
