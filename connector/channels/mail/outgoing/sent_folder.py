"""Sent folder of a mailbox: looks for a mail of ours by its Message-ID, and keeps a copy of what has left.

By IMAP (RFC 3501), one connection a question. What is found there was sent; what is not found proves nothing.
"""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Callable
from typing import Any

from connector.channels.mail.outgoing.smtp import MailLogin, MailServer
from connector.errors import TurnwireError
from connector.utils.deadline import Deadline
from connector.values import Outcome, ReplyLookup

STEP = 15.0
"""Seconds for each of the server's answers."""
_OTHER_SIGNS = re.compile(r"[^ -~]+")
_SEARCHABLE = re.compile(r"[!#-\[\]-~]{1,900}")


class FolderFailed(Exception):
    """The folder could not be used; the message says why, without a word of the mails in it."""


class SentFolder:
    """The folder of one mailbox in which what was sent is kept."""

    def __init__(self, server: MailServer, login: MailLogin, folder: str) -> None:
        """``folder`` is its name as people write it."""
        self._server = server
        self._login = login
        self._folder = folder

    def find(self, message_id: str, deadline: Deadline) -> ReplyLookup:
        """Whether a mail with this id is there. Never raises for what the server or the network did."""
        try:
            found = self._within(deadline, lambda imap: self._found(imap, message_id))
        except FolderFailed as error:
            return ReplyLookup(outcome=Outcome.NOT_SENT, error=str(error))
        return ReplyLookup(found=found, external_id=message_id if found else None)

    def keep(self, raw: bytes, message_id: str, deadline: Deadline) -> bool:
        """Put a copy there, unless a mail with this id is there already; whether it was put. Raises FolderFailed."""

        def put(imap: imaplib.IMAP4) -> bool:
            if self._found(imap, message_id):
                return False
            self._append(imap, raw)
            return True

        return self._within(deadline, put)

    def _within(self, deadline: Deadline, use: Callable[[imaplib.IMAP4], bool]) -> bool:
        imap: imaplib.IMAP4 | None = None
        try:
            imap = self._connected(deadline)
            return use(imap)
        except TurnwireError as error:
            raise FolderFailed(str(error)) from None
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            # The library's own words repeat the server's, which may be anybody's.
            raise FolderFailed(f"the folder of sent mails could not be used ({type(error).__name__})") from None
        finally:
            deadline.uses(None)
            if imap is not None:
                with contextlib.suppress(Exception):
                    imap.sock.settimeout(1.0)
                    imap.logout()

    def _connected(self, deadline: Deadline) -> imaplib.IMAP4:
        server, context = self._server, ssl.create_default_context()
        timeout = deadline.left(STEP)
        imap: imaplib.IMAP4 = (
            imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=timeout)
            if server.security == "tls"
            else imaplib.IMAP4(server.host, server.port, timeout=timeout)
        )
        try:
            deadline.uses(imap.sock)
            if server.security == "starttls":
                imap.starttls(context)
                deadline.uses(imap.sock)
            imap.sock.settimeout(deadline.left(STEP))
            secret = self._login.secret()
            if self._login.oauth:
                imap.authenticate("XOAUTH2", _xoauth2(self._login.user, secret))
            else:
                imap.login(self._login.user, secret)
            imap.sock.settimeout(deadline.left(STEP))
        except BaseException:
            imap.shutdown()
            raise
        return imap

    def _found(self, imap: imaplib.IMAP4, message_id: str) -> bool:
        if not _SEARCHABLE.fullmatch(message_id):
            raise FolderFailed("no mail can be looked for under this id")
        kind, _ = imap.select(quoted(self._folder), readonly=True)
        if kind != "OK":
            raise FolderFailed(f"there is no folder of the name that sent has in [sources.{self._server.source}.smtp]")
        kind, lines = imap.uid("SEARCH", "HEADER", "Message-ID", f'"<{message_id}>"')
        if kind != "OK":
            raise FolderFailed("the folder of sent mails could not be searched")
        return any(line.split() for line in lines if isinstance(line, bytes))

    def _append(self, imap: imaplib.IMAP4, raw: bytes) -> None:
        kind, _ = imap.append(quoted(self._folder), r"(\Seen)", imaplib.Time2Internaldate(time.time()), raw)
        if kind != "OK":
            raise FolderFailed("the folder of sent mails takes no copy")


def _xoauth2(user: str, token: str) -> Callable[[bytes], Any]:
    """The answers of SASL XOAUTH2: the token first, and nothing to the error that may follow."""
    answers = [f"user={user}\x01auth=Bearer {token}\x01\x01".encode()]
    return lambda _: answers.pop() if answers else b""


def quoted(folder: str) -> str:
    """A folder's name as IMAP has it: modified UTF-7 (RFC 3501, 5.1.3), in quotation marks."""
    coded = _OTHER_SIGNS.sub(_shifted, folder.replace("&", "&-"))
    escaped = coded.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shifted(signs: re.Match[str]) -> str:
    return "&" + base64.b64encode(signs[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
