"""Order on ``turnwire.receive``: what one program publishes for a conversation is stored so, through kills."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from celery import Celery
from kombu.utils.json import dumps
from sqlalchemy import select

from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tasks.application import create
from tasks.broker.embedded import EmbeddedChannel
from tasks.queues.embedded_files import EmbeddedDeliveries
from tasks.queues.redis_list import RedisDeliveries
from tests.kit.worker_process import WorkerProcess, wait_until_frozen, written_config
from tests.storm.order import Figures, Plan, foreign, planned, publish, reckon, storm

SMALL = Plan(conversations=20, messages=5, workers=3, kills=2, pause=0.02, spell=2.0, patience=60.0)


def test_in_a_storm_no_conversation_is_out_of_order(tmp_path, broker_url, request):
    database = (
        f"sqlite:///{tmp_path}/turnwire.db" if broker_url == "embedded" else request.getfixturevalue("postgres_url")
    )
    upgrade(database.replace("postgresql:", "postgresql+psycopg:"))
    figures = storm(SMALL, tmp_path, database=database, broker=broker_url)
    assert sum(figures.kills.values()) >= SMALL.kills
    assert (figures.stored, figures.out_of_order, figures.lost, figures.twice) == (100, 0, 0, 0)


class Site:
    """A configured folder, its database, and somebody else's program."""

    def __init__(self, folder, broker_url: str, more: str = "") -> None:
        self.settings = written_config(folder, broker_url, more=f'[worker]\nlease = "2s"\n{more}')
        upgrade(self.settings.database.sqlalchemy_url)
        self.database = Database(self.settings.database.sqlalchemy_url)
        self.shop: Celery = foreign(self.settings)

    def worker(self, failpoints: str = "") -> WorkerProcess:
        return WorkerProcess(self.settings, {"TURNWIRE_FAILPOINTS": failpoints} if failpoints else None)

    def stored(self) -> list[str]:
        with self.database.reading() as connection:
            return list(connection.execute(select(tables.events.c.external_id).order_by(tables.events.c.id)).scalars())

    def in_order(self, wanted) -> Figures:
        figures = Figures()
        reckon(self.database, wanted, figures)
        return figures


@pytest.fixture
def site(tmp_path, broker_url):
    made = Site(tmp_path, broker_url)
    yield made
    made.database.dispose()


def test_wherever_its_reader_is_killed_the_next_one_goes_on_where_it_was(site):
    wanted = planned(Plan(conversations=6, messages=5))
    publish(site.shop, wanted[:20])
    # Between delivery and commit, between commit and acknowledgement, and behind that.
    for place, stored in (("receive_delivered", 0), ("receive_stored", 20), ("receive_acknowledged", 30)):
        with site.worker(f"{place}:kill") as killed:
            until = time.monotonic() + 60
            while killed.alive and time.monotonic() < until:
                time.sleep(0.05)
            assert killed.stop() == -signal.SIGKILL, killed.output()[-2000:]
        assert len(site.stored()) == stored
        if place == "receive_stored":
            publish(site.shop, wanted[20:])
    with site.worker() as last:
        last.wait_for(last.output, lambda output: "receive.reading" in output)
        publish(site.shop, [wanted[-1] | {"conversation": "T-9", "id": "T-9/1"}])
        last.wait_for(site.stored, lambda seen: "T-9/1" in seen)
    assert last.returncode == 0, last.output()[-2000:]
    assert (site.in_order(wanted).good, len(site.stored())) == (True, 31)


def test_of_two_workers_one_reads_and_the_other_takes_over_when_it_stops(site):
    with site.worker() as first:
        first.wait_for(first.output, lambda output: "receive.reading" in output)
        with site.worker() as second:
            second.wait_for(second.output, lambda output: "receive.waiting" in output)
            publish(site.shop, planned(Plan(conversations=2, messages=2)))
            first.wait_for(site.stored, lambda seen: len(seen) == 4)
            assert "receive.reading" not in second.output()
            first.stop()
            second.wait_for(second.output, lambda output: "receive.reading" in output)


