"""Signed webhooks: those that come in, and the one that goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.channels.hooks.outgoing import WEBHOOK, Webhook

__all__ = ["WEBHOOK", "Webhook"]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(__name__, outgoing=__all__)
