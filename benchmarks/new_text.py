"""New text of mails by our rules and by libraries, side by side: ``python -m benchmarks.new_text FOLDER ...``.

A folder holds mails (``NAME.txt`` or ``NAME.eml``) and beside each ``NAME.new`` with what the customer wrote. Libraries
that are not installed are left out: ``pip install mail-parser-reply quotequail``. White space is folded before texts
are compared. "Lost" are mails of which a word of the customer is missing, "kept" those with a word too many.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import importlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.channels.mail.parsing.quoting import split

Parts = tuple[str | None, str | None]
Splitter = Callable[[Parts], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one splitter made of one mail."""

    exact: bool
    lost: bool
    kept: bool
    seconds: float


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print a row for each folder and splitter."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.new_text", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--misses", action="store_true", help="name the mails that are not exact")
    chosen = parser.parse_args(words)
    print("| folder | mails | by | exact | word lost | quote kept | s, all | ms, worst |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for folder in chosen.folders:
        mails = list(_mails(folder))
        for name, splitter in _splitters():
            outcomes = {mail: _outcome(splitter, parts, new) for mail, parts, new in mails}
            print(_row(folder.name, name, list(outcomes.values())))
            if chosen.misses:
                print("   ", *(mail for mail, outcome in outcomes.items() if not outcome.exact))
    return 0


def _mails(folder: Path) -> Iterator[tuple[str, Parts, str]]:
    for file in sorted(folder.iterdir()):
        expected = file.with_suffix(".new")
        if file.suffix in {".txt", ".eml"} and expected.exists():
            yield file.stem, _parts(file), expected.read_text(encoding="utf-8")


def _parts(file: Path) -> Parts:
    raw = file.read_bytes()
    if file.suffix == ".txt":
        return raw.decode("utf-8", "replace"), None
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return plain.get_content() if plain else None, html.get_content() if html else None


def _splitters() -> Iterator[tuple[str, Splitter]]:
    yield "Turnwire", lambda parts: split(*parts).text
    for name, module, made in (
        ("mail-parser-reply", "mailparser_reply", _mail_parser_reply),
        ("quotequail", "quotequail", _quotequail),
    ):
        try:
            importlib.import_module(module)
        except ImportError:
            continue
        yield name, made()


def _mail_parser_reply() -> Splitter:
    module = importlib.import_module("mailparser_reply")
    known = importlib.import_module("mailparser_reply.constants").MAIL_LANGUAGES
    reader = module.EmailReplyParser(languages=[name for name in known if len(name) == 2])
    return lambda parts: reader.parse_reply(parts[0] or "") or ""


def _quotequail() -> Splitter:
    module = importlib.import_module("quotequail")
    return lambda parts: "\n".join(text for shown, text in module.quote(parts[0] or "", limit=100_000) if shown)


def _outcome(splitter: Splitter, parts: Parts, new: str) -> Outcome:
    began = time.perf_counter()
    found = splitter(parts)
    seconds = time.perf_counter() - began
    told, expected = Counter(_words(found)), Counter(_words(new))
    return Outcome(_words(found) == _words(new), bool(expected - told), bool(told - expected), seconds)


def _words(text: str) -> list[str]:
    """What is compared: everything between white space but lone quote marks."""
    return [word for word in text.split() if word.strip(">")]


def _row(folder: str, name: str, outcomes: list[Outcome]) -> str:
    count = max(1, len(outcomes))
    exact, lost, kept = (
        f"{100 * sum(getattr(outcome, field) for outcome in outcomes) / count:.0f} %"
        for field in ("exact", "lost", "kept")
    )
    seconds = [outcome.seconds for outcome in outcomes] or [0.0]
    return (
        f"| {folder} | {len(outcomes)} | {name} | {exact} | {lost} | {kept} | {sum(seconds):.3f} | "
        f"{1000 * max(seconds):.1f} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
