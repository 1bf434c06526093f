"""dramatiq with an actor per message, acknowledged late by default.

``dramatiq benchmarks.peers.with_dramatiq --processes 1 --threads 500``.
"""

from __future__ import annotations

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from benchmarks.peers import blocking, place

broker = RabbitmqBroker(url=place.BROKER)
dramatiq.set_broker(broker)


@dramatiq.actor(queue_name="peer")
def send(turn: int) -> None:
    """One turn."""
    blocking.turn(turn)


def publish(turns: range) -> None:
    """Hand in the work."""
    for turn in turns:
        send.send(turn)
