"""What may happen to the broker: SQL is the queue of record, so a broker that fails costs time and nothing else."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import kombu
import pytest
from sqlalchemy import func, select, update

from connector.policy.turns import MAX_CLAIMS
from connector.storage import tables
from connector.storage.send import workers
from connector.storage.send.wishes import Wish
from connector.values import EventStatus
from tests.kit.alarms import alarms
from tests.kit.matrix.proxy import proxy
from tests.kit.matrix.recorder import Matrix
from tests.kit.matrix.servers import RabbitMQ, Redis, running
from tests.kit.matrix.stage import QUICK, ROUTE, Stage, in_flight, stage
from tests.storm.surroundings import Manner

TURNS, TALKS = 24, 12


class OwnRedis:
    """A broker of the test's own that comes and goes: Redis."""

    def __init__(self, folder: Path) -> None:
        self.server = Redis(folder)
        self.url = self.server.url

    def go(self) -> None:
        self.server.stop()

    def come(self) -> None:
        self.server.start()


class OwnRabbitMQ:
    """The same: RabbitMQ."""

    def __init__(self, folder: Path) -> None:
        self.server = RabbitMQ(folder)
        self.url = self.server.url

    def go(self) -> None:
        self.server.stop_app()

    def come(self) -> None:
        self.server.start_app()


@pytest.fixture(params=[OwnRedis, OwnRabbitMQ], ids=["redis", "rabbitmq"])
def own_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A broker that only this test uses."""
    folder = tmp_path / "server"
    folder.mkdir()
    broker = request.param(folder)
    with running(broker.server):
        yield broker


@contextmanager
def frozen(worker: Any) -> Iterator[None]:
    """The process stands still meanwhile."""
    worker.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        worker.signal(signal.SIGCONT)


def looked_long_ago(played: Stage, milliseconds: int = 120_000) -> None:
    """As if two minutes had passed since a worker last looked for work."""
    past = {"started_at": tables.workers.c.started_at - milliseconds}
    past["claimed_at"] = tables.workers.c.claimed_at - milliseconds
    played.database.write(lambda connection: connection.execute(update(tables.workers).values(past)))


def alarm(played: Stage, name: str) -> str:
    """The alarm of that name, as ``turnwire status`` prints it."""
    found = [one for one in alarms(played.database) if one["name"] == name]
    assert found, played.alarms()
    return f"alarm {name}: {found[0]['what']}"


def bell_still_rings(played: Stage) -> bool:
    """Whether the broker has not taken the bell for what was received last."""
    publisher = played.app.turnwire.wiring.publisher
    publisher.flush(patience=0)
    return bool(publisher.silent)


def ticked(played: Stage) -> int:
    """When the tick last ran."""
    with played.database.reading() as connection:
        return int(connection.execute(select(tables.ticks.c.at).where(tables.ticks.c.name == "tick")).scalar_one())


def test_restarted_while_busy_and_while_idle(tmp_path, turnwire_sandbox, sqlite_database, own_broker, matrix: Matrix):
    row = matrix.row(
        "B1", injected="broker stopped and started, in mid-work and at rest", case=own_broker_name(own_broker)
    )
    with stage(tmp_path, turnwire_sandbox, sqlite_database, own_broker.url, latency=0.3) as played:
        played.ask(TURNS, TALKS)
        played.busy()
        own_broker.go()
        own_broker.come()
        played.answered(TURNS)
        own_broker.go()
        own_broker.come()
        played.ask(TALKS, TALKS)
        played.answered(TURNS + TALKS)
        assert [worker.lives for worker in played.crew.started] == [True], "the same worker all the time"
        row.saw(
            turns=played.wiring,
            posts=played.once_each(TURNS + TALKS),
            operator=played.says("Connection to broker lost"),
        )


def own_broker_name(broker: Any) -> str:
    return type(broker).__name__.removeprefix("Own")


@pytest.fixture(params=["redis", "amqp"])
def networked(request: pytest.FixtureRequest) -> str:
    """A broker that is reached over a network, and so by way of a proxy."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def test_cut_in_mid_task(tmp_path, turnwire_sandbox, sqlite_database, networked, matrix: Matrix):
    row = matrix.row(
        "B2", injected="TCP reset of every broker connection, calls in flight", case=networked.split(":")[0]
    )
    with (
        proxy(networked) as way,
        stage(tmp_path, turnwire_sandbox, sqlite_database, networked, via=[way.url(networked)], latency=1.0) as played,
    ):
        played.ask(TURNS, TALKS)
        played.busy()
        before = way.accepted
        assert way.cut() > 0
        played.comes(lambda: way.accepted > before, "connected again")
        assert in_flight(played) > 0, "still the same slice"
        played.answered(TURNS)
        row.saw(turns=played.wiring, posts=played.once_each(TURNS), operator="nothing; the bell came twice")


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_silent_connections(tmp_path, turnwire_sandbox, sqlite_database, networked, matrix: Matrix):
    injected = "connections kept open, nothing carried any more; new ones work"
    row = matrix.row("B3", injected=injected, case=f"{networked.split(':')[0]}, half open")
    with (
        proxy(networked) as way,
        stage(tmp_path, turnwire_sandbox, sqlite_database, networked, via=[way.url(networked)]) as played,
    ):
        played.ask(TALKS, TALKS)
        played.answered(TALKS)
        way.hold(new=False)
        played.ask(TALKS, TALKS)
        looked_long_ago(played)
        told = alarm(played, "worker_silent")
        played.answered(2 * TALKS, patience=180)
        row.saw(turns=played.wiring, posts=played.once_each(2 * TALKS), operator=told)


