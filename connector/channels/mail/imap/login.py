"""Login of a mailbox: how the connection is secured, and by what the user is known; raises :class:`SourceProblem`."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from connector.channels.mail.imap.answers import code_of
from connector.channels.mail.imap.connection import PATIENCE, BoundedImap
from connector.channels.mail.problems import (
    BUSY,
    CERTIFICATE,
    CREDENTIALS,
    LOGIN,
    PROTOCOL,
    SECURITY,
    SILENT,
    TOKEN,
    UNREACHABLE,
    SourceProblem,
)
from connector.errors import ConfigurationError, DatabaseUnavailable, TurnwireError
from connector.settings.sources.mail import MailboxSettings
from connector.utils.terminal import in_one_line

_WRONG = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"}
_LATER = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN", "THROTTLED"}
_SAID = 160
"""Characters of a server's own words that are shown."""


class TokenGiver(Protocol):
    """Where access tokens come from."""

    def token(self, source_name: str) -> str:
        """One that is good now; raises :class:`connector.errors.TurnwireError`."""
        ...

    def refused(self, source_name: str, token: str) -> None:
        """Hear that a server does not take this token, so that the next one is a new one."""
        ...


@contextmanager
def speaking(doing: str) -> Iterator[None]:
    """Whatever goes wrong while a server is spoken to leaves as :class:`SourceProblem`, without the server's bytes."""
    try:
        yield
    except SourceProblem:
        raise
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message or "it cannot be verified"
        raise SourceProblem(CERTIFICATE, f"the server's certificate is not trusted: {in_one_line(why)}") from None
    except ssl.SSLError as error:
        name = (error.reason or type(error).__name__).replace("_", " ").lower()
        raise SourceProblem(SECURITY, f"no TLS with the server while {doing}: {name}") from None
    except TimeoutError:
        raise SourceProblem(SILENT, f"the server did not answer in time while {doing}") from None
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise SourceProblem(UNREACHABLE, f"no connection while {doing}: {in_one_line(why)}") from None
    except imaplib.IMAP4.abort as error:
        if "EOF" in str(error) or "socket error" in str(error):
            raise SourceProblem(UNREACHABLE, f"the server ended the connection while {doing}") from None
        raise SourceProblem(PROTOCOL, f"the server answered what is no IMAP, or gave up, while {doing}") from None
    except (imaplib.IMAP4.error, ValueError, UnicodeError, KeyError, IndexError, AttributeError):
        raise SourceProblem(PROTOCOL, f"the server answered what was not expected while {doing}") from None


def said(data: Any, secret: str = "") -> str:
    """A server's own words, short and harmless, without a secret that it may repeat."""
    item = data[-1] if isinstance(data, list | tuple) and data else data
    text = item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item or "")
    if secret:
        text = text.replace(secret, "…")
    return in_one_line(text)[:_SAID]


def logged_in(source: MailboxSettings, tokens: TokenGiver | None, patience: float = PATIENCE) -> BoundedImap:
    """A connection on which the user is logged in."""
    secret = _secret(source, tokens)
    with speaking("connecting"):
        imap = _connected(source, patience)
    try:
        with speaking("logging in"):
            _log_in(imap, source, secret)
            imap.ask_capabilities()
    except SourceProblem as problem:
        imap.shutdown()
        if source.password is None and tokens is not None and problem.kind in {CREDENTIALS, LOGIN}:
            tokens.refused(source.name, secret)
        raise
    except BaseException:
        imap.shutdown()
        raise
    return imap


def _connected(source: MailboxSettings, patience: float) -> BoundedImap:
    server = source.imap
    context = ssl.create_default_context() if server.security != "none" else None
    imap = BoundedImap(server.host, server.port, context if server.security == "tls" else None, patience)
    try:
        if server.security == "starttls":
            assert context is not None
            _start_tls(imap, context)
    except BaseException:
        imap.shutdown()
        raise
    return imap


def _start_tls(imap: BoundedImap, context: ssl.SSLContext) -> None:
    if imap.state != "NONAUTH" or "STARTTLS" not in imap.capabilities:
        raise SourceProblem(SECURITY, "the server offers no STARTTLS")
    imap.allow()
    answer, _ = imap.command("STARTTLS")
    if answer != "OK":
        raise SourceProblem(SECURITY, "the server refused STARTTLS")
    imap.secure(context)
    imap.untagged_responses = {}
    imap.ask_capabilities()


def _secret(source: MailboxSettings, tokens: TokenGiver | None) -> str:
    if source.password is None and tokens is None:
        raise SourceProblem(TOKEN, "nothing here can get its access tokens")
    try:
        if source.password is not None:
            return source.secret(source.password, "password")
        assert tokens is not None
        return tokens.token(source.name)
    except ConfigurationError as error:
        raise SourceProblem(TOKEN, str(error)) from None
    except (SourceProblem, DatabaseUnavailable):
        raise
    except TurnwireError as error:
        raise SourceProblem(TOKEN, f"no access token: {error}") from None


def _log_in(imap: BoundedImap, source: MailboxSettings, secret: str) -> None:
    if imap.state != "NONAUTH":
        raise SourceProblem(SECURITY, "the server takes everybody for logged in before anybody was")
    imap.allow()
    try:
        if source.password is None:
            imap.authenticate("XOAUTH2", _once(f"user={source.user}\x01auth=Bearer {secret}\x01\x01"))
        elif "AUTH=PLAIN" in imap.capabilities:
            imap.authenticate("PLAIN", _once(f"\x00{source.user}\x00{secret}"))
        elif "LOGINDISABLED" in imap.capabilities:
            raise SourceProblem(SECURITY, "the server takes no password on this connection")
        else:
            _login(imap, source.user, secret)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _refused(said(str(error), secret)) from None


def _once(words: str) -> Any:
    """Say it at the first challenge; what comes then is an error that an empty line asks for (XOAUTH2)."""
    left = [words.encode()]
    return lambda _challenge: left.pop() if left else b""


def _login(imap: BoundedImap, user: str, secret: str) -> None:
    if any(sign < " " or sign == "\x7f" for sign in user + secret):
        raise SourceProblem(CREDENTIALS, "the user or the password holds characters that LOGIN cannot say")
    words = (f'"{text}"'.encode() for text in (_escaped(user), _escaped(secret)))
    answer, data = imap.command("LOGIN", *words)
    if answer != "OK":
        raise imaplib.IMAP4.error(said(data, secret))
    imap.state = "AUTH"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _refused(words: str) -> SourceProblem:
    code = code_of(words)
    if code in _WRONG:
        return SourceProblem(CREDENTIALS, f"the server does not take the login ({words})")
    if code in _LATER or "too many" in words.casefold():
        return SourceProblem(BUSY, f"the server takes no login now ({words})")
    return SourceProblem(LOGIN, f"the server refuses the login ({words})")
