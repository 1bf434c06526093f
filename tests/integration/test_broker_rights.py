"""What whoever may write to the broker can do: hand messages in, and nothing else."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import amqp
import pytest
from celery import Celery, chain
from kombu import Exchange, Queue
from sqlalchemy import select

from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tasks.application import create, own_name
from tasks.broker.config import problem
from tests.kit.matrix.servers import program
from tests.kit.worker_process import WorkerProcess, written_config
from tests.storm.order import foreign

ROOT = Path(__file__).parents[2]


class Site:
    """A configured folder with its database."""

    def __init__(self, folder, broker_url: str, more: str = "") -> None:
        self.settings = written_config(folder, broker_url, more=more)
        upgrade(self.settings.database.sqlalchemy_url)
        self.database = Database(self.settings.database.sqlalchemy_url)

    def worker(self) -> WorkerProcess:
        return WorkerProcess(self.settings)

    def taken_in(self) -> set[str]:
        with self.database.reading() as connection:
            return set(connection.execute(select(tables.events.c.external_id)).scalars())


@pytest.fixture
def site(tmp_path, request):
    url = request.getfixturevalue("broker_url" if "broker_url" in request.fixturenames else "amqp_url")
    made = Site(tmp_path, url)
    yield made
    made.database.dispose()


def event(name: str) -> dict[str, str]:
    return {"route": "support", "conversation": "T-1", "id": name, "text": "Where is my parcel?"}


@contextmanager
def connected(url: str) -> Iterator[amqp.Connection]:
    parts = urlsplit(url)
    with amqp.Connection(
        f"{parts.hostname}:{parts.port}", parts.username, parts.password, virtual_host=unquote(parts.path[1:])
    ) as connection:
        yield connection


def test_what_a_senders_headers_say_is_not_done(broker_url, site):
    """Messages with a time hold no place of a worker's, and no task of the sender's choice is called."""
    app: Celery = foreign(site.settings)
    later = datetime.now(UTC) + timedelta(days=1)

    def sent(name: str, **options) -> None:
        app.send_task("connector.receive", [event(name)], queue="turnwire.receive", **options)

    other = app.signature("shop.other", queue="shop.others")
    with site.worker() as worker:
        for number in range(8):
            sent(f"later-{number}", eta=later)
        sent("expiring", expires=3600)
        sent("linked", link=other, link_error=other, time_limit=1, soft_time_limit=1, retries=3)
        chain(app.signature("connector.receive", [event("chained")], queue="turnwire.receive"), other).apply_async()
        app.send_task("connector.tick", queue="turnwire", eta=later)
        sent("plain")
        wanted = {f"later-{number}" for number in range(8)} | {"expiring", "linked", "chained", "plain"}
        worker.wait_for(site.taken_in, lambda seen: seen == wanted)
        told = worker.wait_for(worker.output, lambda output: output.count("message.headers_ignored") >= 2)
        assert worker.alive
    for name in ("eta", "expires", "timelimit", "retries", "callbacks", "errbacks", "chain", "due_at"):
        assert name in told
    with app.connection_for_read() as connection:
        queue = Queue("shop.others", Exchange("shop.others"), "shop.others")(connection.default_channel)
        queue.declare()
        assert queue.get(no_ack=True) is None


@pytest.mark.parametrize("allowed", [False, True])
def test_nobody_commands_a_worker_unless_that_is_asked_for(allowed, tmp_path, amqp_url):
    site = Site(tmp_path, amqp_url, f"[worker]\nremote_control = {str(allowed).lower()}\n" if allowed else "")
    app = create(site.settings)
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: "receive.reading" in output)
        if allowed:
            worker.wait_for(lambda: app.control.ping(timeout=0.5), bool)
        else:
            assert app.control.ping(timeout=2.0) == []
    site.database.dispose()


def test_workers_of_one_host_and_process_number_have_names_of_their_own():
    """As containers have on their host's network."""
    assert own_name() != own_name()


@pytest.fixture
def sender(amqp_url):
    """The address of a user who may hand in, made as deploy/rabbitmq-sender makes it."""
    parts = urlsplit(amqp_url)
    vhost, name, password = unquote(parts.path[1:]), f"turnwire-test-{os.getpid()}", secrets.token_hex(8)
    script = ROOT / "deploy" / "rabbitmq-sender"
    environ = {**os.environ, "SENDER_PASSWORD": password}
    program("rabbitmqctl", "/usr/sbin")
    if os.geteuid() != 0:
        pytest.skip("rabbitmqctl is for root")
    for _ in range(2):  # whoever is there already gets the same rights
        subprocess.run([script, name, vhost], env=environ, check=True, capture_output=True, timeout=60)
    try:
        yield parts._replace(netloc=f"{name}:{password}@{parts.hostname}:{parts.port}").geturl()
    finally:
        subprocess.run(["rabbitmqctl", "--quiet", "delete_user", name], check=False, timeout=60)


