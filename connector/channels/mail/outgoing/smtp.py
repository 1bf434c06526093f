"""SMTP client: sends one mail over one connection, and says for certain what became of it.

The standard library speaks the protocol, in a thread, because it lets us see the one moment that matters: until the
line with the full stop that ends the data has begun to leave, the server has nothing to deliver; after it, only the
server's answer says whether it took the mail. The connection is secured before anything is said.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from connector.channels.mail.outgoing.compose import Composed
from connector.errors import ConfigurationError, NotAuthorized, TurnwireError
from connector.utils import failpoints
from connector.utils.deadline import Deadline
from connector.values import CallResult, Outcome

Security = Literal["tls", "starttls", "none"]

STEP = 20.0
"""Seconds for each of the server's answers; one after the data may take longer."""
ANSWER = 45.0
"""Seconds for the answer to the whole mail: servers scan it before they take it."""
WAIT = 60.0
"""Seconds at least until a server that was busy is asked again."""

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_LINE_START = re.compile(rb"^\.", re.MULTILINE)
_NO_PASSWORDS = frozenset({"5.7.30", "5.7.57", "5.7.139"})
"""Microsoft's: this mailbox, or its whole organisation, takes no password for sending any more."""
_AUTH_CODES = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, kw_only=True, slots=True)
class MailLogin:
    """How to log in: ``secret`` gives the password, or with ``oauth`` an access token; read anew each time."""

    user: str
    secret: Callable[[], str]
    oauth: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """A server and how the connection to it is secured.

    ``source`` is the configured source, for messages; ``greets_as`` is the name under which we say hello.
    """

    source: str
    greets_as: str
    host: str
    port: int
    security: Security


class _Answered(Exception):  # a way out, not an error
    """The server has said no: to which command, with which code and words."""

    def __init__(self, command: str, code: int, said: bytes) -> None:
        super().__init__(command)
        self.command, self.code, self.said = command, code, said


def send(mail: Composed, server: MailServer, login: MailLogin, deadline: Deadline) -> CallResult:
    """Send one mail. Never raises for what the server or the network did.

    ``answered``: the server took it. ``not_sent`` and ``busy``: it certainly did not. ``credentials``: it took no mail
    at all from us. ``refused``: it will never take this one. ``lost``: nobody knows.
    """
    connection: smtplib.SMTP | None = None
    try:
        connection = _connected(server, deadline)
        _log_in(connection, server, login, deadline)
        return _transferred(connection, mail, deadline)
    except _Answered as no:
        return _refusal(no, server)
    except TurnwireError as error:
        return _no_secret(error)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return lost(server.host, committed=deadline.committed, why=type(error).__name__)
    finally:
        if connection is not None:
            deadline.uses(None)
            _leave(connection)


def log_in(server: MailServer, login: MailLogin, deadline: Deadline) -> CallResult:
    """Log in and leave again: whether mail could be sent. Never raises for what the server or the network did."""
    connection: smtplib.SMTP | None = None
    try:
        connection = _connected(server, deadline)
        _log_in(connection, server, login, deadline)
    except _Answered as no:
        return _refusal(no, server)
    except TurnwireError as error:
        return _no_secret(error)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return lost(server.host, committed=False, why=type(error).__name__)
    finally:
        if connection is not None:
            deadline.uses(None)
            _leave(connection)
    return CallResult()


def _no_secret(error: TurnwireError) -> CallResult:
    """What it means that there is no password or token to log in with: somebody has to do something, or it passes."""
    for_a_person = isinstance(error, (ConfigurationError, NotAuthorized))
    return CallResult(outcome=Outcome.CREDENTIALS if for_a_person else Outcome.NOT_SENT, error=str(error))


def lost(host: str, *, committed: bool, why: str) -> CallResult:
    """What a connection that broke off came to."""
    if committed:
        error = f"the connection to {host} was lost after the mail, and before the answer to it ({why})"
        return CallResult(outcome=Outcome.LOST, error=error)
    return CallResult(outcome=Outcome.NOT_SENT, error=f"{host} could not be spoken to ({why})")


def _connected(server: MailServer, deadline: Deadline) -> smtplib.SMTP:
    """A secured connection on which the server has said what it can do."""
    context = ssl.create_default_context()
    try:
        connection = _opened(server, context, deadline)
        deadline.uses(connection.sock)
        try:
            _step(connection, deadline, connection.ehlo_or_helo_if_needed)
            if server.security == "starttls":
                _step(connection, deadline, lambda: connection.starttls(context=context))
                deadline.uses(connection.sock)
                _step(connection, deadline, connection.ehlo_or_helo_if_needed)
        except BaseException:
            connection.close()
            raise
    except smtplib.SMTPResponseException as no:
        raise _Answered("", no.smtp_code, _bytes(no.smtp_error)) from None
    return connection


def _opened(server: MailServer, context: ssl.SSLContext, deadline: Deadline) -> smtplib.SMTP:
    timeout = deadline.left(STEP)
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, server.greets_as, timeout=timeout, context=context)
    return smtplib.SMTP(server.host, server.port, server.greets_as, timeout=timeout)


