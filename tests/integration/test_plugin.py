"""Turnwire as a guest in somebody else's Celery application: real workers of the host's, on every broker and pool."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from connector.sandbox import SYNTHFLOW_TOKEN, Sandbox
from connector.settings import Settings, load
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.wiring import place_of
from tests.kit.engine import SYNTHFLOW_AGENT
from tests.kit.worker_process import WorkerProcess

PATIENCE = 60.0
ROOT = Path(__file__).parents[2]

# A host as they are: a module `tasks` of its own, acknowledging early, pickles, a default queue of its own.
HOST_APP = """
import os, threading
from pathlib import Path
from celery import Celery, signals
from connector.plugin import embedded_broker, register

app = Celery("shop", include=["tasks"])
app.conf.update(
    task_acks_late=False,
    task_default_queue="shop",
    task_serializer="pickle",
    result_serializer="pickle",
    accept_content=["pickle", "json"],
    result_backend="file://" + os.environ["SHOP_RESULTS"],
    task_queue_max_priority=5,
    task_time_limit=5,
    task_default_rate_limit="1000/s",
    task_routes={"tasks.*": {"queue": "shop"}},
)
if os.environ.get("SHOP_BROKER"):
    app.conf.broker_url = os.environ["SHOP_BROKER"]
else:
    app.conf.update(embedded_broker())
register(app, ticks=not os.environ.get("SHOP_TICKS"))
register(app)
if "SHOP_TICKS" in os.environ:
    again = {"task": "connector.tick", "schedule": 1.0, "options": {"queue": "turnwire", "expires": 5}}
    app.conf.beat_schedule["turnwire"] = again

@signals.worker_shutting_down.connect
def told(**_):
    held = [os.readlink(fd) for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()]
    Path("parent.txt").write_text(f"{[thread.name for thread in threading.enumerate()]} {held}")
"""
HOST_TASKS = """
import os, threading
from shop import app

@app.task
def double(pair):
    return {number * 2 for number in pair}, os.getpid()

@app.task
def die():
    os._exit(7)

@app.task
def threads():
    return sorted(thread.name for thread in threading.enumerate())
"""


class Host:
    """A folder with the host's program, our configuration, and the sandbox that it sends to."""

    def __init__(self, folder: Path, broker_url: str, database_url: str, sandbox: Sandbox, slice_: str = "2s") -> None:
        self.folder, self.sandbox = folder, sandbox
        (folder / "shop.py").write_text(HOST_APP)
        (folder / "tasks.py").write_text(HOST_TASKS)
        (folder / "results").mkdir()
        (folder / "turnwire.toml").write_text(
            f"""
[database]
url = "{database_url}"
table_prefix = "tw_"
[broker]
url = "{broker_url}"
[worker]
slice = "{slice_}"
lease = "10s"
[accounts.synthflow]
provider = "synthflow"
base_url = "{sandbox.synthflow_url}"
token = "env:TW_SYNTHFLOW"
rate = "none"
deadline = "10s"
[routes.web]
account = "synthflow"
agent = "{SYNTHFLOW_AGENT}"
""",
            encoding="utf-8",
        )
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "C_FORCE_ROOT": "1",  # or no worker of root's takes pickles
            "TW_SYNTHFLOW": SYNTHFLOW_TOKEN,
            "SHOP_RESULTS": str(folder / "results"),
            "SHOP_BROKER": "" if broker_url == "embedded" else broker_url,
        }
        self.settings: Settings = load(folder / "turnwire.toml", self.environ)
        place = place_of(self.settings)
        upgrade(self.settings.database.sqlalchemy_url, place)
        self.database = Database(self.settings.database.sqlalchemy_url, place=place)
        self.log = folder / "worker.log"

    @contextmanager
    def worker(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """`celery -A shop worker …` as the host starts it; stopped in order at the end."""
        command = [sys.executable, "-m", "celery", "-A", "shop", "worker", "-l", "INFO", "-n", "shop@%h", *arguments]
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environ, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield process
            assert process.poll() is None, self.words()
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"did not stop\n{self.words()}") from None

    def words(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def wait_for(self, look: Callable[[], Any], wanted: Callable[[Any], bool], patience: float = PATIENCE) -> Any:
        until = time.monotonic() + patience
        while not wanted(seen := look()):
            assert time.monotonic() < until, f"last seen {seen!r}\n{self.words()}"
            time.sleep(0.05)
        return seen

    def run(self, program: str) -> str:
        """What a short program of the host's prints, in the host's folder."""
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=self.folder, env=self.environ, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:] + self.words()
        return done.stdout.strip()

    def turns(self) -> dict[str, str]:
        query = select(tables.events.c.external_id, tables.turns.c.status).join(
            tables.turns, tables.turns.c.id == tables.events.c.id
        )
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def column(self, column: Any) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(column)).scalars())


