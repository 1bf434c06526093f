"""``turnwire.events`` on a real RabbitMQ: programs that speak AMQP and nothing else hand in, a real worker takes in."""

from __future__ import annotations

import json
import signal
import struct
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp
import pytest
from sqlalchemy import select

from connector.storage import queries, tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.monitoring.measures import measures
from tests.kit.matrix.proxy import proxy
from tests.kit.matrix.servers import RabbitMQ, running
from tests.kit.worker_process import WorkerProcess, written_config

QUEUE, DEAD = "turnwire.events", "turnwire.dead"
SECRET = "words of a customer"


class Program:
    """Somebody else's program: py-amqp, a connection, and nothing of ours."""

    def __init__(self, connection: amqp.Connection) -> None:
        self.channel = connection.channel()
        self.channel.auto_decode = False

    def declare(self, **arguments: Any) -> None:
        self.channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=arguments or None)

    def send(self, body: object, content_type: Any = "application/json", **properties: Any) -> None:
        given = {} if content_type is None else {"content_type": content_type}
        kind = Strange if properties.pop("strange", False) else amqp.Message
        message = kind(body if isinstance(body, bytes) else json.dumps(body), delivery_mode=2, **given, **properties)
        self.channel.basic_publish_confirm(message, routing_key=QUEUE)

    def left(self, queue: str = QUEUE) -> int:
        return int(self.channel.queue_declare(queue, passive=True).message_count)

    def comes_to(self, count: int) -> None:
        """Wait for so many in the queue: what a worker had not acknowledged comes back a moment after its end."""
        until = time.monotonic() + 60
        while self.left() != count:
            assert time.monotonic() < until, self.left()
            time.sleep(0.05)

    def dead(self) -> list[Any]:
        found = []
        while (message := self.channel.basic_get(DEAD, no_ack=True)) is not None:
            found.append(message)
        return found


@contextmanager
def program(url: str) -> Iterator[Program]:
    parts = urlsplit(url)
    with amqp.Connection(
        f"{parts.hostname}:{parts.port}", parts.username, parts.password, virtual_host=unquote(parts.path[1:])
    ) as connection:
        yield Program(connection)


class Site:
    """A configured folder with its database."""

    def __init__(
        self, folder: Any, broker_url: str, database_url: str = "sqlite:///turnwire.db", more: str = ""
    ) -> None:
        self.settings = written_config(folder, broker_url, database_url=database_url, more=more)
        upgrade(self.settings.database.sqlalchemy_url)
        self.database = Database(self.settings.database.sqlalchemy_url)

    def worker(self, **environ: str) -> WorkerProcess:
        return WorkerProcess(self.settings, environ)

    def events(self) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            return [dict(row) for row in connection.execute(select(tables.events)).mappings()]

    def statuses(self) -> Mapping[str, int]:
        return Counter(row["status"] for row in self.events())


@pytest.fixture
def site(tmp_path, amqp_url):
    made = Site(tmp_path, amqp_url)
    yield made
    made.database.dispose()


@pytest.fixture
def shop(amqp_url):
    with program(amqp_url) as made:
        yield made


def event(number: int, **more: Any) -> dict[str, Any]:
    return {"route": "support", "conversation": f"T-{number}", "id": str(number), "text": f"{SECRET} {number}", **more}


def envelope(number: int, **more: Any) -> dict[str, Any]:
    data = {name: value for name, value in event(number).items() if name != "id"}
    return {"specversion": "1.0", "id": f"ce-{number}", "source": "/shop", "type": "asked", "data": data, **more}


class Strange(amqp.Message):  # type: ignore[misc] # amqp ships no types
    """With a header that holds a time far beyond the calendar, as milliseconds in place of seconds are."""

    def _serialize_properties(self) -> bytes:
        milliseconds = struct.pack(">q", 1_795_255_200_000)
        self.properties["application_headers"] = {"sent": 1_795_255_200_000}
        written: bytes = super()._serialize_properties()
        number, time_ = b"L" + milliseconds, b"T" + milliseconds
        assert number in written
        return written.replace(number, time_)


