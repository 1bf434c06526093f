"""Body of a mail: which of its parts is the text that a person is meant to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from connector.channels.mail.parsing.attachments import MAILS, MESSAGES, is_attachment, is_set_apart, shown_by
from connector.channels.mail.parsing.calendar import invitation
from connector.channels.mail.parsing.charsets import decoded
from connector.channels.mail.parsing.flowed import unflow
from connector.channels.mail.parsing.mime import Part, parse
from connector.channels.text.clean import TEXT_LIMIT, clean
from connector.channels.text.html import MAX_HTML, html_to_text
from connector.errors import InvalidInput

_HTML = frozenset({"text/html", "application/xhtml+xml", "text/enriched", "text/richtext"})
_NO_BODY = frozenset({
    "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/css", "text/javascript", "text/csv",
    "text/rtf", "text/rfc822-headers", "text/x-amp-html", "text/watch-html", "text/xml", "text/x-shellscript",
    "text/x-diff", "text/x-patch",
})  # fmt: skip
_OTHER_MEDIA = frozenset({"application", "audio", "chemical", "font", "image", "model", "multipart", "video"})
_UNKNOWN = frozenset({"application/octet-stream", "application/unknown", "application/x-unknown"})
_STAND_IN = 300
"""Characters; "your program shows no HTML" is shorter."""
_STAND_IN_SAYS = re.compile(
    r"html|(view|read|open|see) (this|it|the)\b.{0,40}\b(browser|online)|im browser (ansehen|anzeigen|öffnen|lesen)"
    r"|dans (votre|un) navigateur|en (su|el|tu) navegador|nel (tuo )?browser",
    re.IGNORECASE,
)
_MUCH_SHORTER = 10
_MARKUP = 30
"""So many times as long as its plain text is the source of a page that says much more."""
_DECODED = 4 * TEXT_LIMIT
"""Characters beyond which a text is only counted: what follows is cut anyway."""
MAX_FORWARDS = 3
"""Mails within mails that are opened."""
_ENOUGH = 200
_BLANK = re.compile(
    # What is drawn as nothing, the blank letters of Braille, Hangul and of attachments in them included.
    "[\\s\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    "\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff]*"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailBody:
    """The text of a mail, clean but not cut; ``more`` characters of it were left out before.

    ``page`` is the source of HTML that says the same, if there is one of all of it, ``rest`` the parts that are no text
    of it, and ``shown`` the ids of those that its pages show. ``defects`` name what could not be read as it was meant.
    """

    text: str
    more: int = 0
    page: str = ""
    rest: tuple[Part, ...] = ()
    shown: frozenset[str] = frozenset()
    defects: tuple[str, ...] = ()


def is_blank(text: str) -> bool:
    """Whether nobody can see anything of a text."""
    found = _BLANK.match(text)
    return found is None or found.end() == len(text)


def read_body(mail: Part, forwards: int = MAX_FORWARDS) -> MailBody:
    """The body of a mail; its text is empty when nothing in it is text.

    Attachments are left out. Where there is nothing else, a text that was attached is the body, else the mail that was
    forwarded, else what an invitation says.
    """
    reader = _Reader()
    leaves = list(mail.leaves())
    text, more = _within(reader.text_of(mail))
    page = "" if reader.joined else reader.page
    if not text:
        page = ""
        for other in (reader.attached(leaves), reader.forwarded(leaves, forwards), reader.invited(leaves)):
            text, more = _within(next(other, ""))
            if text:
                break
    pages = list(reader.pages(leaves)) if any(leaf.count("content-id") for leaf in leaves) else []
    rest = tuple(leaf for leaf in leaves if id(leaf) not in reader.used)
    return MailBody(
        text=text,
        more=more,
        page=page,
        rest=rest,
        shown=shown_by(pages),
        defects=tuple(dict.fromkeys(reader.defects)),
    )


def _within(text: str) -> tuple[str, int]:
    text, more = text[:_DECODED], max(0, len(text) - _DECODED)
    text = clean(text).strip()
    return ("" if is_blank(text) else text), more


@dataclass(slots=True)
class _Reader:
    """Collects the text of one mail's parts; how much HTML it looks at is bounded for the mail as a whole."""

    html_left: int = MAX_HTML
    used: set[int] = field(default_factory=set)
    page: str = ""
    joined: bool = False
    """Whether there is more in the text than one page can say."""
    defects: list[str] = field(default_factory=list)
    sources: dict[int, str] = field(default_factory=dict)

    def text_of(self, part: Part, first: bool = False) -> str:
        """The text of a part and of the parts in it, stripped; the ``first`` of several may be text that has a name."""
        children = part.children()
        if not children:
            return "" if is_attachment(part) and not _is_first_text(part, first) else self.leaf_text(part)
        if part.kind == "multipart/alternative":
            return self._best(children)
        texts = filter(None, (self.text_of(child, first=number == 0) for number, child in enumerate(children)))
        if part.kind == "multipart/related":
            return next(texts, "")
        found = list(dict.fromkeys(texts))
        self.joined = self.joined or len(found) > 1
        return "\n\n".join(found)

    def _best(self, alternatives: list[Part]) -> str:
        """The plain text, unless it is empty, a mere stand-in for the HTML, or says much less."""
        first = next((part for part in alternatives if part.kind == "text/plain"), None)
        plain = self.text_of(first, first=True) if first else ""
        others = [part for part in alternatives if part is not first]
        if len(plain) >= _STAND_IN and not self._says_more(others, len(plain)):
            return plain
        other = next(filter(None, (self.text_of(part, first=True) for part in others)), "")
        self.used.update(id(leaf) for part in others for leaf in part.leaves() if _is_text_or_its_double(leaf))
        stand_in = len(plain) < _STAND_IN and _STAND_IN_SAYS.search(plain)
        return other if other and (not plain or stand_in or len(plain) * _MUCH_SHORTER < len(other)) else plain

    def _says_more(self, alternatives: list[Part], length: int) -> bool:
        """Whether a page may say much more than a text of that length; the page is the body's in any case."""
        pages = list(self.pages(leaf for part in alternatives for leaf in part.leaves() if not is_attachment(leaf)))
        self.page = self.page or next(iter(pages), "")
        return any(len(page) > _MARKUP * length for page in pages)

    def pages(self, leaves: Iterable[Part]) -> Iterator[str]:
        """The sources of the HTML parts among these, which are then no attachments."""
        for leaf in leaves:
            if leaf.kind == "text/html" and not is_set_apart(leaf):
                self.used.add(id(leaf))
                yield self._decoded(leaf)

    def leaf_text(self, leaf: Part, kind: str = "") -> str:
        """A leaf's words, stripped; empty when nobody can see any."""
        kind = kind or text_kind(leaf)
        if not kind:
            return ""
        self.used.add(id(leaf))
        text = self._decoded(leaf)
        if kind in _HTML:
            self.page = self.page or text
            text = self._html(text)
        elif leaf.parameter("format").casefold() == "flowed":
            text = unflow(text, delete_space=leaf.parameter("delsp").casefold() == "yes")
        text = text.strip()
        return "" if is_blank(text) else text

    def _decoded(self, leaf: Part) -> str:
        source = self.sources.get(id(leaf))
        if source is None:
            source, doubt = decoded(leaf.content(), leaf.parameter("charset"), html=leaf.kind == "text/html")
            if doubt:
                self.defects.append(doubt)
            self.sources[id(leaf)] = source
        return source

    def _html(self, html: str) -> str:
        if self.html_left <= 0:
            return ""
        limit, self.html_left = self.html_left, self.html_left - len(html)
        return html_to_text(html, limit)

    # --- where there is no text ---

    def attached(self, leaves: list[Part]) -> Iterator[str]:
        """The texts that were sent as files, or as something unknown."""
        for leaf in (each for each in leaves if id(each) not in self.used):
            kind = text_kind(leaf) or ("text/plain" if _may_be_text(leaf) else "")
            text = self.leaf_text(leaf, kind) if kind else ""
            if text:
                yield text
            else:
                self.used.discard(id(leaf))

    def forwarded(self, leaves: list[Part], forwards: int) -> Iterator[str]:
        """The mails that were forwarded as they were, from whom and what about in the first line."""
        mails = [leaf for leaf in leaves if leaf.kind in MAILS]
        for leaf in mails[:MAX_FORWARDS] if forwards else ():
            try:
                mail = parse(leaf.content())
            except InvalidInput:
                continue
            body = read_body(mail, forwards - 1)
            self.defects += body.defects
            told = ", ".join(filter(None, (mail.line(name, _ENOUGH) for name in ("from", "date", "subject"))))
            if body.text or told:
                yield f"[forwarded mail{': ' * bool(told)}{told}]\n\n{body.text}".strip()

    def invited(self, leaves: list[Part]) -> Iterator[str]:
        """What invitations say."""
        yield from (
            invitation(self._decoded(leaf)) for leaf in leaves if leaf.kind in {"text/calendar", "application/ics"}
        )


