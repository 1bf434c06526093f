"""Registering in somebody else's Celery application: what is added, what is left alone, what is refused and how."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from celery import Celery

import tasks
from connector import plugin
from connector.errors import ConfigurationError
from connector.settings import Settings
from tasks.host.register import embedded_broker, register
from tasks.runtime.prefork import Siblings
from tests.kit.worker_process import written_config

RABBIT = "amqp://guest:secret-1@rabbit.example:5672/shop"
REDIS = "redis://:secret-2@redis.example:6379/3"


@pytest.fixture
def settings(tmp_path):
    return written_config(tmp_path, RABBIT)


def host(broker: str | None = RABBIT, **conf: Any) -> Celery:
    app = Celery("shop", broker=broker, set_as_current=False)
    app.conf.update(conf)
    return app


def refusal(app: Celery, settings: Settings) -> str:
    with pytest.raises(ConfigurationError) as refused:
        register(app, settings)
    assert not any(name.startswith("connector.") for name in app.tasks), "refused, and half of it added"
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
    return str(refused.value)


def test_it_adds_its_tasks_and_the_queue_for_outsiders(settings):
    app = host()
    register(app, settings)
    named = {name for name in app.tasks if name.startswith("connector.")}
    assert {"connector.receive", "connector.send_turns", "connector.send_turn", "connector.tick"} <= named
    outside = app.amqp.queues["turnwire.receive"]
    assert (outside.exchange.type, outside.durable, outside.queue_arguments) == ("direct", True, None)


def test_what_the_host_configured_stays_as_it_was(settings):
    conf = {
        "task_default_queue": "shop",
        "task_serializer": "pickle",
        "accept_content": ["pickle", "json"],
        "task_acks_late": False,
        "task_routes": {"shop.*": {"queue": "shop"}},
        "beat_schedule": {"own": {"task": "shop.close", "schedule": 60.0}},
        "worker_prefetch_multiplier": 7,
        "task_time_limit": 3,
    }
    app = host(**conf)
    before = dict(app.conf)
    register(app, settings)
    assert dict(app.conf) == before

    @app.task(name="shop.close")
    def close() -> None: ...

    assert (close.acks_late, close.time_limit, close.serializer) == (False, 3, "pickle")
    sent = app.amqp.router.route({}, "shop.close")["queue"]
    assert sent.name == "shop"
    receive = app.tasks["connector.receive"]
    assert (receive.acks_late, receive.reject_on_worker_lost, receive.ignore_result) == (True, True, False)
    assert receive.time_limit > 3600, "a host's limit would kill the calls in flight"
    assert receive.serializer == "json"


def test_a_hosts_priorities_do_not_change_the_queue_that_outsiders_declare(settings):
    app = host(task_queue_max_priority=10)
    register(app, settings)
    assert not app.amqp.queues["turnwire.receive"].queue_arguments


def test_a_second_time_changes_nothing_and_another_configuration_is_refused(settings, tmp_path):
    app = host()
    first = register(app, settings)
    assert register(app, settings) is first
    assert register(app, settings.path) is first
    assert len(app.steps["worker"]) == 1
    (tmp_path / "other").mkdir()
    other = written_config(tmp_path / "other", RABBIT, more='[worker]\nslice = "3s"')
    with pytest.raises(ConfigurationError, match="has Turnwire already"):
        register(app, other)


def test_the_configuration_is_found_as_every_command_finds_it(settings, monkeypatch):
    monkeypatch.chdir(settings.folder)
    assert register(host()).settings == settings
    monkeypatch.chdir("/")
    with pytest.raises(ConfigurationError, match="run `turnwire init`"):
        register(host())
    monkeypatch.setenv("TURNWIRE_CONFIG", str(settings.path))
    assert register(host()).settings == settings


@pytest.mark.parametrize(
    ("conf", "reason"),
    [
        ({"worker_pool": "gevent"}, "worker_pool is gevent"),
        ({"worker_pool": "celery.concurrency.eventlet:TaskPool"}, "worker_pool is eventlet"),
        ({"task_always_eager": True}, "task_always_eager calls tasks where they are sent"),
        ({"accept_content": ["pickle"]}, "accept_content lacks 'json'"),
        ({"broker_transport_options": {"global_keyprefix": "shop:"}}, "key prefix"),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(settings, conf, reason):
    assert reason in refusal(host(**conf), settings)


@pytest.mark.parametrize("name", ["gevent.monkey", "eventlet.patcher"])
def test_threads_that_are_none_are_refused(settings, monkeypatch, name):
    patched: Any = ModuleType(name)
    patched.is_module_patched = patched.is_monkey_patched = lambda _: True
    monkeypatch.setitem(sys.modules, name, patched)
    assert "event loop in a thread of its own" in refusal(host(), settings)


@pytest.mark.parametrize(
    "broker",
    [
        "amqp://guest:secret-1@rabbit.example:5672/other",
        "amqp://guest:secret-1@elsewhere.example:5672/shop",
        "amqp://guest:secret-1@rabbit.example:5673/shop",
        REDIS,
        "memory://",
        "filesystem://",
        "sqs://",
    ],
)
def test_another_broker_is_refused(settings, broker):
    said = refusal(host(broker), settings)
    assert said.startswith("broker.url is ")
    assert "amqp://guest:***@rabbit.example:5672/shop in turnwire.toml" in said


def test_a_broker_to_read_from_that_differs_is_refused(settings):
    other = "amqp://guest:secret-1@elsewhere.example:5672/shop"
    assert "elsewhere" in refusal(host(None, broker_write_url=RABBIT, broker_read_url=other), settings)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (RABBIT, "pyamqp://another:secret-3@rabbit.example/shop"),
        (RABBIT, f"amqp://first.example/shop;{RABBIT}"),
        ("amqp://127.0.0.1", "amqp://guest:guest@localhost:5672//"),
        (REDIS, "redis://:secret-2@redis.example/3"),
        ("redis://localhost", "redis://localhost:6379/0"),
    ],
)
def test_the_same_broker_in_other_words_is_taken(tmp_path, ours, theirs):
    settings = written_config(tmp_path, ours)
    assert register(host(theirs), settings).settings is settings


def test_the_embedded_broker_is_one_the_host_takes_over(tmp_path):
    settings = written_config(tmp_path, "embedded")
    assert "not set in the application and embedded in turnwire.toml" in refusal(host(None), settings)
    app = host(None)
    app.conf.update(embedded_broker(settings))
    assert register(app, settings).settings is settings
    with pytest.raises(ConfigurationError, match="not embedded"):
        embedded_broker(written_config(tmp_path, RABBIT))


def test_what_is_no_celery_application_is_refused(settings):
    with pytest.raises(ConfigurationError, match="takes a Celery application"):
        register(SimpleNamespace(), settings)


def worker_of(app: Celery, pool: str) -> SimpleNamespace:
    return SimpleNamespace(app=app, pool_cls=type("TaskPool", (), {"__module__": f"celery.concurrency.{pool}"}))


def test_a_worker_started_with_another_pool_ends_with_the_same_sentence(settings):
    app = host()
    lifecycle: Any = register(app, settings).lifecycle
    with pytest.raises(SystemExit, match="turnwire: worker_pool is gevent"):
        lifecycle.prepare(worker_of(app, "gevent"))


def test_a_worker_without_its_database_ends_with_a_sentence(settings):
    app = host()
    lifecycle: Any = register(app, settings).lifecycle
    with pytest.raises(SystemExit, match="run `turnwire migrate`"):
        lifecycle.prepare(worker_of(app, "prefork"))


def test_annotations_that_acknowledge_early_end_a_worker(settings):
    app = host(task_annotations={"*": {"acks_late": False}})
    lifecycle: Any = register(app, settings).lifecycle
    with pytest.raises(SystemExit, match="acknowledged before it is stored"):
        lifecycle.prepare(worker_of(app, "threads"))


@pytest.mark.parametrize(
    ("asked", "known", "consumed"),
    [
        (None, {"turnwire", "turnwire.receive"}, {"shop", "turnwire", "turnwire.receive"}),
        (["turnwire", "turnwire.receive"], {"turnwire", "turnwire.receive"}, {"turnwire", "turnwire.receive"}),
        (["shop"], {"turnwire.receive"}, {"shop"}),
    ],
)
def test_a_worker_consumes_ours_unless_it_was_told_otherwise(settings, asked, known, consumed):
    """And one that does not consume ours never hears of a quorum queue, which would change how ETAs are sent."""
    app = host(task_default_queue="shop")
    lifecycle: Any = register(app, settings).lifecycle
    lifecycle._chosen(instance=SimpleNamespace(app=app), options={"queues": asked})
    app.amqp.queues.select(asked)
    assert {name for name in app.amqp.queues if name.startswith("turnwire")} == known
    assert set(app.amqp.queues.consume_from) == consumed
    if "turnwire" in known:
        assert app.amqp.queues["turnwire"].queue_arguments == {"x-queue-type": "quorum"}


def test_a_host_that_publishes_with_tls_or_options_is_followed(settings):
    app = host(broker_use_ssl={"ca_certs": "/ca"}, broker_transport_options={"client_properties": {"app": "shop"}})
    runtime = register(app, settings)
    conf = runtime._publishing().conf
    assert conf.broker_url == RABBIT
    assert conf.broker_use_ssl == {"ca_certs": "/ca"}
    options = conf.broker_transport_options
    assert (options["client_properties"], options["confirm_publish"]) == ({"app": "shop"}, True)
    assert conf.task_serializer == "json"


def test_of_siblings_one_sends_and_one_ticks_and_a_dead_one_holds_nothing():
    siblings = Siblings()

    def in_a_child(act: Any) -> int:
        pid = os.fork()
        if pid == 0:
            os._exit(int(act()))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def sends() -> bool:
        with siblings.sending() as mine:
            return mine

    assert in_a_child(sends) == 1
    assert in_a_child(siblings.ticking) == 1, "the one before has ended"
    with siblings.sending() as mine:
        assert mine
        assert siblings.ticking()
        assert in_a_child(sends) == 0
        assert in_a_child(siblings.ticking) == 0
    assert in_a_child(sends) == 1
    assert in_a_child(lambda: siblings.stopped) == 0
    siblings.stop()
    assert in_a_child(lambda: siblings.stopped) == 1


def test_it_is_found_by_both_names(settings):
    assert tasks.register is register
    assert plugin.register(host(), settings).settings == settings


def test_a_host_with_a_module_of_the_same_name_finds_both(settings):
    """Most Celery applications have a `tasks.py`, and it comes first on their path."""
    (settings.folder / "tasks.py").write_text("mine = True\n")
    program = (
        "import tasks; assert tasks.mine\n"
        "from celery import Celery\nfrom connector import receive\nfrom connector.plugin import register\n"
        f"app = Celery('shop', broker={RABBIT!r})\nregister(app); register(app)\n"
        "print(sorted(name for name in app.tasks if name.startswith('connector.'))[0], receive.__module__)\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.folder, env={**os.environ, "PYTHONPATH": root},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["connector.receive", "connector.plugin"], done.stderr[-2000:]
