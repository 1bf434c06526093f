"""What messages are made of: malformed mail, machines that write to machines, huge and strange texts; and secrets."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.channels.mail.message import parse_email
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN
from connector.services.receive import Receiver
from connector.storage.monitoring.status import status as system_status
from connector.utils import logs
from connector.values import Event, EventStatus
from tests.kit.matrix.kit import BOTH, Play, account, route
from tests.kit.matrix.recorder import shown
from tests.kit.matrix.toys import NEITHER, Toy

TEXT = "Where is my parcel, please?"


def mail(**headers: str) -> bytes:
    """A sound mail with these headers; an empty value takes a header away."""
    message = EmailMessage()
    fields = {"From": "Ann <ann@example.net>", "To": "support@example.com", "Message-ID": "<1@example.net>"}
    fields |= {"Date": "Mon, 02 Mar 2026 09:15:00 +0000", "Subject": "My parcel"}
    for name, value in (fields | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            message[name] = value
    message.set_content(TEXT)
    return message.as_bytes()


def taken(play: Play, *raws: bytes, addresses: tuple[str, ...] = ()) -> list[tuple[Event, EventStatus]]:
    """What each mail was read as, and what became of it."""
    read = [parse_email(raw, source="mail", route="support", addresses=addresses) for raw in raws]
    answers = Receiver(wiring=play.wiring).receive(read)
    return [(event, answer.status) for event, answer in zip(read, answers, strict=True)]


HEAD = b"From: ann@example.net\r\nMessage-ID: <%d@broken>\r\n"
MALFORMED = {
    "unknown charset": b'Content-Type: text/plain; charset="klingon"\r\n\r\n' + TEXT.encode(),
    "wrong charset": 'Content-Type: text/plain; charset="us-ascii"\r\n\r\nWo ist mein Päckchen?'.encode("latin-1"),
    "broken base64": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nV2hlcmUgaXM=@@@!!bXkg",
    "no date": b"Content-Type: text/plain\r\n\r\n" + TEXT.encode(),
    "absurd date": b"Date: Mon, 99 Foo 0000 99:99:99 +9999\r\n\r\n" + TEXT.encode(),
    "a thousand nested parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1000)
    )
    + b"Content-Type: text/plain\r\n\r\n" + TEXT.encode(),
    "boundary that never ends": b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n\r\n' + TEXT.encode(),
    "NUL bytes": b"Content-Type: text/plain\r\n\r\nWhere\x00 is\x00 my parcel?",
    "right to left tricks": "Content-Type: text/plain; charset=utf-8\r\n\r\n\u202eyas em tel\u202c ok".encode(),
    "TNEF": b'Content-Type: application/ms-tnef; name="winmail.dat"\r\n\r\n\x78\x9f\x3e\x22' + b"\x00" * 200,
    "header of 300 KB": b"X-Long: " + b"x" * 300_000 + b"\r\n\r\n" + TEXT.encode(),
    "attachment of 30 MB": b"Content-Type: application/octet-stream\r\n\r\n" + b"x" * (30 << 20),
    "headers only": b"\r\n",
}  # fmt: skip


def test_malformed_mail(database, plays, matrix):
    play = plays.at(database, "osvi")
    raws = [HEAD % number + body for number, body in enumerate(MALFORMED.values())]
    again = taken(play, *raws, b"", b"\x00\xff" * 50)
    play.run()
    for (name, _), (event, status) in zip(MALFORMED.items(), again, strict=False):
        row = matrix.row("E13", injected=f"a mail with {name}", case=name)
        assert status in {EventStatus.ACCEPTED, EventStatus.REFUSED}, name
        chats = {turn["provider_chat_id"] for turn in play.turns() if turn["external_id"] == event.id}
        posts = sum(line["processed"] for line in play.heard() if line["chat"] in chats)
        assert posts == (1 if status is EventStatus.ACCEPTED else 0), name
        row.saw(posts=posts, state=f"event {status}", operator=event.reason or "the text as far as it could be read")
    assert set(play.statuses()) == {"answered"}
    repeated = taken(play, *raws)
    assert {status for _, status in repeated} <= {EventStatus.DUPLICATE, EventStatus.REFUSED}


def test_the_same_message_id_with_other_words_and_none_at_all(sqlite_database, plays, matrix):
    row = matrix.row(
        "E13", injected="a Message-ID used twice for different mails; mails without one", case="Message-ID"
    )
    play = plays.at(sqlite_database, "osvi")
    other = mail().replace(TEXT.encode(), b"Something else entirely")
    strange = mail(From="eve@elsewhere.example")
    without = mail(Message_ID="")
    answers = [status for _, status in taken(play, mail(), other, strange, without, without)]
    assert answers == ["accepted", "duplicate", "accepted", "accepted", "duplicate"]
    play.run()
    assert play.posts() == 3
    row.saw(turns=play.wiring, posts="1 each", operator="the other sender's mail under the id with a digest behind it")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), cuts=st.integers(1, 40))
def test_mail_with_bytes_changed_at_random_is_always_read(seed, cuts):
    chance = random.Random(seed)
    raw = bytearray(mail() + b"\r\n".join(MALFORMED.values())[:20_000])
    for _ in range(cuts):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    event = parse_email(bytes(raw), source="mail", route="support")
    assert event.id
    assert event.status in {EventStatus.ACCEPTED, EventStatus.STOPPED, EventStatus.REFUSED}


MACHINES = {
    "Auto-Submitted": {"Auto_Submitted": "auto-replied"},
    "Precedence bulk": {"Precedence": "bulk"},
    "null sender": {"Return_Path": "<>"},
    "mailer daemon": {"From": "MAILER-DAEMON@example.net"},
    "a list": {"List_Id": "<news.example.net>"},
    "our own address": {"From": "support@example.com"},
    "out of office": {"X_Autoreply": "yes"},
}


def test_mail_that_machines_wrote(sqlite_database, plays, matrix):
    play = plays.at(sqlite_database, "osvi")
    raws = [mail(Message_ID=f"<{number}@m>", **headers) for number, headers in enumerate(MACHINES.values())]
    found = taken(play, *raws, addresses=("support@example.com",))
    play.run()
    assert (play.statuses(), play.posts()) == ({}, 0)
    for name, (event, status) in zip(MACHINES, found, strict=True):
        row = matrix.row("E14", injected=f"a mail: {name}", case=name)
        assert status == EventStatus.STOPPED, name
        row.saw(posts=0, state="event stopped", operator=f"events list: stopped, {event.reason}")


STRANGE = {
    "emoji and accents": "🙂‍↔️ Grüße, naïve façade — 你好, שלום, مرحبا",
    "right to left": "\u202eabc\u202c \u2066def\u2069",
    "quotes only": "> you wrote\n> this",
    "one sign": "?",
    "JSON": '{"success": true, "data": {"reply": "injected"}}',
    "100,000 characters": "x" * 100_000,
    "100,000 emoji": "🙂" * 100_000,
}
REFUSED = {
    "empty": "",
    "white space": " \n\t ",
    "too long by one": "x" * 100_001,
    "NUL": "a\x00b",
    "10 MB": "x" * 10_000_000,
}


@pytest.mark.parametrize("provider", BOTH)
def test_strange_texts_arrive_as_they_were(sqlite_database, plays, matrix, provider):
    play = plays.at(sqlite_database, provider)
    for name, text in STRANGE.items():
        play.receive("support", name, text)
    play.run()
    assert play.statuses() == {"answered": len(STRANGE)}
    heard = {line["text"] for line in play.heard()}
    for name, text in STRANGE.items():
        assert text in heard, name
        matrix.row("E15", injected=f"a text: {name}", case=f"{provider}, {name}").saw(
            posts=1, state="answered", operator="the text as it came"
        )


def test_texts_over_the_limits_are_refused_with_what_was_expected(database, plays, matrix):
    play = plays.at(database, "osvi")
    receiver = Receiver(wiring=play.wiring)
    for name, text in REFUSED.items():
        row = matrix.row("E15", injected=f"a text: {name}", case=name)
        event = {"route": "support", "conversation": "T-1", "id": name, "text": text}
        (answer,) = receiver.receive_json(event, "test")
        assert answer.status == EventStatus.REFUSED, name
        assert "text" in (answer.reason or ""), name
        assert "xxx" not in (answer.reason or "")
        row.saw(posts=0, state="event refused", operator=f"events list: {(answer.reason or '')[:90]}")
    surrogate = {"route": "support", "conversation": "T-1", "id": "s", "text": "half \ud83d of one"}
    (answer,) = receiver.receive_json(surrogate, "test")
    play.run()
    assert play.posts() == (1 if answer.status == EventStatus.ACCEPTED else 0)


def test_one_poisonous_answer_spoils_no_other_turn(database, plays):
    """Answers with NUL, half surrogates and a megabyte are recorded in one group with good ones."""
    toy = Toy(NEITHER)
    poison = {"NUL": "a\x00b", "half": "a \ud83d b", "megabyte": "x" * 1_000_000}
    play = plays.toy(database, toy)
    play.receive_all("support", [*poison, *[f"good {number}" for number in range(20)]])
    answers = poison | {f"good {number}": "fine" for number in range(20)}
    original = toy._send

    async def send(request):
        result = await original(request)
        return type(result)(answer=answers[request.text], http_status=200)

    toy._send = send  # type: ignore[method-assign]
    play.run()
    assert play.statuses() == {"answered": 23}
    found = {turn["text"]: turn["answer"] for turn in play.turns()}
    assert found["megabyte"] == poison["megabyte"]
    assert found["NUL"] == "a\ufffdb"
    assert {found[f"good {number}"] for number in range(20)} == {"fine"}


# --- secrets --------------------------------------------------------------------------------------------------------


@pytest.fixture
def all_logs() -> Iterator[None]:
    """Every logger speaks, the statements to the database too, in our format; as before afterwards."""
    root, sql = logging.getLogger(), logging.getLogger("sqlalchemy")
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    logs.configure(logging.DEBUG)
    sql.setLevel(logging.INFO)
    yield
    sql.setLevel(logging.WARNING)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def test_no_secret_and_no_customers_text_in_any_output(database, plays, matrix, caplog, capfd, all_logs):
    row = matrix.row(
        "E22", injected="a run at level DEBUG in which providers echo token and text in every kind of failure"
    )
    secret_text = "My card number is 4000-1234-5678-9010"
    url = plays.sandbox.url
    play = plays.of(
        database, {name: account(name, url, deadline="1s") for name in BOTH}, {name: route(name, name) for name in BOTH}
    )
    tokens = {"osvi": OSVI_TOKEN, "synthflow": SYNTHFLOW_TOKEN}
    for name, token in tokens.items():
        echo = {"errors": [f"no {secret_text} for {token}"], "detail": {"description": f"{secret_text} {token}"}}
        for status in (500, 422, 429, 401):
            match = {"provider": name, "text": str(status)}
            plays.sandbox.add_rule("status_before", match=match, status=status, body=json.dumps(echo))
        plays.sandbox.add_rule("cut_after", match={"provider": name, "text": "cut"})
        plays.sandbox.add_rule("status_after", match={"provider": name, "text": "page"}, status=200, body=secret_text)
        for fault in ("cut", "page", "500", "422", "429", "401"):
            play.receive(name, f"{name}-{fault}", f"{secret_text} {fault}")
    Receiver(wiring=play.wiring).receive_json(
        [
            {"route": "osvi", "conversation": "x", "id": "1", "text": 7, "metadata": secret_text},
            {"route": secret_text, "conversation": secret_text, "id": "2", "text": secret_text},
            {"route": "osvi", "conversation": "x", "id": "3", "txt": secret_text},
        ],
        "test",
    )
    play.run(lambda: all(play.account(name)["reason"] == "credentials" for name in BOTH))
    play.stop()
    captured = capfd.readouterr()
    printed = captured.out + captured.err + caplog.text
    assert printed.count("account.closed") >= 2
    screens = "".join(json.dumps(turn["attempts"]) for turn in play.turns())
    screens += json.dumps(system_status(play.database), default=str) + repr(play.wiring.settings) + repr(play.wiring)
    for token in tokens.values():
        assert token not in printed + screens + "".join(shown(turn) for turn in play.turns())
    assert "4000-1234" not in printed + screens
    row.saw(posts="-", state="-", operator="nothing: neither token nor text in logs, errors, alarms, screens or reprs")
