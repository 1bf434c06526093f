"""Kombu's Redis transport with envelopes that are read before Kombu reads them; for workers of our own only.

Kombu takes an entry off its list before it decodes it, so one that it cannot decode is lost with the worker.
"""

from __future__ import annotations

from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from kombu.utils.json import dumps

from connector.utils.logs import get_logger

from .envelopes import UNREADABLE, opened

log = get_logger(__name__)

_TAKING = {"BRPOP", "RPOP"}


def install() -> None:
    """Make Kombu use it for Redis in this process, from its next connection on."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:RedisTransport"


def _checked(found: Any, queue: str = "") -> Any:
    """What Redis answered to taking an entry: queue and entry, an entry, or nothing."""
    if isinstance(found, list | tuple) and len(found) == 2:
        name = found[0] if isinstance(found[0], str) else bytes(found[0]).decode("utf-8", "replace")
        return [found[0], _checked(found[1], name.partition(redis.Channel.sep)[0])]
    if not isinstance(found, bytes | str):
        return found
    raw = found.encode("utf-8", "surrogatepass") if isinstance(found, str) else found
    message = opened(raw, queue)
    return dumps(message).encode() if message.get("content-type") == UNREADABLE else found


class RedisChannel(redis.Channel):
    """Entries are checked where the client hands them over."""

    def _get_client(self) -> Any:
        made = super()._get_client()

        def client(*args: Any, **kwargs: Any) -> Any:
            instance = made(*args, **kwargs)
            parse = instance.parse_response

            def parse_response(connection: Any, command_name: Any, **options: Any) -> Any:
                found = parse(connection, command_name, **options)
                return _checked(found) if command_name in _TAKING else found

            instance.parse_response = parse_response
            return instance

        return client

    def _receive_one(self, c: Any) -> Any:
        """Kombu's, but a broadcast command that cannot be read is passed over."""
        try:
            return super()._receive_one(c)
        except (Empty, *self.connection_errors) as error:
            if not isinstance(error, LookupError):
                raise
            kind = type(error).__name__
        except Exception as error:  # noqa: BLE001 - the loop that everything hangs on
            kind = type(error).__name__
        log.error("broadcast.unreadable", error=kind)
        raise Empty


class RedisTransport(redis.Transport):
    """Kombu's with our channel."""

    Channel = RedisChannel