def test_silent_broker_holds_nobody_up(tmp_path, turnwire_sandbox, sqlite_database, networked, matrix: Matrix):
    injected = "nothing carried to or from the broker, connections kept open; then all of it"
    row = matrix.row("B3", injected=injected, case=f"{networked.split(':')[0]}, silent and back")
    with (
        proxy(networked) as way,
        stage(
            tmp_path, turnwire_sandbox, sqlite_database, way.url(networked), via=[way.url(networked)], latency=0.2
        ) as played,
    ):
        played.ask(TURNS, TALKS)
        played.busy()
        way.hold()
        # What the slice has begun it ends, messages are taken in meanwhile, and the tick goes on.
        played.ask(TALKS, TALKS)
        assert bell_still_rings(played), "nobody has waited for it"
        before = ticked(played)
        played.comes(lambda: ticked(played) > before + 2000, "the tick goes on")
        way.let_go()
        played.answered(TURNS + TALKS)
        told = "nothing; with longer silence the alarm worker_silent"
        row.saw(turns=played.wiring, posts=played.once_each(TURNS + TALKS), operator=told)


def test_away(tmp_path, turnwire_sandbox, sqlite_database, own_broker, matrix: Matrix):
    row = matrix.row(
        "B4", injected="broker stopped, messages taken in, broker started", case=own_broker_name(own_broker)
    )
    with stage(tmp_path, turnwire_sandbox, sqlite_database, own_broker.url) as played:
        played.ask(1, 1, "first")
        played.answered(1)
        own_broker.go()
        asked = played.ask(TURNS, TALKS)
        assert len(asked) == TURNS
        played.comes(lambda: bool(played.logged("bell.lost")), "the worker sees it")
        assert played.statuses() == {"answered": 1, "queued": TURNS}
        looked_long_ago(played)
        told = f"{played.says('bell.lost')}; {alarm(played, 'worker_silent')}"
        own_broker.come()
        played.answered(TURNS + 1)
        row.saw(turns=played.wiring, posts=played.once_each(TURNS + 1), operator=told)


def wipe(url: str, folder: Path) -> None:
    """Lose everything that the broker holds."""
    if url == "embedded":
        shutil.rmtree(folder / "broker")
    elif url.startswith("redis"):
        import redis

        with redis.Redis.from_url(url) as client:
            client.flushdb()
    else:
        with kombu.Connection(url) as connection, connection.channel() as channel:
            for queue in ("turnwire", "turnwire.receive"):
                channel.queue_delete(queue)


