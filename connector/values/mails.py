"""Mail values: what a mail holds beside the text that the agent is told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class MailAttachment:
    """One attachment: its name (made up where it has none), its type by its bytes, its size in bytes.

    ``inline``: it is a picture that the mail's HTML shows in its text.
    """

    name: str
    type: str
    size: int
    inline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    """One attachment as it is to be stored: its place in the mail, from 1 on, and its bytes with their SHA-256 in hex.

    ``why``: its bytes are not kept, for this reason.
    """

    number: int
    attachment: MailAttachment
    body: bytes | None = field(default=None, repr=False)
    sha256: str | None = None
    why: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MailContent:
    """What was read from a mail: the whole text and what is not new in it, its ids, addresses and attachments.

    Ids stand without angle brackets. ``auth`` is ``pass``, ``fail``, ``none`` or ``unknown``: what our own mail server
    says of the sender (RFC 8601). ``defects`` name what is wrong with the mail, or was not understood.
    """

    full_text: str = ""
    quoted_text: str = ""
    signature: str = ""
    language: str | None = None
    attachments: tuple[MailAttachment, ...] = ()
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    auth: str = "unknown"
    defects: tuple[str, ...] = ()
