"""HTML costs what its length says, in time and in memory, whatever the rules by which HTML5 nests anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from connector.channels.text.html import _render, html_to_text
from tests.kit.growth import grows_linearly, measured

FORMATTING = ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
SIZES = (500, 1000, 2000)
Made = Callable[[int], str]


def times(unit: str, before: str = "", tail: str = "") -> Made:
    return lambda n: before + "".join(unit.replace("{i}", str(i)) for i in range(n)) + tail * n


def _formatting(name: str) -> dict[str, Made]:
    attributes = "style='a{i}' href='a{i}'"
    return {
        f"{name}: opened anew in every block": lambda n: (
            times(f"<{name} {attributes}>", "<p>")(n) + "</p>" + "<p>y</p>" * n
        ),
        f"{name}: ended across blocks": times(f"<{name}><p>", tail=f"</{name}>x</p>"),
        f"{name}: in a table": times(f"<{name}>x", "<table>"),
        f"{name}: in scopes within each other": times(f"<{name} href=x><marquee>x", tail=f"</marquee></{name}>"),
    }


RULES: dict[str, Made] = {rule: made for name in FORMATTING for rule, made in _formatting(name).items()} | {
    "buttons": times("<button><p>x"),
    "text in a table": times("x<tr>", "<table>"),
    "nodes in a table": times("<div>x</div>", "<table>"),
    "tables in tables": times("<table>x"),
    "tables in cells": times("<table><tr><td><a href=x>x"),
    "selects": times("<table><tr><td><select><option>x"),
    "forms": times("<center><form>x"),
    "list items": times("<div><li>x"),
    "lists": times("<ul><li>x"),
    "definitions": times("<dl><dd>x"),
    "terms": times("<dt>x<dd><div>y"),
    "ruby": times("<ruby><rb>x<rt>y<rtc>z<rp>"),
    "svg": times("<svg><foreignObject>x"),
    "svg descriptions": times("<svg><desc><p>x"),
    "math": times("<math><mi>x"),
    "math annotations": times("<math><annotation-xml encoding='text/html'><div>"),
    "templates": times("<table><template><tr>"),
    "attributes": lambda n: "<p " + " ".join(f"a{i}=b" for i in range(8 * n)) + ">x",
    "attributes of the body": times("<html a{i}=b><body b{i}=c style=x>"),
    "entities": times("&amp;&nope;&#x41;&"),
    "an entity": lambda n: "&" + "a" * 20 * n,
    "comments": times("<!--x-->y<!--"),
    "divs": times("<div>x"),
    "captions": times("<table><caption>x"),
    "unknown tags": times("<x-{i}>y"),
    "ends": times("</b></p></br></div></a>"),
}


@pytest.fixture(scope="module")
def grown() -> dict[str, list[tuple[float, int]]]:
    series = [[made(n) for n in SIZES] for made in RULES.values()]
    return dict(zip(RULES, measured("connector.channels.text.html", "html_to_text", series), strict=True))


@pytest.mark.parametrize("rule", RULES)
def test_time_and_memory_grow_with_the_length(rule, grown):
    assert grows_linearly(grown[rule], SIZES[-1] // SIZES[0]), grown[rule]


@pytest.mark.parametrize("name", FORMATTING)
def test_a_formatting_tag_hides_what_it_hid(name):
    if name != "a":
        assert html_to_text(f"<p>x<{name} style='display:none'>hidden <{name}>as well</{name}></{name}>y") == "xy"
        assert html_to_text(f"<span style='display:none'>hidden</{name}> still</span>seen") == "seen"
    assert html_to_text(f"<{name}>one <{name}>two</{name}></{name}> three") == "one two three"


def test_a_tree_is_walked_as_far_as_its_bound():
    root = LexborHTMLParser("<p>word</p>" * 50).body
    assert _render(root, most=5) == ("word\n\nword\n\nword", False)
    assert _render(root) == ("\n\n".join(["word"] * 50), True)
