"""Mails judged by each other, as `turnwire parse` does."""

from __future__ import annotations

from connector.services.threads import Threads
from connector.values import Event
from tests.kit.mails import mailed

ADA, OURS = "ada@example.com", "support@shop.example"


def keys(*mails: Event) -> list[str]:
    threads = Threads(None)
    return [settled.conversation for mail in mails for settled in threads.settle([mail]) if isinstance(settled, Event)]


def test_mails_of_one_run_know_those_before_them():
    assert keys(
        mailed("q1@a", ADA),
        mailed("r1@shop", OURS, to=ADA, in_reply_to="<q1@a>"),
        mailed("q2@a", ADA, references="<r1@shop>"),
        mailed("x@e", "eve@elsewhere.example", references="<q1@a> <r1@shop>"),
    ) == ["q1@a", "q1@a", "q1@a", "x@e"]


def test_a_header_that_everybody_sends_joins_nobody():
    for headers in ({"in_reply_to": "<news@shop>"}, {"references": "<null>"}):
        assert keys(mailed("a@a", ADA, **headers), mailed("b@b", "bo@example.net", **headers)) == ["a@a", "b@b"]


def test_without_ids_each_mail_is_known_by_its_content():
    first, second = keys(mailed(None, ADA), mailed(None, ADA, text="Another"))
    assert first != second
