"""`[sources.NAME.oauth]` and `[encryption]`: what each grant needs, and which keys are taken."""

from __future__ import annotations

import base64

import pytest

from connector.errors import ConfigurationError
from connector.settings import OAuthSettings, load

CLIENT = 'client_id = "c"\n'
MICROSOFT, GOOGLE = CLIENT + 'preset = "microsoft"\n', CLIENT + 'preset = "google"\n'
OWN = CLIENT + 'token_url = "https://login.example/token"\n'
PEM = "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----"


def read(tmp_path, oauth: str, **environ):
    path = tmp_path / "turnwire.toml"
    path.write_text(
        """
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
        """
        + oauth,
        encoding="utf-8",
    )
    return load(path, environ=environ)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLIENT, "token_url"),
        (CLIENT + 'token_url = "http://login.example/token"', "https://"),
        (OWN, "device_url"),
        (OWN + 'grant = "client_credentials"', "client_secret"),
        (OWN + 'grant = "refresh_token"', "refresh_token"),
        (OWN + 'grant = "jwt_bearer"', "key"),
        (MICROSOFT + 'grant = "client_credentials"\nclient_secret = "env:S"', "tenant"),
        (GOOGLE, "jwt_bearer"),
        (OWN + 'grant = "implicit"', "device_code"),
        (MICROSOFT + 'client_secret = "hush"', "env:NAME"),
    ],
)
def test_what_a_grant_needs_is_named(tmp_path, text, expected):
    with pytest.raises(ConfigurationError, match=expected) as caught:
        read(tmp_path, text)
    assert "hush" not in str(caught.value)


def test_an_endpoint_on_this_machine_may_be_asked_in_the_clear(tmp_path):
    settings = read(tmp_path, CLIENT + 'token_url = "http://127.0.0.1:9/t"\ndevice_url = "http://localhost:9/d"')
    assert settings.sources["inbox"].oauth.token_url == "http://127.0.0.1:9/t"


def test_the_clients_own_grant_at_microsoft_has_the_applications_scope(tmp_path):
    text = MICROSOFT + 'grant = "client_credentials"\nclient_secret = "env:S"\ntenant = "shop.example"'
    oauth = read(tmp_path, text).sources["inbox"].oauth
    assert isinstance(oauth, OAuthSettings)
    assert oauth.scope == "https://outlook.office365.com/.default"


def test_a_private_key_has_several_lines_or_their_ends_as_json_writes_them(tmp_path):
    text = GOOGLE + 'grant = "jwt_bearer"\nkey = "env:K"'
    for written in (PEM, PEM.replace("\n", "\\n")):
        source = read(tmp_path, text, K=written).sources["inbox"]
        assert source.pem(source.oauth.key, "oauth.key") == PEM
    source = read(tmp_path, text, K="hush").sources["inbox"]
    with pytest.raises(ConfigurationError, match="no key in PEM") as caught:
        source.pem(source.oauth.key, "oauth.key")
    assert "hush" not in str(caught.value)


def test_keys_are_32_bytes_in_base64_the_present_one_first(tmp_path):
    old, new = b"\xfb" * 32, b"n" * 32
    text = MICROSOFT + '[encryption]\nkey = "env:NEW"\nold_keys = ["env:OLD"]'
    given = {"NEW": base64.b64encode(new).decode(), "OLD": base64.urlsafe_b64encode(old).decode().rstrip("=")}
    assert read(tmp_path, text, **given).encryption.keys() == (new, old)
    assert read(tmp_path, MICROSOFT).encryption.keys() == ()
    more = read(
        tmp_path, MICROSOFT, TURNWIRE_ENCRYPTION__KEY="env:NEW", TURNWIRE_ENCRYPTION__OLD_KEYS="env:OLD", **given
    )
    assert more.encryption.keys() == (new, old)


@pytest.mark.parametrize("key", ["hush", base64.b64encode(b"k" * 16).decode(), "*" * 43])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path, key):
    settings = read(tmp_path, MICROSOFT + '[encryption]\nkey = "env:K"', K=key)
    with pytest.raises(ConfigurationError, match="not usable") as caught:
        settings.encryption.keys()
    assert key not in str(caught.value)


def test_old_keys_need_a_present_one(tmp_path):
    with pytest.raises(ConfigurationError, match="key together with old_keys"):
        read(tmp_path, MICROSOFT + '[encryption]\nold_keys = ["env:K"]')
