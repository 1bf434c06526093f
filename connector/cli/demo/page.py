"""Screen of the demo's result: a table, what went wrong on the way, two conversations; 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.cli.demo.folder import SHIPPED
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
    customer = first["customer"].get("name") or first["customer"].get("email") or "customer"
    api = next(shipped.api for shipped in SHIPPED if shipped.route == first["route"])
    subject = subjects.get((first["route"], first["conversation"]), first["conversation"])
    yield f"-- {api}: {textwrap.shorten(subject, WIDTH - 30, placeholder='…')} ".ljust(WIDTH, "-")
    for turn in turns:
        yield f"{customer}, {_when(turn['occurred_at'])}"
        yield from _quoted(turn["text"])
        lost = " (its answer was lost on the way and read back)" if turn["settled_by"] == "read_back" else ""
        yield f"agent{lost}"
        yield from _quoted(turn["answer"] if turn["answer"] is not None else f"[{turn['status']}]")


def _when(moment: str | None) -> str:
    return "-" if moment is None else moment[:16].replace("T", " ")


def _quoted(text: str) -> Iterator[str]:
    for line in text.strip().splitlines():
        yield from textwrap.wrap(line, WIDTH, initial_indent="| ", subsequent_indent="| ") or ["|"]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 1, break_long_words=False, break_on_hyphens=False)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
