"""``[replies]``: the webhooks that answers go back to."""

from __future__ import annotations

from pydantic import Field

from connector.settings.base import Section
from connector.settings.types import Networks, Seconds, SecretReference, WebAddress


class WebhookSettings(Section):
    """``[replies.webhook]``: where answers are posted, signed with the secret (Standard Webhooks).

    Only public addresses are called, but for the networks of ``allow_private``; ``allow_http``: public ones without
    encryption too. After ``disable_after`` without a success the endpoint is disabled.
    """

    url: WebAddress = Field(description="an address that begins with https://")
    secret: SecretReference = Field(description='"env:NAME" or "file:/path"')
    allow_private: Networks = ()
    allow_http: bool = False
    disable_after: Seconds = 432_000.0

    def signing_secret(self) -> str:
        """The secret itself, read now; raises :class:`ConfigurationError` when it is not there. Never store it."""
        return self._resolve(self.secret, "replies.webhook.secret", "replies.webhook")


class RepliesSettings(Section):
    """``[replies.*]``: the ways back that need an address of their own."""

    webhook: WebhookSettings | None = None
