"""Made-up mails with quotes, each with what the customer wrote in it, as tests/data/new_text/*.txt tells them.

A mail begins with ``%% LANGUAGE what it shows``; then come sections: ``%plain``, ``%html``, ``%new``, ``%signature``,
``%language`` (where the guess is another, ``-`` for none) and ``%flags``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connector.channels.mail.parsing.quoting import NewText, split
from tests.kit.pages import ROOT

FOLDER = ROOT / "tests" / "data" / "new_text"


@dataclass(frozen=True, kw_only=True)
class QuotedMail:
    file: str
    name: str
    plain: str | None
    html: str | None
    new: str
    signature: str
    language: str | None
    flags: frozenset[str]


def quoted_mails() -> Iterator[QuotedMail]:
    for file in sorted(FOLDER.glob("*.txt")):
        for told in file.read_text(encoding="utf-8").split("%% ")[1:]:
            yield _mail(file.stem, told)


def _mail(file: str, told: str) -> QuotedMail:
    head, *rest = told.split("\n%")
    parts = {name: text for name, _, text in (each.partition("\n") for each in rest)}
    language = parts.get("language", head.partition(" ")[0]).strip()
    return QuotedMail(
        file=file,
        name=head,
        plain=parts.get("plain"),
        html=parts.get("html"),
        new=parts["new"].strip("\n"),
        signature=parts.get("signature", "").strip("\n"),
        language=None if language == "-" else language,
        flags=frozenset(parts.get("flags", "").split()),
    )


def of_plain(text: str) -> NewText:
    """For :mod:`tests.kit.growth`, which calls with one text."""
    return split(text, None)


def of_html(text: str) -> NewText:
    """The same for HTML."""
    return split(None, text)
