"""Mail: reading it, fetching a mailbox from a Dovecot into committed events, and how soon the agent hears a mail.

Mails are made up: two thirds plain text with quoted history and a signature, a third with an HTML part, about 3 KB
each. The reader is held against nothing but a rate; fetching against what a bare IMAP client takes for the same bytes.
"""

from __future__ import annotations

import imaplib
import os
import sys
import time
from pathlib import Path

from benchmarks.kit import provider
from benchmarks.kit.report import Figure, Report, percentile
from benchmarks.kit.stage import Stage, on_servers, wait_until
from connector.channels.mail.message import parse_email
from connector.channels.mail.parser import parser
from connector.services.receive import Receiver
from connector.services.sources.fetch import Fetching, announce, mail_sources, rounds_of
from connector.settings import Settings, load
from connector.wiring import NoPublisher, Wiring
from tests.kit.dovecot import PASSWORD, USER, Dovecot, dovecot

READ, FETCHED, ARRIVING = 3_000, 2_000, 20
_SECRET = "BENCHMARK_MAIL_PASSWORD"
_SECTION = """
[sources.inbox]
kind = "mailbox"
route = "bench"
user = "{user}"
password = "env:{secret}"
[sources.inbox.imap]
host = "127.0.0.1"
port = {port}
security = "none"
start = "all"
poll = "1h"
"""


def main(read: int = READ, fetched: int = FETCHED) -> None:
    """Measure and print; the numbers of mails may be named on the command line."""
    report = Report("mail")
    _reading(report, read)
    os.environ[_SECRET] = PASSWORD
    with dovecot() as server, provider.running(0.0) as agents, on_servers(agents.url, in_flight=200) as stage:
        settings = _with_mailbox(stage, server)
        _fetching(report, server, settings, fetched)
        _arriving(report, server, stage)
    report.keep()


def mail(number: int) -> bytes:
    """One of the made-up mails."""
    words = f"Good morning,\r\n\r\nmy order {number} has not arrived. Can you tell me where it is?\r\n\r\nThank you\r\n"
    lines = (f"> line {line} of what we wrote before, about the same order and its parcel\r\n" for line in range(20))
    history = "".join(lines)
    text = f"{words}\r\nOn Mon, 2 Nov 2026 at 10:00, Shop Help <{USER}> wrote:\r\n{history}\r\n-- \r\nAnn Example\r\n"
    head = (
        f"From: Ann <ann{number}@home.example>\r\nTo: {USER}\r\nSubject: Order {number}\r\n"
        f"Message-ID: <bench-{number}@home.example>\r\nDate: Sun, 29 Nov 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    if number % 3:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    shown = words.replace("\r\n", "<br>\r\n")
    page = f'<div>{shown}</div><div class="gmail_quote">wrote:<blockquote>{history}</blockquote></div>'
    parts = (
        f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n--b--\r\n"
    )
    return f'{head}Content-Type: multipart/alternative; boundary="b"\r\n\r\n{parts}'.encode()


def _reading(report: Report, many: int) -> None:
    mails = [mail(number) for number in range(many)]
    for name, read in (("the reader alone", parse_email), ("as sources read, HTML in a child", parser.parse)):
        read(mails[0], source="mail:bench", route="bench")  # a child is started with its first mail
        began = time.perf_counter()
        for raw in mails:
            read(raw, source="mail:bench", route="bench")
        rate = many / (time.perf_counter() - began)
        report.add(
            Figure(
                name=f"reading mail: {name}", value=rate, unit="mails/s", target="at least 300 mails/s",
                met=rate >= 300, note=f"{sum(map(len, mails)) / many:,.0f} bytes each",
            )
        )  # fmt: skip


def _with_mailbox(stage: Stage, server: Dovecot) -> Settings:
    file = stage.folder / "turnwire.toml"
    section = _SECTION.format(user=USER, secret=_SECRET, port=server.port)
    file.write_text(file.read_text(encoding="utf-8") + section, encoding="utf-8")
    return load(file)


def _fill(server: Dovecot, first: int, many: int) -> None:
    """Put mails where the mail server finds them, as if they had been delivered."""
    with server.say() as imap:
        imap.select("INBOX", readonly=True)  # makes the folders
    for number in range(first, first + many):
        file = server.maildir / "new" / f"{1_700_000_000 + number}.M{number}.bench"
        file.write_bytes(mail(number))
        if not os.getuid():
            os.chown(file, *_owner(server.maildir))


def _owner(folder: Path) -> tuple[int, int]:
    known = folder.stat()
    return known.st_uid, known.st_gid


def _fetching(report: Report, server: Dovecot, settings: Settings, many: int) -> None:
    _fill(server, 0, many)
    bare = _bare(server)
    wiring = Wiring(settings=settings, publisher=NoPublisher())
    receiver, source = Receiver(wiring=wiring), mail_sources(settings)["inbox"]
    announce(receiver, source)
    fetching = Fetching(receiver, source, rounds_of(receiver, source))
    began, taken = time.perf_counter(), 0
    while taken < many:
        done = fetching.fetch()
        if done.report is None:
            raise RuntimeError(f"the mailbox could not be read: {done.problem}")
        taken += sum(done.report.became.values())
    rate = many / (time.perf_counter() - began)
    fetching.rounds.close()
    wiring.database.dispose()
    report.add(
        Figure(
            name="fetching a mailbox into committed events", value=rate, unit="mails/s", beside="bare IMAP client",
            bound=bare, ratio=rate / bare, target="at least 100 mails/s", met=rate >= 100,
        )
    )  # fmt: skip


def _bare(server: Dovecot) -> float:
    """Mails a second that a client takes which does nothing with them."""
    imap = imaplib.IMAP4("127.0.0.1", server.port, timeout=60)
    imap.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
    try:
        _, (many,) = imap.select("INBOX", readonly=True)
        began = time.perf_counter()
        for first in range(1, int(many or b"0") + 1, 50):
            imap.fetch(f"{first}:{first + 49}", "(UID BODY.PEEK[])")
        return int(many or b"0") / (time.perf_counter() - began)
    finally:
        imap.logout()


def _arriving(report: Report, server: Dovecot, stage: Stage) -> None:
    """From the moment a mail is in the mailbox to the moment it leaves for the agent; the server tells by IDLE."""
    waits = []
    with stage.worker():
        wait_until(lambda: bool(stage.one("SELECT round_at FROM sources")), "a first round", every=0.2)
        stage.wait_answered(1)  # what was fetched before is worked off meanwhile
        wait_until(lambda: stage.one("SELECT count(*) FROM turns WHERE status = 'queued'") == 0, "the rest", every=0.5)
        for number in range(900_000, 900_000 + ARRIVING):
            began = time.time()
            server.append(mail(number))
            sent = "SELECT t.sent_at FROM turns t JOIN events e ON e.id = t.id WHERE e.external_id = :id"
            own_id = f"bench-{number}@home.example"
            wait_until(lambda: bool(stage.one(sent, id=own_id)), own_id, every=0.02)  # noqa: B023 - called at once
            waits.append(stage.one(sent, id=own_id) / 1000 - began)
    worst = max(waits)
    report.add(
        Figure(
            name="a mail that arrives, until it leaves for the agent", value=percentile(waits, 50), unit="s (median)",
            target="at most 2 s", met=worst <= 2.0, note=f"longest of {len(waits)}: {worst:.2f} s",
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