def event(name: str, conversation: str = "T-1") -> dict[str, Any]:
    return {"route": "web", "conversation": conversation, "id": name, "text": f"{name} about my order"}


def all_answered(wanted: int) -> Callable[[dict[str, str]], bool]:
    return lambda turns: len(turns) == wanted and set(turns.values()) == {"answered"}


@pytest.fixture
def host(request, tmp_path, broker_url, turnwire_sandbox):
    """Each broker with the database it is meant for."""
    url = "sqlite:///shop.db" if broker_url == "embedded" else request.getfixturevalue("postgres_url")
    made = Host(tmp_path, broker_url, url, turnwire_sandbox)
    yield made
    made.database.dispose()


@pytest.fixture
def embedded_host(tmp_path, turnwire_sandbox):
    made = Host(tmp_path, "embedded", "sqlite:///shop.db", turnwire_sandbox)
    yield made
    made.database.dispose()


def test_a_host_with_prefork_early_acks_and_results_keeps_its_tasks_and_sends_ours(host):
    # By name alone and with Celery's own defaults, before anybody has declared a queue.
    host.run(
        "from celery import Celery\nfrom shop import app\n"
        f"app.send_task('connector.receive', [{event('early')!r}], queue='turnwire.receive', serializer='json')"
    )
    many = [event(f"late-{number}", f"C-{number % 7}") for number in range(30)]
    asked = f"""
from shop import app
from tasks import double
results = [double.delay([number, 5]) for number in range(20)]
answers = app.tasks["connector.receive"].delay({[*many, {"route": "web"}]!r})
print(sorted(sum(result.get(timeout=50)[0]) for result in results))
print([answer["status"] for answer in answers.get(timeout=50)] == ["accepted"] * 30 + ["refused"])
"""
    with host.worker("-P", "prefork", "-c", "4"):
        sums = sorted(10 if number == 5 else 2 * number + 10 for number in range(20))
        assert host.run(asked).splitlines() == [str(sums), "True"]
        host.wait_for(host.turns, all_answered(31))
    summary = host.sandbox.summary()
    assert (summary["processed"], summary["repeated"], summary["concurrent"]) == (31, 0, 0)
    assert host.column(tables.workers.c.dead), "nothing was ever sent from a worker's child"
    assert all(host.column(tables.workers.c.dead)), "a child left without giving its lease back"
    assert "about my order" not in host.log.read_text(errors="replace"), "customers' words are not for logs"


def test_children_that_die_take_no_message_with_them(host):
    """A host's task ends its child again and again, while ours are received and sent in the same ones."""
    host.sandbox.add_rule(match={"call": "send"}, delay_s=0.5, times=1000)
    with host.worker("-P", "prefork", "-c", "2"):
        for number in range(5):
            events = [event(f"m-{number}-{n}", f"C-{n}") for n in range(4)]
            host.run(
                "from shop import app\nfrom tasks import die\n"
                f"for event in {events!r}: app.tasks['connector.receive'].delay(event); die.delay()"
            )
        host.wait_for(host.turns, all_answered(20))
        assert host.run("from tasks import double\nprint(double.delay([4]).get(timeout=50)[0])") == "{8}"
        log = host.log.read_text(errors="replace")
        assert "WorkerLost" in log or "time limit" in log, "no child died, so nothing was shown"
    assert host.sandbox.summary()["repeated"] == 0
    assert set(host.column(tables.attempts.c.outcome)) == {"answered"}


def test_a_time_limit_of_the_hosts_cuts_no_call_off(embedded_host):
    embedded_host.sandbox.add_rule(match={"call": "send", "text": "slow"}, delay_s=7.0)  # its limit is five
    with embedded_host.worker("-P", "prefork", "-c", "2"):
        embedded_host.run(f"from shop import app; app.tasks['connector.receive'].delay({event('slow')!r})")
        embedded_host.wait_for(embedded_host.turns, all_answered(1))
    assert embedded_host.column(tables.attempts.c.outcome) == ["answered", "answered"]  # the opening and the send


