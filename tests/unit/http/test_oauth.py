"""OAuth requests and answers: what is asked, what is believed, and that no secret is in what is told of it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ConfigurationError
from connector.http import HttpAnswer, HttpFailure
from connector.http.oauth import (
    OAuthClient,
    XOAuth2Refusal,
    jwt_assertion,
    read_device,
    read_token,
    xoauth2,
    xoauth2_refusal,
)
from connector.values import Denied, DeviceCode, Granted, Outcome

CLIENT = OAuthClient(token_url="https://login.example/token", client_id="app", scope="mail", secret="hush")
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def form(request):
    return {name: value for name, (value,) in parse_qs(request.content.decode()).items()}


def answer(body, status=200, **headers):
    return HttpAnswer(
        status=status, headers=headers, body=body if isinstance(body, bytes) else json.dumps(body).encode()
    )


def pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def test_each_grant_asks_in_the_words_of_its_standard():
    whole = {"client_id": "app", "client_secret": "hush"}
    assert form(CLIENT.credentials()) == {"grant_type": "client_credentials", "scope": "mail", **whole}
    assert form(CLIENT.refresh("r-1")) == {"grant_type": "refresh_token", "refresh_token": "r-1", **whole}
    assert form(CLIENT.asserted("a.b.c")) == {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": "a.b.c",
    }
    asked = CLIENT.device("https://login.example/device")
    assert asked.url == "https://login.example/device"
    assert form(asked) == {"scope": "mail", **whole}
    assert form(CLIENT.poll("d-1")) == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": "d-1",
        **whole,
    }
    public = OAuthClient(token_url="https://login.example/token", client_id="app")
    assert "client_secret" not in form(public.refresh("r-1"))


def test_what_is_asked_shows_no_secret_when_it_is_shown():
    for thing in (CLIENT, CLIENT.refresh("hush-2"), Granted(access_token="hush", lifetime=1, refresh_token="hush")):
        assert "hush" not in repr(thing)


def test_an_assertion_is_signed_for_this_endpoint_and_for_minutes():
    key = rsa.generate_private_key(65537, 2048)
    head, claims, signature = jwt_assertion(CLIENT, pem(key), "support@shop.example", AT).split(".")
    key.public_key().verify(
        base64.urlsafe_b64decode(signature + "=="), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "RS256", "typ": "JWT"}
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert told.pop("jti")
    assert told == {
        "iss": "app", "aud": "https://login.example/token", "sub": "support@shop.example", "scope": "mail",
        "iat": 1795255200, "exp": 1795255500,
    }  # fmt: skip


def test_a_key_that_cannot_sign_so_is_refused_without_being_shown():
    for text in ("-----BEGIN hush", pem(ec.generate_private_key(ec.SECP256R1()))):
        with pytest.raises(ConfigurationError, match="not usable") as caught:
            jwt_assertion(CLIENT, text, None, AT)
        assert "hush" not in str(caught.value)


def test_a_token_is_read():
    found = {"access_token": "a.B-c_1~+/=", "token_type": "bearer", "expires_in": "3599", "refresh_token": "1//0 x"}
    assert read_token(answer(found)) == Granted(access_token="a.B-c_1~+/=", lifetime=3599.0)
    assert read_token(answer({**found, "refresh_token": "1//0x"})).refresh_token == "1//0x"


@pytest.mark.parametrize(
    ("told", "lifetime"),
    [
        (None, 300.0),
        ("soon", 300.0),
        (-5, 1.0),
        (10**12, 7 * 86400.0),
        (float("nan"), 300.0),
        ([], 300.0),
        (10**400, 300.0),
    ],
)
def test_a_lifetime_is_believed_within_bounds(told, lifetime):
    assert read_token(answer({"access_token": "a", "expires_in": told})).lifetime == lifetime


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer({}), "no_token"),
        (answer(b"<html>"), "no_token"),
        (answer(b"[1]"), "no_token"),
        (answer({"access_token": "a b"}), "no_token"),
        (answer({"access_token": "a\r\nX: y"}), "no_token"),
        (answer({"access_token": ["a"]}), "no_token"),
        (answer({"access_token": "a" * 20_000}), "no_token"),
        (answer({"access_token": "a", "token_type": "mac"}), "token_type"),
        (answer(b"", 302, location="http://elsewhere.example"), "http_302"),
        (answer({"error": "invalid_grant"}, 400), "invalid_grant"),
        (answer({"error": "interaction_required"}, 400), "invalid_grant"),
        (answer({"error": "authorization_declined"}, 400), "access_denied"),
        (answer({"error": "hush"}, 400), "http_400"),
        (answer({"error": {"code": 5}}, 400), "http_400"),
        (answer(b"busy", 503), "http_503"),
        (HttpFailure(outcome=Outcome.LOST, hint="deadline", error="no complete answer"), "unreachable"),
    ],
)
def test_what_is_no_token_is_told_by_a_code(given, code):
    found = read_token(given)
    assert isinstance(found, Denied)
    assert found.code == code
    assert "hush" not in found.said
    assert found.for_good == (code == "invalid_grant")


def test_of_a_refusal_only_codes_and_numbers_are_kept():
    body = {"error": "invalid_client", "error_description": "hush \x1b[31m", "error_codes": [7000215, "hush", True]}
    found = read_token(answer(body, 401))
    assert found.said == "HTTP 401 invalid_client (AADSTS7000215)"
    assert read_token(answer(b"", 429, **{"retry-after": "17"})).retry_after == 17.0


def test_a_device_code_is_read_from_both_spellings():
    told = {"device_code": "d", "user_code": "AB-12", "expires_in": 900, "interval": 7}
    wanted = DeviceCode(
        device_code="d", user_code="AB-12", verification_uri="https://go.example/d", lifetime=900, interval=7
    )
    assert read_device(answer({**told, "verification_uri": "https://go.example/d"})) == wanted
    assert read_device(answer({**told, "verification_url": "https://go.example/d"})) == wanted


@pytest.mark.parametrize(
    "change",
    [
        {"verification_uri": "http://go.example"}, {"verification_uri": "https://go.example/\x1b[2J"},
        {"verification_uri": "javascript:1"}, {"user_code": "\x1b]0;x\x07"}, {"user_code": ""}, {"device_code": None},
    ],
)  # fmt: skip
def test_a_person_is_sent_nowhere_strange(change):
    told = {"device_code": "d", "user_code": "AB-12", "verification_uri": "https://go.example"}
    assert read_device(answer({**told, **change})).code == "no_code"


def test_xoauth2_is_as_google_and_microsoft_write_it():
    assert xoauth2("someuser@example.com", "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==") == (
        b"user=someuser@example.com\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01"
    )
    with pytest.raises(ValueError, match="control"):
        xoauth2("a\x01auth=Bearer x", "t")


@pytest.mark.parametrize(
    ("challenge", "found"),
    [
        (
            b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}',
            ("401", "https://mail.google.com/"),
        ),
        (b'{"status":400}', ("400", "")),
        (b'{"status":"4\\u001b[31m00"}', ("4 [31m00", "")),
        (b"[1]", ("", "")),
        (b"{", ("", "")),
        (b"\xff\xfe", ("", "")),
    ],
)
def test_why_a_server_refuses_a_token_is_read(challenge, found):
    wanted = XOAuth2Refusal(status=found[0], scope=found[1])
    assert xoauth2_refusal(challenge) == xoauth2_refusal(base64.b64encode(challenge)) == wanted


@given(
    status=st.sampled_from([200, 200, 400, 401, 429, 503]),
    told=st.dictionaries(
        st.sampled_from(
            [
                "access_token",
                "refresh_token",
                "expires_in",
                "token_type",
                "error",
                "error_codes",
                "device_code",
                "user_code",
                "verification_uri",
                "interval",
            ]
        ),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers()),
    ),
)
def test_whatever_comes_is_read_or_denied(status, told):
    assert isinstance(read_token(answer(told, status)), Granted | Denied)
    assert isinstance(read_device(answer(told, status)), DeviceCode | Denied)
