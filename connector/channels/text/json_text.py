"""JSON decoder for what strangers send: bytes to a value, or a refusal that says why."""

from __future__ import annotations

import json
from typing import Any

from connector.errors import InvalidInput


def decoded(raw: bytes) -> Any:
    """The JSON value in ``raw``, with or without a byte order mark.

    Raises :class:`InvalidInput` whose ``expected`` is ``UTF-8`` or ``JSON``; so are NaN and nesting beyond reason.
    """
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InvalidInput("body", "UTF-8", "other bytes") from None
    except (ValueError, RecursionError):
        raise InvalidInput("body", "JSON", "something else") from None


def _no_constant(_name: str) -> Any:
    raise ValueError
