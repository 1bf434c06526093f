"""Access tokens of sources: renewed once for all, rotated tokens kept first, and a grant that is gone is seen."""

from __future__ import annotations

import base64
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine

from connector.errors import ConfigurationError, NotAuthorized, TokenUnavailable
from connector.services.oauth import AccessTokens, oauth_sources, post
from connector.settings import load
from connector.storage.admin import oauth
from connector.storage.core.encryption import Keyring
from connector.storage.queue import leases
from connector.storage.tables import oauth_tokens
from connector.values import Granted
from connector.wiring import Wiring
from tests.integration.conftest import opened
from tests.kit.alarms import alarms
from tests.kit.token_endpoint import REVOKED, token_endpoint

CONFIGURATION = """
[database]
url = "{database}"
[broker]
url = "embedded"
[accounts.a]
provider = "osvi"
token = "env:T"
[routes.support]
account = "a"
agent = "x"
[sources.inbox]
kind = "mailbox"
route = "support"
user = "support@shop.example"
[sources.inbox.imap]
host = "imap.shop.example"
[sources.inbox.oauth]
token_url = "{endpoint}/token"
client_id = "app"
client_secret = "env:CLIENT_SECRET"
{grant}
"""
FIRST = 'grant = "refresh_token"\nrefresh_token = "env:FIRST_TOKEN"'
OWN = 'grant = "client_credentials"'
DEVICE = 'grant = "device_code"\ndevice_url = "{endpoint}/device"'
SECRETS = {"CLIENT_SECRET": "hush-1", "FIRST_TOKEN": "refresh-0"}
KEY = b"k" * 32


@pytest.fixture
def endpoint():
    with token_endpoint() as made:
        yield made


class Place:
    """A configuration over a migrated database and a token endpoint; ``tokens()`` is what a new process has."""

    def __init__(self, url: str, folder: Path, endpoint, monkeypatch):
        self.url, self.path, self.endpoint = url, folder / "turnwire.toml", endpoint
        self.database = opened(url)
        for name, value in SECRETS.items():
            monkeypatch.setenv(name, value)
        self.configure(FIRST)

    def configure(self, grant: str) -> None:
        said = grant.replace("{endpoint}", self.endpoint.url)
        text = CONFIGURATION.format(database=self.url, endpoint=self.endpoint.url, grant=said)
        self.path.write_text(text, encoding="utf-8")

    def tokens(self, *keys: bytes, call=post) -> AccessTokens:
        return AccessTokens(self.database, oauth_sources(load(self.path)), Keyring(keys), call=call)

    def token(self) -> str:
        return self.tokens().token("inbox")

    def row(self):
        with self.database.reading() as connection:
            return connection.execute(oauth_tokens.select()).one_or_none()

    def change(self, **values) -> None:
        self.database.write(lambda connection: connection.execute(oauth_tokens.update().values(**values)))


@pytest.fixture
def place(database, tmp_path, endpoint, monkeypatch):
    made = Place(database, tmp_path, endpoint, monkeypatch)
    yield made
    made.database.dispose()


def test_a_token_is_got_once_and_then_taken_from_the_database(place):
    assert [place.token() for _ in range(3)] == ["access-1"] * 3
    assert place.endpoint.forms == [
        {"grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "app", "client_secret": "hush-1"}
    ]


def test_it_is_renewed_before_its_end_with_the_newest_refresh_token(place):
    place.token()
    place.change(renew_at=0)
    assert place.token() == "access-2"
    assert [form["refresh_token"] for form in place.endpoint.forms] == ["refresh-0", "refresh-1"]
    assert place.row().refresh_token == "refresh-2"


@pytest.mark.parametrize(("lifetime", "early"), [(3600, 300), (400, 200)])
def test_that_is_five_minutes_before_or_at_half_of_a_short_life(place, lifetime, early):
    place.endpoint.lifetime = lifetime
    place.token()
    row = place.row()
    assert row.expires_at - row.renew_at == early * 1000


def test_this_machines_clock_decides_nothing(place):
    place.token()
    with time_machine.travel("2031-01-01", tick=True):
        assert place.token() == "access-1"


def test_the_rotated_refresh_token_is_kept_before_anybody_gets_the_access_token(place):
    seen = []

    def call(request):
        seen.append(place.row())
        return post(request)

    tokens = place.tokens(call=call)
    assert tokens.token("inbox") == "access-1"
    assert seen == [None]
    assert (place.row().access_token, place.row().refresh_token) == ("access-1", "refresh-1")


def test_many_threads_ask_the_endpoint_once(place):
    place.endpoint.slow = 0.3
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: place.token(), range(8)))
    assert found == ["access-1"] * 8
    assert len(place.endpoint.forms) == 1


