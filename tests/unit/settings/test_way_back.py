"""`reply = "source"`: which routes may have it, and how their answers go back."""

from __future__ import annotations

import pytest

from connector.errors import ConfigurationError
from connector.policy.replies import SourceWay
from connector.settings import Settings, load
from connector.wiring import NoPublisher, Wiring

ROUTE = """
[accounts.osvi]
provider = "osvi"
token = "env:T"
[routes.support]
account = "osvi"
agent = "a"
reply = "source"
"""
BOX = """
[sources.{name}]
kind = "mailbox"
route = "support"
user = "{name}@shop.example"
password = "env:P"
[sources.{name}.imap]
host = "imap.shop.example"
"""
SMTP = '[sources.{name}.smtp]\nhost = "smtp.shop.example"\n'
SPOOL = '[sources.spool]\nkind = "maildir"\nroute = "support"\npath = "spool"\n'


def read(tmp_path, text: str) -> Settings:
    (tmp_path / "turnwire.toml").write_text(text, encoding="utf-8")
    return load(tmp_path / "turnwire.toml", environ={"T": "t", "P": "p"})


def box(name: str, more: str = SMTP) -> str:
    return (BOX + more).format(name=name)


def wiring(tmp_path, text: str) -> Wiring:
    return Wiring(settings=read(tmp_path, text), publisher=NoPublisher())


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (ROUTE, "routes.support.reply", "[sources.NAME.smtp]"),
        (ROUTE + box("inbox", ""), "routes.support.reply", "[sources.inbox.smtp]"),
        (ROUTE + SPOOL, "routes.support.reply", "no source of this route can send"),
        (ROUTE + 'reply_mode = "internal"\n' + box("inbox"), "routes.support.reply_mode", "no internal notes"),
        (ROUTE + 'reply_delay = "10m"\n' + box("inbox"), "routes.support.reply_delay", 'reply_mode = "public"'),
        (ROUTE + 'reply_delay = "soon"\n' + box("inbox"), "routes.support.reply_delay", "a duration"),
        (ROUTE.replace("source", "none") + 'reply_delay = "10m"\n', "routes.support.reply_delay", "only for reply"),
        (ROUTE.replace("source", "celery") + 'reply_mode = "public"\n', "routes.support.reply_mode", "on_overtaken"),
    ],
)
def test_what_does_not_go_together(tmp_path, text, field, words):
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, text)
    assert refused.value.field == field
    assert words in str(refused.value)


def test_an_answer_is_a_draft_unless_the_route_says_otherwise(tmp_path):
    way = wiring(tmp_path, ROUTE + box("inbox")).channels["support"]
    assert way == SourceWay(
        channels={"inbox": "source:inbox"}, only="source:inbox", mode="draft", delay=0.0,
        domains={"source:inbox": "shop.example"},
    )  # fmt: skip


def test_a_public_answer_may_wait(tmp_path):
    text = ROUTE + 'reply_mode = "public"\nreply_delay = "10m"\n' + box("inbox")
    way = wiring(tmp_path, text).channels["support"]
    assert isinstance(way, SourceWay)
    assert (way.mode, way.delay) == ("public", 600.0)
    none = ROUTE + 'reply_delay = "0s"\n' + box("inbox")
    assert read(tmp_path, none).routes["support"].reply_delay == 0


def test_of_several_mailboxes_each_answers_its_own(tmp_path):
    wired = wiring(tmp_path, ROUTE + box("Inbox") + box("desk") + box("deaf", "") + SPOOL)
    way = wired.channels["support"]
    assert isinstance(way, SourceWay)
    assert way.only is None
    assert [way.channel_of("mail:support", name) for name in ("Inbox", "inbox", "desk", "deaf", "spool", None)] == [
        "source:Inbox", "source:Inbox", "source:desk", None, None, None,
    ]  # fmt: skip
    assert wired.ways == ("source:Inbox", "source:desk")


def test_what_mail_can_do_depends_on_its_folder_of_sent_mails(tmp_path):
    wired = wiring(tmp_path, ROUTE + box("inbox") + box("blind", SMTP + 'sent = "none"\n') + box("deaf", ""))
    can = wired.channel_capabilities
    assert (can["source:inbox"].finds_reply, can["source:blind"].finds_reply) == (True, False)
    assert not can["source:inbox"].absence_proves
    assert not can["source:inbox"].repeatable
    assert "source:deaf" not in can
    assert set(wired.reply_channels()) == {"source:inbox", "source:blind"}


def test_drafts_are_withdrawn_where_answers_yield(tmp_path):
    assert wiring(tmp_path, ROUTE + box("inbox")).intake.targets["support"].drafts
    assert not wiring(tmp_path, ROUTE + 'on_overtaken = "deliver"\n' + box("inbox")).intake.targets["support"].drafts
