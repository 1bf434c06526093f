"""AMQP frame handler: a message whose properties cannot be decoded does not break the connection.

py-amqp raises out of its reading for them: a content type that is not UTF-8, a time beyond the calendar (milliseconds
where the protocol has seconds). The connection then counts as lost, the message comes again on the next one, and
nothing behind it is ever read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amqp.method_framing import frame_handler
from amqp.serialization import decode_properties_basic

from connector.channels.text import json_text

_HEADER = 2
_FIXED = 12
"""Bytes of a content header before its properties: class, weight, size of the body."""
_NO_PROPERTIES = b"\x00\x00"


def careful_frames(connection: Any, callback: Callable[..., None], **known: Any) -> Callable[[Any], Any]:
    """py-amqp's handler of frames, for its option ``frame_handler``: a message that it cannot read has no properties.

    Such a message has no content type then, for which whoever gets it sets it aside.
    """
    handle = frame_handler(connection, callback, **known)

    def on_frame(frame: tuple[int, int, Any]) -> Any:
        kind, channel, content = frame
        if kind == _HEADER and not _readable(content):
            frame = (kind, channel, bytes(content[:_FIXED]) + _NO_PROPERTIES)
        return handle(frame)

    return on_frame


def _readable(content: Any) -> bool:
    try:
        properties, _ = decode_properties_basic(content, _FIXED)
    except Exception:  # noqa: BLE001 - whatever it raises, it would raise again
        return False
    # Tables nest too, and are decoded once more where less of the stack is left.
    return json_text.within_depth(properties, json_text.DEEPEST)
