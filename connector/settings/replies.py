"""``[replies]``: the webhooks that answers go back to."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ConfigDict, Field

from connector.settings.base import OpenSection, Section
from connector.settings.types import CallAddress, Networks, NonEmpty, Seconds, SecretReference


class WebhookSettings(Section):
    """``[replies.webhook]``: where answers are posted, signed with the secret (Standard Webhooks).

    Only public addresses are called, but for the networks of ``allow_private``; ``allow_http``: public ones without
    encryption too. After ``disable_after`` without a success the endpoint is disabled.
    """

    url: CallAddress = Field(description="an address that begins with https://")
    secret: SecretReference = Field(description='"env:NAME" or "file:/path"')
    allow_private: Networks = ()
    allow_http: bool = False
    disable_after: Seconds = 432_000.0

    def signing_secret(self) -> str:
        """The secret itself, read now; raises :class:`ConfigurationError` when it is not there. Never store it."""
        return self._resolve(self.secret, "replies.webhook.secret", "replies.webhook")


class ChannelSettings(OpenSection):
    """``[replies.NAME]`` with ``channel``: a way back that an installed package adds; the other keys are its own."""

    channel: NonEmpty = Field(description="the name of an installed channel")

    def secret(self, reference: str) -> str:
        """The secret that ``reference`` names, read now; raises :class:`ConfigurationError`. Never store it."""
        return self._resolve(reference, f"replies.{self.name}", f"replies.{self.name}")


class RepliesSettings(Section):
    """``[replies.*]``: the ways back that need an address of their own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ChannelSettings]

    webhook: WebhookSettings | None = None

    @property
    def channels(self) -> Mapping[str, ChannelSettings]:
        """The ways back of installed packages, by name."""
        return self.__pydantic_extra__
