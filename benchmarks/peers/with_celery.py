"""Celery with a task per message, acknowledged late.

``celery -A benchmarks.peers.with_celery worker -P prefork`` or ``-P threads``.
"""

from __future__ import annotations

from celery import Celery

from benchmarks.peers import blocking, place

app = Celery("peer", broker=place.BROKER)
app.conf.update(task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=1)


@app.task(name="peer.send")  # type: ignore[untyped-decorator]
def send(turn: int) -> None:
    """One turn."""
    blocking.turn(turn)


def publish(turns: range) -> None:
    """Hand in the work."""
    with app.connection_for_write() as connection:
        producer = connection.Producer()
        for turn in turns:
            send.apply_async((turn,), producer=producer)
