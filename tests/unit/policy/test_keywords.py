"""Keywords as customers write them, in any script: whole words, whatever their case, form and spacing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.message import parse_email
from connector.policy.keywords import Keywords
from tests.kit.growth import grows_linearly, measured

FOUND = [
    ("human", "I want a HUMAN."),
    ("human", "human"),
    ("human", "a human-like answer"),
    ("human", "“human”, please"),
    ("agent please", "An agent\n  please!"),
    ("agent please", "Agent\u00a0Please"),
    ("i'd like a person", "I’d like a person"),
    ("Straße", "in der STRASSE"),
    ("café", "Cafe\u0301 bitte"),
    ("человек", "Мне нужен ЧЕЛОВЕК!"),
    ("άνθρωπος", "ΆΝΘΡΩΠΟΣ"),
    ("insan", "İNSAN istiyorum"),
    ("मानव", "मुझे मानव चाहिए"),
    ("人工", "我要人工客服"),
    ("human", "我要human服务"),
    ("พนักงาน", "ขอคุยกับพนักงานหน่อย"),
    ("オペレーター", "オペレーターにつないで"),
    ("إنسان", "أريد إنسان!"),
    ("🙋", "🙋🙋"),
    ("c++ person", "a C++ person"),
    ("human", "superhuman? no: human"),
]
NOT_FOUND = [
    ("human", "humanity"),
    ("human", "superhuman"),
    ("human", "human_resources"),
    ("human", "human2"),
    ("agent please", "agent, please"),
    ("मन", "मना"),
    ("انسان", "انسان\u200cها"),
    ("person", ""),
    ("cafe", "café"),
]


@pytest.mark.parametrize(("keyword", "text"), FOUND)
def test_found(keyword, text):
    assert Keywords([keyword]).found_in(text) == keyword
    assert Keywords([unicodedata.normalize("NFD", keyword)]).found_in(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(("keyword", "text"), NOT_FOUND)
def test_not_found(keyword, text):
    assert Keywords([keyword]).found_in(text) is None


def test_the_first_of_the_list_is_named():
    assert Keywords(["robot", "human", "person"]).found_in("a person, a human") == "human"
    assert not Keywords([])
    assert Keywords([]).found_in("a human") is None


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=20), st.text(max_size=20))
def test_a_keyword_between_blanks_is_always_found(before, after):
    assert Keywords(["a human"]).found_in(f"{before} A  HUMAN {after}") == "a human"


QUOTING = [
    "Fine, thanks.\n\n> I want a human",
    "Fine.\n  >> a human",
    "Fine.\nOn Mon, 3 Nov 2026 at 10:12, Ana <a@x.example> wrote:\nI want a human",
    "Fine.\nOn Mon, 3 Nov 2026 at 10:12, Ana Maria Lima de Souza\n<a@x.example> wrote:\n\nI want a human",
    "Gut.\nAm 3.11.2026 um 10:12 schrieb Ana <a@x.example>:\nI want a human",
    "Bien.\nLe lun. 3 nov. 2026 à 10:12, Ana <a@x.example> a écrit :\nI want a human",
    "Fine.\n-----Original Message-----\nI want a human",
    "Gut.\n---- Ursprüngliche Nachricht ----\nI want a human",
    "Fine.\n________________________________\nI want a human",
    "Fine.\n\nFrom: Ana <a@x.example>\nSent: Monday\nTo: us\nSubject: x\n\nI want a human",
    "Gut.\n\n*Von:* Ana\n*Gesendet:* Montag\n\nI want a human",
]


@pytest.mark.parametrize("text", QUOTING)
def test_what_a_message_quotes_asks_for_nobody(text):
    assert Keywords(["human"]).found_in(text) is None
    assert Keywords(["human"]).found_in(f"A human!\n{text}") == "human"


OWN = [
    "From: Berlin I wrote you.\nNow I want a human",
    "Dear all --\na human, please",
    "On the phone you said: wait.\n\nI want a human",
    "a - b - c\nhuman",
    "5 > 3, so I want a human",
]


@pytest.mark.parametrize("text", OWN)
def test_what_only_looks_like_a_quotation_is_the_customers_own(text):
    assert Keywords(["human"]).found_in(text) == "human"


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_mail_that_quotes_a_keyword(kind):
    plain = b"Content-Type: text/plain\n\nThanks, that helps.\n\nOn Mon, Ana wrote:\n> I want a human\n"
    html = b"Content-Type: text/html\n\n<p>Thanks.</p><blockquote><p>I want a <b>human</b></p></blockquote>"
    raw = b"From: a@x.example\nMessage-ID: <1@x>\n" + (plain if kind == "plain" else html)
    event = parse_email(raw, source="mail:support", route="support")
    assert event.mail is not None
    assert "human" in event.mail.full_text
    assert Keywords(["human"]).found_in(event.text) is None
    assert Keywords(["human"]).found_in(event.mail.full_text) is None


@pytest.mark.parametrize(
    "text", ["on " * 40_000, "from: x\n" * 20_000, "-" * 100_000, "On a\n" * 20_000, "_" * 100_000]
)
def test_a_text_made_to_be_slow_is_not(text):
    assert Keywords(["human"]).found_in(text) is None


SIZES = (25_000, 50_000, 100_000)
HOSTILE = {
    "marks out of order": lambda n: "a" + "\u0301\u0323" * (n // 2),
    "long lines that begin with on": lambda n: ("on " + "x" * 400 + "\n") * (n // 404),
    "lines full of wrote": lambda n: ("on wrote wrote wrote " * 30 + "\n") * (n // 640),
    "one line full of wrote": lambda n: "on " + "wrote " * (n // 6),
    "short lines that begin with on": lambda n: "on\n" * (n // 3),
    "words that begin like the keyword": lambda n: "humanhumans " * (n // 12),
    "spaces": lambda n: "on" + " " * n,
}


def look(text: str) -> None:
    """What is measured."""
    Keywords(["human", "a person"]).found_in(text)


@pytest.fixture(scope="module")
def grown():
    series = [[text(size) for size in SIZES] for text in HOSTILE.values()]
    return dict(zip(HOSTILE, measured("tests.unit.policy.test_keywords", "look", series), strict=True))


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_search_takes_time_in_proportion_to_the_text(grown, kind):
    assert grows_linearly(grown[kind], SIZES[-1] // SIZES[0]), grown[kind]
    cheapest = max(0.1, min(measures[-1][0] for measures in grown.values()))
    assert grown[kind][-1][0] < 8 * cheapest, grown  # nor as a large multiple of what other texts take
