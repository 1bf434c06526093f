"""Ringing wakes the worker of the same process without the broker's help."""

from __future__ import annotations

import threading

from tasks.application import create
from tasks.runtime.publisher import CeleryPublisher
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


class Silent:
    """An application whose broker takes nothing."""

    def __init__(self):
        self.asked = 0

    def send_task(self, *_, **__):
        self.asked += 1
        raise ConnectionRefusedError


def ringing():
    return [thread for thread in threading.enumerate() if thread.name == "turnwire-bell"]


def test_a_closed_publisher_does_not_try_again_what_the_broker_did_not_take():
    before, app = ringing(), Silent()
    publisher = CeleryPublisher(app)
    publisher.ring()
    publisher.flush()
    publisher.ring()
    (thread,) = [thread for thread in ringing() if thread not in before]
    publisher.close()
    thread.join(60)
    assert not thread.is_alive()
    assert (app.asked, publisher.silent) == (1, True)


def test_a_closed_publisher_has_rung_what_was_wanted():
    taken = threading.Event()

    class Taking(Silent):
        def send_task(self, *_, **__):
            taken.set()

    publisher = CeleryPublisher(Taking())
    publisher.ring()
    publisher.close()
    assert taken.wait(60)
