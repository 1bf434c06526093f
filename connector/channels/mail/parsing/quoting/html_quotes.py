"""Quotes and signatures by the structure of HTML: what mail programs wrap around them, written as blockquotes.

One scan over the tags, before the HTML is rendered: containers of quotes become ``<blockquote>``, which the renderer
writes as ``>``; blockquotes that only indent become ``<div>``; where all that follows is history a mark is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connector.channels.mail.parsing.quoting.separators import QUOTE_MARK
from connector.channels.mail.parsing.quoting.signatures import SIGNATURE_END, SIGNATURE_MARK

_TAG = re.compile(r"<!--|<(/?)(div|blockquote|hr|span|p|table|section)(?![\w:-])([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(class|id|name|type|style)\s{0,3}=\s{0,3}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_NESTED = {"div", "blockquote", "section"}

_QUOTE_NAMES = re.compile(
    r"(?:x_|ecx|ydp\w{0,20}?)*(?:yahoo_quoted|gmail_attr|gmail_quote_attribution|moz-cite-prefix"
    r"|moz-email-headers-table"
    r"|reply-intro|zmail_extra_hdr|isreplycontent|mailcontainer_quote|front-blockquote|sh-quoted-content"
    r"|aolreplacedbody|tutanota_quote|history_container|mail-quote-collapse"
    r"|qt_quote)(?:[-_]\d{1,20})?",
)
_SOFT_NAMES = re.compile(r"(?:x_|ecx)*(?:gmail_quote|gmail_quote_container|gmail_extra_quote|protonmail_quote)")
_END_NAMES = re.compile(
    r"(?:x_)*(?:divrplyfwdmsg|appendonsend|olk_src_body_section|stopspelling|zwchr|orimsghtmlseperator"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|divneteasemailcard|previousmessage"
    r"|mailbirdquote|hmquote|lotus_quote)",
)
_SIGNATURE_NAMES = re.compile(
    r"(?:x_)*(?:gmail_signature|moz-signature|signature|applemailsignature|ms-outlook-mobile-signature|yahoo-signature"
    r"|protonmail_signature_block|protonmail_signature_block-user|zmail_signature_below|composer_signature"
    r"|mobile-signature"
    r"|ydp\w{0,20}?signature|tutanota_signature|mail-signature|email-signature|spark_signature|bluemail_signature"
    r"|messagesignaturesection)",
)
_FORWARDED = re.compile(
    r"forward|weitergeleitet|transf|réexp|reenviad|inoltrat|doorgestuurd|encaminhad|przekazan|vidare|videre|перес"
    r"|iletil|転送|转发|轉寄"
)
_NO_LINE = re.compile(r"border(?:-left)?(?:-width|-style)?:(?:none|0(?:px)?)\b")
_LINE = re.compile(r"border-left")
_INDENT = re.compile(r"margin(?:-left)?:(?:0(?:px)? ?){0,3}40px|margin-left:40px")
_OUTLOOK_TOP = re.compile(r"border-top:[^;]{0,20}(?:#?(?:e1e1e1|b5c4df|c4c4c4)|rgb\(225, ?225, ?225\))")
_TEXT = re.compile(r"<[^<>]{0,2000}>|&nbsp;|\s+")
_LABELLED = re.compile(r"[^\W\d_][^:\uff1a.!?]{0,24}[:\uff1a]")


@dataclass(slots=True)
class _Open:
    """An element that is open: its name, and what its end tag is written as."""

    name: str
    end: str


@dataclass(slots=True)
class _Stack:
    """Open elements by name: an end tag closes the innermost of its name."""

    by_name: dict[str, list[_Open]] = field(default_factory=dict)

    def push(self, name: str, end: str) -> None:
        self.by_name.setdefault(name, []).append(_Open(name, end))

    def pop(self, name: str) -> str:
        stack = self.by_name.get(name)
        return stack.pop().end if stack else f"</{name}>"


def quotes_marked(html: str) -> tuple[str, bool]:
    """The same HTML with its quotes as blockquotes and marks, and whether any quote was found by structure."""
    out: list[str] = []
    stack, done, structured = _Stack(), 0, False
    quoting = "<blockquote" in html.lower()
    for start, end, closing, name, attributes in _tags(html):
        if closing:
            written: str | None = stack.pop(name) if name in _NESTED else None
        else:
            written, tail, quote = _opening(html, end, name, attributes, quoting=quoting)
            structured = structured or quote
            if name in _NESTED:
                stack.push(name, tail)
        if written is not None:
            out += (html[done:start], written)
            done = end
    out.append(html[done:])
    return "".join(out), structured


def _tags(html: str) -> Iterator[tuple[int, int, bool, str, str]]:
    position = 0
    while found := _TAG.search(html, position):
        position = found.end()
        if found[2] is None:
            close = html.find("-->", position)
            if close < 0:
                return
            position = close + 3
        else:
            yield found.start(), position, bool(found[1]), found[2].lower(), found[3]


def _opening(html: str, end: int, name: str, attributes: str, *, quoting: bool) -> tuple[str | None, str, bool]:
    """What is written for an opening tag (None: itself), for its end tag, and whether a quote begins."""
    itself = f"</{name}>"
    if not attributes.strip(" /"):
        return None, itself, False
    values = _attributes(attributes)
    names = [*values.get("class", "").split(), values.get("id", ""), values.get("name", "")]
    if name == "blockquote":
        return _blockquote(values, names)
    if _any(_END_NAMES, names) or (name == "div" and _is_outlook_top(values, html, end)):
        return f"<div>{QUOTE_MARK}</div><{name}>", itself, True
    if name not in _NESTED:
        return None, itself, False
    return _container(html, end, name, names, quoting=quoting)


def _container(html: str, end: int, name: str, names: list[str], *, quoting: bool) -> tuple[str | None, str, bool]:
    itself = f"</{name}>"
    if _any(_SIGNATURE_NAMES, names):
        return (
            f"<{name}><div>{SIGNATURE_MARK}</div>",
            f"<div>{SIGNATURE_END}</div>{itself}",
            False,
        )
    if _any(_SOFT_NAMES, names):
        if _is_forward(html, end):
            return None, itself, False
        # The customer may answer between the blockquotes in it; without any it is the quote itself.
        return (None, itself, True) if quoting else ("<blockquote>", "</blockquote>", True)
    if _any(_QUOTE_NAMES, names) or "quote" in names[-1:]:
        return (None, itself, False) if _is_forward(html, end) else ("<blockquote>", "</blockquote>", True)
    return None, itself, False


def _blockquote(values: dict[str, str], names: list[str]) -> tuple[str | None, str, bool]:
    style = "".join(values.get("style", "").lower().split())
    if values.get("type", "").lower() == "cite":
        return "<blockquote>", "</blockquote>", True
    if any("quote" in each or "cite" in each for each in names) or (_LINE.search(style) and not _NO_LINE.search(style)):
        return "<blockquote>", "</blockquote>", True
    spaced = " ".join(values.get("style", "").lower().replace(": ", ":").split())
    if _NO_LINE.search(style) or _INDENT.search(spaced):
        return "<div>", "</div>", False
    return None, "</blockquote>", False


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): value.strip("\"'") for name, value in reversed(_ATTRIBUTE.findall(text))}


def _any(pattern: re.Pattern[str], names: list[str]) -> bool:
    return any(pattern.fullmatch(each.lower()) for each in names if each and len(each) < 80)


def _is_outlook_top(values: dict[str, str], html: str, end: int) -> bool:
    """The line that Outlook draws over the header block of what it quotes: "From:" or its like stands below."""
    style = values.get("style", "").lower()
    return bool(_OUTLOOK_TOP.search(style)) and _LABELLED.match(_words(html, end)) is not None


def _is_forward(html: str, end: int) -> bool:
    return _FORWARDED.search(_words(html, end)[:100].lower()) is not None


def _words(html: str, start: int) -> str:
    return " ".join(_TEXT.sub(" ", html[start : start + 1000]).split())
