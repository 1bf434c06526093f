"""`turnwire sources`: how each source is, what is wrong in a sentence, and reading one by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.storage import tables
from connector.storage.sources import states
from tests.kit.cli_site import Site, make_site
from tests.kit.imap_double import PASSWORD, USER, ImapDouble, imap_double, saying
from tests.kit.mail_sources import mail

SECTIONS = """
[sources.inbox]
kind = "mailbox"
route = "support"
user = "{user}"
password = "env:MAIL_PASSWORD"
[sources.inbox.imap]
host = "127.0.0.1"
port = {port}
security = "none"
start = "all"
[sources.spool]
kind = "maildir"
route = "support"
path = "spool"
"""


@pytest.fixture
def server() -> Iterator[ImapDouble]:
    with imap_double() as double:
        yield double


@pytest.fixture
def site(
    server: ImapDouble, sqlite_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:  # fmt: skip
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    made = make_site(sqlite_database, tmp_path, capsys)
    with (tmp_path / "turnwire.toml").open("a", encoding="utf-8") as file:
        file.write(SECTIONS.format(user=USER, port=server.port))
    yield made
    made.store.database.dispose()


def source(site: Site, name: str = "inbox"):
    return {row["name"]: row for row in site("sources", "list", "--json").rows}[name]


def test_sources_that_no_worker_has_seen_wait_for_one(site: Site) -> None:
    assert [row["state"] for row in site("sources", "list", "--json").rows] == ["waiting", "waiting"]
    row = source(site)
    assert (row["kind"], row["route"], row["accepted"], row["next"]) == ("mailbox", "support", 0, "turnwire worker")
    assert "inbox" in site("sources", "list").out


def test_a_fetch_says_what_came(site: Site, server: ImapDouble) -> None:
    server.add(mail(1))
    server.add(mail(2).replace(b"ann2@home.example", USER.encode(), 1))
    ran = site("sources", "fetch", "inbox")
    assert (ran.code, ran.out.strip()) == (0, "source inbox: 1 accepted, 1 stopped")
    again = site("sources", "fetch", "inbox", "--json").one
    assert again == {"name": "inbox", "found": 0, "became": {}, "more": False}
    row = source(site)
    assert (row["state"], row["accepted"], row["set_aside"]) == ("open", 1, 1)
    assert row["round_at"].endswith("Z")
    assert "inbox" in site("sources", "show", "inbox").out
    assert site("sources", "show", "inbox", "--json").one == row


def test_a_wrong_password_is_said_everywhere_with_what_to_do(
    site: Site, server: ImapDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "a wrong secret")
    ran = site("sources", "fetch", "inbox")
    assert ran.code == 1
    assert "put the right user and password (or token) of source inbox in place" in ran.out
    row = source(site)
    assert (row["state"], row["reason"]) == ("stopped", "credentials")
    assert "turnwire sources start inbox" in row["next"]
    (alarm,) = [each for each in site("status", "--json").one["alarms"] if each["name"] == "source_stopped"]
    assert alarm["what"].startswith("source inbox is closed: the server does not take the login")
    assert alarm["next"] == "turnwire sources start inbox"
    checked = site("check", "--json").one["checks"]
    (finding,) = [each for each in checked if each["what"] == "source inbox"]
    assert (finding["state"], "source inbox" in finding["mend"]) == ("wrong", True)
    shown = "".join(site(*words).out for words in (["sources", "list"], ["sources", "show", "inbox"], ["status"]))
    assert "a wrong secret" not in ran.out + ran.err + shown + str(checked)
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    assert site("sources", "start", "inbox").code == 0
    assert site("sources", "fetch", "inbox").code == 0
    assert source(site)["state"] == "open"


def test_a_servers_words_cannot_steer_a_screen(site: Site, server: ImapDouble) -> None:
    server.always["AUTHENTICATE"] = saying(tagged="NO \x1b[2Jall is well\u202e" + "x" * 500)
    site("sources", "fetch", "inbox")
    for words in (["sources", "list"], ["sources", "show", "inbox"], ["status"], ["check"]):
        said = site(*words).out
        assert "\x1b" not in said
        assert "\u202e" not in said
    assert len(source(site)["error"]) < 300


def test_a_source_is_stopped_and_started_by_hand(site: Site) -> None:
    ran = site("sources", "stop", "inbox", "--detail", "it moves", "--by", "ann", "--json")
    assert ran.one == {"name": "inbox", "before": "open", "after": "stopped", "reason": None}
    row = source(site)
    assert (row["state"], row["detail"], row["next"]) == ("stopped", "it moves", "turnwire sources start inbox")
    assert site("sources", "stop", "inbox").code == 1
    assert site("sources", "start", "inbox").code == 0
    assert site("sources", "start", "inbox").code == 1
    assert [row.action for row in site.store.rows(tables.audit)] == ["stop", "start"]


def test_unknown_names_are_refused_with_the_nearest(site: Site) -> None:
    for words in (["show"], ["fetch"], ["stop"], ["start"]):
        ran = site("sources", *words, "inbux")
        assert ran.code == 2
        assert "did you mean inbox?" in ran.err


def test_one_that_was_removed_is_shown_as_that(site: Site) -> None:
    states.announce(site.store.database, "old", "mailbox", 600)
    assert source(site, "old")["state"] == "removed"


def test_a_maildir_that_is_not_there_is_found_by_check(site: Site, tmp_path: Path) -> None:
    findings = {each["what"]: each for each in site("check", "--json").one["checks"]}
    assert findings["source inbox"]["state"] == "ok"
    assert findings["source spool"]["state"] == "wrong"
    for name in ("new", "cur", "tmp"):
        (tmp_path / "spool" / name).mkdir(parents=True)
    findings = {each["what"]: each for each in site("check", "--json").one["checks"]}
    assert findings["source spool"]["state"] == "ok"
