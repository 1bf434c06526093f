"""Recorded deliveries of a hook in files: what each would become."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from connector.errors import ConfigurationError, InvalidInput

if TYPE_CHECKING:
    from connector.settings import Settings
    from connector.values import Event


def deliveries(
    settings: Settings, name: str, files: list[Path], headers: list[str]
) -> Iterator[tuple[dict[str, Any], Event | None]]:
    """File, place and what became of it, and the event if it is one; signatures are not looked at."""
    from connector.channels.hooks.mapping import Ignored, reader_of
    from connector.channels.hooks.signatures import Head
    from connector.channels.registry import hooks_of
    from connector.channels.text import json_text
    from connector.settings import MailSourceSettings, SourceSettings

    source = settings.sources.get(name)
    if source is None:
        known = ", ".join(settings.sources)
        expected = f"one of {known}" if known else f"a section [sources.{name}]"
        raise ConfigurationError(f"there is no source {name}", str(settings.path), "--hook", expected)
    if isinstance(source, MailSourceSettings):
        message = f"source {name} brings mail, which is read from files without --hook"
        raise ConfigurationError(message, str(settings.path), "--hook", 'one of kind = "hook"')
    reader = reader_of(settings, source) if isinstance(source, SourceSettings) else hooks_of(settings)[name].reader
    head = Head.of(map(_pair, headers))
    for file in files:
        place: dict[str, Any] = {"file": str(file), "position": ""}
        try:
            payload = json_text.decoded(file.read_bytes())
            items = reader.items(payload)
        except InvalidInput as error:
            yield place | _refused("not JSON" if error.expected == "JSON" else str(error)), None
            continue
        for number, item in enumerate([payload] if items is None else items, 1):
            where = place if items is None else place | {"position": f"event {number}"}
            try:
                found = reader.read(item, head)
            except InvalidInput as error:
                yield where | _refused(str(error)), None
                continue
            if isinstance(found, Ignored):
                yield where | {"external_id": None, "status": "stopped", "reason": found.reason}, None
            else:
                yield where, found


def _refused(reason: str) -> dict[str, Any]:
    return {"external_id": None, "status": "refused", "reason": reason}


def _pair(header: str) -> tuple[str, str]:
    name, separator, value = header.partition(":")
    if not (name.strip() and separator):
        raise typer.BadParameter(f"{header!r} is not NAME: VALUE", param_hint="--header")
    return name.strip(), value