@contextmanager
def frozen_reader(site) -> Iterator[WorkerProcess]:
    """A worker that stands still with messages in hand, and with no lock on the database's file."""
    while True:
        with site.worker("receive_delivered:stop") as worker:
            wait_until_frozen(worker.pid)
            if may_write(site):
                yield worker
                return
            worker.kill()


def may_write(site) -> bool:
    """Whether no process holds the lock of an SQLite file."""
    file = site.settings.database.sqlalchemy_url.removeprefix("sqlite:///")
    try:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def test_a_frozen_reader_that_wakes_behind_its_successor_changes_no_order(site):
    wanted = planned(Plan(conversations=6, messages=5))
    publish(site.shop, wanted)
    with frozen_reader(site) as first, site.worker() as second:
        if site.settings.broker.kind == "amqp":
            # It is still the queue's only consumer, until RabbitMQ misses its heartbeats.
            second.wait_for(second.output, lambda output: "another program reads turnwire.receive" in output)
            assert site.stored() == []
        else:
            second.wait_for(site.stored, lambda seen: len(seen) == len(wanted))
        first.kill(signal.SIGCONT)
        second.wait_for(site.stored, lambda seen: len(seen) == len(wanted))
    assert site.in_order(wanted).good


def test_what_a_celery_worker_had_in_hand_on_redis_comes_first(tmp_path, redis_url):
    site = Site(tmp_path, redis_url)
    publish(site.shop, planned(Plan(conversations=2, messages=3)))
    with site.shop.connection_for_read() as connection:
        channel = connection.channel()
        client = channel.client
        # As Kombu does when it takes a message: off the list, and into a hash beside it.
        for number in range(4):
            raw = client.rpop("turnwire.receive")
            client.hset(channel.unacked_key, str(number), dumps([json.loads(raw), "", "turnwire.receive"]))
            client.zadd(channel.unacked_index_key, {str(number): 1000 + number})
    deliveries = RedisDeliveries(create(site.settings), "turnwire.receive")
    group = deliveries.gathered()
    assert [message.body.split(b'"id": "')[1].split(b'"')[0] for message in group] == [
        b"T-0/0", b"T-1/0", b"T-0/1", b"T-1/1", b"T-0/2", b"T-1/2",
    ]  # fmt: skip
    deliveries.acknowledge(group[:1])
    deliveries.acknowledge(group[:1])
    assert len(deliveries.gathered()) == 5
    deliveries.close()
    site.database.dispose()


def test_a_listing_that_lacks_an_older_file_is_not_believed(tmp_path, monkeypatch):
    for number in (1, 2, 3):
        (tmp_path / f"{number}_x.turnwire.receive.msg").write_text("{}")
    deliveries = EmbeddedDeliveries(tmp_path, "turnwire.receive")
    listings = iter([["2_x.turnwire.receive.msg"], [f"{n}_x.turnwire.receive.msg" for n in (3, 2, 1)]])
    monkeypatch.setattr("tasks.queues.embedded_files.os.listdir", lambda _folder: next(listings))
    assert [message.receipt.name[0] for message in deliveries.gathered()] == ["1", "2"]


def test_names_of_files_follow_the_order_of_writing_whatever_the_clock_does(tmp_path, monkeypatch):
    site = Site(tmp_path, "embedded")
    moments = iter([5_000, 4_000, 4_000, 6_000])
    monkeypatch.setattr("tasks.broker.embedded.time_ns", lambda: 10**18 * 9 + next(moments))
    with site.shop.connection_for_write() as connection:
        channel = connection.channel()
        assert isinstance(channel, EmbeddedChannel)
        for number in range(4):
            channel._put("turnwire.receive", {"body": str(number), "properties": {}})
    files = sorted((site.settings.broker.directory / "messages").glob("*.msg"))
    assert [file.read_text().split('"')[3] for file in files] == ["0", "1", "2", "3"]
    site.database.dispose()
