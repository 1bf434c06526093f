"""What is one conversation's: who has it, its follow-ups, what its provider is to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.storage.conversations.outbox import Outbox

__all__ = ["Outbox"]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(__name__, outbox=__all__)
