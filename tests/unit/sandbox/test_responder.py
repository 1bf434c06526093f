"""The sandbox's agent: the same short answer to the same text, in the customer's language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.responder import LANGUAGES, answer


@pytest.mark.parametrize(
    ("text", "topic", "words"),
    [
        ("Hello, where is my order #10234? It was due on Monday.", "delivery", "parcel for #10234"),
        ("Wo bleibt meine Bestellung 4711882? Sie ist nicht angekommen.", "delivery", "Paket zu 4711882"),
        ("Bonjour, je n'ai pas reçu la facture de ma commande.", "invoice", "la facture"),
        ("No puedo iniciar sesión, por favor una contraseña nueva.", "password", "contraseña"),
        ("Olá, quero o reembolso da encomenda BR-5512.", "refund", "para BR-5512"),
        ("I want to talk to a human, please.", "human", "colleague"),
        ("Vielen Dank und viele Grüße", "thanks", "Gern geschehen"),
        ("Das Glas ist kaputt, ich möchte mein Geld zurück", "refund", "Erstattung"),
        ("¿A qué hora abren los sábados?", "hours", "lunes"),
        ("Can I cancel my subscription?", "cancel", "cancellation"),
        ("Meine neue Adresse ist Am Markt 3.", "address", "Adresse"),
        ("xyzzy", "other", "tell me a little more"),
        ("", "other", "tell me a little more"),
    ],
)
def test_names_topic_language_and_number(text, topic, words):
    reply = answer(text)
    assert reply.topic == topic
    assert words in reply.text
    assert reply.wants_person == (topic == "human")


def test_what_is_told_of_before_is_not_answered():
    told = "Subject: My refund\nAttachments: invoice.pdf\nEarlier:\n[customer] It is damaged.\n\n"
    assert answer(told + "Where is my order #10234?") == answer("Where is my order #10234?")


def test_a_year_or_a_small_number_is_no_order():
    assert "2025" not in answer("My order of 2025, 3 parcels, has not come").text


@given(st.text(max_size=3000))
def test_answers_anything_shortly_and_always_alike(text):
    first = answer(text)
    assert first == answer(text)
    assert 0 < len(first.text) < 1_300  # a number is echoed as it stands, so a text of digits makes a long one


def test_every_topic_speaks_every_language():
    from connector.sandbox.responder import _ANSWERS, _STEMS

    assert set(_ANSWERS) == {*_STEMS, "other"}
    assert all(set(answers) == set(LANGUAGES) for answers in _ANSWERS.values())
    assert all(len(set(answers.values())) == len(LANGUAGES) for answers in _ANSWERS.values())
