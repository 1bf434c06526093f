"""Queues on RabbitMQ that somebody declared otherwise, or first: a callback's, and ours in a host's beat."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler
from kombu import Connection, Queue
from kombu.simple import SimpleQueue

from connector.channels.celery_callback import CeleryCallback
from connector.errors import BrokerRefused
from connector.settings import Settings
from connector.values import CallResult, Outcome, ReplyMessage
from tasks.broker.config import WORK, configuration, queues
from tasks.host.register import register
from tasks.runtime.publisher import CeleryPublisher
from tests.kit.worker_process import written_config

TICK = {"task": "connector.tick", "schedule": 1.0, "options": {"queue": "turnwire", "expires": 5}}


@pytest.fixture
def settings(amqp_url: str, tmp_path: Path) -> Settings:
    return written_config(tmp_path, amqp_url)


@pytest.fixture
def wire(amqp_url: str) -> Iterator[Connection]:
    with Connection(amqp_url) as connection:
        yield connection


def called(settings: Settings, queue: str, times: int = 1) -> list[CallResult]:
    app = Celery("turnwire", set_as_current=False)
    app.conf.update(configuration(settings))
    channel = CeleryCallback(CeleryPublisher(app))

    def message(number: int) -> ReplyMessage:
        target = {"task": "shop.answered", "queue": queue}
        return ReplyMessage(id="3", marker=f"tw_{number}", channel="celery", attempt=1, target=target, turn={"id": "7"})

    found = [asyncio.run(channel.deliver(message(number))) for number in range(times)]
    app.close()
    return found


def waiting(wire: Connection, queue: str) -> int:
    """How many messages come out of a queue; at least one must be there soon."""
    with wire.channel() as channel, SimpleQueue(channel, Queue(queue, no_declare=True)) as found:
        found.get(timeout=20).ack()
        number = 1
        with suppress(Empty):
            while found.get(timeout=0.2).ack() is None:
                number += 1
    return number


@pytest.mark.parametrize(
    "arguments", [{"x-max-priority": 10}, {"x-queue-type": "quorum"}, {"x-message-ttl": 3_600_000}], ids=str
)
def test_a_callbacks_queue_is_taken_as_its_owner_declared_it(settings, wire, arguments):
    with wire.channel() as channel:
        Queue("shop", routing_key="elsewhere", queue_arguments=arguments, durable=True)(channel).declare()
    assert [result.outcome for result in called(settings, "shop", 2)] == [Outcome.ANSWERED] * 2
    assert waiting(wire, "shop") == 2


def test_a_callbacks_queue_that_is_not_there_is_made_as_celery_makes_it(settings, wire):
    assert [result.outcome for result in called(settings, "shop.new", 2)] == [Outcome.ANSWERED] * 2
    assert waiting(wire, "shop.new") == 2
    with wire.channel() as channel:
        Queue("shop.new", routing_key="shop.new", durable=True)(channel).declare()


def test_a_queue_that_the_broker_refuses_is_told_and_the_next_callback_goes(settings, wire):
    with Connection(settings.broker.url) as owner, owner.channel() as channel:
        channel.queue_declare("shop.mine", exclusive=True)
        (refused,) = called(settings, "shop.mine")
        assert refused.outcome is Outcome.REFUSED
        assert "shop.mine" in (refused.error or "")
    assert called(settings, "shop")[0].outcome is Outcome.ANSWERED


def test_what_the_broker_refuses_while_publishing_is_told_too(settings, monkeypatch):
    app = Celery("turnwire", set_as_current=False)
    app.conf.update(configuration(settings))
    publisher = CeleryPublisher(app)
    monkeypatch.setattr("tasks.runtime.publisher._exists", lambda *_: False)
    with Connection(settings.broker.url) as owner, owner.channel() as channel:
        Queue("shop", queue_arguments={"x-max-priority": 10}, durable=True)(channel).declare()
        with pytest.raises(BrokerRefused, match="shop"):
            publisher.call("shop.answered", [{}], "shop", "tw_1")
        monkeypatch.undo()
        publisher.call("shop.answered", [{}], "shop", "tw_1")
    app.close()


def beat(settings: Settings, url: str) -> Any:
    """One tick of a host's beat, as the page has it."""
    app = Celery("shop", broker=url, set_as_current=False)
    register(app, settings, ticks=False)
    scheduler = Scheduler(app, lazy=True)
    scheduler.apply_async(ScheduleEntry(name="turnwire", app=app, **TICK), producer=None, advance=False)
    app.close()


def work_queue(settings: Settings, wire: Connection) -> None:
    """Declare our queue as a worker does."""
    with wire.channel() as channel:
        next(queue for queue in queues(settings) if queue.name == WORK)(channel).declare()


def test_a_hosts_beat_ticks_after_the_worker(settings, wire, amqp_url):
    work_queue(settings, wire)
    beat(settings, amqp_url)
    assert waiting(wire, WORK) == 1


def test_a_hosts_beat_ticks_before_the_worker_and_leaves_its_queue_to_it(settings, wire, amqp_url):
    beat(settings, amqp_url)
    work_queue(settings, wire)
    beat(settings, amqp_url)
    assert waiting(wire, WORK) == 1