def test_one_child_sends_at_a_time(embedded_host):
    """So that the others are the host's; each would have two calls open here."""
    embedded_host.environ["TURNWIRE_WORKER__IN_FLIGHT"] = "2"
    embedded_host.sandbox.add_rule(match={"call": "send"}, delay_s=0.5, times=1000)
    with embedded_host.worker("-P", "prefork", "-c", "3"):
        events = [event(f"m-{number}", f"C-{number}") for number in range(16)]
        embedded_host.run(f"from shop import app; app.tasks['connector.receive'].delay({events!r})")
        embedded_host.wait_for(embedded_host.turns, all_answered(16))
    assert embedded_host.sandbox.summary()["max_in_flight"] <= 2


def test_a_slice_that_is_over_leaves_no_call_behind_in_its_child(embedded_host):
    """The host's next task in that process ends it."""
    embedded_host.sandbox.add_rule(match={"call": "send", "text": "slow"}, delay_s=6.0)  # a slice is two
    with embedded_host.worker("-P", "prefork", "-c", "1"):
        embedded_host.run(f"from shop import app; app.tasks['connector.receive'].delay({event('slow')!r})")
        embedded_host.wait_for(embedded_host.turns, lambda turns: turns == {"slow": "sending"})
        embedded_host.run("from tasks import die; die.delay()")
        embedded_host.wait_for(embedded_host.turns, all_answered(1))
        embedded_host.wait_for(embedded_host.words, lambda words: "tasks.die" in words)
    assert embedded_host.column(tables.attempts.c.outcome) == ["answered", "answered"]


def test_nothing_of_ours_is_open_in_a_process_that_forks(embedded_host):
    """The parent holds no thread and no connection of ours; each child makes its own."""
    with embedded_host.worker("-P", "prefork", "-c", "2"):
        embedded_host.run(f"from shop import app; app.tasks['connector.receive'].delay({event('one')!r})")
        embedded_host.wait_for(embedded_host.turns, all_answered(1))
        child = embedded_host.run("from tasks import threads\nprint(threads.delay().get(timeout=50))")
    parent = (embedded_host.folder / "parent.txt").read_text()
    assert "MainThread" in parent
    assert ("turnwire" in parent, "shop.db" in parent) == (False, False), parent
    assert "turnwire-tick" in child


def test_children_that_are_replaced_leave_in_order(embedded_host):
    with embedded_host.worker("-P", "prefork", "-c", "2", "--max-tasks-per-child", "2"):
        for number in range(8):
            embedded_host.run(
                f"from shop import app; app.tasks['connector.receive'].delay({event(f'm-{number}', f'C-{number}')!r})"
            )
        embedded_host.wait_for(embedded_host.turns, all_answered(8))
    assert set(embedded_host.column(tables.attempts.c.outcome)) == {"answered"}
    assert len(embedded_host.column(tables.workers.c.id)) > 1, "no child was replaced"


def test_told_to_stop_it_finishes_what_is_under_way(host):
    host.sandbox.add_rule(match={"call": "send", "text": "slow"}, delay_s=3.0)
    with host.worker("-P", "prefork", "-c", "2"):
        host.run(f"from shop import app; app.tasks['connector.receive'].delay({event('slow')!r})")
        host.wait_for(host.turns, lambda turns: turns == {"slow": "sending"})
    assert host.turns() == {"slow": "answered"}
    assert host.column(tables.attempts.c.outcome) == ["answered", "answered"]


