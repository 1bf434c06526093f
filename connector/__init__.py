"""Turnwire carries customer messages to OSVI and Synthflow agents and the answers back: none lost, none sent twice.

``from connector import receive`` takes events in; ``from connector import Osvi, Synthflow`` are the providers' clients,
usable on their own. They are imported on first use, because a pytest plugin of ours loads this package at every start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connector.plugin import receive
    from connector.providers.osvi import Osvi
    from connector.providers.synthflow import Synthflow

__all__ = ["Osvi", "Synthflow", "receive"]

_HOMES = {
    "receive": "connector.plugin",
    "Osvi": "connector.providers.osvi",
    "Synthflow": "connector.providers.synthflow",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from where it lives."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
