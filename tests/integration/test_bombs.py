"""No message may cause unbounded work: each bomb ends with a reason at each door, and the next message is answered."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.storage import queries
from connector.storage.core.migrate import upgrade
from tasks.application import create
from tasks.broker.config import EVENTS, queues
from tests.kit import bombs
from tests.kit.front_door import Client, event, make_site
from tests.kit.hook_senders import SENDERS
from tests.kit.worker_process import WorkerProcess, written_config

MEMORY = 1024 * 1024 * 1024
HONEST = {"route": "support", "conversation": "T-1", "id": "honest", "text": "Where is my parcel?"}
ENDED = {"refused", "quarantined", "conflict", "duplicate"}


@contextmanager
def bounded_memory():
    """A gigabyte more than this process has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def most_memory(pid: int) -> int:
    """Bytes that a process has ever had at once."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_through_a_broker(tmp_path, broker_url):
    settings = written_config(tmp_path, broker_url)
    upgrade(settings.database.sqlalchemy_url)
    app = create(settings)
    _, receive = queues(settings)
    database = app.turnwire.wiring.database
    payloads = bombs.payloads()
    with WorkerProcess(settings) as worker:
        if settings.broker.kind == "amqp":
            worker.wait_for(worker.output, lambda output: "events.reading" in output)
        with app.connection_for_write() as connection:
            producer = connection.Producer()
            options = {"content_type": "application/json", "content_encoding": "utf-8"}
            for name, body in payloads.items():
                headers = {"task": "connector.receive", "id": name}
                producer.publish(
                    b"[[%b], {}, {}]" % body, exchange=receive.exchange, routing_key=receive.name, declare=[receive],
                    correlation_id=name, headers=headers, **options,
                )  # fmt: skip
                if settings.broker.kind == "amqp":
                    producer.publish(body, exchange="", routing_key=EVENTS, message_id=name, **options)
        app.send_task("connector.receive", [HONEST], queue="turnwire.receive")
        doors = 2 if settings.broker.kind == "amqp" else 1
        rows = worker.wait_for(
            lambda: [*queries.events(database, limit=1000)],
            lambda rows: len(rows) > (len(payloads) - 4) * doors and any(row["status"] == "accepted" for row in rows),
        )
        assert worker.alive
        assert most_memory(worker.pid) < MEMORY
    assert [row["external_id"] for row in rows if row["status"] not in ENDED] == ["honest"]
    assert all(row["reason"] for row in rows if row["status"] in {"refused", "quarantined"})


@pytest.fixture
def site(sqlite_database, tmp_path, monkeypatch):
    sender = SENDERS["zendesk"]
    monkeypatch.setenv("ZENDESK", sender.secret)
    source = '[sources.zendesk]\nkind = "hook"\nroute = "support"\nprofile = "zendesk"\nsecret = "env:ZENDESK"\n'
    made = make_site(sqlite_database, tmp_path, source)
    yield made
    made.database.dispose()


@pytest.mark.parametrize("bomb", bombs.payloads())
def test_through_http(site, bomb):
    raw, sender, token = bombs.payloads()[bomb], SENDERS["zendesk"], site.token()
    ask, json_type = Client(site), {"Content-Type": "application/json"}
    with bounded_memory():
        assert ask("POST", "/v1/events", token, content=raw, headers=json_type).status_code in {400, 422}
        lines = raw.replace(b"\n", b" ") + b"\n" + json.dumps(event(1)).encode()
        batch = ask("POST", "/v1/events/batch", token, content=lines, headers={"Content-Type": "application/x-ndjson"})
        assert [json.loads(line)["http_status"] in {400, 422} for line in batch.text.splitlines()] == [True, False]
        signed = sender.sign(sender.secret, raw, datetime.now(UTC))
        hook = ask("POST", "/v1/hooks/zendesk", content=raw, headers={**json_type, **signed})
        assert hook.status_code in {200, 400, 422}
        assert ask("POST", "/v1/events", token, json=event(2)).status_code == 202


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, with a gigabyte."""
    return subprocess.run(
        [sys.executable, "-m", "connector.cli", *words], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )  # fmt: skip


@pytest.mark.slow
def test_through_files(tmp_path):
    settings = written_config(tmp_path, "embedded")
    upgrade(settings.database.sqlalchemy_url)
    mails = bombs.mails()
    box = tmp_path / "bombs.mbox"
    honest = b"From: b@shop.example\nMessage-ID: <honest@shop.example>\n\nWhere is my parcel?\n"
    opening = b"From a@shop.example Mon Nov  2 10:00:00 2026\n"
    box.write_bytes(b"".join(opening + mail + b"\n\n" for mail in (*mails.values(), honest)))
    lines = tmp_path / "bombs.jsonl"
    lines.write_bytes(b"\n".join([*bombs.payloads().values(), json.dumps(HONEST).encode()]) + b"\n")
    for file, count, last in ((box, len(mails), "honest@shop.example"), (lines, len(bombs.payloads()), "honest")):
        parsed = command(tmp_path, "parse", str(file), "--route", "support", "--json")
        found = [json.loads(line) for line in parsed.stdout.splitlines()]
        assert len(found) == count + 1, parsed.stderr
        assert found[-1]["id"] == last
        ingested = command(tmp_path, "ingest", "--yes", "--route", "support", str(file))
        assert "Traceback" not in ingested.stderr
    rows = [*queries.events(create(settings).turnwire.wiring.database, limit=1000)]
    accepted = {row["external_id"] for row in rows if row["status"] == "accepted"}
    assert {"honest", "honest@shop.example"} <= accepted
