"""The hook of a mail service's source: its section of the configuration with the secrets read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from connector.channels.mail.services.base import MailService
from connector.channels.mail.services.basic_auth import BasicAuth
from connector.channels.mail.services.mailgun import Mailgun
from connector.channels.mail.services.postmark import Postmark
from connector.channels.mail.services.sendgrid import SendGrid, public_key
from connector.channels.mail.services.ses import Ses
from connector.errors import ConfigurationError
from connector.settings import (
    MailgunSettings,
    MailServiceSettings,
    PostmarkSettings,
    SendGridSettings,
    SesSettings,
    Settings,
)
from connector.values import MAIL_SOURCE


@dataclass(frozen=True, kw_only=True)
class MailHook:
    """One source, ready. ``source`` is that of its events, which all ways of a route's mail share."""

    name: str
    label: str
    route: str
    source: str
    addresses: Collection[str]
    service: MailService


def mail_hook_of(settings: Settings, section: MailServiceSettings) -> MailHook:
    """The hook of a section; raises :class:`connector.errors.ConfigurationError` for its secrets."""
    return MailHook(
        name=section.name,
        label=section.label,
        route=section.route,
        source=f"{MAIL_SOURCE}{section.route}",
        addresses=settings.routes[section.route].addresses,
        service=service_of(section),
    )


def service_of(section: MailServiceSettings) -> MailService:
    """The service of a section, its secrets read now; raises :class:`connector.errors.ConfigurationError`."""
    match section:
        case MailgunSettings():
            keys = _secrets(section, signing_key=section.signing_key, old_signing_key=section.old_signing_key)
            return Mailgun(keys=keys, tolerance=section.tolerance)
        case PostmarkSettings():
            return Postmark(auth=_auth(section, section.user, section.password, section.old_password))
        case SendGridSettings():
            auth = None
            if section.password is not None:
                auth = _auth(section, section.user, section.password, section.old_password)
            return SendGrid(keys=_public_keys(section), auth=auth, tolerance=section.tolerance)
        case SesSettings():
            return Ses(topics=section.topics, accept_sha1=section.accept_sha1, tolerance=section.tolerance)
    raise AssertionError(section)


def _secrets(section: MailServiceSettings, **references: str | None) -> list[str]:
    return [section.secret(one, key) for key, one in references.items() if one is not None]


def _auth(section: MailServiceSettings, user: str, password: str, old_password: str | None) -> BasicAuth:
    return BasicAuth(user=user, passwords=_secrets(section, password=password, old_password=old_password))


def _public_keys(section: SendGridSettings) -> list[object]:
    given = {"public_key": section.public_key, "old_public_key": section.old_public_key}
    found: list[object] = []
    for name, encoded in given.items():
        if encoded is not None:
            try:
                found.append(public_key(encoded))
            except ValueError as error:
                field = f"sources.{section.name}.{name}"
                message = f"source {section.name}: {name} is not usable"
                raise ConfigurationError(message, field=field, expected=str(error)) from None
    return found
