"""The JSON decoder for whatever strangers write: bytes to a value, or a refusal that says what they are not.

Python's own decoder nests as deep as the stack that is left, so that what one place still decodes fails in the next.
What is decoded here is bounded: it can be walked, encoded and decoded again everywhere.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from connector.errors import InvalidInput

DEEPEST = 100
"""Objects and lists within each other; what ticket systems send has about twenty."""
LARGEST = 32 * 1024 * 1024
"""Bytes, where the way in has no tighter limit."""
_MOST_CONTAINERS = 1_000_000
"""Objects and lists in all: an empty one takes three bytes as text and sixty or more in memory."""
_SHORT = 16 * 1024
"""Bytes up to which counting brackets is quicker than walking what they became."""
_CONTAINERS = (dict, list, tuple)
_NOT_A_BRACKET = bytes(set(range(256)) - set(b'[{"'))


def decoded(raw: bytes, *, most: int = LARGEST, field: str = "body") -> Any:
    """The JSON value in ``raw``, with or without a byte order mark.

    Raises :class:`InvalidInput` for ``field`` whose ``expected`` is ``UTF-8`` or ``JSON``, or names the limit that the
    text is beyond: its bytes, its nesting, its number of objects and lists. NaN and huge integers are not JSON either.
    """
    if len(raw) > most:
        raise InvalidInput(field, f"at most {most // 1024:,} KiB of JSON", f"{len(raw):,} bytes")
    if len(raw) > 2 * _MOST_CONTAINERS:
        _require_few_containers(raw, field)
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InvalidInput(field, "UTF-8", "other bytes") from None
    except RecursionError:
        raise _too_deep(field) from None
    except (ValueError, OverflowError, MemoryError):
        raise InvalidInput(field, "JSON", "something else") from None
    if (len(raw) > _SHORT or raw.count(b"[") + raw.count(b"{") > DEEPEST) and not within_depth(value, DEEPEST):
        raise _too_deep(field)
    return value


def within_depth(value: Any, deepest: int) -> bool:
    """Whether objects and lists nest at most so deep, ``value`` itself counted; walked level by level, on no stack."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(deepest):
        if not level:
            return True
        children = chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level)
        level = [child for child in children if isinstance(child, _CONTAINERS)]
    return not level


def _require_few_containers(raw: bytes, field: str) -> None:
    if raw.count(b"[") + raw.count(b"{") > _MOST_CONTAINERS:
        # Once more, without those within strings; from left to right, so that a run of backslashes is read in pairs.
        unescaped = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
        found = sum(map(len, unescaped.translate(None, _NOT_A_BRACKET).split(b'"')[::2]))
        if found > _MOST_CONTAINERS:
            raise InvalidInput(field, f"JSON of at most {_MOST_CONTAINERS:,} objects and lists", f"{found:,}")


def _too_deep(field: str) -> InvalidInput:
    return InvalidInput(field, f"JSON nested at most {DEEPEST} deep", "a deeper one")


def _no_constant(_name: str) -> Any:
    raise ValueError