@pytest.mark.parametrize("ticks", ["", "no"], ids=["the beat and the worker", "the beat alone"])
def test_the_hosts_beat_may_tick_as_well_or_instead(embedded_host, ticks):
    embedded_host.environ["SHOP_TICKS"] = ticks
    due = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    later = [{**event(f"later-{number}", f"C-{number}"), "due_at": due} for number in range(5)]
    with embedded_host.worker("-P", "prefork", "-c", "2", "-B", "-s", str(embedded_host.folder / "beat")):
        embedded_host.run(f"from shop import app; app.tasks['connector.receive'].delay({later!r})")
        status = tables.followups.c.status
        embedded_host.wait_for(lambda: embedded_host.column(status), lambda found: found == ["scheduled"] * 5)
        # The hour is over.
        earlier = update(tables.followups).values(due_at=tables.followups.c.due_at - 3_600_000)
        embedded_host.database.write(lambda connection: connection.execute(earlier))
        embedded_host.wait_for(embedded_host.turns, all_answered(5))
    assert "connector.tick" in embedded_host.log.read_text(errors="replace")
    assert sorted(embedded_host.column(tables.followups.c.status)) == ["sent"] * 5
    assert embedded_host.sandbox.summary()["processed"] == 5


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_other_pools_of_one_process(embedded_host, pool):
    with embedded_host.worker("-P", pool, "-c", "4"):
        events = [event(f"m-{number}", f"C-{number % 3}") for number in range(9)]
        embedded_host.run(f"from shop import app; app.tasks['connector.receive'].delay({events!r})")
        embedded_host.wait_for(embedded_host.turns, all_answered(9))
        assert embedded_host.run("from tasks import double\nprint(double.delay([4]).get(timeout=50)[0])") == "{8}"
    assert embedded_host.sandbox.summary()["repeated"] == 0


def test_a_worker_of_its_own_for_our_queues(host):
    """Beside the host's own worker, which then has nothing to do with ours."""
    with host.worker("-P", "threads", "-c", "3", "-Q", "turnwire,turnwire.receive"):
        sent = f"app.send_task('connector.receive', [{event('one')!r}], queue='turnwire.receive', serializer='json')"
        host.run(f"from shop import app; {sent}")
        host.wait_for(host.turns, all_answered(1))
        # A sender's countdown holds no message back, here neither.
        later = "queue='turnwire.receive', serializer='json', countdown=86_400"
        host.run(f"from shop import app; app.send_task('connector.receive', [{event('two')!r}], {later})")
        host.wait_for(host.turns, all_answered(2))
    with host.worker("-P", "prefork", "-c", "1", "-Q", "shop"):
        assert host.run("from tasks import double\nprint(double.delay([4]).get(timeout=50)[0])") == "{8}"
        assert "turnwire" not in host.run("from tasks import threads\nprint(threads.delay().get(timeout=50))")


def test_beside_a_worker_of_our_own_it_leaves_the_queue_to_that_one(tmp_path, postgres_url, amqp_url, turnwire_sandbox):
    """Our own is its only consumer on RabbitMQ, and the host's worker goes on with its own tasks."""
    host = Host(tmp_path, amqp_url, postgres_url, turnwire_sandbox)
    with WorkerProcess(host.settings, host.environ) as own:
        own.wait_for(own.output, lambda output: "receive.reading" in output)
        with host.worker("-P", "prefork", "-c", "1"):
            assert host.run("from tasks import double\nprint(double.delay([4]).get(timeout=50)[0])") == "{8}"
            assert "queue.left" in host.words()
            sent = (
                f"app.send_task('connector.receive', [{event('one')!r}], queue='turnwire.receive', serializer='json')"
            )
            host.run(f"from shop import app; {sent}")
            host.wait_for(host.turns, all_answered(1))
    host.database.dispose()


NESTED = """
from shop import app
with app.connection_for_write() as connection:
    producer = connection.Producer()
    for number, body in enumerate(BODIES):
        producer.publish(
            body, routing_key="turnwire.receive", content_type="application/json", content_encoding="utf-8",
            headers={"task": "connector.receive", "id": str(number)}, correlation_id=str(number),
        )
"""


def test_a_body_that_no_process_can_decode_is_kept_by_a_hosts_worker_too(host):
    bodies = [b"[[%b], {}, {}]" % (b"[" * depth + b"]" * depth) for depth in (900, 960, 1000, 1100)]
    bodies.append(b'[[{"metadata": {"__type__": "datetime", "__value__": 1}}], {}, {}]')
    with host.worker("-P", "prefork", "-c", "1"):
        host.run(f"from shop import app; app.tasks['connector.receive'].delay({event('one')!r})")
        host.wait_for(host.turns, all_answered(1))
        host.run(f"BODIES = {bodies!r}{NESTED}")
        host.run(f"from shop import app; app.tasks['connector.receive'].delay({event('two')!r})")
        host.wait_for(host.turns, all_answered(2))
        rows = host.wait_for(lambda: host.column(tables.events.c.reason), lambda rows: len(rows) == 2 + len(bodies))
    kept = "queue turnwire.receive: body is not JSON that can be read"
    assert [reason for reason in rows if reason is not None] == [kept] * len(bodies)
