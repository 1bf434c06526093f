"""Files of messages, read for what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connector.channels.files.formats import read_entries
from connector.values import Event, Refusal


def read_file(path: Path, **options: Any) -> Iterator[Event | Refusal]:
    """The messages alone, without their positions."""
    return (entry.item for entry in read_entries(path, **options))
