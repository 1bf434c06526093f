"""The door for Python programs: ``from connector import receive``.

>>> from connector import receive                                                   # doctest: +SKIP
>>> receive({"route": "support", "conversation": "T-1", "id": "1", "text": "Hello"})  # doctest: +SKIP
[{'event_id': '1', 'turn_id': '1', 'followup_id': None, 'status': 'accepted', 'warnings': []}]
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.ours import task_module
from connector.services.receive import Receiver
from connector.settings import load
from connector.storage.core.host_transaction import Host, Joined

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
        answers = door.receive_json(payload, source)
    else:
        answers = door.receive_within(payload, source, Joined(session, door.wiring.database))
    return [answer.as_dict() for answer in answers]


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
