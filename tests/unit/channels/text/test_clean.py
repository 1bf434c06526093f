from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.parsing.flowed import unflow
from connector.channels.text.clean import TEXT_LIMIT, clean, cut, nfc, one_line, unsafe

any_text = st.text(st.characters(exclude_categories=()), max_size=200)


@given(any_text)
def test_clean_text_suits_every_store(text):
    cleaned = clean(text)
    assert not unsafe(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [char for char in cleaned if unicodedata.category(char) == "Cc" and char not in "\n\t"]
    assert clean(cleaned) == cleaned


def test_line_ends_are_one_kind():
    assert clean("a\r\nb\rc\x0bd\u2028e\x85f\ng") == "a\nb\nc\nd\ne\nf\ng"


def test_the_normal_form_keeps_words_and_bounds_runs_of_marks():
    assert nfc("Cafe\u0301") == "Café"
    assert len(nfc("a" + "\u0301\u0316" * 50_000)) <= 31


def test_a_text_within_the_limit_is_not_cut():
    assert cut("x" * TEXT_LIMIT) == "x" * TEXT_LIMIT


@pytest.mark.parametrize(("length", "more"), [(TEXT_LIMIT + 1, 0), (TEXT_LIMIT * 3, 10**7), (10, 5)])
def test_a_cut_text_says_how_much_is_missing(length, more):
    text = cut("x" * length, more)
    assert len(text) <= TEXT_LIMIT
    kept = text.count("x")
    assert text.endswith(f"\n\n[cut: {length - kept + more} more characters]")


def test_names_and_subjects_are_one_visible_line():
    assert one_line("  Ana\u202e\r\n\t\u200bLima\0 ", 255) == "Ana Lima"
    assert one_line("x" * 300, 255) == "x" * 255


@pytest.mark.parametrize(
    ("flowed", "delete_space", "text"),
    [
        ("a paragraph \nthat goes on\nand a line", False, "a paragraph that goes on\nand a line"),
        ("> quoted \n> on\n>> deeper \nmine", False, "> quoted on\n>> deeper \nmine"),
        ("日本 \n語", True, "日本語"),
        (" From stuffed\n >not a quote", False, "From stuffed\n>not a quote"),
        ("text \n-- \nAna", False, "text \n-- \nAna"),
        ("", False, ""),
    ],
)
def test_flowed_lines_become_paragraphs(flowed, delete_space, text):
    assert unflow(flowed, delete_space=delete_space) == text
