"""Mail services at the front door: what is answered, what is stored, and what stops a service's repeating."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from connector.http import HttpAnswer, HttpFailure
from connector.http.sns import SnsClient
from connector.services import mail_services as checking
from connector.storage.tables import event_bodies, events, turns
from connector.values import Outcome
from tests.kit.front_door import Client, make_site, with_limits
from tests.kit.mail_services import (
    CERTIFICATE_URL,
    SIGNING_KEY,
    SUBSCRIBE_URL,
    TOPIC,
    Sent,
    certificate,
    form,
    mail,
    mailgun,
    postmark,
    public,
    received,
    sendgrid,
    sendgrid_key,
    sns,
)

SECTIONS = f"""
[sources.Guns]
kind = "mailgun"
route = "support"
signing_key = "env:MAILGUN_KEY"
old_signing_key = "env:OLD_MAILGUN_KEY"
[sources.stamps]
kind = "postmark"
route = "support"
password = "env:POSTMARK_PASSWORD"
[sources.grid]
kind = "sendgrid"
route = "support"
public_key = "{public(sendgrid_key())}"
[sources.amazon]
kind = "ses"
route = "support"
topics = ["{TOPIC}"]
"""
AWAY = HttpFailure(outcome=Outcome.LOST, hint="deadline", error="no complete answer")


@pytest.fixture
def site(sqlite_database, tmp_path, monkeypatch):
    monkeypatch.setenv("MAILGUN_KEY", SIGNING_KEY)
    monkeypatch.setenv("OLD_MAILGUN_KEY", "the-key-of-before-00")
    monkeypatch.setenv("POSTMARK_PASSWORD", "pass-of-the-shop-1")
    return make_site(sqlite_database, tmp_path, SECTIONS)


@pytest.fixture
def amazon(monkeypatch):
    """What is asked of Amazon, and its answers by address."""
    asked: list[str] = []
    answers = {CERTIFICATE_URL: HttpAnswer(status=200, body=certificate()), SUBSCRIBE_URL: HttpAnswer(status=200)}

    async def get(self, url):
        asked.append(url)
        return answers[url]

    monkeypatch.setattr(SnsClient, "get", get)
    return asked, answers


def deliver(site, name: str, sent: Sent, **headers: str):
    return Client(site)("POST", f"/v1/hooks/{name}", content=sent.body, headers={**sent.headers, **headers})


def stored(site, table=events):
    with site.database.reading() as connection:
        return list(connection.execute(select(table)))


EACH = {
    "Guns": lambda raw=None: mailgun(raw, token=str(raw)),
    "stamps": lambda raw=None: postmark(RawEmail=(raw or mail()).decode()),
    "grid": lambda raw=None: sendgrid(form({"email": raw or mail()})),
    "amazon": lambda raw=None: sns(received(raw)),
}


@pytest.mark.parametrize("name", EACH)
def test_each_service_hands_in_a_mail_once(site, amazon, name):
    first, again = (deliver(site, name, EACH[name]()) for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (202, "accepted"), first.text
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")
    (row,) = stored(site)
    assert (row.source, row.source_name, row.external_id) == ("mail:support", name, "m-1@customer.example")
    (body,) = stored(site, event_bodies)
    assert (turn := stored(site, turns)[0]).text == "Where is it? m-1", turn
    assert body


def test_a_mail_is_the_same_by_whichever_service_it_comes(site, amazon):
    answers = [deliver(site, name, make()).json()["status"] for name, make in EACH.items()]
    assert answers == ["accepted", "duplicate", "duplicate", "duplicate"]


def test_a_token_that_was_used_is_no_good_with_another_mail(site):
    assert deliver(site, "Guns", mailgun(mail("m-1"), token="t")).status_code == 202
    other = deliver(site, "Guns", mailgun(mail("m-2"), token="t"))
    assert other.status_code == 401
    assert "another mail" in other.text
    assert deliver(site, "Guns", mailgun(mail("m-1"), token="t")).json()["status"] == "duplicate"
    assert len(stored(site)) == 1


def test_the_key_of_before_is_taken_while_it_is_changed(site):
    assert deliver(site, "Guns", mailgun(key="the-key-of-before-00")).status_code == 202


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Guns", mailgun(key="wrong")),
        ("Guns", mailgun(at=datetime.now(UTC) - timedelta(minutes=10))),
        ("stamps", postmark(password="wrong")),
        ("grid", form({"email": mail()})),
        ("grid", sendgrid(at=datetime.now(UTC) - timedelta(minutes=10))),
        ("amazon", sns(received(), TopicArn=f"{TOPIC}2")),
        ("amazon", sns(received(), SigningCertURL="https://evil.example/a.pem")),
    ],
)
def test_who_shows_no_proof_is_answered_401_and_nothing_is_stored(site, amazon, name, sent):
    answer = deliver(site, name, sent)
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers
    assert stored(site) == []
    assert amazon[0] == []


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Guns", lambda: Sent(b"--", {"content-type": "multipart/form-data; boundary=x"})),
        ("stamps", lambda: Sent(b"{", postmark().headers)),
        ("amazon", lambda: Sent(b"<html>", {"content-type": "text/plain"})),
        ("grid", lambda: sendgrid(form({"nothing": "here"}))),  # made when it is tried, or its time is over
    ],
)
def test_what_is_malformed_is_400(site, amazon, name, sent):
    assert deliver(site, name, sent()).status_code == 400


def test_no_answer_is_one_that_stops_a_service_for_good(site, amazon):
    """Mailgun gives up at 406, Postmark at 403."""
    bodies = [Sent(b""), Sent(b"x", {"content-type": "text/html"}), Sent(b"{}", {"content-encoding": "gzip"})]
    for name, make in EACH.items():
        good = make()
        for sent in [*bodies, *(Sent(body, good.headers) for body in (b"", b"{}", good.body[:40], good.body[1:]))]:
            answer = deliver(site, name, sent)
            assert answer.status_code in {400, 401, 415}, (name, answer.text)


def test_every_mail_that_is_proved_to_be_one_ends_in_a_row(site):
    for raw in (b"", b"\0", b"no mail at all", b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\n\r\nx"):
        answer = deliver(site, "Guns", mailgun(raw, token=repr(raw)))
        assert answer.status_code == 200, answer.text
    assert {row.status for row in stored(site)} == {"refused", "stopped"}
    assert all(row.reason for row in stored(site))


def test_a_topic_is_confirmed_once_it_is_known_to_be_ours(site, amazon):
    asked, answers = amazon
    answer = deliver(site, "amazon", sns({}, kind="SubscriptionConfirmation"))
    assert (answer.status_code, answer.json()["reason"]) == (200, "confirmed")
    assert asked == [CERTIFICATE_URL, SUBSCRIBE_URL]
    answers[SUBSCRIBE_URL] = AWAY
    assert deliver(site, "amazon", sns({}, kind="SubscriptionConfirmation")).status_code == 503
    strange = deliver(site, "amazon", sns({}, kind="SubscriptionConfirmation", SubscribeURL="http://127.0.0.1/"))
    assert strange.status_code == 400
    assert "http://127.0.0.1/" not in asked


def test_without_the_certificate_the_delivery_is_to_be_repeated(site, amazon):
    amazon[1][CERTIFICATE_URL] = AWAY
    assert deliver(site, "amazon", sns(received())).status_code == 503
    assert stored(site) == []


def test_a_body_has_a_limit_and_all_together_have_one(site):
    for limits, status in ((with_limits(mail_bytes=100), 413), (with_limits(delivered_bytes=100), 503)):
        sent = postmark()
        answer = Client(site, limits)("POST", "/v1/hooks/stamps", content=sent.body, headers=sent.headers)
        assert answer.status_code == status
    huge = sns(received(b"x" * 1_000_000))
    assert deliver(site, "amazon", huge).status_code == 413


def test_a_large_mail_comes_whole(site):
    raw = mail().replace(b"Where", b"x" * 70 + b"\r\n") + b"a" * 60 + (b"\r\n" + b"b" * 60) * 40_000
    assert deliver(site, "stamps", postmark(RawEmail=raw.decode())).status_code == 202
    assert len(stored(site)) == 1


def test_check_says_what_is_wrong_and_what_an_outage_would_lose(site, monkeypatch):
    sources = site.receiver.wiring.settings.sources
    found = {name: [f.state for f in checking.findings(section)] for name, section in sources.items()}
    assert found == {"Guns": ["ok", "warning"], "stamps": ["ok"], "grid": ["ok", "warning"], "amazon": ["ok"]}
    (_, warning) = checking.findings(sources["Guns"])
    assert warning.mend.startswith('tolerance = "9h"')
    monkeypatch.delenv("MAILGUN_KEY")
    assert [f.state for f in checking.findings(sources["Guns"])] == ["wrong"]
