"""Where messages come from and answers go back to: readers of files, mail, events and hooks; callbacks.

Readers turn bytes or JSON into :class:`connector.values.Event` and are pure: no storage, no network.

``events.py`` JSON by the event schema · ``files.py`` any file, by format (``mailbox.py`` mbox and Maildir,
``tickets_csv.py``, ``jsonl.py``) · ``email.py`` one mail, with ``mime.py`` (bounded parsing), ``body.py`` (which text),
``html.py`` (HTML to text), ``charsets.py`` (bytes to text) and ``guards.py`` (why a mail must not be answered).
What tells new words from quoted ones belongs into ``quoting.py`` and ``signatures.py``, called by ``email.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.channels.registry import outside_system, reply_channel, source_channel

__all__ = ["outside_system", "reply_channel", "source_channel"]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(__name__, registry=__all__)
