"""Deliveries to events, system by system: customers' messages are taken, and nobody else's ever."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from connector.channels.hooks.mapping import HookReader, Ignored
from connector.channels.hooks.pointers import MISSING, HookItem
from connector.channels.hooks.signatures import Head
from connector.errors import InvalidInput
from connector.settings import SourceSettings
from connector.settings.base import Location
from connector.values import Customer, Event
from tests.kit.hook_senders import NOW, SENDERS

every = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)


def reader(sender, *, addresses=(), **changes):
    given = {"kind": "hook", "route": "support", "profile": sender.profile, "secret": "env:HOOK", **sender.settings}
    source = SourceSettings.model_validate({**given, **changes})
    source.stand_at(Location(name="Box"))
    return HookReader(source, addresses)


def read(profile, body=None, *, headers=None, addresses=(), **changes):
    """What the sample, or another body, becomes."""
    sender = SENDERS[profile]
    used = reader(sender, addresses=addresses, **changes)
    head = Head.of((sender.sign(sender.secret, sender.raw, NOW) if headers is None else headers).items())
    payload = sender.body if body is None else body
    items = used.items(payload)
    return used.read(payload if items is None else items[0], head, b"raw")


def changed(profile, pointer, value=MISSING):
    """The sample with another value at a place, or without it."""
    body = copy.deepcopy(SENDERS[profile].body)
    *way, last = pointer.strip("/").split("/")
    inside = body
    for step in way:
        inside = inside[int(step) if isinstance(inside, list) else step]
    if value is MISSING:
        del inside[last]
    else:
        inside[last] = value
    return body


@every
def test_a_customer_s_message_becomes_an_event(sender):
    event = read(sender.profile)
    assert isinstance(event, Event)
    assert (event.source, event.route, event.status, event.raw) == ("box", "support", "accepted", b"raw")
    assert event.text == sender.text
    assert event.warnings == ()


@pytest.mark.parametrize(
    ("profile", "conversation", "id_"),
    [
        ("standard_webhooks", "T-1", "T-1/1"), ("zendesk", "35436", "seq-1"), ("freshdesk", "9", "4"),
        ("intercom", "215", "part-501"), ("hubspot", "901", "m-1"), ("hubspot_v1", "901", "m-1"),
        ("jira", "SUP-1", "comment-7"), ("zammad", "3", "11"), ("helpscout", "77", "9"), ("front", "cnv_1", "msg_1"),
        ("front_rule", "cnv_1", "msg_1"),
    ],
)  # fmt: skip
def test_ticket_and_comment_make_its_conversation_and_identity(profile, conversation, id_):
    event = read(profile)
    assert (event.conversation, event.id) == (conversation, id_)


def test_all_fields_of_the_default_profile():
    event = read("standard_webhooks")
    assert event.customer == Customer(id="12", name="Ada", email="ada@example.com", language="de")
    assert (event.subject, event.priority, event.metadata) == ("Parcel", 7, {"type": "message.created"})
    assert event.occurred_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize("profile", ["intercom", "jira", "hubspot", "zendesk", "zammad", "helpscout"])
def test_times_are_read_in_the_unit_of_the_system(profile):
    assert read(profile).occurred_at.year == 2026


AGENTS = [
    ("zendesk", "/event/comment/author/is_staff", True, "not_the_customer"),
    ("zendesk", "/event/comment/is_public", False, "internal_note"),
    ("zendesk", "/type", "zen:event-type:ticket.status_changed", "other_event"),
    ("intercom", "/data/item/conversation_parts/conversation_parts/0/author/type", "admin", "not_the_customer"),
    ("intercom", "/data/item/conversation_parts/conversation_parts/0/author/type", "bot", "not_the_customer"),
    ("intercom", "/data/item/conversation_parts/conversation_parts/0/part_type", "note", "internal_note"),
    ("intercom", "/topic", "conversation.admin.replied", "other_event"),
    ("intercom", "/topic", "ping", "other_event"),
    ("hubspot", "/0/messageType", "COMMENT", "internal_note"),
    ("hubspot", "/0/subscriptionType", "conversation.deletion", "other_event"),
    ("hubspot_v1", "/0/messageType", "COMMENT", "internal_note"),
    ("jira", "/comment/jsdPublic", False, "internal_note"),
    ("jira", "/comment/author/accountType", "atlassian", "not_the_customer"),
    ("jira", "/comment/author/accountType", "app", "not_the_customer"),
    ("jira", "/webhookEvent", "comment_deleted", "other_event"),
    ("zammad", "/article/internal", True, "internal_note"),
    ("zammad", "/article/sender", "Agent", "not_the_customer"),
    ("zammad", "/article/sender", "System", "not_the_customer"),
    ("helpscout", "/_embedded/threads/0/type", "note", "internal_note"),
    ("helpscout", "/_embedded/threads/0/type", "message", "not_the_customer"),
    ("helpscout", "/_embedded/threads/0/createdBy/type", "user", "not_the_customer"),
    ("front", "/payload/target/data/is_inbound", False, "not_the_customer"),
    ("front", "/type", "outbound_sent", "other_event"),
    ("front_rule", "/target/data/is_inbound", False, "not_the_customer"),
    ("front_rule", "/type", "new_comment_added", "other_event"),
]


@pytest.mark.parametrize(("profile", "pointer", "value", "reason"), AGENTS)
def test_what_no_customer_wrote_or_is_not_public_is_ignored(profile, pointer, value, reason):
    assert read(profile, changed(profile, pointer, value)) == Ignored(reason=reason)


@pytest.mark.parametrize(
    ("profile", "pointer"), sorted({(profile, pointer) for profile, pointer, _, _ in AGENTS})
)  # fmt: skip
def test_where_it_cannot_be_told_who_wrote_nothing_is_taken(profile, pointer):
    for body in (changed(profile, pointer), changed(profile, pointer, None), changed(profile, pointer, {"a": 1})):
        with pytest.raises(InvalidInput):
            read(profile, body)


def test_an_event_of_helpscout_is_told_by_a_header():
    headers = SENDERS["helpscout"].sign("s", b"", NOW)
    assert read("helpscout", headers={**headers, "X-HelpScout-Event": "convo.note.created"}).reason == "other_event"
    with pytest.raises(InvalidInput):
        read("helpscout", headers={"X-HelpScout-Signature": "x"})


def test_a_new_ticket_and_its_first_comment_are_one_message():
    created = changed("zendesk", "/type", "zen:event-type:ticket.created")
    del created["event"]["comment"]
    first, second = read("zendesk", created), read("zendesk")
    assert (first.id, first.text, first.conversation) == (second.id, second.text, second.conversation)


def test_a_ticket_that_an_agent_filed_for_a_customer_is_not_the_customer_s():
    created = changed("zendesk", "/type", "zen:event-type:ticket.created")
    created["detail"]["submitter_id"] = "99"
    assert read("zendesk", created).reason == "not_the_customer"


def test_the_first_message_of_an_intercom_conversation():
    body = changed("intercom", "/topic", "conversation.user.created")
    body["data"]["item"]["conversation_parts"]["conversation_parts"] = []
    event = read("intercom", body)
    assert (event.id, event.text) == ("source-s1", "first")


def test_what_zammad_itself_takes_for_an_automatic_reply_is_stopped():
    mark = "/article/preferences"
    assert read("zammad", changed("zammad", mark, {"is-auto-response": True})).reason == "auto_reply"
    assert isinstance(read("zammad", changed("zammad", mark, {"is-auto-response": False})), Event)
    assert isinstance(read("zammad", changed("zammad", mark, {})), Event)


def test_our_own_author_and_our_own_addresses_are_never_customers():
    assert read("zendesk", own_authors=["7", 8]).reason == "own_message"
    assert read("zammad", own_authors=["5"]).reason == "own_message"
    assert isinstance(read("zammad", own_authors=["6"]), Event)
    assert read("zammad", addresses=["ADA@example.com"]).reason == "own_address"
    with pytest.raises(InvalidInput) as caught:
        read("zammad", changed("zammad", "/article/created_by_id"), own_authors=["6"])
    assert caught.value.field == "author"


@pytest.mark.parametrize(
    ("pointer", "value", "field"),
    [
        ("/data/conversation", MISSING, "conversation"), ("/data/conversation", "", "conversation"),
        ("/data/conversation", "x" * 256, "conversation"), ("/data/conversation", ["a"], "conversation"),
        ("/data/conversation", "a\0b", "conversation"), ("/data/id", "x" * 256, "id"),
        ("/data/text", MISSING, "text"), ("/data/text", {"a": "secret"}, "text"),
    ],
)  # fmt: skip
def test_what_an_event_needs_is_asked_for_by_name(pointer, value, field):
    with pytest.raises(InvalidInput) as caught:
        read("standard_webhooks", changed("standard_webhooks", pointer, value))
    assert caught.value.field == field
    assert "secret" not in str(caught.value)


def test_what_an_event_does_not_need_is_left_out_with_a_warning():
    body = copy.deepcopy(SENDERS["standard_webhooks"].body)
    body["data"] |= {"priority": 12, "occurred_at": "tomorrow", "subject": ["x"], "customer": "Ada"}
    event = read("standard_webhooks", body, fields={"metadata": {"all": "/data", "big": "/big"}})
    assert (event.priority, event.occurred_at, event.subject) == (5, None, None)
    assert event.customer == Customer()
    assert [warning.partition(":")[0] for warning in event.warnings] == ["occurred_at", "priority"]
    deep = {**body, "big": "x" * 20_000}
    assert "metadata" in read("standard_webhooks", deep, fields={"metadata": {"big": "/big"}}).warnings[-1]


PHOTOS = [
    ("standard_webhooks", "/data/text", "", "/data/attachments", ["https://shop.example/p/9.JPG?size=full"]),
    ("standard_webhooks", "/data/text", None, "/data/attachments", [{"type": "image", "url": "https://shop.example/9"}]),
    ("zammad", "/article/body", "", "/article/attachments", [{"preferences": {"Content-Type": "image/png"}}]),
    ("zammad", "/article/body", '<img src="cid:1">', None, None),
    ("front", "/payload/target/data/body", "<p></p>", "/payload/target/data/attachments", [{"type": "image/heic"}]),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "pointer", "text", "place", "attached"), PHOTOS)
def test_a_photo_without_words_is_told_as_one(profile, pointer, text, place, attached):
    body = changed(profile, pointer, text)
    if place is not None:
        *way, last = place.strip("/").split("/")
        inside = body
        for step in way:
            inside = inside[step]
        inside[last] = attached
    event = read(profile, body)
    assert (event.text, event.status, event.reason) == ("[photo]", "accepted", None)


@pytest.mark.parametrize("attached", [[{"filename": "invoice.pdf"}], ["https://shop.example/invoice"], {"id": 7}])
def test_another_file_without_words_is_told_as_one(attached):
    body = changed("standard_webhooks", "/data/text", " \n")
    body["data"]["attachments"] = attached
    assert read("standard_webhooks", body).text == "[attachment]"


@pytest.mark.parametrize("text", ["", " \n", "\u200b"])
def test_a_message_without_anything_is_stopped_and_says_why(text):
    body = changed("standard_webhooks", "/data/text", text)
    nothing: list[object] = [[], None, ""]
    for attached in nothing:
        body["data"]["attachments"] = attached
        event = read("standard_webhooks", body)
        assert (event.text, event.status, event.reason) == ("", "stopped", "no_text")


def test_words_beside_a_photo_stay_as_they_are():
    body = copy.deepcopy(SENDERS["standard_webhooks"].body)
    body["data"]["attachments"] = ["p.jpg"]
    assert read("standard_webhooks", body).text == SENDERS["standard_webhooks"].text


def test_text_is_cleaned_and_cut_and_says_so():
    event = read("standard_webhooks", changed("standard_webhooks", "/data/text", "a\0b\r\n" + "x" * 200_000))
    assert event.text.startswith("ab\nxxx")
    assert len(event.text) <= 100_000
    assert "[cut:" in event.text[-60:]


@pytest.mark.parametrize(
    "bomb",
    ["<div>" * 100_000, "<a " + "x=1 " * 125_000, "<" * 500_000, "<table><tr><td>" * 34_000, "<ul><li>x" * 55_000],
    ids=["nested", "attributes", "brackets", "tables", "lists"],
)
def test_an_html_bomb_costs_next_to_nothing(bomb):
    body = changed("zammad", "/article/body", bomb + "<p>and so on</p>")
    with suppress(InvalidInput):  # for one that leaves nothing to read
        assert len(read("zammad", body).text) <= 100_000


def test_plain_text_is_not_taken_for_html():
    body = changed("zammad", "/article/content_type", "text/plain")
    assert read("zammad", body).text == SENDERS["zammad"].body["article"]["body"]


def test_a_challenge_is_answered_only_when_it_is_one():
    used = reader(SENDERS["front"])
    head = Head.of([("x-front-challenge", "abc123")])
    assert used.challenge({"type": "sync", "authorization": {"id": "cmp_1"}}, head) == "abc123"
    assert used.challenge({"type": "sync"}, Head()) is None
    assert used.challenge(SENDERS["front"].body, head) is None
    assert reader(SENDERS["zendesk"]).challenge({"type": "sync"}, head) is None


@pytest.mark.parametrize("payload", [{}, "x", None, [1] * 1001])
def test_many_events_come_as_a_list(payload):
    with pytest.raises(InvalidInput):
        reader(SENDERS["hubspot"]).items(payload)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("/a/b", 1), ("/a~1b", 2), ("/m~0n", 3), ("/list/1", "y"), ("/list/01", MISSING), ("/list/-", MISSING),
        ("/list/9", MISSING), ("/a/b/c", MISSING), ("/", 4), ("/no", MISSING), ("header:X-One", "h"),
        ("header:x-two", MISSING), ("{/a/b}-{header:x-one}!", "1-h!"), ("{/a}-x", MISSING), ("constant", "constant"),
        ("{/yes}", "true"), ("{/none}", MISSING),
    ],
)  # fmt: skip
def test_places(source, said):
    value = {"a": {"b": 1}, "a/b": 2, "m~n": 3, "list": ["x", "y"], "": 4, "yes": True, "none": None}
    assert HookItem(value, Head.of([("X-One", "h")])).said(source) == said


def test_numbers_are_read_as_their_digits():
    body = changed("standard_webhooks", "/data/conversation", json.loads("12.0"))
    assert read("standard_webhooks", body).conversation == "12"
