"""Self-test of the sources of mail: each is logged in to or looked at, and nothing in it is changed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from connector.channels.mail.imap.login import TokenGiver
from connector.channels.mail.imap.mailbox import ImapMailbox
from connector.channels.mail.maildir import Maildir
from connector.channels.mail.problems import SourceProblem
from connector.services.finding import Finding
from connector.services.sources.fetch import mail_sources
from connector.services.sources.lmtp import missing
from connector.services.sources.mends import mend_of
from connector.settings import LmtpSettings, MailboxSettings, MaildirSettings, MailSourceSettings, Settings

PATIENCE = 15.0
"""Seconds for each answer of a server."""


def mail(settings: Settings, tokens: TokenGiver | None) -> Iterator[Finding]:
    """One finding for each source of mail, and one more where its mails cannot be marked as it says."""
    for source in mail_sources(settings).values():
        try:
            yield from _looked_at(source, settings.folder, tokens)
        except SourceProblem as problem:
            yield _wrong(source, problem)


def _wrong(source: MailSourceSettings, problem: SourceProblem) -> Finding:
    mend = mend_of(problem.kind, source.name)
    return Finding(what=f"source {source.name}", state="wrong", found=str(problem), mend=mend)


def _ok(source: MailSourceSettings, found: str) -> Finding:
    return Finding(what=f"source {source.name}", state="ok", found=f"{found}, for route {source.route}")


def _looked_at(source: MailSourceSettings, folder: Path, tokens: TokenGiver | None) -> Iterator[Finding]:
    if isinstance(source, MailboxSettings):
        yield from _mailbox(source, tokens)
    elif isinstance(source, MaildirSettings):
        problem = Maildir(folder / source.path).why_unusable()
        yield _wrong(source, problem) if problem else _ok(source, f"the Maildir {folder / source.path}")
    elif isinstance(source, LmtpSettings):
        if importlib.util.find_spec("aiosmtpd") is None:
            error = missing()
            yield Finding(what=f"source {source.name}", state="wrong", found=str(error), mend=error.expected)
        else:
            yield _ok(source, f"a worker listens on {source.listen} for {', '.join(source.recipients)}")


def _mailbox(source: MailboxSettings, tokens: TokenGiver | None) -> Iterator[Finding]:
    mailbox = ImapMailbox(source, tokens, PATIENCE)
    try:
        keeps = source.imap.done == "keep"
        opened = [mailbox.select(folder, read_only=keeps) for folder in source.imap.folders]
        target = source.imap.done.removeprefix("move:").strip() if source.imap.done.startswith("move:") else None
        if target is not None:
            mailbox.select(target, read_only=True)
        idle = "it tells when mail comes" if mailbox.idles else f"looked at every {source.imap.poll:g} s"
    finally:
        mailbox.close()
    yield _ok(source, f"{source.user} at {source.imap.host}, {', '.join(source.imap.folders)}; {idle}")
    if source.imap.done == "flag" and not keeps and any(not folder.keywords for folder in opened):
        found = "the server lets mails have no keyword, so those that were taken in cannot be told by eye"
        mend = f'done = "seen", "keep" or "move:FOLDER" in [sources.{source.name}.imap]'
        yield Finding(what=f"source {source.name}", state="warning", found=found, mend=mend)