def drained(shop: Program) -> bool:
    return shop.left() == 0


def test_every_kind_of_message_is_taken_in_whoever_starts_first(site, shop):
    shop.declare()
    shop.send(event(1))
    with site.worker() as worker:
        worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 1})
        shop.send([event(2), event(3)])
        shop.send(envelope(4), "application/cloudevents+json; charset=utf-8")
        shop.send([envelope(5), envelope(6)], "application/cloudevents-batch+json")
        attributes = {name: value for name, value in envelope(7).items() if name != "data"}
        for prefix in ("cloudEvents:", "cloudEvents_"):
            headers = {f"{prefix}{name}": value for name, value in attributes.items()}
            shop.send(envelope(7)["data"], application_headers=headers)
        shop.send(event(1))
        shop.send(event(1, text="other words"))
        shop.send(event(8, source="till:7"))
        worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 8})
        worker.wait_for(lambda: drained(shop), bool)
        worker.wait_for(lambda: [*queries.events(site.database, conflicting=True)], len)
    assert worker.returncode == 0, worker.output()[-2000:]
    rows = {row["external_id"]: row for row in site.events()}
    assert set(rows) == {"1", "2", "3", "ce-4", "ce-5", "ce-6", "ce-7", "8"}
    assert {row["source"] for name, row in rows.items() if name != "8"} == {"amqp"}
    assert rows["8"]["source"] == "till:7"
    assert json.loads(rows["ce-7"]["metadata"]) == {"cloudevent": {"source": "/shop", "type": "asked"}}
    assert SECRET not in worker.output()


def test_a_bad_event_is_refused_with_its_field_and_kept_as_it_came(site, shop):
    bad = [event(1, text=" "), event(2, route="nowhere"), event(3, conversation=5), "no object"]
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: "events.reading" in output)
        for _ in range(2):
            shop.send(bad)
            shop.send({"text": SECRET})
            shop.send({"text": f"{SECRET}, another"})
            shop.send({**envelope(9), "data": "none"}, "application/cloudevents+json")
        shop.send(event(1))
        worker.wait_for(site.statuses, lambda seen: seen == {"refused": 7, "accepted": 1})
        worker.wait_for(lambda: drained(shop), bool)
        assert worker.alive
    reasons = sorted(row["reason"] for row in site.events() if row["status"] == "refused")
    for field in ("text: expected", "route: expected", "conversation: expected", "event: expected", "data: expected"):
        assert any(field in reason for reason in reasons), (field, reasons)
    given = {row["given_id"] for row in site.events() if row["status"] == "refused"}
    assert {"1", "2", "3", "ce-9"} <= given
    nameless = [row["id"] for row in site.events() if row["status"] == "refused" and row["given_id"] is None]
    bodies = {queries.event(site.database, row, raw=True)["raw"] for row in nameless}
    assert bodies == {'"no object"', json.dumps({"text": SECRET}), json.dumps({"text": f"{SECRET}, another"})}


POISON: dict[str, list[tuple[bytes, Any, dict[str, Any]]]] = {
    "no content type": [
        (json.dumps(event(0)).encode(), None, {}),
        (b"", None, {}),
        (b"{}", b"\xff\xfe", {}),
        (b"{}", "application/json", {"strange": True}),
    ],
    "content type is not application/json or that of CloudEvents in JSON": [
        (json.dumps(event(0)).encode(), "text/plain", {}),
        (b"\x80\x04N.", "application/x-python-serialize", {}),
    ],
    "content encoding is not UTF-8": [(b"{}", "application/json", {"content_encoding": "gzip"})],
    "body is larger than 512 KiB": [(json.dumps(event(0, text="x" * 600_000)).encode(), "application/json", {})],
    "body is not UTF-8": [(b'{"text": "\xff"}', "application/json", {})],
    "body is not JSON": [
        (SECRET.encode(), "application/json", {}),
        (b"", "application/json", {}),
    ],
    "body is not JSON nested at most 100 deep": [(b"[" * 300_000, "application/json", {})],
    "body is not a JSON object": [(b'"text"', "application/json", {}), (b"5", "application/cloudevents+json", {})],
    "a Celery task: those go to turnwire.receive": [
        (b"[[{}], {}, {}]", "application/json", {"application_headers": {"task": "connector.receive", "id": "1"}})
    ],
}


