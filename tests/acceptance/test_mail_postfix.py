"""Answers by mail through a real Postfix: they arrive as they were written, once, and who is not there is refused."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from connector.channels.mail.message import parse_email
from connector.channels.mail.outgoing.answers import MailAnswers, OutgoingMailbox
from connector.channels.mail.outgoing.smtp import MailLogin, MailServer
from connector.values import CallResult, Outcome, ReplyMessage
from tests.kit.mails import mail
from tests.kit.matrix.servers import wait_until
from tests.kit.postfix import Postfix, postfix

pytestmark = pytest.mark.slow

MARKER = "tw.7.00112233445566778899aabbccddeeff@shop.example"
TEXT = ".\n..\nFrom Monday on it is yours.\n\nשלום – 您好 😀\n" + "long " * 300


@pytest.fixture
def inbox() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="turnwire-maildir-"))
    folder.chmod(0o777)
    yield folder / "jane"
    shutil.rmtree(folder, ignore_errors=True)


def answered(server: Postfix, raw: bytes) -> CallResult:
    async def run() -> CallResult:
        at = MailServer(source="inbox", greets_as="shop.example", host="127.0.0.1", port=server.port, security="none")
        login = MailLogin(user="support@shop.example", secret=lambda: "password")
        channel = MailAnswers(OutgoingMailbox(sender="Shop <support@shop.example>", server=at, login=login))
        message = ReplyMessage(
            id="7", marker=MARKER, channel="source:inbox", attempt=1, target={}, turn={"text": "Wo ist es?"},
            mode="public", text=TEXT, raw=raw,
        )  # fmt: skip
        try:
            return await channel.deliver(message)
        finally:
            await channel.aclose()

    return asyncio.run(run())


def arrived(inbox: Path) -> list[EmailMessage]:
    return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted((inbox / "new").glob("*"))]


def test_an_answer_arrives_as_it_was_written_and_is_known_as_a_machines(inbox):
    own = "x" * 300 + "@x.example"
    subject = "=?utf-8?q?=C3=84pfel_und?= =?utf-8?q?_Birnen?="
    with postfix({"jane@x.example": inbox}) as server:
        result = answered(server, mail(own, "Jane <jane@x.example>", subject=subject))
        assert result.outcome is Outcome.ANSWERED, (result.error, server.log)
        wait_until(lambda: "status=sent" in server.log, "delivered")
    (message,) = arrived(inbox)
    assert (message["Message-ID"], message["In-Reply-To"]) == (f"<{MARKER}>", f"<{own}>")
    assert message["Subject"] == "Re: Äpfel und Birnen"
    body = message.get_body(("plain",))
    assert body is not None
    assert str(body.get_content()).startswith(TEXT.strip())
    (file,) = (inbox / "new").glob("*")
    event = parse_email(file.read_bytes(), source="mail:support", route="support")
    assert (event.id, event.status) == (MARKER, "stopped"), "another Turnwire would not answer it"


def test_who_is_not_there_is_refused(inbox):
    with postfix({"jane@x.example": inbox}) as server:
        result = answered(server, mail("a@x.example", "nobody@x.example"))
    assert result.outcome is Outcome.REFUSED
    assert result.error == "the mail server answered 550 5.1.1 to RCPT"
