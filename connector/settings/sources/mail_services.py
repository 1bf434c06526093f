"""``[sources.NAME]`` of mail services: Mailgun, SendGrid, Postmark and SES post each mail to ``/v1/hooks/NAME``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from connector.settings.sources.mail import MailSourceSettings
from connector.settings.types import NonEmpty, Seconds, SecretReference, Topics

PublicKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{80,800}$")]


class MailServiceSettings(MailSourceSettings):
    """What sources of mail services share.

    ``tolerance`` is how far the time of a delivery may be away: a delivery that is repeated can carry its first time.
    """

    tolerance: Seconds = 300.0


class MailgunSettings(MailServiceSettings):
    """``kind = "mailgun"``: ``signing_key`` is the account's HTTP webhook signing key."""

    kind: Literal["mailgun"]
    signing_key: SecretReference = Field(description='"env:NAME" or "file:/path" of the HTTP webhook signing key')
    old_signing_key: SecretReference | None = None


class PostmarkSettings(MailServiceSettings):
    """``kind = "postmark"``: signs nothing, so the address it is given holds a user and a password."""

    kind: Literal["postmark"]
    user: NonEmpty = "turnwire"
    password: SecretReference = Field(description='"env:NAME" or "file:/path" of the password in the address')
    old_password: SecretReference | None = None


class SendGridSettings(MailServiceSettings):
    """``kind = "sendgrid"``: signed with the key of a security policy, or a user and a password in its address."""

    kind: Literal["sendgrid"]
    public_key: PublicKey | None = None
    old_public_key: PublicKey | None = None
    user: NonEmpty = "turnwire"
    password: SecretReference | None = None
    old_password: SecretReference | None = None

    @model_validator(mode="after")
    def _shown(self) -> SendGridSettings:
        if self.public_key is None and self.password is None:
            raise ValueError("public_key, that of the security policy, or password, which is part of the address")
        return self


class SesSettings(MailServiceSettings):
    """``kind = "ses"``: by Amazon SNS. ``topics`` are the only ones that are believed.

    Its signatures cover the whole notification, whose time is that of its publication, however often it is repeated.
    """

    kind: Literal["ses"]
    topics: Topics = Field(description="the ARNs of the topics")
    accept_sha1: bool = False
    tolerance: Seconds = 86_400.0
