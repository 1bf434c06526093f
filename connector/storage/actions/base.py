"""What every operation shares: locks in one order, a line in the audit, the conversation put where it now belongs.

A conversation's ``schedule`` row is locked before its turns; whoever comes second waits and then sees what the first
one did.
"""

from __future__ import annotations

from connector.storage.audit import note
from connector.storage.core.text import clean
from connector.storage.queue.schedule import lock_conversations, lower_heads, release_doubt, reschedule

__all__ = ["lock_conversations", "lower_heads", "note", "operator", "release_doubt", "reschedule"]


def operator(actor: str) -> str:
    """The ``settled_by`` of a decision by this person."""
    return f"operator:{clean(actor)}"
