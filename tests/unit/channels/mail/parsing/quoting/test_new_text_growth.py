"""Telling new text from quotes costs what the mail's length says, whatever its lines imitate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit.growth import grows_linearly, measured

SIZES = (3000, 6000, 12000)
Made = Callable[[int], str]


def lines(line: str) -> Made:
    return lambda n: f"{line}\n" * n


def one_line(unit: str) -> Made:
    return lambda n: unit * (8 * n // len(unit))


PLAIN: dict[str, Made] = {
    "starts of attributions": lines("On Mon"),
    "dated starts": lines("On Mon, May 6"),
    "attributions of the customer": lines("On May 6 I wrote:"),
    "attributions without a date": lines("On Mon she wrote:"),
    "quoted attributions": lines("> On May 6, 2024, at 10:35, Nora <n@field.example> wrote:"),
    "attributions and answers": lines("On 5/6/24 10:35, Nora wrote:\n> Which one?\nThis one."),
    "quotes and answers": lines("> Which one?\n\nThis one."),
    "names": lines("Nora Field (a customer)"),
    "labels": lines("From: Berlin"),
    "labels by turns": lines("From: Berlin\nTo: Oslo\n"),
    "separators above nothing": lines("-----Original Message-----\n> x"),
    "rules": lines("_____"),
    "delimiters": lines("-- "),
    "sent from": lines("Sent from my iPhone"),
    "legal text": lines("This message is confidential and intended for the addressee. Delete it.\n"),
    "legal lines": lines("This message is confidential and intended for the addressee. Delete it."),
    "blank lines": lines(""),
    "quote marks": lines(">"),
    "bars": lines("On 5/6/24 10:35, Nora wrote:\n| Which one?"),
    "broken lines": lines("> " + "long " * 15 + "\nline"),
    "a line of letters": one_line("a"),
    "a line of spaces": one_line(" "),
    "a line of quote marks": one_line("> "),
    "a line of dashes": one_line("-"),
    "a line of attributions": one_line("On May 6 I wrote: "),
    "a line of addresses": one_line("a@b <c@d> "),
    "a line of digits": one_line("1"),
    "a line of colons": one_line(":"),
    "a line of marks": one_line("\u0301"),
}
HTML: dict[str, Made] = {
    "quotes": lambda n: "<div class=gmail_quote>x" * (n // 8),
    "quotes that end": lambda n: "<div class=gmail_quote>x</div>" * (n // 8),
    "ends": lambda n: "</div></blockquote>" * (n // 8),
    "tags without an end": lambda n: "<div " * n,
    "attributes without an end": lambda n: "<div class='" * n,
    "a tag of attributes": lambda n: "<div " + "class='x " * n + ">",
    "comments without an end": lambda n: "<!-- <div>" * n,
    "signatures": lambda n: "<div class=gmail_signature>x" * (n // 16),
    "marks of the end": lambda n: "<div id=divRplyFwdMsg>x</div>" * (n // 8),
    "lines of Outlook": lambda n: "<div style='border-top:solid #E1E1E1'>x" * (n // 16),
    "quotes without a word": lambda n: "<div class=gmail_quote>" + " " * n,
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "series"), [("of_plain", PLAIN), ("of_html", HTML)])
def test_the_cost_grows_as_the_mail_does(function: str, series: dict[str, Made]) -> None:
    measures = measured(
        "tests.kit.quoted_mails", function, [[made(size) for size in SIZES] for made in series.values()]
    )
    grown = {name: figures for name, figures in zip(series, measures, strict=True) if not grows_linearly(figures, 4)}
    assert grown == {}
