"""Sources of mail in the configuration: what each kind needs, and what is refused with what would be right."""

from __future__ import annotations

import pytest

from connector.errors import ConfigurationError
from connector.settings import LmtpSettings, MailboxSettings, MaildirSettings, load

BASE = """
[accounts.a]
provider = "osvi"
base_url = "http://localhost"
token = "env:T"
[routes.support]
account = "a"
agent = "x"
[sources.inbox]
route = "support"
"""
MAILBOX = 'kind = "mailbox"\nuser = "support@shop.example"\npassword = "env:P"\n'
IMAP = '[sources.inbox.imap]\nhost = "imap.shop.example"\n'


def read(tmp_path, text: str):
    (tmp_path / "turnwire.toml").write_text(BASE + text, encoding="utf-8")
    return load(tmp_path / "turnwire.toml", environ={}).sources["inbox"]


def test_a_mailbox_needs_little(tmp_path):
    box = read(tmp_path, MAILBOX + IMAP)
    assert isinstance(box, MailboxSettings)
    assert (box.imap.port, box.imap.security, box.imap.folders) == (993, "tls", ("INBOX",))
    assert (box.imap.done, box.imap.start, box.imap.poll) == ("flag", "now", 60.0)
    assert (box.answers_as, box.smtp, box.label, box.attachments) == ("support@shop.example", None, "inbox", "names")


def test_a_maildir_and_an_lmtp_listener_are_read(tmp_path):
    assert isinstance(read(tmp_path, 'kind = "maildir"\npath = "/var/mail/shop"\n'), MaildirSettings)
    listener = read(tmp_path, 'kind = "lmtp"\nrecipients = ["support@shop.example"]\n')
    assert isinstance(listener, LmtpSettings)
    assert listener.listen == "127.0.0.1:2424"


def test_a_preset_fills_in_what_the_section_does_not_say(tmp_path):
    box = read(
        tmp_path,
        MAILBOX.replace('password = "env:P"\n', "")
        + IMAP
        + '[sources.inbox.oauth]\npreset = "microsoft"\ntenant = "shop"\nclient_id = "c"\n',
    )
    assert box.oauth.token_url == "https://login.microsoftonline.com/shop/oauth2/v2.0/token"
    assert "offline_access" in box.oauth.scope


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        (MAILBOX, "sources.inbox.imap", "a section [sources.NAME.imap]"),
        (MAILBOX.replace("user", "usr") + IMAP, "sources.inbox.u", "user"),
        (MAILBOX.replace('password = "env:P"', "") + IMAP, "sources.inbox", "password"),
        (MAILBOX + IMAP + 'security = "none"\n', "sources.inbox.imap", "tls"),
        (MAILBOX + IMAP + 'done = "delete"\n', "sources.inbox.imap.done", "move:FOLDER"),
        (MAILBOX + IMAP + 'done = "move:"\n', "sources.inbox.imap.done", "move:FOLDER"),
        (MAILBOX + IMAP + 'start = "yesterday"\n', "sources.inbox.imap.start", "2026-11-01"),
        (MAILBOX + IMAP + 'poll = "10ms"\n', "sources.inbox.imap.poll", "1s"),
        (MAILBOX + IMAP + "port = 0\n", "sources.inbox.imap.port", "1"),
        (MAILBOX + IMAP + "folders = []\n", "sources.inbox.imap.folders", ""),
        ('kind = "lmtp"\n', "sources.inbox.recipients", "addresses"),
        ('kind = "lmtp"\nrecipients = ["a@b"]\nlisten = "2424"\n', "sources.inbox.listen", "127.0.0.1:2424"),
        ('kind = "pop3"\n', "sources.inbox.kind", "mailbox"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(tmp_path, text, field, expected):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    first = str(caught.value).splitlines()[0]
    assert first.startswith(field), first
    assert expected in str(caught.value)


def test_a_server_on_this_machine_may_be_spoken_to_in_the_clear(tmp_path):
    for host in ("127.0.0.1", "localhost", "::1"):
        box = read(tmp_path, MAILBOX + f'[sources.inbox.imap]\nhost = "{host}"\nsecurity = "none"\n')
        assert box.imap.security == "none"


@pytest.mark.parametrize("password", ["abcd efgh ijkl mnop", "schön & süß", '"quoted" \\ back'])
def test_a_password_may_be_what_people_choose(tmp_path, password):
    (tmp_path / "password").write_text(password + "\n", encoding="utf-8")
    box = read(tmp_path, MAILBOX.replace("env:P", "file:password") + IMAP)
    assert box.secret(box.password, "password") == password


@pytest.mark.parametrize("password", ["two\nlines", "a\x00b", ""])
def test_a_password_that_nobody_can_type_is_refused_and_not_shown(tmp_path, password):
    (tmp_path / "password").write_text(password, encoding="utf-8")
    box = read(tmp_path, MAILBOX.replace("env:P", "file:password") + IMAP)
    with pytest.raises(ConfigurationError) as error:
        box.secret(box.password, "password")
    assert "two" not in str(error.value)


def test_mails_are_not_moved_into_a_folder_that_is_read(tmp_path):
    with pytest.raises(ConfigurationError):
        read(tmp_path, MAILBOX + IMAP + 'folders = ["INBOX", "Done"]\ndone = "move:Done"\n')
    assert read(tmp_path, MAILBOX + IMAP + 'done = "move:Done"\n').imap.done == "move:Done"
