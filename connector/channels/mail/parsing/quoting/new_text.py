"""New text of a mail: what the customer just wrote, apart from quoted history and signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connector.channels.mail.parsing.quoting.attributions import attribution
from connector.channels.mail.parsing.quoting.html_quotes import quotes_marked
from connector.channels.mail.parsing.quoting.languages import guess
from connector.channels.mail.parsing.quoting.layouts import NEW, OVER, QUOTED, SIGNED, MailLayout, layout
from connector.channels.mail.parsing.quoting.lines import MailLine, is_code, mail_lines
from connector.channels.mail.parsing.quoting.separators import QUOTE_MARK
from connector.channels.mail.parsing.quoting.signatures import SIGNATURE_END, SIGNATURE_MARK, signature_start
from connector.channels.text.clean import clean
from connector.channels.text.html import MAX_HTML, html_to_text

_SHORT = 60  # words over a forwarded message that are no more than its introduction
_STAND_IN = 10  # times shorter than the HTML is a plain part that only says to look there
_FEW = 12  # quoted lines at the top that a person may have chosen
_MARKS = {QUOTE_MARK, SIGNATURE_MARK, SIGNATURE_END}
_MARK = re.compile("|".join(_MARKS))
_WORD = re.compile(r"\w+")
_CJK = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_ANSWER = (
    r"(?:answers?|repl(?:y|ies)|comments?|responses?|antwort(?:en)?|kommentare?|réponses?|respuestas?|respostas?"
    r"|risposte"
    r"|antwoord(?:en)?|odpowied[^\W\d_]{1,4}|svar(?:en|ene)?|ответ[^\W\d_]{0,2}|cevap[^\W\d_]{0,6}|yanıt[^\W\d_]{0,6})"
)
_WHERE = (
    r"(?:below|in-?line|in (?:red|blue|green|bold|colou?r)|unten|darunter|im text|in (?:rot|blau|grün|fett)"
    r"|ci-dessous|dans le texte"
    r"|en (?:rouge|bleu|vert)|(?:más )?abajo|en (?:rojo|azul|verde|negrita)|(?:qui )?sotto|in (?:rosso|blu|verde)"
    r"|hieronder"
    r"|in het (?:rood|blauw|groen)|abaixo|em (?:vermelho|azul|verde)|poniżej|na (?:czerwono|niebiesko)|nedan|i rött"
    r"|nedenfor"
    r"|med rødt|ниже|красным|синим|aşağıda|kırmızı)"
)
_ANSWERS_INSIDE = re.compile(
    rf"\b{_ANSWER}\b.{{0,40}}\b{_WHERE}\b|\b{_WHERE}\b.{{0,40}}\b{_ANSWER}\b"
    r"|\bsee (?:in-?line|below)\b|\b(?:siehe|s\.) unten\b|\bvoir ci-dessous\b|\b(?:véase|ver|vea) (?:más )?abajo\b"
    r"|\bvedi sotto\b"
    r"|\bzie (?:onder|hieronder)\b|\b(?:ver|veja) abaixo\b|\bzob(?:\.|acz) poniżej\b|\bse (?:nedan|nedenfor)\b"
    r"|\bсм(?:\.|отрите) ниже\b"
    r"|\bin-?line\b|赤字|青字|インライン|红色|红字|紅字|蓝色",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NewText:
    """A mail's words, split: what was written now, what is quoted, what signs it; and in which language."""

    text: str
    quoted: str
    signature: str
    language: str | None
    """ISO 639-1; None when it is not plain."""


def split(plain: str | None, html: str | None, *, attached: bool = False, forwarded: bool = False) -> NewText:
    """What the customer just wrote, apart from history and signature; never raises, in linear time.

    Either part may be missing. ``attached`` says that the mail has an attachment, which may be all it brings;
    ``forwarded`` that its subject does ("Fwd:"): then history below a short introduction is what it is about.
    """
    by_plain = _split(plain, attached=attached, forwarded=forwarded) if plain and plain.strip() else None
    if not html or not html.strip():
        return by_plain or NewText("", "", "", None)
    marked, structured = quotes_marked(_MARK.sub("", html[:MAX_HTML]))
    if by_plain and not structured and not _is_stand_in(plain or "", html):
        return by_plain
    rendered = html_to_text(marked + html[MAX_HTML:], len(marked))
    by_html = _split(rendered, attached=attached, forwarded=forwarded)
    if by_plain and (_words(by_plain.text) == _words(by_html.text) or not (by_html.text or by_html.quoted)):
        return by_plain
    return by_html


def _is_stand_in(plain: str, html: str) -> bool:
    return len(plain) < 300 and len(plain.strip()) * _STAND_IN < len(html_to_text(html))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _split(text: str, *, attached: bool, forwarded: bool) -> NewText:
    lines = mail_lines(clean(text))
    found = layout(lines)
    if _is_kept_whole(lines, found, forwarded=forwarded):
        kinds = [NEW] * len(lines)
    else:
        kinds = found.kinds
        _cut_tail(lines, kinds)
        _cut_history(lines, kinds)
    new = _joined(lines, kinds, NEW)
    if not new and not attached:
        whole = _joined(lines, [NEW] * len(lines), NEW)
        return NewText(whole, "", "", guess(whole))
    quoted, signature = _joined(lines, kinds, QUOTED), _joined(lines, kinds, SIGNED)
    return NewText(new, quoted, signature, guess(_own_words(lines, kinds) or new))


