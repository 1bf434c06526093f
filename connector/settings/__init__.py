"""Configuration: ``turnwire.toml`` and the environment, read once, checked as a whole, never changed.

The file is the first of ``--config``, ``TURNWIRE_CONFIG`` and ``./turnwire.toml``. Any key can be given in the
environment instead, and the environment wins: ``TURNWIRE_ACCOUNTS__OSVI__BASE_URL`` is ``accounts.osvi.base_url``
whatever the case of the account's name in the file, ``-`` and ``.`` in a name are written ``_``, lists are separated by
commas, and an empty variable counts as not set. ``TURNWIRE_DATABASE_URL`` and ``TURNWIRE_BROKER_URL`` are short forms.

Durations are seconds as ``float``, rates calls per second. Secrets are named here, never held: see
:meth:`AccountSettings.secret`.
"""

from __future__ import annotations

from connector.settings.accounts import AccountSettings
from connector.settings.base import CHANNELS
from connector.settings.encryption import EncryptionSettings
from connector.settings.load import config_path, load
from connector.settings.replies import ChannelSettings, RepliesSettings, WebhookSettings
from connector.settings.root import Settings
from connector.settings.routes import BrakeSettings, FollowupSettings, HoursSettings, RouteSettings
from connector.settings.runtime import BrokerSettings, DatabaseSettings, WorkerSettings
from connector.settings.sources import AnySource
from connector.settings.sources.hooks import OnlySettings, SignatureSettings, SourceSettings, presets
from connector.settings.sources.mail import (
    ImapSettings,
    LmtpSettings,
    MailboxSettings,
    MaildirSettings,
    MailSourceSettings,
    SmtpSettings,
)
from connector.settings.sources.mail_services import (
    MailgunSettings,
    MailServiceSettings,
    PostmarkSettings,
    SendGridSettings,
    SesSettings,
)
from connector.settings.sources.oauth import OAuthSettings
from connector.settings.sources.outside import OutsideSourceSettings
from connector.settings.types import without_password

__all__ = [
    "CHANNELS",
    "AccountSettings",
    "AnySource",
    "BrakeSettings",
    "BrokerSettings",
    "ChannelSettings",
    "DatabaseSettings",
    "EncryptionSettings",
    "FollowupSettings",
    "HoursSettings",
    "ImapSettings",
    "LmtpSettings",
    "MailServiceSettings",
    "MailSourceSettings",
    "MailboxSettings",
    "MaildirSettings",
    "MailgunSettings",
    "OAuthSettings",
    "OnlySettings",
    "OutsideSourceSettings",
    "PostmarkSettings",
    "RepliesSettings",
    "RouteSettings",
    "SendGridSettings",
    "SesSettings",
    "Settings",
    "SignatureSettings",
    "SmtpSettings",
    "SourceSettings",
    "WebhookSettings",
    "WorkerSettings",
    "config_path",
    "load",
    "presets",
    "without_password",
]
