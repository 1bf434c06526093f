"""The door for Python programs: ``from connector import receive``.

>>> from connector import receive                                                   # doctest: +SKIP
>>> receive({"route": "support", "conversation": "T-1", "id": "1", "text": "Hello"})  # doctest: +SKIP
[{'event_id': '1', 'turn_id': '1', 'followup_id': None, 'status': 'accepted', 'warnings': []}]
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.receiving import Receiver
from connector.settings import load
from tasks.application import create

_doors: dict[Path, Receiver] = {}
_lock = threading.Lock()


def receive(
    events: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    source: str = "python",
    config: str | Path | None = None,
) -> list[dict[str, Any]]:
    """Take one event or a list of them; stored and committed when this returns, the bell rung.

    ``events`` are objects as ``docs/receiving.md`` describes them; ``config`` is found as every command finds it when
    left out. Answers come in order, one dictionary each: ``event_id``, ``turn_id``, ``followup_id``, ``status``,
    ``warnings``, and ``reason`` where there is one. A bad event is answered ``refused`` and costs the others nothing.

    Raises :class:`connector.errors.ConfigurationError`, :class:`connector.errors.DatabaseNotReady` and
    :class:`connector.errors.DatabaseUnavailable`; then nothing of the batch was stored.
    """
    door = _door(Path(config) if config is not None else None)
    payload: Any = dict(events) if isinstance(events, Mapping) else [dict(event) for event in events]
    return [answer.as_dict() for answer in door.receive_json(payload, source)]


def _door(config: Path | None) -> Receiver:
    settings = load(config)
    with _lock:
        door = _doors.get(settings.path)
        if door is None or door.wiring.settings != settings:
            door = create(settings).turnwire.receiver
            door.wiring.ready()
            _doors[settings.path] = door
        return door