def test_all_its_data_lost(tmp_path, turnwire_sandbox, sqlite_database, broker_url, matrix: Matrix):
    injected = "everything deleted: before a worker starts, in mid-work, and at rest"
    row = matrix.row("B5", injected=injected, case=broker_url.split(":")[0])
    with stage(tmp_path, turnwire_sandbox, sqlite_database, broker_url, latency=0.3, workers=0) as played:
        played.ask(TURNS, TALKS)
        played.app.turnwire.wiring.publisher.flush()
        with played.app.connection_for_write() as connection:
            connection.default_channel.queue_declare("turnwire", passive=True) if broker_url.startswith(
                "amqp"
            ) else None
        wipe(broker_url, tmp_path)
        played.crew.start()
        played.busy()
        wipe(broker_url, tmp_path)
        played.ask(TALKS, TALKS, "d")
        played.answered(TURNS + TALKS)
        wipe(broker_url, tmp_path)
        played.ask(TALKS, TALKS, "e")
        played.answered(TURNS + 2 * TALKS)
        posts = played.once_each(TURNS + 2 * TALKS)
        row.saw(turns=played.wiring, posts=posts, operator="nothing: the tick rings for whatever is due")


def test_redis_without_memory(tmp_path, turnwire_sandbox, sqlite_database, matrix: Matrix):
    row = matrix.row("B6", injected="CONFIG SET maxmemory 1, messages taken in, then lifted")
    server = Redis(tmp_path)
    with running(server), stage(tmp_path, turnwire_sandbox, sqlite_database, server.url, latency=0.3) as played:
        played.ask(TURNS, TALKS)
        played.busy()
        server.client().config_set("maxmemory", "1")
        played.ask(TALKS, TALKS, "d")
        played.comes(lambda: bool(played.logged("bell.lost")), "a bell is lost")
        server.client().config_set("maxmemory", "0")
        played.answered(TURNS + TALKS)
        assert played.crew.started[0].lives
        row.saw(turns=played.wiring, posts=played.once_each(TURNS + TALKS), operator=played.says("bell.lost"))


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_rabbitmq_blocks_publishers(tmp_path, turnwire_sandbox, sqlite_database, matrix: Matrix):
    row = matrix.row("B7", injected="memory watermark set to 0, messages taken in, then lifted")
    server = RabbitMQ(tmp_path)
    with running(server), stage(tmp_path, turnwire_sandbox, sqlite_database, server.url, latency=0.3) as played:
        played.ask(TURNS, TALKS)
        played.answered(TURNS)
        server.control("set_vm_memory_high_watermark", "0")
        played.ask(TALKS, TALKS, "d")
        assert bell_still_rings(played), "nobody has waited for it"
        played.comes(lambda: bool(played.logged("bell.lost")), "a bell not confirmed", 120)
        before = ticked(played)
        played.comes(lambda: ticked(played) > before + 2000, "the tick goes on")
        server.control("set_vm_memory_high_watermark", "0.4")
        played.answered(TURNS + TALKS)
        assert played.crew.started[0].lives
        row.saw(turns=played.wiring, posts=played.once_each(TURNS + TALKS), operator=played.says("bell.lost"))


def test_handed_out_again_by_redis(tmp_path, turnwire_sandbox, postgres_database, redis_url, matrix: Matrix):
    injected = "another program on the same Redis database with visibility_timeout 1, calls of 3 s"
    row = matrix.row("B8", injected=injected)
    options = {"visibility_timeout": 1}
    with (
        stage(tmp_path, turnwire_sandbox, postgres_database, redis_url, workers=2, latency=3.0) as played,
        kombu.Connection(redis_url, transport_options=options) as other,
    ):
        played.ask(TALKS, TALKS)
        played.busy(TALKS)
        channel: Any = other.default_channel
        held = int(channel.client.zcard("unacked_index"))
        assert held > 0, "a bell is being worked on"

        def given_out_again() -> bool:
            channel.client.delete("unacked_mutex")
            channel.qos.restore_visible(num=10)
            return int(channel.client.zcount("unacked_index", 0, time.time() - 2)) == 0

        played.comes(given_out_again, "handed out again")
        played.answered(TALKS)
        row.saw(turns=played.wiring, posts=played.once_each(TALKS), operator="nothing")