def _is_first_text(leaf: Part, first: bool) -> bool:
    """Whether a part that has a name is text all the same: by its place, and because nothing sets it apart."""
    return first and not leaf.count("content-disposition") and leaf.kind in {"text/plain", "text/html"}


def text_kind(leaf: Part) -> str:
    """As which kind of text a leaf is read: as plain text unless something else is known of it; empty for none."""
    kind = leaf.kind
    if kind == "text/plain" or kind in _HTML:
        return kind
    if kind in _NO_BODY or kind in MESSAGES:
        return ""
    main = kind.partition("/")[0]
    words = main in {"text", "multipart"} or (main not in _OTHER_MEDIA and _may_be_text(leaf))
    return "text/plain" if words else ""


def _is_text_or_its_double(leaf: Part) -> bool:
    """Whether an alternative to the text is the text once more, in a form for some programs or for others."""
    return not is_attachment(leaf) and (leaf.kind in {"text/x-amp-html", "text/watch-html"} or bool(text_kind(leaf)))


def _may_be_text(leaf: Part) -> bool:
    """Whether what has no name and no known kind holds words."""
    if (leaf.kind.partition("/")[0] in _OTHER_MEDIA and leaf.kind not in _UNKNOWN) or is_attachment(leaf):
        return False
    if leaf.kind in _NO_BODY or leaf.kind in MESSAGES:
        return False
    head = leaf.content()[:4096]
    return bool(head.strip()) and b"\0" not in head and not head.startswith((b"%PDF", b"PK\x03\x04"))
