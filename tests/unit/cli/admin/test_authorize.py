"""`turnwire sources authorize`: a device code on a server without a browser, and the grants that need none."""

from __future__ import annotations

import json

import pytest

from connector.services import device_code, trust
from connector.settings import load
from connector.storage.tables import oauth_tokens
from tests.kit.cli_site import make_site
from tests.kit.token_endpoint import PENDING, REVOKED, token_endpoint

MORE = """
[sources.inbox]
kind = "mailbox"
route = "support"
user = "support@shop.example"
[sources.inbox.imap]
host = "imap.shop.example"
[sources.inbox.oauth]
token_url = "{url}/token"
client_id = "app"
"""
DEVICE = 'grant = "device_code"\ndevice_url = "{url}/device"\n'
FIRST = 'grant = "refresh_token"\nrefresh_token = "env:FIRST_TOKEN"\n'


@pytest.fixture
def endpoint():
    with token_endpoint() as made:
        yield made


@pytest.fixture
def site(sqlite_database, tmp_path, capsys, endpoint, monkeypatch):
    defaults = device_code.DeviceGrant.__init__.__kwdefaults__ or {}
    patient = {**defaults, "sleep": lambda seconds: None}
    monkeypatch.setattr(device_code.DeviceGrant.__init__, "__kwdefaults__", patient)
    monkeypatch.setenv("FIRST_TOKEN", "refresh-0")
    made = make_site(sqlite_database, tmp_path, capsys)
    configure(made, endpoint, DEVICE)
    yield made
    made.store.database.dispose()


def configure(site, endpoint, grant):
    path = site.folder / "turnwire.toml"
    base = path.read_text(encoding="utf-8").partition("\n[sources.inbox]")[0]
    path.write_text(base + (MORE + grant).replace("{url}", endpoint.url), encoding="utf-8")


def answers(endpoint, *then):
    code = {"device_code": "dev-1", "user_code": "WDJB-MJHT", "verification_uri": "https://go.example/d"}
    endpoint.script = [(200, {**code, "expires_in": 600, "interval": 1}), *then]


def findings(site):
    settings = load(site.folder / "turnwire.toml")
    return {(found.what, found.state): found for found in trust.oauth_tokens(settings, site.store.database)}


def test_it_says_where_to_go_with_which_code_and_waits(site, endpoint):
    answers(endpoint, PENDING, PENDING)
    ran = site("sources", "authorize", "inbox")
    assert ran.code == 0, ran.err
    assert "open https://go.example/d\nand type in WDJB-MJHT, within 10 minutes" in ran.out
    assert "source inbox: authorized" in ran.out
    assert site.store.row(oauth_tokens, True).refresh_token == "refresh-4"
    assert "access-" not in ran.out


def test_with_json_it_prints_a_line_before_it_waits_and_one_after(site, endpoint):
    answers(endpoint, PENDING)
    first, last = site("sources", "authorize", "inbox", "--json").rows
    assert first == {
        "source": "inbox", "verification_uri": "https://go.example/d", "user_code": "WDJB-MJHT", "expires_in": 600,
    }  # fmt: skip
    assert last == {"source": "inbox", "authorized": True}


def test_a_refusal_is_said_and_nothing_is_kept(site, endpoint):
    answers(endpoint, (400, {"error": "access_denied"}))
    ran = site("sources", "authorize", "inbox", "--json")
    assert ran.code == 1
    assert "the person refused it" in json.loads(ran.err.splitlines()[-1])["error"]
    assert site.store.rows(oauth_tokens) == []


def test_a_source_without_oauth_is_no_such_source(site):
    ran = site("sources", "authorize", "inbux")
    assert ran.code == 2
    assert "did you mean inbox" in ran.err
    path = site.folder / "turnwire.toml"
    mailbox = (
        path.read_text(encoding="utf-8")
        .partition("[sources.inbox.oauth]")[0]
        .replace("user =", 'password = "env:P"\nuser =')
    )
    path.write_text(mailbox, encoding="utf-8")
    ran = site("sources", "authorize", "inbox")
    assert ran.code == 2
    assert "source inbox has no OAuth" in ran.err


def test_a_refresh_token_of_the_configuration_is_tried(site, endpoint):
    configure(site, endpoint, FIRST)
    assert site("sources", "authorize", "inbox").code == 0
    endpoint.script = [REVOKED]
    ran = site("sources", "authorize", "inbox")
    assert ran.code == 1
    assert "invalid_grant" in ran.err


def test_the_alarm_names_the_command_that_ends_it(site):
    site.store.add(
        oauth_tokens, source="inbox", client="c", version=1, changed_at=1, closed_at=1, closed_reason="revoked"
    )
    ran = site("status")
    assert "source inbox: revoked" in ran.out
    assert "turnwire sources authorize inbox" in ran.out


def test_check_says_who_is_not_authorized_and_what_is_not_encrypted(site, endpoint, monkeypatch):
    assert findings(site)["source inbox", "wrong"].mend == "turnwire sources authorize inbox"
    assert "openssl rand -base64 32" in findings(site)["encryption", "warning"].mend
    answers(endpoint)
    site("sources", "authorize", "inbox")
    assert set(findings(site)) == {("encryption", "warning")}
    path = site.folder / "turnwire.toml"
    path.write_text(path.read_text(encoding="utf-8") + '[encryption]\nkey = "env:STORE_KEY"\n', encoding="utf-8")
    monkeypatch.setenv("STORE_KEY", "x")
    assert "32 random bytes" in findings(site)["encryption", "wrong"].mend
    monkeypatch.setenv("STORE_KEY", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    assert "renewed next" in findings(site)["encryption", "warning"].mend
    answers(endpoint)
    site("sources", "authorize", "inbox")
    assert findings(site) == {}
    monkeypatch.setenv("STORE_KEY", "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=")
    assert "authorize inbox" in findings(site)["source inbox", "wrong"].mend
    answers(endpoint)
    site("sources", "authorize", "inbox")
    assert findings(site) == {}
