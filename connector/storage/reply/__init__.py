"""How answers go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.storage.reply.replies import Replies

__all__ = ["Replies"]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(__name__, replies=__all__)