def test_the_same_bell_a_thousand_times(tmp_path, turnwire_sandbox, sqlite_database, broker_url, matrix: Matrix):
    row = matrix.row("B9", injected="1,000 bells published", case=broker_url.split(":")[0])
    with stage(tmp_path, turnwire_sandbox, sqlite_database, broker_url, latency=0.1, workers=0) as played:
        with played.app.pool.acquire() as connection, played.app.amqp.Producer(connection) as producer:
            for _ in range(1000):
                played.app.send_task("connector.send_turns", queue="turnwire", producer=producer)
        played.ask(TURNS, TALKS)
        played.crew.start()
        played.answered(TURNS)
        played.ask(1, 1, "last")
        played.answered(TURNS + 1)
        row.saw(turns=played.wiring, posts=played.once_each(TURNS + 1), operator="nothing")


def test_shuffled(tmp_path, turnwire_sandbox, sqlite_database, matrix: Matrix):
    row = matrix.row(
        "B10", injected="the embedded broker's files renamed: half reversed, half shuffled", case="embedded"
    )
    with stage(tmp_path, turnwire_sandbox, sqlite_database, "embedded", workers=0) as played:
        for number in range(TURNS):
            key = f"c{number % 4}"
            event = {"route": ROUTE, "conversation": key, "id": f"m{number}", "text": f"{key} asks {number}"}
            played.app.send_task("connector.receive", [event], queue="turnwire.receive")
        folder = tmp_path / "broker" / "messages"
        files = sorted(folder.glob("*.msg"))
        assert len(files) == TURNS
        order = files[: TURNS // 2][::-1] + random.Random(7).sample(files[TURNS // 2 :], TURNS // 2)
        for place, file in enumerate(order):
            file.rename(folder / f"{place:020d}_{file.name.partition('_')[2]}")
        played.crew.start()
        played.answered(TURNS)
        turns = sorted(played.turns(), key=lambda turn: (turn["conversation"], turn["position"]))
        accepted = {
            key: [t["text"] for t in turns if t["conversation"] == key] for key in {t["conversation"] for t in turns}
        }
        assert any(texts != sorted(texts, key=lambda text: int(text.split()[-1])) for texts in accepted.values())
        for key, texts in accepted.items():
            sent = [line["text"] for line in played.heard() if line["text"] in texts]
            assert sent == texts, f"{key} in the order it was accepted"
        row.saw(turns=turns, posts=played.once_each(TURNS))


def test_frozen_worker(tmp_path, turnwire_sandbox, postgres_database, redis_url, matrix: Matrix):
    row = matrix.row(
        "B11", injected="SIGSTOP of one of two workers with calls in flight, SIGCONT after its lease", case="frozen"
    )
    manner = Manner(deadline=60.0, grace=QUICK.grace, lease=2.0, in_flight=QUICK.in_flight)
    with stage(tmp_path, turnwire_sandbox, postgres_database, redis_url, latency=2.0, manner=manner) as played:
        played.ask(TALKS, TALKS)
        played.busy(TALKS)
        with frozen(played.crew.started[0]):
            played.crew.start()
            played.ask(TALKS, TALKS, "other")
            played.comes(lambda: played.statuses() == {"unknown": TALKS, "answered": TALKS}, "the other one goes on")
            told = alarm(played, "unknown_turns")
        # Awake, it is told that it was taken for dead, and the answers of its calls still settle their turns.
        played.answered(2 * TALKS)
        played.comes(lambda: bool(played.logged("worker.declared_dead")), "it notices")
        row.saw(turns=played.wiring, posts=played.once_each(2 * TALKS), operator=f"{told}; until it wakes")


def test_frozen_in_a_transaction(plays, postgres_database, matrix: Matrix):
    import psycopg

    row = matrix.row(
        "B11", injected="another session holds what a worker locks while it marks", case="frozen while marking"
    )
    play = plays.at(postgres_database, "osvi")
    owner = workers.register(play.database, "frozen", 60.0)
    play.receive("support", "T-1", "is anybody there?")
    with psycopg.connect(postgres_database) as session:
        session.execute("SELECT 1 FROM workers WHERE id = %s FOR KEY SHARE", [owner])
        over = update(tables.workers).where(tables.workers.c.id == owner).values(expires_at=0)
        play.database.write(lambda connection: connection.execute(over))
        # Ticks do not wait for it, and so look after everybody else.
        play.run()
        assert play.statuses() == {"answered": 1}
        assert workers.sweep(play.database).workers == 0
    assert workers.sweep(play.database).workers == 1
    row.saw(
        turns=play.wiring, posts=play.posts(), operator="the worker is declared dead when the database ends its session"
    )


def test_alive_and_consuming_nothing(tmp_path, turnwire_sandbox, sqlite_database, redis_url, matrix: Matrix):
    row = matrix.row("B11", injected="the worker told to cancel its consumer", case="consumer cancelled")
    manner = replace(QUICK, remote_control=True)
    with stage(tmp_path, turnwire_sandbox, sqlite_database, redis_url, manner=manner) as played:
        played.ask(1, 1)
        played.answered(1)
        heard = lambda: played.app.control.cancel_consumer("turnwire", reply=True, timeout=2)  # noqa: E731
        played.comes(lambda: bool(heard()), "the worker cancels its consumer")
        played.ask(TALKS, TALKS)
        looked_long_ago(played)
        told = alarm(played, "worker_silent")
        assert played.statuses() == {"answered": 1, "queued": TALKS}
        played.app.control.add_consumer("turnwire", reply=True, timeout=2)
        played.answered(TALKS + 1)
        row.saw(turns=played.wiring, posts=played.once_each(TALKS + 1), operator=told)


def test_delivered_again_and_again(database, plays, matrix: Matrix):
    row = matrix.row(
        "B12", injected=f"{MAX_CLAIMS} workers in a row die with the turn in hand", case=database.split(":")[0]
    )
    play = plays.at(database, "osvi")
    (answer,) = play.receive("support", "T-1", "poison")
    assert answer.status is EventStatus.ACCEPTED
    play.receive("support", "T-2", "harmless")
    with play.database.reading() as connection:
        lane = int(connection.execute(select(func.min(tables.lanes.c.id))).scalar_one())
    poisoned = (
        tables.schedule.c.conversation_id
        == select(tables.turns.c.conversation_id).where(tables.turns.c.id == int(answer.turn_id or 0)).scalar_subquery()
    )
    for number in range(MAX_CLAIMS):
        owner = workers.register(play.database, f"dying-{number}", 60.0)
        play.database.write(
            lambda connection: connection.execute(update(tables.schedule).where(poisoned).values(ready_at=1))
        )
        (taken,) = play.wiring.claims.claim(owner, [Wish(lane=lane, account="osvi", priority=5, k=1, room=1)], 1)
        assert taken.key == "T-1"
        over = update(tables.workers).where(tables.workers.c.id == owner).values(expires_at=0)
        play.database.write(lambda connection, over=over: connection.execute(over))
        assert workers.sweep(play.database).released == 1
    play.run()
    poison, harmless = play.turn("poison"), play.turn("harmless")
    assert (poison["status"], harmless["status"]) == ("failed", "answered")
    assert "quarantined" in poison["reason"]
    assert play.posts("poison") == 0
    assert play.posts("harmless") == 1
    assert "failed_turns" in play.alarms()
    row.saw(turns=[poison], posts=0)
