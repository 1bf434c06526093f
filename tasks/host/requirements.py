"""Compatibility check of a host's Celery application: what keeps Turnwire out, in one sentence each."""

from __future__ import annotations

import sys
from typing import Any

from celery import Celery
from kombu.utils.url import parse_url

from connector.errors import ConfigurationError
from connector.settings import Settings, without_password

from ..broker import embedded
from ..broker.config import configuration

POOLS = ("prefork", "threads", "solo")
_FAMILIES = {
    **dict.fromkeys(("amqp", "amqps", "pyamqp", "librabbitmq"), "amqp"),
    **dict.fromkeys(("redis", "rediss"), "redis"),
}
_PORTS = {"amqp": 5672, "redis": 6379}
_GREEN = {"gevent": ("gevent.monkey", "is_module_patched"), "eventlet": ("eventlet.patcher", "is_monkey_patched")}


def require_possible(app: Celery, settings: Settings) -> None:
    """Raise :class:`ConfigurationError` with the first reason why our tasks cannot work in this application."""
    conf = app.conf
    require_pool(conf.worker_pool)
    for name, (module, asked) in _GREEN.items():
        patched = getattr(sys.modules.get(module), asked, None)
        if patched is not None and patched("threading" if name == "gevent" else "thread"):
            _require_pool(name)
    if conf.task_always_eager:
        raise _refusal("task_always_eager", "calls tasks where they are sent, so no worker would ever send a message")
    if not {"json", "application/json"} & set(conf.accept_content):
        raise _refusal("accept_content", "lacks 'json', which is what connector.receive is sent in")
    if (conf.broker_transport_options or {}).get("global_keyprefix"):
        expected = "no global_keyprefix; a database number of its own keeps programs apart"
        what = "has a key prefix, so what programs without it send would never be found"
        raise _refusal("broker_transport_options", what, expected)
    for url in (conf.broker_write_url, conf.broker_read_url):
        _require_broker(app, url.split(";") if isinstance(url, str) else list(url or ()), settings)


def require_pool(pool: Any) -> None:
    """The same of the pool that a worker was really started with."""
    module = pool.__module__ if isinstance(pool, type) else str(pool)
    _require_pool(module.rpartition(".")[2].partition(":")[0])


def _require_pool(name: str) -> None:
    name = "threads" if name == "thread" else "prefork" if name == "processes" else name
    if name not in POOLS:
        what = f"is {name}, and sending needs an event loop in a thread of its own, which that pool does not leave it"
        raise _refusal("worker_pool", what, f"one of {', '.join(POOLS)}; a worker of its own will do")


def _require_broker(app: Celery, urls: list[str], settings: Settings) -> None:
    """``urls``: the server that the host uses, and those that it takes when that one fails."""
    if settings.broker.kind == "embedded":
        expected = "app.conf.update(connector.plugin.embedded_broker()), or [broker] url the application's"
        ours = configuration(settings)["broker_transport_options"]["data_folder_in"]
        options = app.conf.broker_transport_options or {}
        if urls and urls[0].startswith(embedded.SCHEME) and options.get("data_folder_in") == ours:
            return
    else:
        expected = "the same server and virtual host or database number in both"
        if _place(settings.broker.url) in map(_place, urls or ["amqp://"]):
            return
    shown = " or ".join(map(without_password, urls)) or "not set"
    what = f"is {shown} in the application and {settings.broker.shown} in {settings.path.name}"
    raise _refusal("broker.url", what, expected)


def _place(url: str) -> tuple[str, str, int, str]:
    parts = parse_url(url)
    family = _FAMILIES.get(parts["transport"] or "", parts["transport"] or "")
    host = parts["hostname"] or "localhost"
    place = (parts["virtual_host"] or "").strip("/") or ("0" if family == "redis" else "/")
    return family, "127.0.0.1" if host == "localhost" else host, parts["port"] or _PORTS.get(family, 0), place


def _refusal(setting: str, what: str, expected: str = "the setting left out or changed") -> ConfigurationError:
    return ConfigurationError(f"{setting} {what}", where="the Celery application", field=setting, expected=expected)
