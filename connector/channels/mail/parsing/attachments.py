"""Attachments of a mail: name, type, size of each, and whether it is a picture in the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from urllib.parse import unquote

from connector.channels.mail.parsing.file_types import EXTENSIONS, LOOKED_AT, file_type
from connector.channels.mail.parsing.headers import decode_words
from connector.channels.mail.parsing.mime import Part
from connector.channels.text.clean import one_line
from connector.values import MailAttachment

MAX_ATTACHMENTS = 50
_NAME_BYTES = 255
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_UNFIT = re.compile(r'[<>:"|?*]')
_CID = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)
MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
MESSAGES = MAILS | {
    "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
    "message/global-disposition-notification", "message/feedback-report", "message/global-headers", "message/partial",
    "message/external-body", "message/http",
}  # fmt: skip
"""Kinds of ``message`` that hold no words of this mail's writer; others are no kinds but mistakes."""
_PAPERS = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/rfc822-headers",
    "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
    "message/feedback-report",
})  # fmt: skip
"""What a mail program adds, and no person."""


def is_set_apart(leaf: Part) -> bool:
    """Whether a part says that it is an attachment."""
    return leaf.header("content-disposition").lstrip(" \"'").casefold().startswith("attachment")


def given_name(leaf: Part) -> str:
    """The name that a part has, fit for a file; empty when it has none."""
    name = leaf.parameter("filename", "content-disposition") or leaf.parameter("name")
    return file_name(decode_words(name)) if name else ""


def file_name(name: str) -> str:
    """A stranger's file name without folders, controls or a leading dot, of at most 255 bytes."""
    base = one_line(name.replace("\\", "/").rstrip("/ ").rpartition("/")[2], _NAME_BYTES * 2)
    base = _UNFIT.sub("_", base).lstrip(". ").rstrip(". ")
    if _RESERVED.match(base):
        base = f"_{base}"
    if len(base.encode()) <= _NAME_BYTES:
        return base
    stem, dot, extension = base.rpartition(".")
    tail = dot + extension if dot and len(extension.encode()) <= 16 else ""
    kept = (stem if tail else base).encode()[: _NAME_BYTES - len(tail.encode())]
    return kept.decode("utf-8", "ignore") + tail


def is_attachment(leaf: Part) -> bool:
    """Whether a part is none of the text: set apart, named, or a mail of its own."""
    return is_set_apart(leaf) or leaf.kind in MESSAGES or bool(given_name(leaf))


def shown_by(pages: Iterable[str]) -> frozenset[str]:
    """The ids of the parts that HTML pages show in their text (RFC 2392)."""
    return frozenset(unquote(hit).strip("<>").casefold() for page in pages for hit in _CID.findall(page))


def attachments(leaves: Iterable[Part], shown: Collection[str]) -> tuple[MailAttachment, ...]:
    """What is said of each attachment, of at most :data:`MAX_ATTACHMENTS`."""
    return tuple(attachment for attachment, _ in with_bodies(leaves, shown))


def with_bodies(leaves: Iterable[Part], shown: Collection[str]) -> Iterator[tuple[MailAttachment, bytes]]:
    """The same, each with its bytes."""
    for number, leaf in enumerate(islice(leaves, MAX_ATTACHMENTS), 1):
        content = leaf.content()
        kind = file_type(content[:LOOKED_AT], leaf.kind)
        cid = leaf.header("content-id").strip("<> ").casefold()
        attachment = MailAttachment(
            name=given_name(leaf) or _made_name(leaf, kind, number),
            type=one_line(kind, 100), size=len(content), inline=bool(cid) and cid in shown,
        )  # fmt: skip
        yield attachment, content


def of_people(each: MailAttachment) -> bool:
    """Whether a person attached it: no picture of the text, no signature, no report."""
    return not each.inline and each.type not in _PAPERS


def marker(each: MailAttachment) -> str:
    """How a mail that holds nothing else is told."""
    return f"[{'photo' if each.type.startswith('image/') else 'attachment'} {each.name}]"


def _made_name(leaf: Part, kind: str, number: int) -> str:
    return f"attachment-{number}{EXTENSIONS.get(kind, '')}" if leaf.kind not in MAILS else f"mail-{number}.eml"