def _log_in(connection: smtplib.SMTP, server: MailServer, login: MailLogin, deadline: Deadline) -> None:
    if server.security == "none" and not connection.has_extn("auth"):
        return  # a relay on this machine that asks nobody who they are
    secret = login.secret()
    try:
        if login.oauth:
            _step(connection, deadline, lambda: connection.auth("XOAUTH2", _xoauth2(login.user, secret)))
        else:
            _step(connection, deadline, lambda: connection.login(login.user, secret))
    except smtplib.SMTPAuthenticationError as no:
        raise _Answered("AUTH", no.smtp_code, _bytes(no.smtp_error)) from None
    except smtplib.SMTPNotSupportedError:
        raise _Answered("AUTH", 538, b"") from None


def _xoauth2(user: str, token: str) -> Any:
    """The answers of SASL XOAUTH2: the token first, and nothing to the error that may follow."""

    def answer(challenge: bytes | None = None) -> str:
        return f"user={user}\x01auth=Bearer {token}\x01\x01" if challenge is None else ""

    return answer


def _transferred(connection: smtplib.SMTP, mail: Composed, deadline: Deadline) -> CallResult:
    options = ["SMTPUTF8"] if mail.utf8 else []
    if mail.utf8 and not connection.has_extn("smtputf8"):
        error = "the mail server knows no addresses with other letters than those of ASCII (SMTPUTF8)"
        return CallResult(outcome=Outcome.REFUSED, error=error)
    failpoints.hit("before_data")
    _said(connection, deadline, "MAIL", lambda: connection.mail(mail.sender, options), (250,))
    _said(connection, deadline, "RCPT", lambda: connection.rcpt(mail.to), (250, 251))
    _said(connection, deadline, "DATA", lambda: connection.docmd("DATA"), (354,))
    _step(connection, deadline, lambda: connection.send(stuffed(mail.raw)))
    sock = connection.sock
    assert sock is not None
    sock.settimeout(deadline.left(ANSWER))
    deadline.commit()
    connection.send(b".\r\n")
    code, said = connection.getreply()
    failpoints.hit("after_data")
    if 200 <= code < 300:
        return CallResult(raw=said)
    if not 400 <= code < 600:
        raise smtplib.SMTPServerDisconnected
    raise _Answered("DATA", code, said)


def stuffed(raw: bytes) -> bytes:
    """The data of a mail: each line that begins with a full stop gets one more (RFC 5321, 4.5.2)."""
    data = _LINE_START.sub(b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", raw))
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def _said(
    connection: smtplib.SMTP,
    deadline: Deadline,
    command: str,
    call: Callable[[], tuple[int, bytes]],
    wanted: tuple[int, ...],
) -> None:
    assert connection.sock is not None
    connection.sock.settimeout(deadline.left(STEP))
    code, said = call()
    if code not in wanted:
        raise _Answered(command, code, said)


def _step(connection: smtplib.SMTP, deadline: Deadline, call: Callable[[], object]) -> None:
    assert connection.sock is not None
    connection.sock.settimeout(deadline.left(STEP))
    call()


def _refusal(no: _Answered, server: MailServer) -> CallResult:
    """What a server's no means. Its words may repeat the customer's, so they are kept apart and only codes are told."""
    words = no.said.decode("utf-8", "replace")
    enhanced = found[0] if (found := _ENHANCED.search(words)) else ""
    told = f"{no.code} {enhanced}".strip()
    where = f"to {no.command}" if no.command else "at once"
    error = f"the mail server answered {told} {where}"
    outcome = _outcome(no.command, no.code, enhanced)
    if enhanced in _NO_PASSWORDS:
        error += f": it takes no password for sending; set up [sources.{server.source}.oauth]"
    elif no.code == 538 and not no.said:
        error = f"the mail server offers no login; is the port of [sources.{server.source}.smtp] right?"
    elif outcome is Outcome.CREDENTIALS:
        error += (
            f": it does not take our login; put the user and password, or token, of [sources.{server.source}] right"
        )
    retry_after = WAIT if outcome is Outcome.BUSY else None
    return CallResult(outcome=outcome, error=error, retry_after=retry_after, raw=no.said)


def _outcome(command: str, code: int, enhanced: str) -> Outcome:
    if enhanced in _NO_PASSWORDS:
        return Outcome.CREDENTIALS
    if 400 <= code < 500:
        return Outcome.BUSY
    if command == "AUTH" or code in _AUTH_CODES:
        return Outcome.CREDENTIALS
    if command in {"MAIL", "RCPT", "DATA"} and 500 <= code < 600:
        return Outcome.REFUSED
    return Outcome.NOT_SENT  # no mail was spoken of yet, or the answer is none


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye, if the server listens; what became of the mail is known already."""
    with contextlib.suppress(OSError, smtplib.SMTPException, ValueError):
        if connection.sock is not None:
            connection.sock.settimeout(1.0)
            connection.quit()
    connection.close()


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("utf-8", "replace")