def _own_words(lines: Sequence[MailLine], kinds: Sequence[str]) -> str:
    return "\n".join(line.words for line, kind in zip(lines, kinds, strict=True) if kind == NEW and not line.depth)


def _is_kept_whole(lines: Sequence[MailLine], found: MailLayout, *, forwarded: bool) -> bool:
    """Whether the history is content: forwarded below a short introduction, or answered where no mark shows it."""
    if found.history == len(lines):
        return False
    introduction = " ".join(
        line.words for line, kind in zip(lines[: found.history], found.kinds, strict=False) if kind == NEW
    )
    if len(_WORD.findall(introduction)) + len(_CJK.findall(introduction)) > _SHORT:
        return False
    if found.forwarded or forwarded:
        return True
    return found.marked and _ANSWERS_INSIDE.search(introduction) is not None


def _cut_tail(lines: Sequence[MailLine], kinds: list[str]) -> None:
    """Signatures and quotes from the end, each as often as one stands there; a delimiter signs once."""
    end, delimited = len(lines), False
    for _ in range(8):
        while end and (kinds[end - 1] != NEW or lines[end - 1].blank):
            end -= 1
        first = _run_start(lines, kinds, end)
        start = signature_start(lines, first, end, delimited=not delimited)
        if start == end:
            return
        delimited = delimited or lines[start].words[:1] in {"-", "\u2013", "\u2014"}
        kinds[start:end] = [SIGNED] * (end - start)
        end = start


def _run_start(lines: Sequence[MailLine], kinds: Sequence[str], end: int) -> int:
    """Where the run of new lines that ends at ``end`` begins."""
    while end and (kinds[end - 1] == NEW or (lines[end - 1].blank and kinds[end - 1] != QUOTED)):
        end -= 1
    return end


def _cut_history(lines: Sequence[MailLine], kinds: list[str]) -> None:
    """Leave of the quotes only those that the new text answers; ``kinds`` is changed in place."""
    runs = _quote_runs(lines, kinds)
    new = [index for index, kind in enumerate(kinds) if kind == NEW and not lines[index].blank]
    between = any(new[0] < start <= new[-1] for start, _ in runs) if new else False
    for start, end in runs:
        if not new or start > new[-1]:
            first, last = (start, start) if _is_history(lines, kinds, start, end) else (start, end)
        elif between or _is_answered_line(lines, kinds, start, end):
            first, last = _answered(lines, kinds, start, end)
        else:
            first, last = start, start
        while last > first and lines[last - 1].blank:
            last -= 1
        kinds[start:end] = [QUOTED] * (end - start)
        kinds[first:last] = [NEW] * (last - first)


def _is_answered_line(lines: Sequence[MailLine], kinds: Sequence[str], start: int, end: int) -> bool:
    """Whether a quote at the top is a few lines that somebody chose: nothing stands over it."""
    return end - start <= _FEW and OVER not in kinds[start:end] and not _attributed(lines, start, end)


def _quote_runs(lines: Sequence[MailLine], kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches without a new line, from their first quoted or introducing line to their last."""
    runs: list[tuple[int, int]] = []
    open_run = False
    for index, kind in enumerate(kinds):
        if kind in {QUOTED, OVER}:
            if open_run:
                runs[-1] = (runs[-1][0], index + 1)
            else:
                runs.append((index, index + 1))
            open_run = True
        elif kind == SIGNED or not lines[index].blank:
            open_run = False
    return runs


def _is_history(lines: Sequence[MailLine], kinds: Sequence[str], start: int, end: int) -> bool:
    """Whether quoted lines at the end are history; code below "I ran:" is not."""
    if OVER in kinds[start:end] or _attributed(lines, start, end):
        return True
    quotes = [line for line in lines[start:end] if line.depth]
    if len(quotes) < sum(not line.blank for line in lines[start:end]):
        return True
    return not _is_announced(lines, start) and not is_code(quotes)


def _is_announced(lines: Sequence[MailLine], start: int) -> bool:
    """Whether the line above says that something comes: "I ran:"."""
    above = start - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    return above >= 0 and lines[above].words.endswith((":", "\uff1a"))


def _attributed(lines: Sequence[MailLine], start: int, end: int) -> bool:
    return any(attribution(lines, index, before_quote=True) for index in range(start, min(end, start + 4)))


def _answered(lines: Sequence[MailLine], kinds: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The lines to keep of a quote above an answer: its last paragraph, or all if nothing stands over it."""
    if OVER not in kinds[start:end] and not _attributed(lines, start, end):
        return start, end
    last = end
    while last > start and lines[last - 1].blank:
        last -= 1
    first = last
    while first > start and not lines[first - 1].blank and kinds[first - 1] == QUOTED:
        first -= 1
    for index in range(first, last):
        height = attribution(lines, index, before_quote=True)
        first = index + height if height else first
    return first, last


def _joined(lines: Sequence[MailLine], kinds: Sequence[str], kind: str) -> str:
    chosen = [
        line.raw.rstrip() for line, each in zip(lines, kinds, strict=True) if each == kind and line.words not in _MARKS
    ]
    return "\n".join(chosen).strip("\n")
