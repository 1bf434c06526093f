"""Messages without words, by hook: a photo or a file alone is a message too, and is told as what it is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.channels.hooks.pointers import MISSING, HookItem

PHOTO = "[photo]"
"""What the agent is told of a picture without words."""
ATTACHMENT = "[attachment]"
"""What it is told of any other file without words."""
NO_TEXT = "no_text"
"""Why a message is stopped that holds neither words nor anything else that is known of."""

_MOST = 100
_PICTURED = re.compile(r"<(?:img|picture)\b", re.IGNORECASE)
_EMBEDDED = re.compile(r"<(?:video|audio|object|embed)\b", re.IGNORECASE)
_IMAGE_TYPE = re.compile(r"image(?:/|$)", re.IGNORECASE)
_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|heic|heif|bmp|tiff?|avif)(?:$|\?)", re.IGNORECASE)


def told(delivered: HookItem, places: Sequence[str], text: str) -> str | None:
    """What stands for a message whose ``text`` has no words: by its markup, or by what is attached; None for nothing.

    ``places`` are where the system lists attachments: a list, or a single one.
    """
    attached = [each for place in places for each in _listed(delivered.said(place))][:_MOST]
    if _PICTURED.search(text) or any(_is_image(each) for each in attached):
        return PHOTO
    return ATTACHMENT if attached or _EMBEDDED.search(text) else None


def _listed(found: Any) -> list[Any]:
    if isinstance(found, list):
        return [each for each in found if each]
    return [] if found is MISSING or not found else [found]


def _is_image(attached: Any) -> bool:
    """Whether any of the words about an attachment, such as its type, name or address, is an image's."""
    return any(_IMAGE_TYPE.match(word) or _IMAGE_NAME.search(word) for word in _words(attached))


def _words(attached: Any) -> Iterable[str]:
    if isinstance(attached, str):
        yield attached[:2000]
    elif isinstance(attached, Mapping):
        for value in list(attached.values())[:_MOST]:
            if isinstance(value, str):
                yield value[:2000]
            elif isinstance(value, Mapping):  # Zammad keeps the type among an attachment's preferences
                yield from (each[:2000] for each in list(value.values())[:_MOST] if isinstance(each, str))
