"""The control API and the Python face of the same: rules that match, settings, and the record of what came."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from collections.abc import Iterator

import aiohttp
import pytest

from connector.errors import InvalidInput, TurnwireError
from connector.sandbox import SYNTHFLOW_TOKEN, Answer, Sandbox, running_sandbox
from connector.sandbox.model import Match, Rule
from connector.sandbox.record import Entry, Record
from connector.sandbox.rules import RuleBook
from tests.kit.sandbox_client import AGENT, Caller


@pytest.fixture
def caller(turnwire_sandbox: Sandbox) -> Iterator[Caller]:
    with Caller(turnwire_sandbox) as made:
        yield made


# Rules


def entry(text: str | None = "where is my order", chat: str = "c-1") -> Entry:
    made = Entry(1, "osvi", "send", chat)
    made.text = text
    return made


@pytest.mark.parametrize(
    ("match", "strikes"),
    [
        ({}, True),
        ({"provider": "osvi", "call": "send", "chat": "c-1", "text": "order"}, True),
        ({"provider": "synthflow"}, False),
        ({"call": "open"}, False),
        ({"chat": "c-"}, False),
        ({"text": "Order"}, False),
    ],
)
def test_a_rule_strikes_when_all_its_keys_match(match, strikes):
    book = RuleBook()
    book.add(Rule(match=Match(**match), fault="status_before"))
    assert (book.pick(entry()) is not None) == strikes


def test_a_rule_for_a_text_lets_calls_without_one_pass():
    book = RuleBook()
    book.add(Rule(match=Match(text="order"), fault="status_before"))
    assert book.pick(entry(text=None)) is None


def test_rules_strike_in_order_and_as_often_as_they_say():
    book = RuleBook()
    for fault, times in (("cut_before", 2), ("cut_after", 1), ("drip", 0)):
        book.add(Rule(fault=fault, times=times))
    struck = [rule.fault if (rule := book.pick(entry())) else None for _ in range(6)]
    assert struck == ["cut_before", "cut_before", "cut_after", "drip", "drip", "drip"]
    assert [line.used for line in book.lines()] == [2, 1, 3]


def test_a_rule_may_be_let_off_by_its_probability():
    book = RuleBook()
    book.add(Rule(fault="cut_before", times=0, probability=0.0))
    book.add(Rule(fault="drip", times=0, probability=0.5))
    struck = [rule.fault if (rule := book.pick(entry())) else None for _ in range(400)]
    assert set(struck) == {"drip", None}


def test_rules_over_http(caller):
    posted = caller.control("POST", "/rules", {"fault": "drip", "match": {"call": "send"}, "times": 3, "delay_s": 1})
    assert posted.status_code == 201
    rule = posted.json()
    assert (rule["fault"], rule["match"], rule["times"], rule["used"]) == ("drip", {"call": "send"}, 3, 0)
    assert caller.control("GET", "/rules").json() == [rule]
    assert caller.control("GET", f"/rules/{rule['id']}").json() == rule
    assert caller.control("DELETE", f"/rules/{rule['id']}").json() == rule
    assert caller.control("DELETE", f"/rules/{rule['id']}").status_code == 404
    assert caller.control("GET", f"/rules/{rule['id']}").status_code == 404
    caller.control("POST", "/rules", {"fault": "cut_before"})
    assert caller.control("DELETE", "/rules").json() == {"deleted": 1}
    assert caller.control("GET", "/rules").json() == []


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"fault": "explode"}, "fault"),
        ({"fault": "drip", "count": 3}, "count"),
        ({"fault": "drip", "match": {"colour": "red"}}, "match.colour"),
        ({"fault": "drip", "match": {"call": "dance"}}, "match.call"),
        ({"fault": "drip", "times": -1}, "times"),
        ({"fault": "drip", "times": True}, "times"),
        ({"fault": "drip", "times": "2"}, "times"),
        ({"fault": "drip", "probability": 2}, "probability"),
        ({"fault": "drip", "delay_s": -1}, "delay_s"),
        ({"fault": "status_before", "status": 99}, "status"),
        ({"fault": "status_before", "headers": {"X": "a\r\nB: c"}}, "headers.X"),
        ({"fault": "refuse", "times": 0}, ""),
        ({}, ""),
        ([], ""),
    ],
)
def test_a_wrong_rule_is_refused_by_name(caller, rule, field):
    refused = caller.control("POST", "/rules", rule)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert all(error["expected"] for error in refused.json()["errors"])
    assert caller.sandbox.rules() == []


def test_a_wrong_rule_is_refused_in_python_too(caller):
    with pytest.raises(InvalidInput) as raised:
        caller.sandbox.add_rule("drip", match={"colour": "red"})
    assert raised.value.field == "match.colour"
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


# Settings


def test_settings_change_what_they_name_and_nothing_else(caller):
    assert caller.control("PUT", "/settings", {"jitter": 0.5}).status_code == 200
    changed = caller.control("PUT", "/settings", {"end_chat_after": 3, "session_ttl_s": 60}).json()
    assert changed == {
        "latency_s": 0.0,
        "jitter": 0.5,
        "session_ttl_s": 60,
        "end_chat_after": 3,
        "greeting": "numbered",
        "history_lag_s": 0.0,
        "tidy_text": False,
    }
    assert caller.control("GET", "/settings").json() == changed
    assert caller.control("PUT", "/settings", {"end_chat_after": None}).json()["end_chat_after"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"latency": 1}, "latency"),
        ({"latency_s": -1}, "latency_s"),
        ({"latency_s": "1"}, "latency_s"),
        ({"jitter": 1.5}, "jitter"),
        ({"end_chat_after": 0}, "end_chat_after"),
        ({"greeting": "loud"}, "greeting"),
        ([], ""),
    ],
)
def test_a_wrong_setting_is_refused_by_name(caller, changes, field):
    refused = caller.control("PUT", "/settings", changes)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_a_wrong_setting_is_refused_in_python_too(caller):
    with pytest.raises(InvalidInput, match="latency"):
        caller.sandbox.update_settings(latency=1)
    with pytest.raises(InvalidInput, match="latency_s"):
        Sandbox(latency_s=-1)


# The record


def test_received_tells_every_call_in_order(caller):
    chat = caller.chat()
    caller.send(chat, "hello")
    caller.synthflow("GET", f"/chat/{chat}")
    caller.send(chat, "")
    caller.synthflow("POST", f"/chat/{chat}/messages", headers={})
    answered = caller.control("GET", "/received")
    lines = [json.loads(line) for line in answered.text.splitlines()]
    assert lines == caller.sandbox.received()
    assert list(lines[0]) == ["n", "at", "provider", "call", "chat", "text", "processed", "http_status", "fault"]
    assert [line["n"] for line in lines] == [1, 2, 3, 4, 5]
    assert [(line["call"], line["chat"], line["text"], line["processed"], line["http_status"]) for line in lines] == [
        ("open", chat, None, True, 200),
        ("send", chat, "hello", True, 200),
        ("read", chat, None, False, 200),
        ("send", chat, None, False, 400),
        ("send", chat, None, False, 401),
    ]
    assert caller.sandbox.summary() == {
        "processed": 1,
        "chats": 1,
        "repeated": 0,
        "concurrent": 0,
        "max_in_flight": 1,
        "rejected": 2,
    }
    assert caller.control("GET", "/summary").json() == caller.sandbox.summary()


def test_a_long_record_comes_whole(caller):
    for _ in range(1_203):
        caller.sandbox._world.record.arrived("osvi", "find", None)
    assert len(caller.control("GET", "/received").text.splitlines()) == 1_203


def test_a_message_is_repeated_when_its_chat_had_the_same_text(caller):
    first, second = caller.chat(), caller.chat()
    for chat, text in [(first, "a"), (first, "b"), (second, "a"), (first, "a")]:
        caller.send(chat, text)
    assert caller.sandbox.summary()["repeated"] == 1


def test_a_message_that_never_entered_is_no_repeat(caller):
    chat = caller.chat()
    caller.sandbox.add_rule("status_before", match={"call": "send"})
    caller.send(chat, "a")
    caller.send(chat, "a")
    assert caller.sandbox.summary()["repeated"] == 0


@pytest.mark.parametrize(("waits", "concurrent"), [(True, 1), (False, 0)])
def test_messages_overlap_only_while_the_first_client_waits(waits, concurrent):
    record = Record()
    first, second = (record.arrived("osvi", "send", "c-1") for _ in range(2))
    record.sending(first, lambda: waits)
    record.sending(second, lambda: True)
    assert record.summary()["concurrent"] == concurrent
    record.left(first)
    record.left(second)
    third = record.arrived("osvi", "send", "c-1")
    record.sending(third, lambda: True)
    assert (record.summary()["concurrent"], record.summary()["max_in_flight"]) == (concurrent, 2)


def test_many_calls_at_once_are_counted_and_overlaps_seen(caller):
    caller.sandbox.update_settings(latency_s=0.2)
    chats = [caller.chat() for _ in range(30)]

    async def main() -> None:
        headers = {"Authorization": f"Bearer {SYNTHFLOW_TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as session:

            async def send(chat: str, text: str) -> int:
                url = f"{caller.sandbox.synthflow_url}/chat/{chat}/messages"
                async with session.post(url, json={"message": text}) as response:
                    return response.status

            calls = [send(chat, "hello") for chat in chats] + [send(chats[0], "hello again")]
            assert set(await asyncio.gather(*calls)) == {200}

    asyncio.run(main())
    summary = caller.sandbox.summary()
    assert (summary["processed"], summary["concurrent"], summary["repeated"]) == (31, 1, 0)
    assert 2 <= summary["max_in_flight"] <= 31


def test_reset_forgets_everything(caller):
    session, chat = caller.legacy_session(), caller.chat()
    caller.sandbox.add_rule("drip")
    caller.sandbox.update_settings(latency_s=600)
    assert caller.control("POST", "/reset").status_code == 200
    assert caller.sandbox.received() == []
    assert set(caller.sandbox.summary().values()) == {0}
    assert caller.sandbox.rules() == []
    assert caller.control("GET", "/settings").json()["latency_s"] == 0
    assert caller.legacy_send(session, "hello").status_code == 404
    assert "not found" in caller.send(chat, "hello").text


# Running it


def test_it_runs_on_a_loop_of_ones_own():
    async def main() -> int:
        async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
            assert sandbox.osvi_url == sandbox.url + "/osvi"
            assert sandbox.synthflow_url == sandbox.url + "/synthflow/v2"
            sandbox.add_rule("status_before", status=418)
            async with session.post(
                sandbox.osvi_url + "/chat_sessions",
                json={"agent_uuid": AGENT},
                headers={"API-Token": "sandbox-osvi-tok"},
            ) as response:
                assert sandbox.received()[0]["fault"] == "status_before"
                return response.status

    assert asyncio.run(main()) == 418


def test_its_agents_may_say_something_else():
    def poison(text: str) -> Answer:
        return Answer(text=text + "\x00\ud800", topic="other", wants_person=False)

    with running_sandbox(answer=poison) as sandbox, Caller(sandbox) as caller:
        chat = caller.chat()
        assert caller.send(chat, "hello").json()["response"]["agent_message"] == "hello\x00\ud800"
        assert caller.history(chat)[-1]["message"] == "hello\x00\ud800"


def test_its_methods_may_be_called_from_any_thread(caller):
    def work() -> None:
        for _ in range(20):
            caller.sandbox.remove_rule(caller.sandbox.add_rule("drip").id)
            caller.sandbox.received()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert caller.sandbox.rules() == []


def test_a_port_in_use_is_one_clear_sentence():
    with running_sandbox() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(TurnwireError) as raised, running_sandbox(port=port):
            pass
        assert str(raised.value) == f"Port {port} on 127.0.0.1 is already in use; choose another one."
    with running_sandbox(port=port) as again:  # and a port given back can be had at once
        assert again.url.endswith(f":{port}")


def test_a_host_that_cannot_be_had_is_one_clear_sentence():
    with (
        pytest.raises(TurnwireError, match=r"Cannot listen on no-such-host\.invalid, port 0: "),
        running_sandbox(host="no-such-host.invalid"),
    ):
        pass
