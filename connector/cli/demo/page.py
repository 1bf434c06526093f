"""Screen of the demo's result: a table, what went wrong, two conversations, a mail and its answer; 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.cli.demo.folder import SHIPPED
from connector.cli.demo.mail import SentMail, ShownMail
from connector.cli.demo.report import DemoReport

WIDTH = 80
_NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese"}


def page(report: DemoReport) -> Iterator[str]:
    """The whole page, line by line."""
    yield from table(report)
    yield ""
    yield from accidents(report)
    for turns in report.transcripts():
        yield ""
        yield from transcript(turns, report.subjects)
    if report.mail is not None:
        yield ""
        yield from new_words(report.mail)
    if report.mail is not None and report.mail.answer is not None:
        yield ""
        yield from letter(report.mail.answer)


def table(report: DemoReport) -> Iterator[str]:
    """Conversations and turns of each API."""
    headings = ["", *(shipped.api for shipped in SHIPPED), "together"]
    per_route = [report.of(shipped.route) for shipped in SHIPPED]
    columns = [*per_route, list(report.turns)]
    rows = [
        ["from", *(shipped.name for shipped in SHIPPED), ""],
        ["conversations", *(str(len({(t["route"], t["conversation"]) for t in turns})) for turns in columns)],
        ["messages sent", *(str(len(turns)) for turns in columns)],
        ["answered", *(str(sum(t["status"] == "answered" for t in turns)) for turns in columns)],
    ]
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    for row in [headings, *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "   ".join(cells).rstrip()


def accidents(report: DemoReport) -> Iterator[str]:
    """What did not go smoothly, and what became of it."""
    spoken = ", ".join(f"{_NAMES.get(code, code)} {number}" for code, number in report.languages.most_common())
    yield from _wrapped(f"Conversations by language: {spoken}.")
    rules = ", ".join(rule.replace("_", " ") for rule in sorted(report.stopped))
    yield from _wrapped(
        f"{_counted(report.stopped.total(), 'machine mail')} stopped ({rules}); "
        f"{_counted(report.context, 'message')} by the team's own people kept as context."
    )
    yield f"{_counted(report.read_back, 'answer')} lost on the way, read back; {report.sent_twice} sent twice."
    yield from _wrapped(
        f"{_counted(report.refused, 'connection')} refused, {report.busy} answered 429 (slow down), "
        f"{report.errors} answered 500: tried again by themselves."
    )
    if report.unanswered:
        yield f"{_counted(report.unanswered, 'message')} NOT answered."


def transcript(turns: Sequence[dict[str, Any]], subjects: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """One conversation as it went."""
    if not turns:
        return
    first = turns[0]
    api = next(shipped.api for shipped in SHIPPED if shipped.route == first["route"])
    subject = subjects.get((first["route"], first["conversation"]), first["conversation"])
    yield _ruled(f"{api}: {textwrap.shorten(subject, WIDTH - 30, placeholder='…')}")
    for turn in turns:
        yield f"{_customer(first)}, {_when(turn['occurred_at'])}"
        yield from _quoted(turn["text"])
        lost = " (its answer was lost on the way and read back)" if turn["settled_by"] == "read_back" else ""
        yield f"agent{lost}"
        yield from _quoted(turn["answer"] if turn["answer"] is not None else f"[{turn['status']}]")


def new_words(mail: ShownMail) -> Iterator[str]:
    """A mail as it came, and what of it the agent was told."""
    yield _ruled("Of a mail, what is new")
    yield f"{_customer(mail.turn)}, {_when(mail.turn['occurred_at'])}, the whole mail"
    yield from _quoted(mail.came)
    yield "what the agent was told"
    yield from _quoted(mail.told)


def letter(answer: SentMail) -> Iterator[str]:
    """The answer as the mail that would go out: headers and text."""
    yield _ruled("The answer as the mail that would go out; here nothing leaves")
    for name, value in answer.headers:
        line = f"{name}: {value}"
        yield from textwrap.wrap(line, WIDTH, initial_indent="| ", subsequent_indent="|   ", break_on_hyphens=False)
    yield "|"
    yield from _quoted(answer.text)
    yield "and the same as HTML"


def _ruled(title: str) -> str:
    return f"-- {title} ".ljust(WIDTH, "-")


def _customer(turn: Mapping[str, Any]) -> str:
    return str(turn["customer"].get("name") or turn["customer"].get("email") or "customer")


def _when(moment: str | None) -> str:
    return "-" if moment is None else moment[:16].replace("T", " ")


def _quoted(text: str) -> Iterator[str]:
    for line in text.strip().splitlines():
        # What goes on in the next line is as much quoted as its beginning.
        marks = line[: len(line) - len(line.lstrip("> "))] if line.startswith(">") else ""
        yield from textwrap.wrap(line, WIDTH, initial_indent="| ", subsequent_indent=f"| {marks}") or ["|"]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 1, break_long_words=False, break_on_hyphens=False)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
