"""Attribution lines over a quote, "On <date>, <name> wrote:", in any language that mail programs write.

What all of them share is looked for: a start that soon names a date or an address, a verb of writing, a colon at the
end, on one to four lines. So an unknown program or a date form of its own is no obstacle, and a customer's "On Monday
I wrote:" is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connector.channels.mail.parsing.quoting.lines import LONGEST, MailLine, plain_words

_MOST_LINES = 4

_VERB = re.compile(
    r"\b(?:wrote|writes|quoting|zitat von|citando|selon|schrieb(?:en)?|geschrieben|a [eé]crit|[eé]crit|escribi[oó]"
    r"|escribe|ha scritto|scritto"
    r"|schreef|geschreven|escreveu|escreve|pisze|napisa[lł](?:\(a\)|a)?|napisana przez|skrev|kirjoitti|пишет|пише"
    r"|написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|yazd[ıi]|[ií]rta|napsal(?:\(a\)|a)?|píše|napísal(?:a)?|a scris|έγραψε"
    r"|kirjutas|rakstīja|rašė|napisao(?: je)?|napisala(?: je)?|је написао|написа|пише|написав|ha escrit|va escriure"
    r"|idatzi du|menulis|viết)\b"
    r"|写道|寫道|のメッセージ|のメール|書きました|님이 작성|작성:|كتب|כתב|نوشت|ने लिखा|เขียน",
    re.IGNORECASE,
)
_END = re.compile(r"[:\uff1a][ *_\"'\-]{0,3}$|\b(?:wrote|a [eé]crit|schrieb|escribi[oó]|ha scritto|escreveu) ?-{2,8}$")
_BARE_END = re.compile(r"\b(?:wrote|a [eé]crit)$")
# Up to four words, then a digit: "On Mon, Apr 2", "Il giorno mer 3", "W dniu 2017-01-09", "ср, 3".
_SOON_DATED = re.compile(r"[\W_]{0,8}(?:[^\W\d_]{1,14}[.,]{0,2} ?,? ){0,4}[(\"']?\d")
_HAN_DATED = re.compile(r"[\W_]{0,4}[在於于]? ?\d{4} ?[年/.-]")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"']{1,64}@[^\s<>()\[\]\"']{2,100}|mailto:", re.IGNORECASE)
_NAMED_FIRST = re.compile(r"[\W_]{0,4}[\w\"'(][^<>@:]{0,80}[<(\[][^<>()\s]{1,64}@[^<>()\s]{2,100}[>)\]]")
_NAME_WROTE = re.compile(
    r"[\W_]{0,4}[A-ZÀ-ÞА-Я\"'][^<>@:!?]{1,60} (?:wrote|schrieb|schreef|skrev|a écrit) (?:on|am|op|den|le) "
)
_TIME = re.compile(r"\b\d{1,2} ?[:.h\u6642\u65f6\u70b9] ?\d{2}")
_DATE = re.compile(r"\b(?:19|20)\d\d|\b\d{1,2}[./-]\d{1,2}\b|\d{1,2} ?[月日]")
_SENTENCE = re.compile(r"[^\W\d_]{3,}[.!?] [A-ZÀ-ÞА-Я][^\W\d_]+ [^\W\d_]+ ")
_NARRATIVE = re.compile(
    r"\b(?:I|we|you|he|she|they|who|my|your|our|someone) (?:[^\W\d_]{1,20} ){0,3}wrote|\bwrote (?:to )?(?:me|you|us)\b"
    r"|\bschrieb(?:en)? (?:ich|er|wir|mir|uns|man|Sie mir|Sie uns|Ihr Kollege)\b|\b(?:ich|mir"
    r"|uns) [^:]{0,80}geschrieben"
    r"|\bj['\u2019]ai [eé]crit|\b(?:m|nous|on|lui)['\u2019 ](?:a|ai|avez|avons) [eé]crit"
    r"|vous (?:m['\u2019])?avez [eé]crit"
    r"|\b(?:me|nos|le) escribi[oó]|\b(?:mi|ci|vi) ha scritto|\bho scritto|\b(?:me|nos) escreveu"
    r"|\bschreef (?:ik|mij|me|ons|u mij)\b|\bskrev (?:jag|ni|du|jeg|mig|meg|vi|dere|I til)\b|\bdo mnie\b"
    r"|\b(?:мне|нам|я) (?:[^\W\d_]{1,20} )?(?:на)?писал|\bbana\b",
)


def attribution(lines: Sequence[MailLine], start: int, *, before_quote: bool | None = None) -> int:
    """How many lines the attribution at ``start`` has; 0 if there is none.

    With quoted lines below it a date or an address is proof enough; with unmarked text below, what follows would be
    cut to the end, so more is asked for. ``before_quote`` says which; by default it is looked up.
    """
    window = lines[start : start + _MOST_LINES]
    if not any(line.words.endswith(_LAST) for line in window) or not _may_begin(lines[start]):
        return 0
    depth, joined = lines[start].depth, ""
    for index, line in enumerate(window, start):
        words = line.words
        if line.depth != depth and joined.rfind("<") > joined.rfind(">"):
            words = plain_words(line.raw)  # the mark is the end of an address: "<nora@field.example" and ">:" below
        elif line.blank or line.depth != depth:
            return 0
        if len(joined) + len(words) > LONGEST:
            return 0
        joined = f"{joined} {words}".strip()
        if _ends(joined, lines, index):
            quoted = _quote_follows(lines, index + 1) if before_quote is None else before_quote
            return index + 1 - start if _is_attribution(joined, quoted=quoted or depth > 0) else 0
    return 0


def _may_begin(line: MailLine) -> bool:
    words = line.words
    return len(words) <= LONGEST and (
        _SOON_DATED.match(words) is not None
        or _HAN_DATED.match(words) is not None
        or ("@" in words and _NAMED_FIRST.match(words) is not None)
        or ("@" in words and _ADDRESS.match(words) is not None)
        or _NAME_WROTE.match(words) is not None
        or _NAME_ALONE.match(words) is not None
    )


# "2013/7/20 Nora <nora@field.example>", without a verb or a colon.
_OLD_GMAIL = re.compile(r"\d{4}[/-]\d{1,2}[/-]\d{1,2} [^<>@]{1,80} <[^<>\s]{1,64}@[^<>\s]{2,100}>$")
_LAST = (">", ":", "\uff1a", "*", '"', "'", "-", "_", "wrote", "crit")
# The first of several lines, where the date or the address has gone to the next: "On Wednesday,".
_NAME_ALONE = re.compile(
    r"[\W_]{0,6}(?:On|Am|Le|El|Il giorno|Il|Op|Em|No dia|W dniu|Dnia|Den|Wiadomość"
    r"|Quoting|Zitat von|Citando|Selon|Citat från|Citat fra)\b.{0,120}$"
)


def _ends(joined: str, lines: Sequence[MailLine], index: int) -> bool:
    if not joined.endswith(_LAST):
        return False
    if _OLD_GMAIL.match(joined) and _quote_follows(lines, index + 1):
        return True
    if _END.search(joined):
        return True
    following = lines[index + 1] if index + 1 < len(lines) else None
    return _BARE_END.search(joined) is not None and (following is None or following.blank or following.depth > 0)


def _quote_follows(lines: Sequence[MailLine], index: int) -> bool:
    for line in lines[index : index + 4]:
        if line.depth:
            return True
        if not line.blank:
            return False
    return False


def _is_attribution(joined: str, *, quoted: bool) -> bool:
    verb = _VERB.search(joined) is not None
    addressed = "@" in joined and _ADDRESS.search(joined) is not None
    if not verb and not addressed:
        return False
    dated, timed = _DATE.search(joined) is not None, _TIME.search(joined) is not None
    if (not (addressed and quoted) and _NARRATIVE.search(joined)) or _SENTENCE.search(joined):
        return False
    if verb:
        return addressed or (dated and timed) or (quoted and (dated or timed))
    if quoted and _OLD_GMAIL.match(joined):
        return True
    # No verb: "30.09.2017, 18.30, "John" <john@…>:" and "Wednesday, 17 November 2021, 3:32 PM from john@…:".
    return addressed and dated and timed and (quoted or _NAMED_LAST.search(joined) is not None)


_NAMED_LAST = re.compile(r"[<(\[][^<>()\s]{1,64}@[^<>()\s]{2,100}[>)\]][ ,]{0,3}[:\uff1a][ *]{0,3}$")
