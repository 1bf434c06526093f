"""Device code grant: how often is asked, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from connector.errors import NotAuthorized
from connector.http import HttpAnswer, HttpFailure
from connector.services.device_code import DeviceGrant
from connector.settings import OAuthSettings
from connector.values import DeviceCode, Outcome

GRANTED = (200, b'{"access_token": "a-1", "refresh_token": "r-1", "expires_in": 3600}')
CODE = DeviceCode(device_code="d", user_code="AB-12", verification_uri="https://go.example", lifetime=60, interval=5)
DOWN = HttpFailure(outcome=Outcome.LOST, hint="deadline", error="no complete answer")


def said(code: str):
    return 400, b'{"error": "%s"}' % code.encode()


class Section:
    name = "inbox"
    oauth = OAuthSettings.model_validate({"preset": "microsoft", "client_id": "app"})

    def secret(self, reference, key):
        raise NotImplementedError

    pem = secret


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    answers: list
    at: float = 0.0
    asked: list = field(default_factory=list)

    def call(self, request):
        self.asked.append(self.at)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return found if isinstance(found, HttpFailure) else HttpAnswer(status=found[0], body=found[1])

    def sleep(self, seconds):
        self.at += seconds

    def grant(self):
        return DeviceGrant(source=Section(), call=self.call, now=lambda: self.at, sleep=self.sleep)


def test_it_asks_at_the_interval_until_the_person_has_decided():
    clock = Clock([said("authorization_pending"), said("authorization_pending"), GRANTED])
    assert clock.grant().wait(CODE).access_token == "a-1"
    assert clock.asked == [5, 10, 15]


def test_slow_down_makes_every_later_pause_five_seconds_longer():
    clock = Clock([said("slow_down"), said("authorization_pending"), said("slow_down"), GRANTED])
    clock.grant().wait(CODE)
    assert clock.asked == [5, 15, 25, 40]


def test_silence_doubles_the_pause():
    clock = Clock([DOWN, (503, b""), GRANTED])
    clock.grant().wait(CODE)
    assert clock.asked == [5, 15, 35]


@pytest.mark.parametrize(
    ("code", "why"),
    [("access_denied", "refused"), ("expired_token", "expired"), ("invalid_client", "HTTP 400 invalid_client")],
)
def test_what_is_final_ends_it_with_its_reason(code, why):
    clock = Clock([said("authorization_pending"), said(code)])
    with pytest.raises(NotAuthorized, match=why) as caught:
        clock.grant().wait(CODE)
    assert "turnwire sources authorize inbox" in str(caught.value)
    assert len(clock.asked) == 2


def test_a_code_that_nobody_uses_ends_with_its_time():
    clock = Clock([said("authorization_pending")])
    with pytest.raises(NotAuthorized, match="expired"):
        clock.grant().wait(CODE)
    assert clock.asked[-1] < 60
