"""``[sources.NAME.oauth]``: how a source gets its access tokens (RFC 6749, 7523, 8628)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from connector.settings.base import Section
from connector.settings.types import NonEmpty, PrivateAddress, SecretReference

PRESETS: Mapping[str, Mapping[str, str]] = {
    # https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
    "microsoft": {
        "token_url": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "device_url": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        "scope": "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
    },
    # https://developers.google.com/gmail/imap/xoauth2-protocol
    "google": {
        "token_url": "https://oauth2.googleapis.com/token",
        "device_url": "https://oauth2.googleapis.com/device/code",
        "scope": "https://mail.google.com/",
    },
}
"""What each preset fills in; what the section says itself goes before it."""
_APPLICATION_SCOPE = "https://outlook.office365.com/.default"
"""Of Microsoft's client credentials, which know no other: the rights stand with the application."""
_SHARED_TENANTS = {"common", "organizations", "consumers"}


class OAuthSettings(Section):
    """``[sources.NAME.oauth]``: the grant, the token endpoint, and the client that asks it.

    ``tenant`` is Microsoft's directory. ``refresh_token`` is a first one to begin with, where a person got it
    elsewhere; ``turnwire sources authorize`` gets one by device code. ``key`` signs the assertion of ``jwt_bearer``
    (PEM), whose issuer is ``client_id`` and whose subject is ``subject``.
    """

    grant: Literal["client_credentials", "device_code", "refresh_token", "jwt_bearer"] = "device_code"
    preset: Literal["microsoft", "google"] | None = None
    tenant: NonEmpty = "common"
    token_url: PrivateAddress = Field(description="the address of the token endpoint, or preset")
    device_url: PrivateAddress | None = None
    client_id: NonEmpty = Field(description="the id under which the application is registered")
    client_secret: SecretReference | None = None
    refresh_token: SecretReference | None = None
    key: SecretReference | None = None
    subject: NonEmpty | None = None
    scope: str = ""

    @model_validator(mode="before")
    @classmethod
    def _over_its_preset(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or given.get("preset") not in PRESETS:
            return given
        preset = dict(PRESETS[given["preset"]])
        if given["preset"] == "microsoft" and given.get("grant") == "client_credentials":
            preset["scope"] = _APPLICATION_SCOPE
        tenant = str(given.get("tenant", "common"))
        return {key: value.replace("{tenant}", tenant) for key, value in preset.items()} | dict(given)

    @model_validator(mode="after")
    def _whole(self) -> OAuthSettings:
        if self.grant == "client_credentials" and self.client_secret is None:
            raise ValueError('client_secret for grant = "client_credentials"')
        if self.grant == "client_credentials" and self.preset == "microsoft" and self.tenant in _SHARED_TENANTS:
            raise ValueError('tenant, your directory\'s id or domain, for grant = "client_credentials" at Microsoft')
        if self.grant == "refresh_token" and self.refresh_token is None:
            raise ValueError('refresh_token, the first one, for grant = "refresh_token"')
        if self.grant == "device_code" and self.preset == "google":
            raise ValueError('grant = "jwt_bearer" or "refresh_token": Google gives no mailbox to a device code')
        if self.grant == "device_code" and self.device_url is None:
            raise ValueError('device_url, or a preset, for grant = "device_code"')
        if self.grant == "jwt_bearer" and self.key is None:
            raise ValueError('key, the private key that signs, for grant = "jwt_bearer"')
        return self
