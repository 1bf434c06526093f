"""Environment variables as sections of the configuration: ``TURNWIRE_WORKER__THREADS`` is ``threads`` in ``[worker]``.

Not pydantic-settings: its import takes a tenth of a second, twice as long as reading the whole configuration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from connector.settings.base import PREFIX

_BETWEEN = "__"


def overlay(variables: Mapping[str, str], sections: Iterable[str]) -> dict[str, Any]:
    """What the variables (names in lower case) say of these sections, nested as a file would have it.

    A value is text, which the sections read as they read a file's, or an object or a list as JSON. A variable of more
    than one level wins over the JSON of the level above it.
    """
    found: dict[str, Any] = {}
    known = set(sections)
    for variable in sorted(variables, key=lambda name: name.count(_BETWEEN)):
        if not variable.startswith(PREFIX.lower()):
            continue
        *above, key = variable.removeprefix(PREFIX.lower()).split(_BETWEEN)
        if (above or [key])[0] in known:
            _put(found, above, key, _read(variables[variable]))
    return found


def _put(found: dict[str, Any], above: Iterable[str], key: str, value: object) -> None:
    for name in above:
        below = found.get(name)
        if not isinstance(below, dict):
            below = found[name] = {}
        found = below
    found[key] = value


def _read(value: str) -> object:
    if value.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            pass
    return value
