"""Ringing wakes the worker of the same process without the broker's help."""

from __future__ import annotations

from tasks.application import create
from tests.kit.worker_process import written_config


def test_what_comes_in_beside_a_worker_wakes_it_without_the_broker(tmp_path):
    app = create(written_config(tmp_path, "amqp://nobody@127.0.0.1:1//"))
    woken = []
    app.turnwire.engine.nudge = lambda: woken.append(1)
    app.turnwire.wiring.publisher.ring()
    assert woken == [1]


def test_a_process_without_an_engine_makes_none_to_ring(tmp_path):
    app = create(written_config(tmp_path, "amqp://nobody@127.0.0.1:1//"))
    app.turnwire.wiring.publisher.ring()
    assert app.turnwire._engine is None
