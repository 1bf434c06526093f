"""Every preset's verifier against every way in which a delivery can be not what it claims to be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.channels.hooks.mapping import verifier_of
from connector.channels.hooks.signatures import Head, NotAuthentic, UnusableSecret, Verifier
from connector.settings import SignatureSettings, SourceSettings, presets
from tests.kit.hook_senders import NOW, SENDERS, STANDARD_SECRET, URL, Sender

SIGNING = [sender for sender in SENDERS.values() if sender.profile != "freshdesk"]
TIMED = [sender for sender in SIGNING if sender.signed_at]
HEX = {"intercom", "jira", "zammad", "hubspot_v1"}

every = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
signing = pytest.mark.parametrize("sender", SIGNING, ids=lambda sender: sender.profile)
timed = pytest.mark.parametrize("sender", TIMED, ids=lambda sender: sender.profile)


def source(sender: Sender) -> SourceSettings:
    given = {"kind": "hook", "route": "support", "profile": sender.profile, "secret": "env:HOOK", **sender.settings}
    return SourceSettings.model_validate(given)


def why(sender, *, body=None, headers=None, secrets=None, now=NOW, query=None, **changes):
    """Why a delivery is refused, None if it is not; ``changes`` are headers, None to leave one out."""
    found = source(sender)
    verifier = Verifier(found.signature, [sender.secret] if secrets is None else secrets, found.url)
    given = sender.sign(sender.secret, sender.raw, NOW) if headers is None else headers
    given = {name: value for name, value in {**given, **changes}.items() if value is not None}
    try:
        claim = verifier.announced(
            Head.of(given.items(), query=sender.query if query is None else query), now
        )  # fmt: skip
        verifier.verify(claim, sender.raw if body is None else body)
    except NotAuthentic as error:
        return error.why
    return None


def test_there_is_a_sender_for_every_preset():
    assert set(SENDERS) == set(presets())


@every
def test_what_it_signed_is_taken(sender):
    assert why(sender) is None
    assert any(byte > 127 for byte in sender.raw), "the sample holds no non-ASCII text"


@signing
def test_one_changed_byte_is_refused(sender):
    for place in (0, len(sender.raw) // 2, len(sender.raw) - 1):
        changed = bytearray(sender.raw)
        changed[place] ^= 1
        assert why(sender, body=bytes(changed)) == "mismatch"
    assert why(sender, body=sender.raw + b"\n") == "mismatch"
    assert why(sender, body=b"") == "mismatch"


@signing
def test_the_same_json_written_otherwise_is_refused(sender):
    assert why(sender, body=json.dumps(sender.body, ensure_ascii=False).encode()) == "mismatch"
    assert why(sender, body=json.dumps(sender.body, separators=(",", ":")).encode()) == "mismatch"


@every
def test_another_secret_is_refused(sender):
    assert why(sender, secrets=[sender.other_secret]) == "mismatch"


@every
@pytest.mark.parametrize("secrets", [[], [""]])
def test_an_empty_secret_makes_no_verifier(sender, secrets):
    with pytest.raises(UnusableSecret):
        why(sender, secrets=secrets)
    if sender.profile == "standard_webhooks":
        with pytest.raises(UnusableSecret):
            why(sender, secrets=["whsec_"])


@every
def test_an_empty_secret_is_refused_when_it_is_read(sender, tmp_path: Path):
    from connector.errors import ConfigurationError
    from connector.settings.base import Location

    found = source(sender)
    found.stand_at(Location(name="box", path=tmp_path / "turnwire.toml", environ={"HOOK": "\n"}))
    with pytest.raises(ConfigurationError) as caught:
        verifier_of(found)
    assert caught.value.field == "sources.box.secret"


@signing
def test_a_signature_with_an_empty_key_is_refused(sender):
    empty = "whsec_" if sender.profile == "standard_webhooks" else ""
    assert why(sender, headers=sender.sign(empty, sender.raw, NOW)) == "mismatch"


@every
def test_a_missing_or_empty_header_is_refused(sender):
    assert why(sender, **{sender.header: None}) == "missing_header"
    assert why(sender, **{sender.header: ""}) == "missing_header"


@every
def test_a_header_that_came_twice_is_refused(sender):
    found = source(sender)
    verifier = Verifier(found.signature, [sender.secret], found.url)
    head = [*sender.sign(sender.secret, sender.raw, NOW).items(), (sender.header.upper(), "x")]
    with pytest.raises(NotAuthentic) as caught:
        verifier.announced(Head.of(head), NOW)
    assert caught.value.why == "repeated_header"


@signing
def test_hex_in_capitals_is_the_same_number_and_base64_is_another(sender):
    shown = sender.sign(sender.secret, sender.raw, NOW)[sender.header].removeprefix(sender.prefix)
    same = None if sender.profile in HEX else "mismatch"
    assert why(sender, **{sender.header: sender.prefix + shown.upper()}) == same
    assert why(sender, **{sender.header: sender.prefix + shown.upper()[:-1]}) == "mismatch"


@every
def test_another_prefix_is_refused(sender):
    shown = sender.sign(sender.secret, sender.raw, NOW)[sender.header].removeprefix(sender.prefix)
    for wrong in ("", "md5=", "v0,", sender.prefix.upper() + "x="):
        if wrong != sender.prefix:
            assert why(sender, **{sender.header: wrong + shown}) in {"wrong_prefix", "mismatch"}
    if sender.prefix:
        assert why(sender, **{sender.header: shown}) == "wrong_prefix"


@signing
@pytest.mark.parametrize("shown", ["x", "=", "ß" * 40, "0" * 40, "A" * 5000, "é==="])
def test_what_is_no_signature_is_refused(sender, shown):
    assert why(sender, **{sender.header: sender.prefix + shown}) in {"mismatch", "wrong_prefix"}


@timed
@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400 * 365])
def test_stale_and_future_times_are_refused(sender, seconds):
    assert why(sender, now=NOW + timedelta(seconds=seconds)) == "stale"
    assert why(sender, now=NOW + timedelta(seconds=-299)) is None
    assert why(sender, now=NOW + timedelta(seconds=299)) is None


@timed
def test_a_replay_under_a_new_time_is_refused(sender):
    later = NOW + timedelta(hours=1)
    fresh = sender.sign(sender.secret, sender.raw, later)[sender.signed_at]
    assert why(sender, now=later, **{sender.signed_at: fresh}) == "mismatch"
    assert why(sender, now=later) == "stale"


@timed
@pytest.mark.parametrize("shown", ["", "yesterday", "-1", "1e9", "١٢٣٤٥", "9" * 16, "9" * 400, "2026-11-22T12:00:00"])
def test_a_time_that_is_none_is_refused(sender, shown):
    expected = {"missing_header"} if not shown else {"unreadable_timestamp", "stale"}
    assert why(sender, **{sender.signed_at: shown}) in expected


@every
def test_while_secrets_change_either_is_taken(sender):
    old, new = sender.secret, sender.other_secret
    for signed_with in (old, new):
        headers = sender.sign(signed_with, sender.raw, NOW)
        assert why(sender, headers=headers, secrets=[new, old]) is None
        assert why(sender, headers=headers, secrets=[old, new]) is None
    headers = sender.sign(old, sender.raw, NOW)
    assert why(sender, headers=headers, secrets=[new]) == "mismatch"


# --- what only one of them has ----------------------------------------------------------------------------------------


def test_the_published_vector_of_standard_webhooks():
    sender = SENDERS["standard_webhooks"]
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }  # fmt: skip
    given = {
        "headers": headers, "body": b'{"test": 2432232314}', "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    }  # fmt: skip
    at = datetime.fromtimestamp(1614265330, UTC)
    assert why(sender, now=at, **given) is None
    assert why(sender, now=at, **given | {"headers": headers | {"webhook-id": "msg_other"}}) == "mismatch"
    assert why(sender, now=at, **given | {"headers": headers | {"webhook-id": ""}}) == "missing_id"
    assert why(sender, now=NOW, **given) == "stale"


def test_the_published_vector_of_hubspot_v1():
    body = (
        b'[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":'
        b'"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]'
    )
    headers = {"X-HubSpot-Signature": "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"}
    secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
    assert why(SENDERS["hubspot_v1"], headers=headers, body=body, secrets=[secret]) is None


def test_one_of_several_signatures_is_enough_and_unknown_versions_are_passed_over():
    sender = SENDERS["standard_webhooks"]
    good = sender.sign(sender.secret, sender.raw, NOW)["webhook-signature"]
    bad = "v1," + base64.b64encode(b"x" * 32).decode()
    assert why(sender, **{"webhook-signature": f"{bad} v1a,AAAA {good}"}) is None
    assert why(sender, **{"webhook-signature": f"v1a,{good.removeprefix('v1,')} v2,AAAA"}) == "wrong_prefix"
    assert why(sender, **{"webhook-signature": f"{bad} " * 1000 + good}) == "mismatch"


def test_the_address_that_hubspot_called_is_signed_too():
    sender = SENDERS["hubspot"]
    assert why(sender, query="portal=%281%29&x=%22&y=1") == "mismatch"
    assert why(sender, query="portal=(1)&x=%22") is None
    assert why(sender, query="portal=%281%29&x=%2522") == "mismatch"
    other = Verifier(source(sender).signature, [sender.secret], URL.replace("hooks.", "evil."))
    claim = other.announced(Head.of(sender.sign(sender.secret, sender.raw, NOW).items(), query=sender.query), NOW)
    with pytest.raises(NotAuthentic):
        other.verify(claim, sender.raw)


@pytest.mark.parametrize(("method", "taken"), [("sha256", True), ("sha512", True), ("sha1", False), ("md5", False)])
def test_jira_names_its_method_and_weak_ones_are_refused(method, taken):
    sender = SENDERS["jira"]
    shown = f"{method}={hmac.new(sender.secret.encode(), sender.raw, method).hexdigest()}"
    assert why(sender, **{"X-Hub-Signature": shown}) == (None if taken else "wrong_prefix")
    mislabelled = f"sha512={hmac.new(sender.secret.encode(), sender.raw, 'sha1').hexdigest()}"
    assert why(sender, **{"X-Hub-Signature": mislabelled}) == "mismatch"


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        pytest.param(
            {"header": "Stripe-Signature", "separator": ",", "prefix": "v1="},
            lambda key, body: {"Stripe-Signature": f"t=1,v1={hmac.new(key, body, 'sha256').hexdigest()},v0=00"},
            id="signatures in a list",
        ),
        pytest.param(
            {"header": "X-Sig", "algorithm": "hmac-sha512", "encoding": "base64url"},
            lambda key, body: {
                "X-Sig": base64.urlsafe_b64encode(hmac.digest(key, body, "sha512")).decode().rstrip("=")
            },
            id="base64url without padding",
        ),
        pytest.param(
            {"header": "X-Sig", "algorithm": "sha512", "signed": "{body}:{secret}"},
            lambda key, body: {"X-Sig": hashlib.sha512(body + b":" + key).hexdigest()},
            id="a plain hash",
        ),
        pytest.param(
            {"header": "X-Token", "algorithm": "secret", "encoding": "plain"},
            lambda key, body: {"X-Token": key.decode()},
            id="a shared secret",
        ),
    ],
)  # fmt: skip
def test_any_other_system_can_be_described(scheme, headers):
    verifier = Verifier(SignatureSettings.model_validate(scheme), ["s3cret"])
    for key, expected in ((b"s3cret", True), (b"wrong", False)):
        claim = verifier.announced(Head.of(headers(key, b'{"a":1}').items()), NOW)
        if expected:
            verifier.verify(claim, b'{"a":1}')
        else:
            with pytest.raises(NotAuthentic):
                verifier.verify(claim, b'{"a":1}')


def test_a_secret_in_the_wrong_encoding_is_refused():
    for key, secret in (("base64", "not base64!"), ("hex", "xyz")):
        scheme = SignatureSettings.model_validate({"header": "X", "key": key})
        with pytest.raises(UnusableSecret):
            Verifier(scheme, [secret])
    assert STANDARD_SECRET.startswith("whsec_")
