"""The mailbox that a page tells of: scripted servers in its place, and a customer who writes where the page says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.kit.imap_double import PASSWORD, USER, ImapDouble, imap_double
from tests.kit.mail_servers import SmtpServer

PAGE = "docs/how-to/mail.md"

_FIRST = """From: Ann Archer <ann@home.example>
To: help@shop.example
Subject: My parcel
Message-ID: <first@home.example>
Date: Tue, 24 Nov 2026 10:00:00 +0000

Where is my parcel?

--
Ann Archer, 5 Elm Road
"""
_SECOND = """From: Ann Archer <ann@home.example>
To: help@shop.example
Subject: Re: My parcel
Message-ID: <second@home.example>
In-Reply-To: {own_id}
References: <first@home.example> {own_id}
Date: Tue, 24 Nov 2026 12:00:00 +0000

And when do you open on Saturday?

On 24 Nov 2026, at 10:05, Shop Help <help@shop.example> wrote:
> The parcel is with the carrier.
"""


class PageMailbox:
    """What a page needs beside its reader: ``environ`` leads its mailbox here, :meth:`typed` plays the others."""

    def __init__(self, imap: ImapDouble, smtp: SmtpServer, base_url: str) -> None:
        """``base_url`` is the sandbox's."""
        self._imap = imap
        self._smtp = smtp
        self.environ: Mapping[str, str] = {
            "TURNWIRE_ACCOUNTS__SYNTHFLOW__BASE_URL": base_url,
            **{f"TURNWIRE_SOURCES__INBOX__{name}": value for name, value in self._servers()},
        }

    def _servers(self) -> Iterator[tuple[str, str]]:
        for name, port in (("IMAP", self._imap.port), ("SMTP", self._smtp.port)):
            yield from ((f"{name}__HOST", "127.0.0.1"), (f"{name}__PORT", str(port)), (f"{name}__SECURITY", "none"))

    def typed(self, command: str) -> str:
        """The command, after what the reader waits for before it."""
        match command.split():
            case ["export", secret] if secret.startswith("MAIL_PASSWORD="):
                return f"export MAIL_PASSWORD={PASSWORD}"
            case ["turnwire", "sources", "list"]:
                return _after("""turnwire sources list --json | grep -q '"round_at": "'""", command)
            case ["turnwire", "turns", "list"]:
                self._write(_FIRST)
                return _after("turnwire replies list --status draft --json | grep -q .", command)
            case ["turnwire", "replies", "list"]:
                return _after("turnwire replies list --status delivered --json | grep -q .", command)
            case ["turnwire", "replies", "show", "2"]:
                self._write(_SECOND.format(own_id=self._smtp.messages()[0]["Message-ID"]))
                return _after("turnwire replies list --status draft --json | grep -q .", command)
        return command

    def _write(self, text: str) -> None:
        self._imap.add(text.replace("\n", "\r\n").encode())


def _after(seen: str, command: str) -> str:
    return f"until {seen}; do sleep 0.3; done\n{command}"


class NoMailbox:
    """What every other page needs: nothing."""

    environ: Mapping[str, str] = {}

    def typed(self, command: str) -> str:
        """The command as it stands."""
        return command


@contextmanager
def mailbox_of(page: Path, base_url: str) -> Iterator[PageMailbox | NoMailbox]:
    """The mailbox of this page, if it has one."""
    if not page.as_posix().endswith(PAGE):
        yield NoMailbox()
        return
    with imap_double() as imap, SmtpServer(login=(USER, PASSWORD)) as smtp:
        imap.folders["Sent"] = {}
        yield PageMailbox(imap, smtp, base_url)
