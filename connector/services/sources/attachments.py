"""Attachments of a mail that a source keeps: which of them, and why not the others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from connector.channels.mail.parser import parser
from connector.channels.mail.parsing.file_types import is_program
from connector.values import AttachedFile, Event, EventStatus, MailAttachment

MAIL_MOST = 25 * 1024 * 1024
"""Bytes of one mail's attachments."""
DAY_MOST = 1024 * 1024 * 1024
"""Bytes that a source adds on a day."""
PROGRAM, MAIL_LIMIT, NOT_TAKEN, NOT_READ = "program", "mail_limit", "not_taken", "not_read"
"""Why bytes are not kept."""
_TAKEN = (EventStatus.ACCEPTED, EventStatus.CONTEXT)


def files_of(event: Event) -> list[AttachedFile]:
    """The attachments of a mail, with the bytes of those that are to be kept; none of what is no mail."""
    said = event.mail.attachments if event.mail is not None else ()
    if not said:
        return []
    if event.status not in _TAKEN:
        return _names_only(said, NOT_TAKEN)
    found = parser.attachment_bodies(event.raw or b"")
    # They come from where strangers' bytes were parsed: what is not what the mail was said to hold is not believed.
    return judged(found) if tuple(each for each, _ in found) == said else _names_only(said, NOT_READ)


def judged(found: Sequence[tuple[MailAttachment, bytes]]) -> list[AttachedFile]:
    """What is to be kept of these: no programs, and so many bytes in all, the first ones first."""
    files, left = [], MAIL_MOST
    for number, (attachment, body) in enumerate(found, 1):
        why = PROGRAM if is_program(attachment.name, attachment.type, body) else None
        if why is None and len(body) > left:
            why = MAIL_LIMIT
        if why is not None:
            files.append(AttachedFile(number=number, attachment=attachment, why=why))
            continue
        left -= len(body)
        sha256 = hashlib.sha256(body).hexdigest()
        files.append(AttachedFile(number=number, attachment=attachment, body=body, sha256=sha256))
    return files


def _names_only(said: Sequence[MailAttachment], why: str) -> list[AttachedFile]:
    return [AttachedFile(number=number, attachment=each, why=why) for number, each in enumerate(said, 1)]
