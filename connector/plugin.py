"""Python API: hand messages in (``receive``), or add Turnwire to your own Celery application (``register``).

>>> from connector import receive                                                   # doctest: +SKIP
>>> receive({"route": "support", "conversation": "T-1", "id": "1", "text": "Hello"})  # doctest: +SKIP
[{'event_id': '1', 'turn_id': '1', 'followup_id': None, 'status': 'accepted', 'warnings': []}]

``from connector.plugin import register`` is the same as ``from tasks import register``, for programs in which ``tasks``
is a module of their own: most Celery applications have a ``tasks.py``.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from connector.services.receive import Receiver
from connector.settings import Settings, load
from connector.storage.core.host_transaction import Host, Joined
from connector.storage.tables.alembic_filter import filter_of
from connector.wiring import place_of

if TYPE_CHECKING:
    from celery import Celery

    from tasks.runtime.runtime import Runtime

Config = Settings | Path | str | None
_HOME = Path(__file__).parents[1] / "tasks"
_OTHER_NAME = "turnwire_tasks"

_doors: dict[Path, Receiver] = {}
_lock = threading.Lock()
_inherited: list[dict[Path, Receiver]] = []


def receive(
    events: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    source: str = "python",
    config: str | Path | None = None,
    session: Host | None = None,
) -> list[dict[str, Any]]:
    """Take one event or a list of them; stored and committed when this returns, the bell rung.

    ``events`` are objects as ``docs/receiving.md`` describes them; ``config`` is found as every command finds it when
    left out. Answers come in order, one dictionary each: ``event_id``, ``turn_id``, ``followup_id``, ``status``,
    ``warnings``, and ``reason`` where there is one. A bad event is answered ``refused`` and costs the others nothing.

    With ``session``, a Session or Connection of SQLAlchemy's on the database that holds our tables, nothing is
    committed here: the events are kept with your own rows when you commit, or not at all, and the bell rings then.

    Raises :class:`connector.errors.ConfigurationError`, :class:`connector.errors.DatabaseNotReady` and
    :class:`connector.errors.DatabaseUnavailable`; then nothing of the batch was stored, and ``session`` is to be rolled
    back.
    """
    door = _door(Path(config) if config is not None else None)
    payload: Any = dict(events) if isinstance(events, Mapping) else [dict(event) for event in events]
    if session is None:
        answers = door.receive_json(payload, source, "python")
    else:
        answers = door.receive_within(payload, source, Joined(session, door.wiring.database), "python")
    return [answer.as_dict() for answer in answers]


def register(app: Celery, config: Config = None, *, ticks: bool = True) -> Runtime:
    """Add the tasks, their queues and the tick to ``app``, once it is configured; see ``docs/plugin.md``.

    ``config`` is settings or the path of a ``turnwire.toml``, found as every command finds it when left out;
    ``ticks=False`` leaves the tick to your beat. Raises :class:`connector.errors.ConfigurationError` in one sentence
    for what cannot work.
    """
    runtime: Runtime = task_module("host.register").register(app, config, ticks=ticks)
    return runtime


def embedded_broker(config: Config = None) -> dict[str, Any]:
    """Celery settings of the broker made of files, for trials: ``app.conf.update(embedded_broker())``."""
    settings: dict[str, Any] = task_module("host.register").embedded_broker(config)
    return settings


def include_object(config: Config = None) -> Callable[..., bool]:
    """Alembic's ``include_object`` that leaves Turnwire's tables to ``turnwire migrate``.

    In your ``env.py``: ``context.configure(..., include_object=include_object("turnwire.toml"))``.
    """
    return filter_of(place_of(config if isinstance(config, Settings) else load(Path(config) if config else None)))


def task_module(name: str) -> Any:
    """The module ``tasks.<name>`` of ours; under another name if ``tasks`` is somebody else's in this process."""
    package = "tasks" if _tasks_is_ours() else _under_another_name().__name__
    return import_module(f"{package}.{name}")


def _tasks_is_ours() -> bool:
    loaded = sys.modules.get("tasks")
    try:
        spec = loaded.__spec__ if loaded is not None else find_spec("tasks")
    except ValueError:
        return False
    return spec is not None and spec.origin is not None and Path(spec.origin).parent.resolve() == _HOME.resolve()


def _under_another_name() -> ModuleType:
    found = sys.modules.get(_OTHER_NAME)
    if found is not None:
        return found
    spec = spec_from_file_location(_OTHER_NAME, _HOME / "__init__.py", submodule_search_locations=[str(_HOME)])
    assert spec is not None  # its file and its loader are given
    assert spec.loader is not None
    package = sys.modules[_OTHER_NAME] = module_from_spec(spec)
    spec.loader.exec_module(package)
    return package


def _door(config: Path | None) -> Receiver:
    settings = load(config)
    with _lock:
        door = _doors.get(settings.path)
        if door is None or door.wiring.settings != settings:
            door = task_module("application").create(settings).turnwire.receiver
            door.wiring.ready()
            _doors[settings.path] = door
        return door


def _after_fork() -> None:
    """Make everything anew; what the parent had open is kept, for closing it here would close it there."""
    global _lock, _doors
    _inherited.append(_doors)
    _doors, _lock = {}, threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
