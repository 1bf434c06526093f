"""A colleague's answer is told from what programs send in our name, and from what is forged."""

from __future__ import annotations

import pytest

from connector.channels.mail.colleagues import answered, with_receivers
from connector.channels.mail.message import parse_email
from connector.values import Event
from tests.kit.mails import mail

OURS = ["@shop.example"]
ANN = "ann@home.example"


def read(to: str = f"Ann <{ANN}>, desk@shop.example", sender: str = "Help <help@shop.example>", **more: str) -> Event:
    headers = {"in_reply_to": "<q1@home.example>"} | more
    raw = mail("a1@shop.example", sender, to=to, **headers)
    return parse_email(raw, source="mail:r", route="r", addresses=OURS, trusted_auth=["mx.shop.example"])


def test_it_says_to_whom_it_went_but_for_ourselves() -> None:
    assert answered(read(), OURS) == (ANN,)
    told = with_receivers(read(), OURS).thread
    assert told is not None
    assert told.answered == (ANN,)


@pytest.mark.parametrize(
    "more",
    [
        {"auto_submitted": "auto-generated"}, {"precedence": "bulk"}, {"x_autoreply": "yes"},
        {"sender": "noreply@shop.example"}, {"to": "desk@shop.example"}, {"in_reply_to": ""}, {"sender": ANN},
    ],
)  # fmt: skip
def test_what_a_program_wrote_or_no_customer_got_is_no_answer(more: dict[str, str]) -> None:
    assert answered(read(**more), OURS) == ()


@pytest.mark.parametrize(("verdict", "counts"), [("pass", True), ("fail", False), ("none", False)])
def test_an_answer_counts_unless_our_server_doubts_its_sender(verdict: str, counts: bool) -> None:
    result = f"mx.shop.example; dmarc={verdict} header.from=shop.example"
    assert bool(answered(read(authentication_results=result), OURS)) is counts
