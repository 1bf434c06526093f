"""Mail there and back through the engine: what a customer gets, whatever the mail server does, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connector.channels.mail.outgoing import smtp
from connector.services.receive import Receiver
from connector.storage import tables
from connector.values import ContextBy, EventStatus
from tests.kit import actions
from tests.kit.engine import ENVIRON, EngineKit
from tests.kit.mail_servers import ImapServer, SmtpServer
from tests.kit.mails import mailed

JANE = "Jane <jane@x.example>"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "STEP", 2.0)
    monkeypatch.setattr(smtp, "ANSWER", 1.0)
    monkeypatch.setattr(smtp, "WAIT", 0.0)
    monkeypatch.setattr("connector.policy.replies.LOOKS", (0.0, 0.0, 0.0))
    monkeypatch.setitem(ENVIRON, "MAIL", "password")


def mailbox(server: SmtpServer, imap: ImapServer | None = None, **changes: Any) -> dict[str, Any]:
    here = {"host": "127.0.0.1", "security": "none"}
    return {
        "kind": "mailbox",
        "route": "synthflow",
        "user": "support@shop.example",
        "password": "env:MAIL",
        "from": "Shop Support <support@shop.example>",
        "imap": {**here, "port": imap.port if imap else 9},
        "smtp": {**here, "port": server.port, "sent": "Sent" if imap else "none"},
        **changes,
    }


@contextmanager
def mailing(
    database: str, sandbox: Any, folder: Any, server: SmtpServer, imap: ImapServer | None = None, **route: Any
) -> Iterator[EngineKit]:
    """An engine whose Synthflow route answers by mail, at once unless ``route`` says otherwise."""
    routes = {"synthflow": {"reply": "source", "reply_mode": "public", **route}}
    sources = {"inbox": mailbox(server, imap)}
    with EngineKit(database, sandbox, folder, routes=routes, sources=sources) as kit:
        kit.wiring.__dict__["reply_waits"] = [0.0] * 8
        yield kit


def write(kit: EngineKit, own_id: str = "a@x.example", sender: str = JANE, **headers: str) -> None:
    event = replace(mailed(own_id, sender, route="synthflow", **headers), source_name="inbox")
    (received,) = Receiver(wiring=kit.wiring).receive([event])
    assert received.turn_id, received


def states(kit: EngineKit) -> list[tuple[str, str | None]]:
    return [(row.status, row.reason) for row in kit.rows(tables.replies)]


def until(kit: EngineKit, *wanted: tuple[str, str | None]) -> None:
    kit.until(lambda: states(kit), lambda found: found == list(wanted))


def test_a_customer_who_writes_gets_the_agents_answer_into_their_thread(database, turnwire_sandbox, tmp_path):
    with ImapServer() as imap, SmtpServer() as server:
        with mailing(database, turnwire_sandbox, tmp_path, server, imap) as kit:
            write(kit)
            until(kit, ("delivered", None))
            (row,) = kit.rows(tables.replies)
            imap.until_kept(1)
        (message,) = server.messages()
        assert message["Message-ID"] == f"<{row.marker}>"
        assert (message["To"], message["In-Reply-To"]) == ("jane@x.example", "<a@x.example>")
        assert row.external_id == row.marker
        assert row.text in message.get_body(("plain",)).get_content()
        assert server.envelopes == [("support@shop.example", "jane@x.example")]
        assert row.marker.encode() in imap.mails[0]


def test_an_answer_to_our_answer_is_of_the_same_conversation(database, turnwire_sandbox, tmp_path):
    with SmtpServer() as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        until(kit, ("delivered", None))
        ours = server.messages()[0]["Message-ID"]
        write(kit, "b@x.example", in_reply_to=str(ours))
        until(kit, ("delivered", None), ("delivered", None))
        assert len(kit.rows(tables.conversations)) == 1
        assert server.messages()[1]["References"] == f"{ours} <b@x.example>"


def test_an_answer_to_a_mail_that_may_have_arrived_is_one_too(database, turnwire_sandbox, tmp_path):
    with SmtpServer(dot=["die"]) as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        until(kit, ("unknown", "lost"))
        (row,) = kit.rows(tables.replies)
        write(kit, "b@x.example", in_reply_to=f"<{row.marker}>")
        until(kit, ("delivered", "answered"), ("delivered", None))
        assert len(kit.rows(tables.conversations)) == 1
        assert kit.rows(tables.replies)[0].external_id == row.marker


@pytest.mark.parametrize(
    "headers",
    [
        {"in_reply_to": "<tw.1.{other}@shop.example>"},
        {"in_reply_to": "<{marker}>", "auto_submitted": "auto-replied"},
        {"in_reply_to": "<{marker}x>"},
    ],
    ids=["forged", "bounce", "other"],
)
def test_what_does_not_answer_our_mail_settles_nothing(database, turnwire_sandbox, tmp_path, headers):
    with SmtpServer(dot=["die"]) as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        until(kit, ("unknown", "lost"))
        (row,) = kit.rows(tables.replies)
        named = {name: value.format(marker=row.marker, other="0" * 32) for name, value in headers.items()}
        event = replace(mailed("b@x.example", JANE, route="synthflow", **named), source_name="inbox")
        Receiver(wiring=kit.wiring).receive([event])
        assert states(kit)[0] == ("unknown", "lost")


def test_a_colleagues_mail_that_names_our_answer_does_not_say_that_it_arrived(database, turnwire_sandbox, tmp_path):
    with SmtpServer(dot=["die"]) as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        until(kit, ("unknown", "lost"))
        (row,) = kit.rows(tables.replies)
        own = mailed("b@x.example", "support@shop.example", route="synthflow", in_reply_to=f"<{row.marker}>")
        own = replace(own, status=EventStatus.CONTEXT, context_by=ContextBy.AUTHOR)
        Receiver(wiring=kit.wiring).receive([own])
        assert states(kit) == [("unknown", "lost")]


def test_a_draft_leaves_with_what_a_person_has_made_of_it(database, turnwire_sandbox, tmp_path):
    with SmtpServer() as server, mailing(database, turnwire_sandbox, tmp_path, server, reply_mode="draft") as kit:
        write(kit)
        until(kit, ("draft", None))
        assert server.connections == 0
        actions.approve_reply(kit.database, kit.rows(tables.replies)[0].id, actor="ann", text="Dear Jane, soon.")
        until(kit, ("delivered", None))
        (message,) = server.messages()
        assert message.get_body(("plain",)).get_content().startswith("Dear Jane, soon.")
        assert message["Auto-Submitted"] is None


SENT_AGAIN = [
    {"connect": ["421 4.3.2 busy", "die", ""]},
    {"mail": ["451 4.7.1 later"]},
    {"mail": ["550 5.7.30 Basic authentication is not supported"]},
    {"rcpt": ["450 4.2.1 greylisted", "421 4.7.0 later"]},
    {"data": ["die", "garbage"]},
    {"dot": ["452 4.2.2 full"]},
]


@pytest.mark.parametrize("script", SENT_AGAIN, ids=str)
def test_what_was_certainly_not_taken_is_sent_again_under_the_same_id(database, turnwire_sandbox, tmp_path, script):
    script = {stage: list(said) for stage, said in script.items()}
    with SmtpServer(**script) as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        until(kit, ("delivered", None))
        assert len(server.taken) == 1
        assert len({message["Message-ID"] for message in server.messages()}) == 1
        assert len(kit.rows(tables.reply_attempts)) > 1


@pytest.mark.parametrize("said", ["550 5.1.1 no such user", "552 5.3.4 too large"])
def test_what_the_server_refuses_has_failed(database, turnwire_sandbox, tmp_path, said):
    with SmtpServer(rcpt=said) as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        until(kit, ("failed", "refused"))
        assert server.commands.count("RCPT") == 1


@pytest.mark.parametrize("end", ["die", "silence", "\x01 garbage"])
def test_a_mail_whose_fate_nobody_knows_is_looked_for_and_found(database, turnwire_sandbox, tmp_path, end):
    with ImapServer() as imap, SmtpServer(dot=end) as server:
        with mailing(database, turnwire_sandbox, tmp_path, server, imap) as kit:
            write(kit)
            kit.until(lambda: server.read)
            imap.mails.append(server.read[0])  # the server had taken it, and keeps what it sends
            until(kit, ("delivered", "found"))
            (row,) = kit.rows(tables.replies)
            assert row.external_id == row.marker
        assert (len(server.read), imap.appends) == (1, 0)


def test_what_is_not_found_is_held_for_a_person_and_sent_once_they_say_so(database, turnwire_sandbox, tmp_path):
    with ImapServer() as imap, SmtpServer(dot=["die"]) as server:
        with mailing(database, turnwire_sandbox, tmp_path, server, imap) as kit:
            write(kit)
            kit.until(lambda: kit.rows(tables.replies), lambda rows: bool(rows) and rows[0].looks == 3)
            kit.settle()
            assert (states(kit), len(server.read)) == ([("unknown", "not_found")], 1)
            actions.resolve_reply(kit.database, kit.rows(tables.replies)[0].id, "resend", actor="ann")
            until(kit, ("delivered", None))
            imap.until_kept(1)
        assert (len(server.read), len(server.taken), imap.appends) == (2, 1, 1)


def test_without_a_folder_of_sent_mails_doubt_waits_for_a_person_at_once(database, turnwire_sandbox, tmp_path):
    with SmtpServer(dot="die") as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        write(kit)
        kit.settle()
        assert (states(kit), len(server.read)) == ([("unknown", "lost")], 1)


def test_our_own_address_is_never_answered(database, turnwire_sandbox, tmp_path):
    with SmtpServer() as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        event = replace(mailed("a@x.example", JANE, route="synthflow"), source_name="inbox")
        ours = event.raw.replace(b"jane@x.example", b"support@shop.example")
        Receiver(wiring=kit.wiring).receive([replace(event, raw=ours)])
        until(kit, ("failed", "refused"))
        assert server.connections == 0


def test_a_turn_by_another_door_has_no_mail_to_answer(database, turnwire_sandbox, tmp_path):
    with SmtpServer() as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        kit.receive("synthflow", "T-1", "hello")
        kit.settle()
        assert (states(kit), kit.statuses()) == ([], {"answered": 1})


def test_a_mail_by_file_is_answered_by_the_routes_one_mailbox(database, turnwire_sandbox, tmp_path):
    with SmtpServer() as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        Receiver(wiring=kit.wiring).receive([mailed("a@x.example", JANE, route="synthflow")])
        until(kit, ("delivered", None))
        assert len(server.taken) == 1


def test_a_server_that_hangs_keeps_no_more_than_its_places(database, turnwire_sandbox, tmp_path):
    with SmtpServer(dot="silence") as server, mailing(database, turnwire_sandbox, tmp_path, server) as kit:
        for number in range(6):
            write(kit, f"{number}@x.example", f"jane{number}@x.example")
        kit.until(lambda: len(server.read), lambda read: read >= 4)
        assert server.connections <= 4 + len([s for s in states(kit) if s[0] == "unknown"])
        kit.settle()
        assert states(kit) == [("unknown", "lost")] * 6
        assert len(server.read) == 6