PROGRAM = """
import sys
from pathlib import Path
from connector.services.oauth import AccessTokens
from connector.settings import load
from connector.wiring import NoPublisher, Wiring
print("ready", flush=True)
sys.stdin.readline()
print(AccessTokens.of(Wiring(settings=load(Path(sys.argv[1])), publisher=NoPublisher())).token("inbox"))
"""


def test_two_processes_that_race_ask_the_endpoint_once(place):
    place.token()
    place.change(expires_at=0, renew_at=0)
    place.endpoint.slow = 0.5
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(place.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("\n")
        racer.stdin.flush()
    assert [racer.communicate(timeout=60)[0] for racer in racers] == ["access-2\n"] * 2
    assert len(place.endpoint.forms) == 2


def test_who_gets_the_lease_looks_again_before_asking(place, monkeypatch):
    take = leases.take

    def after_another(*given):
        monkeypatch.setattr(leases, "take", take)
        assert place.token() == "access-1"
        return take(*given)

    monkeypatch.setattr(leases, "take", after_another)
    assert place.token() == "access-1"
    assert len(place.endpoint.forms) == 1


def test_while_another_renews_the_token_of_before_is_used(place):
    place.token()
    place.change(renew_at=0)
    assert leases.take(place.database, "oauth:inbox", "another", 60)
    assert place.token() == "access-1"
    leases.give_back(place.database, "oauth:inbox", "another")
    assert place.token() == "access-2"


def test_a_renewal_that_died_is_made_by_the_next_one(place):
    assert leases.take(place.database, "oauth:inbox", "dead", 0.2)
    assert place.token() == "access-1"


def test_a_revoked_grant_is_asked_about_once_and_is_an_alarm(place):
    place.endpoint.script = [REVOKED]
    for _ in range(3):
        with pytest.raises(NotAuthorized, match="run `turnwire sources authorize inbox`"):
            place.token()
    assert len(place.endpoint.forms) == 1
    assert "invalid_grant" in place.row().closed_reason
    (alarm,) = [alarm for alarm in alarms(place.database) if alarm["name"] == "source_closed"]
    assert alarm["what"].startswith("source inbox: the token endpoint takes its grant no more")
    assert alarm["next"] == "turnwire sources authorize inbox"
    assert "hush" not in str(place.row())


def test_a_grant_that_is_given_anew_opens_the_source(place):
    place.endpoint.script = [REVOKED]
    with pytest.raises(NotAuthorized):
        place.token()
    place.tokens().authorize("inbox")
    assert place.token() == "access-2"
    assert alarms(place.database) == []


def test_another_refresh_token_in_the_configuration_is_a_grant_of_its_own(place, monkeypatch):
    place.endpoint.script = [REVOKED]
    with pytest.raises(NotAuthorized):
        place.token()
    monkeypatch.setenv("FIRST_TOKEN", "refresh-new")
    place.endpoint.newest = "refresh-new"
    assert place.token() == "access-2"


def test_another_client_secret_beside_a_refresh_token_changes_nothing(place, monkeypatch):
    place.token()
    monkeypatch.setenv("CLIENT_SECRET", "hush-2")
    assert place.token() == "access-1"


def test_a_token_that_comes_late_opens_what_was_closed_meanwhile(place):
    tokens = place.tokens()
    client = oauth.load(place.database, Keyring(), "inbox", "c").client
    assert oauth.close(place.database, "inbox", client, version=0, reason="gone")
    granted = Granted(access_token="late", lifetime=60, refresh_token="r")
    assert oauth.keep(place.database, Keyring(), "inbox", client, granted, version=0)
    assert oauth.load(place.database, Keyring(), "inbox", client).step() == "use"
    assert not oauth.keep(place.database, Keyring(), "inbox", client, granted, version=0), "there is a newer one"
    assert not oauth.close(place.database, "inbox", client, version=0, reason="gone"), "that was said of an older one"
    assert tokens.database is place.database


@pytest.mark.parametrize("answer", [(503, b"busy"), (401, {"error": "invalid_client"}), (200, b"<html>"), (302, b"")])
def test_other_failures_are_waited_out(place, answer):
    place.endpoint.script = [answer]
    with pytest.raises(TokenUnavailable, match="no access token"):
        place.token()
    with pytest.raises(TokenUnavailable, match="asked again in"):
        place.token()
    assert len(place.endpoint.forms) == 1
    assert (place.row().failures, place.row().closed_reason) == (1, None)
    place.change(not_before=0)
    assert place.token() == "access-2"
    assert (place.row().failures, place.row().error) == (0, None)


def test_the_endpoint_says_how_long_to_wait(place):
    place.endpoint.script = [(429, b"", {"retry-after": "120"})]
    with pytest.raises(TokenUnavailable):
        place.token()
    assert place.row().not_before - place.row().changed_at == 120_000


def test_an_answer_without_end_is_cut(place):
    place.endpoint.script = [(200, b"x" * 200_000)]
    with pytest.raises(TokenUnavailable, match="larger than is read"):
        place.token()


def test_while_the_endpoint_fails_a_token_that_lives_is_used(place):
    place.token()
    place.change(renew_at=0)
    place.endpoint.script = [(503, b"")]
    assert [place.token() for _ in range(3)] == ["access-1"] * 3
    assert len(place.endpoint.forms) == 2
    place.change(expires_at=0)
    with pytest.raises(TokenUnavailable):
        place.token()


def test_a_token_that_the_server_refuses_is_replaced_once(place):
    tokens = place.tokens()
    first = tokens.token("inbox")
    tokens.refused("inbox", first)
    assert tokens.token("inbox") == "access-2"
    tokens.refused("inbox", first)
    assert tokens.token("inbox") == "access-2", "that was said of an older one"


def test_the_clients_own_token_needs_no_person(place):
    place.configure(OWN)
    assert place.token() == "access-1"
    assert place.endpoint.forms[0]["grant_type"] == "client_credentials"
    place.change(renew_at=0, expires_at=0)
    assert place.token() == "access-2"


def test_a_device_code_source_waits_for_its_person(place):
    place.configure(DEVICE)
    with pytest.raises(NotAuthorized, match="nobody has authorized it yet"):
        place.token()
    assert place.endpoint.forms == []
    place.tokens().store("inbox", Granted(access_token="a", lifetime=3600, refresh_token="refresh-0"))
    assert place.token() == "a"
    place.change(renew_at=0)
    assert place.token() == "access-1"


def test_a_trouble_of_another_client_is_not_this_ones(place):
    place.configure(OWN)
    place.token()
    place.configure(FIRST)
    place.endpoint.script = [(503, b"")]
    with pytest.raises(TokenUnavailable):
        place.token()
    assert (place.row().access_token, place.row().failures) == (None, 1)


def test_tokens_are_encrypted_where_there_is_a_key(place):
    assert place.tokens(KEY).token("inbox") == "access-1"
    assert "access-1" not in str(place.row())
    assert "refresh-1" not in str(place.row())
    assert place.tokens(b"n" * 32, KEY).token("inbox") == "access-1"
    with pytest.raises(ConfigurationError, match="does not name"):
        place.token()
    assert [row["encrypted"] for row in oauth.listed(place.database, Keyring())] == [True]


def test_rows_of_before_the_key_are_read_and_sealed_with_the_next_renewal(place):
    place.token()
    ring = place.tokens(KEY)
    assert ring.token("inbox") == "access-1"
    assert [row["encrypted"] for row in oauth.listed(place.database, Keyring())] == [False]
    place.change(renew_at=0)
    assert ring.token("inbox") == "access-2"
    assert [row["encrypted"] for row in oauth.listed(place.database, Keyring())] == [True]


def test_the_key_of_the_configuration_is_used(place, monkeypatch):
    monkeypatch.setenv("STORE_KEY", base64.b64encode(KEY).decode())
    with place.path.open("a", encoding="utf-8") as file:
        file.write('[encryption]\nkey = "env:STORE_KEY"\n')
    wiring = Wiring(settings=load(place.path), publisher=None)
    assert AccessTokens.of(wiring).token("inbox") == "access-1"
    assert place.row().refresh_token.startswith("enc:v1:")
    wiring.database.dispose()


def test_no_secret_is_in_the_log(place, caplog):
    caplog.set_level("DEBUG")
    place.endpoint.script = [REVOKED, (400, {"error": "refresh-0 hush-1"})]
    for _ in range(2):
        with pytest.raises((NotAuthorized, TokenUnavailable)) as caught:
            place.tokens().authorize("inbox")
        assert "hush" not in str(caught.value)
    place.token()
    for secret in ("hush", "refresh-0", "access-", "refresh-3"):
        assert secret not in caplog.text