def test_a_storm_of_poison_is_set_aside_and_costs_the_others_nothing(site, shop):
    rounds = 30
    shop.declare()
    for number in range(rounds):
        for messages in POISON.values():
            for body, content_type, properties in messages:
                shop.send(body, content_type, message_id=str(number), **properties)
        shop.send(event(number))
    expected = {reason: rounds * len(messages) for reason, messages in POISON.items()}
    # Two kinds have properties that cannot be decoded, so no name either, and the same body: one row for all of them.
    kept = {**expected, "no content type": 2 * rounds + 1}
    with site.worker() as worker:
        wanted = {"accepted": rounds, "quarantined": sum(kept.values())}
        worker.wait_for(site.statuses, lambda seen: seen == wanted)
        worker.wait_for(lambda: drained(shop), bool)
        shop.send(event(1_000_000))
        worker.wait_for(site.statuses, lambda seen: seen["accepted"] == rounds + 1)
        assert worker.alive
    assert worker.returncode == 0
    told = {f"queue {QUEUE}: {reason}": number for reason, number in kept.items()}
    assert Counter(row["reason"] for row in site.events() if row["status"] == "quarantined") == told
    counted = {count.labels[0]: count.value for count in measures(site.database).set_aside}
    assert counted == told
    dead = shop.dead()
    assert Counter(message.headers["turnwire-reason"] for message in dead) == expected
    assert {message.headers["turnwire-queue"] for message in dead} == {QUEUE}
    assert SECRET.encode() in {message.body for message in dead}
    assert SECRET not in worker.output()


@pytest.mark.parametrize("place", ["events_delivered", "events_stored"])
def test_a_worker_killed_before_it_acknowledges_loses_nothing_and_doubles_nothing(
    place, tmp_path, amqp_url, postgres_url
):
    site = Site(tmp_path, amqp_url, postgres_url)
    with program(amqp_url) as shop:
        shop.declare()
        for number in range(300):
            if number % 50 == 0:
                # The same six times, and six that differ. The first is in whatever the first worker takes together.
                shop.send(b"broken", "application/json")
                shop.send(b"broken", "application/json", message_id=str(number))
            shop.send(event(number))
        with site.worker(TURNWIRE_FAILPOINTS=f"{place}:kill") as first:
            until = time.monotonic() + 60
            while first.alive and time.monotonic() < until:
                time.sleep(0.05)
            assert first.stop() == -signal.SIGKILL
        # Nothing was acknowledged, so all of it comes back.
        shop.comes_to(312)
        stored = site.statuses()
        assert (stored == {}) == (place == "events_delivered")
        assert (stored.get("quarantined", 0) > 0) == (place == "events_stored")
        assert stored.get("accepted", 0) <= 300
        with site.worker() as second:
            # Behind all the others.
            shop.send(event(300))
            second.wait_for(site.statuses, lambda seen: seen["accepted"] == 301)
        assert second.returncode == 0, second.output()[-2000:]
        # What is the same and has no name cannot be told from its repeats: one row. Of each message there is a copy.
        assert site.statuses() == {"accepted": 301, "quarantined": 1 + 6}
        assert {row["external_id"] for row in site.events() if row["status"] == "accepted"} == set(map(str, range(301)))
        assert len(shop.dead()) >= 12
        # Nothing is left unacknowledged either: with the worker gone, that would be back.
        shop.comes_to(0)
    site.database.dispose()


def test_a_cut_connection_and_a_broker_away_are_got_over(tmp_path, amqp_url):
    with proxy(amqp_url) as between, program(amqp_url) as shop:
        site = Site(tmp_path, between.url(amqp_url))
        with site.worker() as worker:
            worker.wait_for(worker.output, lambda output: "events.reading" in output)
            shop.send(event(1))
            worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 1})
            between.cut()
            shop.send(event(2))
            worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 2})
            between.refuse()
            shop.send(event(3))
            worker.wait_for(worker.output, lambda output: output.count("events.interrupted") >= 3)
            between.admit()
            worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 3})
            worker.wait_for(lambda: drained(shop), bool)
        assert worker.returncode == 0, worker.output()[-2000:]
        site.database.dispose()


