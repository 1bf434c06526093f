"""``[sources.NAME]`` of mail: a mailbox read by IMAP and answered by SMTP, a Maildir, an LMTP listener."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from connector.settings.base import Section
from connector.settings.sources.brakes import SourceBrakeSettings
from connector.settings.sources.oauth import OAuthSettings
from connector.settings.types import MailAddresses, NonEmpty, Seconds, SecretReference, Words, is_loopback

Security = Literal["tls", "starttls", "none"]


def _poll(length: float) -> float:
    if length < 1:
        raise ValueError('a duration of at least "1s"')
    return length


def _done(value: str) -> str:
    if value not in {"flag", "keep", "seen"} and not value.removeprefix("move:").strip():
        raise ValueError(_DONE)
    if value not in {"flag", "keep", "seen"} and not value.startswith("move:"):
        raise ValueError(_DONE)
    return value


def _start(value: str) -> str:
    if value not in {"now", "all"}:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError('"now", "all" or a date such as "2026-11-01"') from None
    return value


def _listen(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError('an address and a port such as "127.0.0.1:2424"')
    return value


_DONE = '"flag", "keep", "seen" or "move:FOLDER"'
Poll = Annotated[Seconds, AfterValidator(_poll)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Start = Annotated[str, AfterValidator(_start)]


class MailServerSettings(Section):
    """What IMAP and SMTP share: the server, and how the connection is secured before anything is said."""

    host: NonEmpty = Field(description="the server's name")
    security: Security = "tls"

    @model_validator(mode="after")
    def _secured(self) -> MailServerSettings:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError('security = "tls" or "starttls": without it only a server on this machine is spoken to')
        return self


class ImapSettings(MailServerSettings):
    """``[sources.NAME.imap]``: which folders are read, and what is done with a mail that was taken in.

    ``done``: ``flag`` sets the keyword ``$Turnwire``, ``keep`` nothing, ``seen`` marks it as read, ``move:FOLDER``
    moves it. ``start`` is the first contact: of what is older only the threads that go on are fetched, as context.
    """

    port: Port = 993
    folders: Annotated[Words, Field(min_length=1)] = ("INBOX",)
    done: Annotated[str, AfterValidator(_done)] = "flag"
    start: Start = "now"
    poll: Poll = 60.0

    @model_validator(mode="after")
    def _elsewhere(self) -> ImapSettings:
        if self.done.removeprefix("move:").strip() in self.folders and self.done.startswith("move:"):
            raise ValueError("done with another folder than those that are read: mails would come again for ever")
        return self


class SmtpSettings(MailServerSettings):
    """``[sources.NAME.smtp]``: by which server answers leave.

    ``sent`` is the folder where our mails are kept, and looked for where an outcome is unclear; ``none``: nowhere.
    """

    port: Port = 465
    sent: NonEmpty = "Sent"


class MailSourceSettings(Section):
    """What all sources of mail share.

    ``trusted_auth`` are the names under which our own border writes Authentication-Results. ``attachments``: whether
    only their names are kept or their bytes too.
    """

    route: NonEmpty = Field(description="the name of a route in this file")
    trusted_auth: Words = ()
    attachments: Literal["names", "store"] = "names"
    brakes: SourceBrakeSettings = SourceBrakeSettings()

    @property
    def name(self) -> str:
        """The source's name in the file."""
        return self._place.name

    @property
    def kind_name(self) -> str:
        """The word of ``kind``."""
        return str(getattr(self, "kind", ""))

    @property
    def label(self) -> str:
        """The name as the source of events and in metrics."""
        return self.name.lower()

    def secret(self, reference: str, key: str) -> str:
        """The secret that ``reference`` names, read now; raises :class:`ConfigurationError`. Never store it."""
        place = f"sources.{self.name}.{key}"
        return self._resolve(reference, place, f"source {self.name}", token=key != "password")

    def pem(self, reference: str, key: str) -> str:
        """The key in PEM that ``reference`` names; otherwise as :meth:`secret`."""
        return self._resolve_pem(reference, f"sources.{self.name}.{key}", f"source {self.name}")


class MailboxSettings(MailSourceSettings):
    """``[sources.NAME]`` with ``kind = "mailbox"``: read by IMAP, and answered by SMTP where there is that section."""

    kind: Literal["mailbox"]
    user: NonEmpty = Field(description="the name to log in with, mostly the mailbox's address")
    password: SecretReference | None = None
    oauth: OAuthSettings | None = None
    sender: NonEmpty | None = Field(None, alias="from")
    imap: ImapSettings = Field(description="a section [sources.NAME.imap] with host")
    smtp: SmtpSettings | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> MailboxSettings:
        if (self.password is None) == (self.oauth is None):
            raise ValueError("password, or a section [sources.NAME.oauth], and not both")
        return self

    @property
    def sends(self) -> bool:
        """Whether answers can leave from it."""
        return self.smtp is not None

    @property
    def answers_as(self) -> str:
        """The From of our answers: a name and an address, or an address."""
        return self.sender or self.user


class MaildirSettings(MailSourceSettings):
    """``[sources.NAME]`` with ``kind = "maildir"``: a folder into which a mail server delivers."""

    kind: Literal["maildir"]
    path: NonEmpty = Field(description="the Maildir, which holds new/ and cur/")
    start: Start = "now"
    poll: Poll = 10.0


class LmtpSettings(MailSourceSettings):
    """``[sources.NAME]`` with ``kind = "lmtp"``: a mail server hands each mail to this listener (RFC 2033)."""

    kind: Literal["lmtp"]
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:2424"
    recipients: Annotated[MailAddresses, Field(min_length=1)] = Field(description="the addresses that are taken")
