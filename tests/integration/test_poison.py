"""Messages that no task of ours is: the worker lives, each is set aside with its reason, and the next one is served."""

from __future__ import annotations

from typing import Any

from connector.storage import queries
from connector.storage.core.migrate import upgrade
from tasks.application import create
from tasks.broker.config import queues
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
