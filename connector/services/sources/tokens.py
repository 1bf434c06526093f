"""Access tokens of mailboxes that log in by OAuth."""

from __future__ import annotations

from functools import cached_property

from connector.channels.mail.imap.login import TokenGiver
from connector.wiring import Wiring


class MailboxTokens:
    """The access tokens of a configuration's mailboxes; nothing is read or opened before the first one is asked for."""

    def __init__(self, wiring: Wiring) -> None:
        """Reads nothing yet: a wrong encryption key is the problem of the mailboxes that need it."""
        self._wiring = wiring

    @cached_property
    def _kept(self) -> TokenGiver:
        from connector.services.oauth import AccessTokens  # noqa: PLC0415 - it brings an HTTP client along

        return AccessTokens.of(self._wiring)

    def token(self, source_name: str) -> str:
        return self._kept.token(source_name)

    def refused(self, source_name: str, token: str) -> None:
        self._kept.refused(source_name, token)
