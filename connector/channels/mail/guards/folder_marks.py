"""Marks that mail programs leave on the mails they keep: which of them their owner deleted, or never sent."""

from __future__ import annotations

import re

from connector.channels.mail.parsing.headers import decode_words
from connector.channels.mail.parsing.mime import Part

DELETED, DRAFT, SPAM = "deleted", "draft", "spam"
_MOZILLA_EXPUNGED, _MOZILLA_DELETED = 0x0008, 0x00200000
_HEX = re.compile(r"[0-9a-fA-F]{1,8}")
_STATUS = re.compile(r"[ADFNORTU]{1,6}")
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)\Z")
# Takeout writes the names in its owner's language.
_LABELS = {
    DELETED: "trash|bin|papierkorb|corbeille|papelera|cestino|prullenbak|lixeira|lixo|kosz|papperskorgen|papirkurv|"
    "корзина|çöp kutusu|ゴミ箱|已删除邮件|垃圾桶|휴지통",
    DRAFT: "draft|drafts|entwurf|entwürfe|brouillon|brouillons|borrador|borradores|bozza|bozze|concept|concepten|"
    "rascunho|rascunhos|wersje robocze|utkast|kladder|черновики|taslaklar|下書き|草稿|임시보관함",
    SPAM: "spam|junk|courrier indésirable|correo no deseado|ongewenst|skräppost|спам|迷惑メール|垃圾邮件|스팸함",
}
_REASONS = {label: reason for reason, labels in _LABELS.items() for label in labels.split("|")}
_MARKS = ("x-mozilla-status", "x-mozilla-status2", "x-mozilla-keys", "x-status", "x-gmail-labels")


def why_left(mail: Part) -> str | None:
    """``deleted``, ``draft`` or ``spam`` by the headers that only a mailbox adds; None if none of them."""
    if not any(mail.count(name) for name in _MARKS):
        return None
    status, more = _bits(mail.header("x-mozilla-status")), _bits(mail.header("x-mozilla-status2"))
    flags = mail.header("x-status")
    flags = flags if _STATUS.fullmatch(flags) else ""
    if status & _MOZILLA_EXPUNGED or more & _MOZILLA_DELETED or "D" in flags:
        return DELETED
    if "T" in flags:
        return DRAFT
    if "junk" in mail.header("x-mozilla-keys").casefold().split():
        return SPAM
    labels = decode_words(mail.header("x-gmail-labels")).casefold().split(",")
    return next((reason for label in labels if (reason := _REASONS.get(label.strip(' "')))), None)


def why_left_by_name(name: str) -> str | None:
    """The same by the flags in the name of a Maildir's file: T is trashed, D a draft."""
    found = _FLAGS.search(name)
    flags = found[1] if found else ""
    return DELETED if "T" in flags else DRAFT if "D" in flags else None


def _bits(value: str) -> int:
    found = _HEX.fullmatch(value.strip())
    return int(found[0], 16) if found else 0
