"""Mail's way back: answers by SMTP from the mailbox that the customer wrote to, with a copy in its Sent folder."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from connector.channels.mail.outgoing import smtp
from connector.channels.mail.outgoing.compose import Composed, Letter, answered_mail, compose
from connector.channels.mail.outgoing.sent_folder import FolderFailed, SentFolder
from connector.channels.mail.outgoing.smtp import MailLogin, MailServer
from connector.channels.mail.outgoing.way_back import BLIND, FINDS, PLACES, address_of, domain_of
from connector.settings import LmtpSettings, MailboxSettings, Settings
from connector.settings.sources.mail import MailServerSettings
from connector.utils.deadline import Deadline, within
from connector.utils.logs import get_logger
from connector.values import CallResult, Outcome, ReplyLookup, ReplyMessage, ReplyReceipt

log = get_logger(__name__)

SENDING = 80.0
"""Seconds for one mail."""
LOOKING = 40.0
"""Seconds for one look into the folder of sent mails, and for one copy."""
_LEAVING = 5.0
"""Seconds at the end for copies that are still to be kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingMailbox:
    """A mailbox that answers leave from: ``sender`` is their From, ``ours`` all addresses that are never written to.

    ``sent`` is its folder of sent mails, if it is looked into.
    """

    sender: str
    server: MailServer
    login: MailLogin
    ours: Collection[str] = ()
    sent: SentFolder | None = None


class MailAnswers:
    """The way back of one mailbox."""

    def __init__(self, mailbox: OutgoingMailbox) -> None:
        """No I/O yet."""
        self.capabilities = FINDS if mailbox.sent is not None else BLIND
        self._mailbox = mailbox
        self._threads = ThreadPoolExecutor(max_workers=2 * PLACES, thread_name_prefix="mail-out")
        self._copies: set[asyncio.Task[None]] = set()

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Send once; a copy is kept once the server has taken it, and nothing is sent again if that fails."""
        try:
            mail = compose(self._letter(message, datetime.now(UTC)))
        except ValueError as error:
            return CallResult(outcome=Outcome.REFUSED, error=f"no mail can be written: {error}")
        box, deadline = self._mailbox, Deadline(SENDING)
        result = await within(
            deadline,
            self._threads,
            lambda: smtp.send(mail, box.server, box.login, deadline),
            lambda committed: smtp.lost(box.server.host, committed=committed, why="TimeoutError"),
        )
        if result.outcome is not Outcome.ANSWERED:
            return result
        if box.sent is not None:
            # Beside the delivery: until that is recorded, a kill would leave it in doubt.
            copy = asyncio.create_task(self._keep(box.sent, mail, message))
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)
        return ReplyReceipt(raw=result.raw, external_id=message.marker)

    async def find(self, message: ReplyMessage) -> ReplyLookup:
        """Look for the mail in the folder of sent mails."""
        sent, deadline = self._mailbox.sent, Deadline(LOOKING)
        if sent is None:
            return ReplyLookup(outcome=Outcome.NOT_SENT, error="no folder of sent mails is configured")
        return await within(
            deadline,
            self._threads,
            lambda: sent.find(message.marker, deadline),
            lambda _: ReplyLookup(outcome=Outcome.NOT_SENT, error="the folder of sent mails did not answer"),
        )

    async def check(self) -> CallResult:
        """Log in by SMTP and leave again; nothing is sent."""
        box, deadline = self._mailbox, Deadline(LOOKING)
        return await within(
            deadline,
            self._threads,
            lambda: smtp.log_in(box.server, box.login, deadline),
            lambda _: smtp.lost(box.server.host, committed=False, why="TimeoutError"),
        )

    async def aclose(self) -> None:
        """Keep what copies are still to be kept, for a moment."""
        if self._copies:
            _, late = await asyncio.wait(set(self._copies), timeout=_LEAVING)
            for copy in late:
                copy.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _letter(self, message: ReplyMessage, now: datetime) -> Letter:
        if message.raw is None:
            raise ValueError("the mail that it answers is not kept")
        return Letter(
            sender=self._mailbox.sender,
            message_id=message.marker,
            answered=answered_mail(message.raw, self._mailbox.ours),
            text=message.text or "",
            quoted=str(message.turn.get("text") or ""),
            date=now,
            by_machine=not message.edited,
        )

    async def _keep(self, sent: SentFolder, mail: Composed, message: ReplyMessage) -> None:
        deadline = Deadline(LOOKING)
        with contextlib.suppress(asyncio.CancelledError):
            failed = await within(
                deadline,
                self._threads,
                lambda: _kept(sent, mail, message.marker, deadline),
                lambda _: "no answer in time",
            )
            if failed is not None:
                log.warning("reply.copy_not_kept", reply=message.id, error=failed)


def answers_of(settings: Settings, box: MailboxSettings, token: Callable[[str], str]) -> MailAnswers:
    """The way back of a configured mailbox that sends; ``token`` gives an access token for a source by its name."""
    assert box.smtp is not None  # it sends
    greets_as = domain_of(box.answers_as)
    login = MailLogin(user=box.user, secret=partial(_secret, box, token), oauth=box.oauth is not None)

    def server(at: MailServerSettings, port: int) -> MailServer:
        return MailServer(source=box.name, greets_as=greets_as, host=at.host, port=port, security=at.security)

    folder = box.smtp.sent
    return MailAnswers(
        OutgoingMailbox(
            sender=box.answers_as,
            server=server(box.smtp, box.smtp.port),
            login=login,
            ours=own_addresses(settings),
            sent=None if folder == "none" else SentFolder(server(box.imap, box.imap.port), login, folder),
        )
    )


def own_addresses(settings: Settings) -> frozenset[str]:
    """All addresses of ours: those that routes name, and those of mailboxes and listeners."""
    found = {address for route in settings.routes.values() for address in route.addresses}
    for source in settings.sources.values():
        if isinstance(source, MailboxSettings):
            found |= {address_of(source.user), address_of(source.answers_as)}
        elif isinstance(source, LmtpSettings):
            found |= set(source.recipients)
    return frozenset(found)


def _secret(box: MailboxSettings, token: Callable[[str], str]) -> str:
    return token(box.name) if box.password is None else box.secret(box.password, "password")


def _kept(sent: SentFolder, mail: Composed, message_id: str, deadline: Deadline) -> str | None:
    """Why no copy could be kept; None if one is there."""
    try:
        sent.keep(mail.raw, message_id, deadline)
    except FolderFailed as error:
        return str(error)
    return None