def test_a_sender_may_hand_in_and_nothing_else(site, sender):
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: "receive.reading" in output and "events.reading" in output)
        shop = Celery("shop", broker=sender, set_as_current=False)
        shop.conf.task_queues = [
            Queue("turnwire.receive", Exchange("turnwire.receive"), "turnwire.receive", no_declare=True)
        ]
        shop.send_task(
            "connector.receive", [event("task")],
            queue="turnwire.receive", exchange="turnwire.receive", routing_key="turnwire.receive", confirm_timeout=5,
        )  # fmt: skip
        with connected(sender) as connection, connection.channel() as channel:
            message = amqp.Message(json.dumps(event("plain")), content_type="application/json")
            channel.basic_publish_confirm(message, exchange="turnwire.events", routing_key="turnwire.events")
        worker.wait_for(site.taken_in, lambda seen: seen == {"task", "plain"})
        for act in (
            lambda channel: channel.basic_publish_confirm(amqp.Message("x"), routing_key="turnwire"),
            lambda channel: channel.basic_publish_confirm(amqp.Message("x"), "turnwire", routing_key="turnwire"),
            lambda channel: channel.basic_get("turnwire.receive"),
            lambda channel: channel.basic_consume("turnwire.events"),
            lambda channel: channel.queue_purge("turnwire.receive"),
            lambda channel: channel.queue_delete("turnwire.receive"),
            lambda channel: channel.queue_declare("turnwire.receive", durable=True, auto_delete=False),
            lambda channel: channel.queue_declare("celeryev.own"),
            lambda channel: channel.exchange_delete("turnwire.receive"),
        ):
            with pytest.raises(amqp.AccessRefused), connected(sender) as connection:
                act(connection.channel())
        assert worker.alive


def test_queues_that_somebody_declared_otherwise_are_used_as_they_are(site):
    with connected(site.settings.broker.url) as connection, connection.channel() as channel:
        channel.exchange_declare("turnwire", "fanout", durable=False, auto_delete=False)
        channel.queue_declare("turnwire", durable=True, auto_delete=False, arguments={"x-max-priority": 3})
        channel.exchange_declare("turnwire.receive", "topic", durable=True, auto_delete=False)
        for name in ("turnwire.receive", "turnwire.events"):
            channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_declare("turnwire.dead", durable=True, auto_delete=False, arguments={"x-message-ttl": 60_000})
    app = create(site.settings)
    assert problem(app, site.settings) is None
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: "receive.reading" in output and "events.reading" in output)
        app.send_task("connector.receive", [event("1")], queue="turnwire.receive")
        worker.wait_for(site.taken_in, lambda seen: seen == {"1"})
        # Only who hears its bell begins an attempt.
        worker.wait_for(lambda: attempts(site), bool)
    assert "bell.lost" not in worker.output()
    assert worker.returncode == 0, worker.output()[-2000:]


def attempts(site: Site) -> int:
    with site.database.reading() as connection:
        return len(connection.execute(select(tables.attempts.c.turn_id)).all())


@pytest.mark.parametrize("name", ["turnwire", "turnwire.receive", "turnwire.events"])
def test_one_that_cannot_be_used_is_named_in_a_sentence(name, site):
    app = create(site.settings)
    with connected(site.settings.broker.url) as connection, connection.channel() as channel:
        channel.queue_declare(name, exclusive=True)
        found = problem(app, site.settings)
        assert found is not None
        assert f"the queue {name} belongs to one other connection alone" in found
    with connected(site.settings.broker.url) as connection, connection.channel() as channel:
        channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "stream"})
    found = problem(app, site.settings)
    assert found is not None
    assert f"the queue {name} is a stream" in found
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: f"the queue {name} is a stream" in output)
        with connected(site.settings.broker.url) as connection, connection.channel() as channel:
            channel.queue_delete(name)
        app.send_task("connector.receive", [event("1")], queue="turnwire.receive")
        worker.wait_for(site.taken_in, lambda seen: seen == {"1"})
        worker.wait_for(lambda: attempts(site), bool)
        assert worker.alive


def test_a_look_at_the_queues_makes_none(site):
    assert problem(create(site.settings), site.settings) is None
    for name in ("turnwire", "turnwire.receive", "turnwire.events", "turnwire.dead"):
        with pytest.raises(amqp.NotFound), connected(site.settings.broker.url) as connection:
            connection.channel().queue_declare(name, passive=True)