def test_a_deleted_queue_is_made_again(site, shop):
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: "events.reading" in output)
        shop.channel.queue_delete(QUEUE)
        worker.wait_for(worker.output, lambda output: output.count("events.reading") == 2)
        shop.send(event(1))
        worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 1})


def test_while_the_database_is_away_nothing_is_acknowledged_and_nothing_lost(tmp_path, amqp_url, postgres_url):
    with proxy(postgres_url) as between, program(amqp_url) as shop:
        site = Site(tmp_path, amqp_url, between.url(postgres_url))
        with site.worker() as worker:
            worker.wait_for(worker.output, lambda output: "events.reading" in output)
            between.refuse()
            for number in range(20):
                shop.send(event(number))
            shop.send(b"broken")
            worker.wait_for(worker.output, lambda output: output.count("event.put_off") >= 2)
            # Held by the worker rather than given back and delivered again and again.
            assert shop.left() == 0
            assert worker.output().count("event.put_off") < 50
            between.admit()
            worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 20, "quarantined": 1})
            between.refuse()
            shop.send(event(20))
            worker.wait_for(lambda: drained(shop), bool)
        assert worker.returncode == 0, worker.output()[-2000:]
        # Told to stop meanwhile, it gave back what it could not store.
        shop.comes_to(1)
        between.admit()
        with site.worker() as second:
            second.wait_for(site.statuses, lambda seen: seen["accepted"] == 21)
        site.database.dispose()


def test_told_to_stop_it_acknowledges_what_it_stored_and_leaves_the_rest(site, shop):
    shop.declare()
    for start in range(0, 20_000, 200):
        shop.send([event(number) for number in range(start, start + 200)])
    with site.worker() as worker:
        worker.wait_for(site.statuses, lambda seen: seen.get("accepted", 0) > 0)
    assert worker.returncode == 0, worker.output()[-2000:]
    stored = site.statuses()["accepted"]
    assert stored % 200 == 0
    shop.comes_to((20_000 - stored) // 200)


def test_a_queue_of_another_kind_is_taken_as_it_is(site, shop):
    shop.declare(**{"x-queue-type": "quorum"})
    shop.send(event(1))
    with site.worker() as worker:
        worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 1})


def test_switched_off_nobody_reads_it(tmp_path, amqp_url, shop):
    site = Site(tmp_path, amqp_url, more="[worker]\nevents_queue = false\n")
    shop.declare()
    shop.send(event(1))
    with site.worker() as worker:
        worker.wait_for(worker.output, lambda output: "worker.registered" in output)
        assert shop.left() == 1
    assert "events.reading" not in worker.output()
    assert shop.left() == 1
    site.database.dispose()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_broker_that_restarts_or_blocks_publishers(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    server = RabbitMQ(folder)
    with running(server):
        site = Site(tmp_path, server.url)
        with program(server.url) as shop:
            shop.declare()
            for number in range(5):
                shop.send(event(number))
                shop.send(f"broken {number}".encode())
        server.control("set_vm_memory_high_watermark", "0")
        with site.worker() as worker:
            worker.wait_for(site.statuses, lambda seen: seen == {"accepted": 5, "quarantined": 5})
            with program(server.url) as shop:
                worker.wait_for(lambda: drained(shop), bool)
            server.control("set_vm_memory_high_watermark", "0.4")
            server.stop_app()
            worker.wait_for(worker.output, lambda output: "events.interrupted" in output)
            server.start_app()
            with program(server.url) as shop:
                shop.send(event(5))
                worker.wait_for(site.statuses, lambda seen: seen["accepted"] == 6)
                worker.wait_for(lambda: drained(shop), bool)
        assert worker.returncode == 0, worker.output()[-2000:]
        site.database.dispose()
