"""Shared parts of operators' actions: the lock order, the audit row, the conversation's new place.

A conversation's ``schedule`` row is locked before its turns; whoever comes second waits and then sees what the first
one did.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.errors import NotFound, Overtaken, WrongState
from connector.storage.audit import note
from connector.storage.core.text import clean
from connector.storage.queue.schedule import lock_conversations, lower_heads, release_doubt, reschedule

__all__ = [
    "lock_conversations",
    "lower_heads",
    "note",
    "operator",
    "overtaken",
    "release_doubt",
    "reschedule",
    "there_is_no",
    "wrong_state",
]

_SPOKEN = {"followup": "follow-up", "outbox": "outside call"}


def operator(actor: str) -> str:
    """The ``settled_by`` of a decision by this person."""
    return f"operator:{clean(actor)}"


def spoken(noun: str) -> str:
    """The noun as it stands in a sentence."""
    return _SPOKEN.get(noun, noun)


def there_is_no(noun: str, row_id: int) -> NotFound:
    """The refusal for a row that is not there."""
    return NotFound(f"there is no {spoken(noun)} {row_id}", noun, row_id)


def wrong_state(noun: str, row_id: int, status: str, allowed: Sequence[str]) -> WrongState:
    """The refusal for a row that is not in one of the statuses that the action is for."""
    message = f"{spoken(noun)} {row_id} is {status}, not {' or '.join(allowed)}"
    return WrongState(message, noun, row_id, status, allowed)


def overtaken(noun: str, row_id: int, status: str) -> Overtaken:
    """The refusal for whoever comes second."""
    message = f"{spoken(noun)} {row_id} was changed by somebody else and is {status} now"
    return Overtaken(message, noun, row_id, status)
