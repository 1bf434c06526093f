"""Messages that no task of ours is: the worker lives, each is set aside with its reason, and the next one is served."""

from __future__ import annotations

from typing import Any

from connector.storage import queries
from connector.storage.core.migrate import upgrade
from tasks.application import create
from tasks.broker.config import DEAD, queues
from tests.kit.worker_process import WorkerProcess, written_config

TICK = {"task": "connector.tick", "id": "1"}
JSON = {"content_type": "application/json", "content_encoding": "utf-8"}
POISON: list[tuple[bytes, dict[str, Any], str]] = [
    (b"hello", {"content_type": "text/plain", "content_encoding": "utf-8"}, "content type is not application/json"),
    (b"{broken", {**JSON, "headers": TICK}, "body is not JSON"),
    (b'{"a": 1}', JSON, "no task header"),
    (b"[[], {}, {}]", {**JSON, "headers": {"task": "connector.nope", "id": "2"}}, "unknown task"),
    (b"[1]", {**JSON, "headers": TICK}, "body is not [args, kwargs, embed]"),
    (b"[[], {}, {}]", {**JSON, "headers": {"task": "connector.tick"}}, "no id header"),
    (b"[[], {}, {}]", {**JSON, "headers": {**TICK, "eta": "garbage"}}, "invalid task (InvalidTaskError)"),
    (b"\x80\x04N.", {"content_type": "application/x-python-serialize", "headers": TICK}, "content type is not"),
]


def test_poison_is_set_aside_and_the_worker_goes_on(tmp_path, broker_url, matrix):
    injected = "text, broken JSON, no task header, an unknown task, a wrong body, pickle, no content type"
    row = matrix.row("E21", injected=injected, case=broker_url.split(":")[0])
    settings = written_config(tmp_path, broker_url)
    upgrade(settings.database.sqlalchemy_url)
    app = create(settings)
    work = queues(settings)[0]
    database = app.turnwire.wiring.database
    with WorkerProcess(settings) as worker:
        with app.connection_for_write() as connection:
            producer = connection.Producer()
            for body, options, _ in POISON:
                producer.publish(body, exchange="turnwire", routing_key="turnwire", declare=[work], **options)
            expected = len(POISON) + publish_without_content_type(connection)
        event = {"route": "support", "conversation": "T-1", "id": "1", "text": "still there?"}
        app.send_task("connector.receive", [event], queue="turnwire.receive")
        rows = worker.wait_for(lambda: [*queries.events(database, limit=100)], lambda rows: len(rows) == expected + 1)
        assert worker.alive
    reasons = [row["reason"] for row in rows if row["status"] == "quarantined"]
    assert len(reasons) == expected
    for _, _, reason in POISON:
        assert any(reason in found for found in reasons), reason
    assert [row["external_id"] for row in rows if row["status"] == "accepted"] == ["1"]
    assert worker.returncode == 0
    assert "hello" not in worker.output()
    row.saw(posts=0, state=f"{expected} events quarantined, the good one taken in", operator=f"events: {reasons[0]}")


def publish_without_content_type(connection) -> int:
    """The kind that ends a plain Celery worker; only AMQP can express it."""
    if connection.transport.driver_type != "amqp":
        return 0
    import amqp

    bare = amqp.Message("[[], {}, {}]", application_headers=TICK)
    connection.default_channel.basic_publish(bare, exchange="turnwire", routing_key="turnwire")
    return 1


def test_properties_that_cannot_be_decoded_do_not_hold_up_what_is_behind_them(tmp_path, amqp_url):
    import amqp

    settings = written_config(tmp_path, amqp_url)
    upgrade(settings.database.sqlalchemy_url)
    app = create(settings)
    database = app.turnwire.wiring.database
    with WorkerProcess(settings) as worker:
        worker.wait_for(worker.output, lambda output: "worker.registered" in output)
        with app.connection_for_write() as connection:
            strange = amqp.Message("[[], {}, {}]", content_type=b"\xff\xfe", application_headers=TICK)
            connection.default_channel.basic_publish(strange, exchange="", routing_key="turnwire.receive")
        event = {"route": "support", "conversation": "T-1", "id": "1", "text": "still there?"}
        app.send_task("connector.receive", [event], queue="turnwire.receive")
        rows = worker.wait_for(lambda: [*queries.events(database, limit=100)], lambda rows: len(rows) == 2)
    assert {(row["status"], row["reason"]) for row in rows} == {
        ("accepted", None),
        ("quarantined", "queue turnwire.receive: no content type"),
    }


