"""``[sources.NAME]``: where messages come from by themselves, a union told apart by ``kind``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from connector.settings.sources.hooks import SourceSettings
from connector.settings.sources.mail import LmtpSettings, MailboxSettings, MaildirSettings
from connector.settings.sources.mail_services import (
    MailgunSettings,
    PostmarkSettings,
    SendGridSettings,
    SesSettings,
)
from connector.settings.sources.outside import OutsideSourceSettings

KINDS = ("hook", "mailbox", "maildir", "lmtp", "mailgun", "postmark", "sendgrid", "ses")
"""The kinds of the house; others come with installed packages."""
OUTSIDE = "outside"


def _kind(given: Any) -> str:
    kind = given.get("kind", "hook") if isinstance(given, Mapping) else getattr(given, "kind", "hook")
    return kind if kind in KINDS else OUTSIDE


AnySource = Annotated[
    Annotated[SourceSettings, Tag("hook")]
    | Annotated[MailboxSettings, Tag("mailbox")]
    | Annotated[MaildirSettings, Tag("maildir")]
    | Annotated[LmtpSettings, Tag("lmtp")]
    | Annotated[MailgunSettings, Tag("mailgun")]
    | Annotated[PostmarkSettings, Tag("postmark")]
    | Annotated[SendGridSettings, Tag("sendgrid")]
    | Annotated[SesSettings, Tag("ses")]
    | Annotated[OutsideSourceSettings, Tag(OUTSIDE)],
    Discriminator(_kind),
]
"""The union of all sources."""
