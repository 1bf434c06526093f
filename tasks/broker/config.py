"""Celery configuration for each broker: embedded files, RabbitMQ or Redis, which carry bells only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from celery import Celery
from kombu import Exchange

from connector.errors import MissingExtra
from connector.settings import Settings
from connector.utils.private_files import make_private_folder

from . import embedded
from .amqp_frames import careful_frames
from .own_queue import OwnQueue, UnusableQueue

WORK = "turnwire"
RECEIVE = "turnwire.receive"
EVENTS = "turnwire.events"
"""Events from programs without Celery; RabbitMQ only. :mod:`tasks.queues` reads this and ``RECEIVE``, not Celery."""
DEAD = OwnQueue("turnwire.dead", Exchange("turnwire.dead", type="direct"), routing_key="turnwire.dead", durable=True)
"""What was set aside, with a reason; read by people only."""

# How long a bell is worth hearing, in seconds; the tick rings again, so old ones only pile up.
BELL_EXPIRES = 60

# How long a broker may take to confirm what is published, in seconds; Celery itself would wait for ever.
CONFIRMED_WITHIN = 5.0


def queues(settings: Settings, kind: type[OwnQueue] = OwnQueue) -> list[OwnQueue]:
    """What a worker reads; ``turnwire.receive`` has Celery's defaults, so it works whoever declares it first."""
    arguments = {"x-queue-type": "quorum"} if settings.broker.kind == "amqp" else None
    work = kind(WORK, Exchange(WORK, type="direct"), routing_key=WORK, queue_arguments=arguments, durable=True)
    return [work, _plain(RECEIVE, kind)]


def events_queue() -> OwnQueue:
    """``turnwire.events``, with every default of the protocol but durability, so that others declare it alike."""
    return _plain(EVENTS)


def _plain(name: str, kind: type[OwnQueue] = OwnQueue) -> OwnQueue:
    return kind(name, Exchange(name, type="direct"), routing_key=name, durable=True)


def reads_events(settings: Settings) -> bool:
    """Whether workers read ``turnwire.events``: on RabbitMQ, unless that is switched off."""
    return settings.broker.kind == "amqp" and settings.worker.events_queue


def problem(app: Celery, settings: Settings) -> str | None:
    """Why the broker cannot be used, in one sentence without a password; None if it answers, within some seconds."""
    where = settings.broker.shown
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, interval_max=0)
            if settings.broker.kind == "embedded":
                _write_in(settings.broker.directory)
            if settings.broker.kind == "amqp":
                for queue in [*queues(settings), events_queue(), DEAD]:
                    queue.require_usable(connection.default_channel)
    except UnusableQueue as error:
        return f"the broker {where} cannot be used: {error}"
    except Exception as error:  # noqa: BLE001 - whatever a transport raises means the same here
        reason = getattr(error.__cause__ or error, "strerror", None) or type(error.__cause__ or error).__name__
        return f"the broker {where} does not answer ({reason})"
    return None


def _write_in(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder / "messages"):
        pass


def configuration(settings: Settings) -> dict[str, Any]:
    """Everything Celery is told; the reasons stand in the documentation on guarantees and settings."""
    return {
        **_COMMON,
        **_transport(settings),
        "task_queues": queues(settings),
        "worker_concurrency": settings.worker.threads,
        "worker_enable_remote_control": settings.worker.remote_control and settings.broker.kind != "embedded",
        "beat_schedule": {
            "tick": {"task": "connector.tick", "schedule": 1.0, "options": {"queue": WORK, "expires": 5}},
        },
    }


_COMMON: dict[str, Any] = {
    # A bell that is lost costs a moment, one that comes twice is answered by an empty claim.
    "task_acks_late": True,
    "task_reject_on_worker_lost": False,
    "worker_prefetch_multiplier": 1,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    # connector.receive says otherwise for itself; without a backend its result goes nowhere.
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_default_queue": WORK,
    "task_default_exchange": WORK,
    "task_default_exchange_type": "direct",
    "task_default_routing_key": WORK,
    "task_create_missing_queues": True,
    "task_routes": {
        "connector.receive": {"queue": RECEIVE},
        "connector.*": {"queue": WORK},
    },
    # One thread runs the slice, the others stay free for receiving, ticks and acknowledgements.
    "worker_pool": "threads",
    "worker_consumer": f"{__package__}.consumer:CarefulConsumer",
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_channel_error_retry": True,
    "broker_pool_limit": 10,
    "broker_pool_acquire_timeout": CONFIRMED_WITHIN,
    "task_publish_retry": True,
    "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5},
    "timezone": "UTC",
    "enable_utc": True,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "beat_max_loop_interval": 1,
}


def _transport(settings: Settings) -> dict[str, Any]:
    if settings.broker.kind == "embedded":
        return _embedded(settings)
    if settings.broker.kind == "redis":
        return _redis(settings) | (_results(settings.broker.url) if settings.broker.results else {})
    return (_results("rpc://") if settings.broker.results else {}) | {
        "broker_url": settings.broker.url,
        # A peer that has gone silent is noticed after two of them.
        "broker_heartbeat": 15,
        "broker_connection_timeout": 5,
        "broker_transport_options": {
            "confirm_publish": True,
            "frame_handler": careful_frames,
            "connect_timeout": 5,
            "read_timeout": CONFIRMED_WITHIN,
            "write_timeout": CONFIRMED_WITHIN,
        },
    }


def _results(backend: str) -> dict[str, Any]:
    """Where the answers of ``connector.receive`` go, for callers that wait for them."""
    return {
        "result_backend": backend,
        "result_expires": 3600,
        "redis_socket_timeout": 10,
        "redis_socket_connect_timeout": 5,
        # A backend that is away is not waited for: what it is told of is stored.
        "result_backend_transport_options": {"retry_policy": {"max_retries": 1, "interval_start": 0}},
    }


def _embedded(settings: Settings) -> dict[str, Any]:
    folder = settings.broker.directory
    messages, control = folder / "messages", folder / "control"
    embedded.install()
    for made in (messages, control):
        make_private_folder(made)
    return {
        # It has no host; without a name Kombu warns that it takes localhost.
        "broker_url": f"{embedded.SCHEME}://localhost//",
        "broker_transport_options": {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
            "store_processed": False,
            # The default of a second would be felt in every live message.
            "polling_interval": 0.05,
        },
        # Broadcast commands over files are slow and leave files behind.
        "worker_enable_remote_control": False,
    }


def _redis(settings: Settings) -> dict[str, Any]:
    try:
        import redis  # noqa: F401, PLC0415 - only asked whether the optional driver is there
    except ModuleNotFoundError:
        raise MissingExtra(
            "the Redis driver is not installed: pip install 'turnwire[redis]'", "", "broker.url", "an installed driver"
        ) from None
    return {
        "broker_url": settings.broker.url,
        "broker_transport_options": {
            # Five times the longest slice; nothing of ours waits in it for longer.
            "visibility_timeout": 600,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            # Without it a silent server would block a publisher without end, and the worker's loop with it.
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "retry_on_timeout": True,
        },
    }


# Without limits RabbitMQ's alarms, or a network that swallows, would hold a publisher for ever.
CONFIRMED = {"timeout": CONFIRMED_WITHIN, "confirm_timeout": CONFIRMED_WITHIN}
"""How to publish without waiting for ever."""