DEPTHS = (900, 930, 960, 985, 1000, 1040, 1100)
TOO_DEEP = "body is not JSON nested at most 100 deep"


def nested(depth: int) -> bytes:
    """A task's message, a kilobyte or two, that another process or thread may or may not be able to decode."""
    event = b'{"route":"support","conversation":"T-9","id":"9","text":"x","metadata":{"m":%b%b}}'
    return b"[[%b], {}, {}]" % (event % (b"[" * depth, b"]" * depth))


def raw_entries(app, settings) -> int:
    """Write to the broker what no program of Celery's would, where the broker takes it; how many messages it makes."""
    entries = [
        b"hello",
        b"[" * 960 + b"]" * 960,
        b'{"a":' * 960 + b"1" + b"}" * 960,
        b"[]",
        b'{"body": "e30=", "headers": [], "properties": {"delivery_tag": "1", "delivery_info": {}}}',
        b'{"body": "x", "properties": {"delivery_tag": "1", "delivery_info": {}, "body_encoding": "base64"}}',
        b'{"properties": {"__type__": "datetime", "__value__": 1}}',
        b"\xff\xfe",
    ]
    if settings.broker.kind == "embedded":
        for number, entry in enumerate(entries):
            (settings.broker.directory / "messages" / f"{number}.turnwire.msg").write_bytes(entry)
    elif settings.broker.kind == "redis":
        with app.connection_for_write() as connection:
            for entry in entries:
                connection.default_channel.client.lpush("turnwire", entry)
    else:
        return 0
    return len(entries)


def compressed(connection, work) -> int:
    """A body of half a gigabyte in half a megabyte."""
    import bz2
    import zlib

    zeros = zlib.compressobj()
    bomb = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(512)) + zeros.flush()
    producer = connection.Producer()
    for body, kind in ((bomb, "application/x-gzip"), (bz2.compress(bytes(1 << 26)), "application/x-bz2")):
        headers = {**TICK, "compression": kind}
        producer.publish(body, exchange="turnwire", routing_key="turnwire", declare=[work], headers=headers, **JSON)
    return 2


def test_no_message_is_too_much_for_the_loop_that_everything_hangs_on(tmp_path, broker_url):
    settings = written_config(tmp_path, broker_url)
    upgrade(settings.database.sqlalchemy_url)
    app = create(settings)
    work, receive = queues(settings)
    database = app.turnwire.wiring.database
    with app.connection_for_write() as connection:
        producer = connection.Producer()
        for number, depth in enumerate(DEPTHS):
            headers = {"task": "connector.receive", "id": f"deep-{number}"}
            producer.publish(
                nested(depth), exchange=receive.exchange, routing_key=receive.name, declare=[receive],
                correlation_id=f"deep-{number}", headers=headers, **JSON,
            )  # fmt: skip
        odd = {"task": "connector.receive", "id": "odd"}
        marked = b'[[{"route": "support", "metadata": {"__type__": "datetime", "__value__": 1}}], {}, {}]'
        producer.publish(marked, exchange=receive.exchange, routing_key=receive.name, headers=odd, **JSON)
        expected = len(DEPTHS) + 1 + compressed(connection, work)
        expected += raw_entries(app, settings)
    with WorkerProcess(settings) as worker:
        event = {"route": "support", "conversation": "T-1", "id": "1", "text": "still there?"}
        app.send_task("connector.receive", [event], queue="turnwire.receive")
        rows = worker.wait_for(lambda: [*queries.events(database, limit=100)], lambda rows: len(rows) == expected + 1)
        assert worker.alive
    reasons = [row["reason"] for row in rows if row["status"] == "quarantined"]
    assert len(reasons) == expected
    assert sum(TOO_DEEP in reason for reason in reasons) == len(DEPTHS)
    assert [row["external_id"] for row in rows if row["status"] == "accepted"] == ["1"]
    assert worker.returncode == 0
    with app.connection_for_read() as connection, connection.SimpleQueue(DEAD) as dead:
        buried = [dead.get(timeout=5).headers["turnwire-reason"] for _ in range(expected)]
    assert buried.count(TOO_DEEP) == len(DEPTHS)
