"""Queue of ours, taken as it is where somebody else has declared it first.

RabbitMQ refuses to declare a queue or an exchange that is there with other arguments, and a worker that insists
connects again for ever. To read from a queue and to publish to it its arguments need not be ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import amqp
from kombu import Queue

from connector.utils.logs import get_logger

log = get_logger(__name__)


class UnusableQueue(amqp.ResourceLocked):
    """A queue of ours that is there in a form in which it cannot be used; the message is one sentence.

    To Celery it is an error of the channel's, for which a worker tries again: somebody may delete the queue.
    """

    def __str__(self) -> str:
        return str(self.reply_text)


class OwnQueue(Queue):
    """Kombu's queue, declared so that RabbitMQ may have another of its name."""

    def declare(self, nowait: bool = False, channel: Any = None) -> Any:
        """Make exchange, queue and binding, each unless it is there; raises :class:`UnusableQueue`."""
        channel = channel or self.channel
        if not isinstance(channel, amqp.Channel):
            return super().declare(nowait=nowait, channel=channel)
        if self.exchange.name:
            self._made(channel, lambda own: self.exchange.declare(channel=own))
        try:
            self._made(channel, lambda own: self.queue_declare(channel=own))
        except UnusableQueue:
            raise
        except amqp.ResourceLocked as error:
            raise UnusableQueue(f"the queue {self.name} belongs to one other connection alone (exclusive)") from error
        if self.exchange.name:
            self._made(channel, lambda own: self.queue_bind(channel=own))
        return self.name

    def require_usable(self, channel: Any) -> None:
        """Raise :class:`UnusableQueue` if there is a queue of this name that cannot be used; nothing is made."""
        own = channel.connection.channel()
        try:
            own.queue_declare(self.name, passive=True)
        except amqp.NotFound:
            return
        except amqp.ResourceLocked:
            pass  # said below
        finally:
            if own.is_open:
                own.close()
        self(channel).declare()

    def _made(self, channel: Any, act: Callable[[Any], Any]) -> None:
        """Do it on a channel of its own, since a refusal closes the channel."""
        own = channel.connection.channel()
        try:
            act(own)
        except amqp.PreconditionFailed as error:
            if "'stream'" in str(error):
                what = f"the queue {self.name} is a stream, which keeps what was read: delete it, and a worker makes it"
                raise UnusableQueue(what) from error
        finally:
            if own.is_open:
                own.close()


class GuestQueue(OwnQueue):
    """The queue in a host's worker, which leaves it to a worker of our own that reads it.

    That one is its only consumer, and RabbitMQ would close the channel on which the host consumes its own queues.
    """

    def consume(self, *args: Any, **kwargs: Any) -> Any:
        """Kombu's, unless another is the only consumer."""
        if isinstance(self.channel, amqp.Channel) and self._taken():
            log.info("queue.left", queue=self.name, reason="a worker of Turnwire's own reads it")
            return None
        return super().consume(*args, **kwargs)

    def _taken(self) -> bool:
        probe = self.channel.connection.channel()
        try:
            probe.basic_qos(0, 1, False)
            probe.basic_consume(self.name, callback=lambda _message: None)
        except amqp.AccessRefused as error:
            return "exclusive" in str(error)
        finally:
            if probe.is_open:
                probe.close()  # what it was sent goes back
        return False
