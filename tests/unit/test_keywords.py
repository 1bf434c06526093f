"""Keywords as customers write them, in any script: whole words, whatever their case, form and spacing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.keywords import Keywords

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


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_keyword_between_blanks_is_always_found(before, after):
    assert Keywords(["a human"]).found_in(f"{before} A  HUMAN {after}") == "a human"
