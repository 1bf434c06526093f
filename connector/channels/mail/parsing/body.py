"""Body of a mail: which of its parts is the text that a person is meant to read."""

from __future__ import annotations

from connector.channels.mail.parsing.charsets import decode
from connector.channels.mail.parsing.headers import decode_words
from connector.channels.mail.parsing.mime import Part
from connector.channels.text.clean import TEXT_LIMIT, clean, cut, one_line
from connector.channels.text.html import MAX_HTML, html_to_text

_READABLE = {"text/plain", "text/html", "text/markdown", "text/enriched", "text/x-markdown"}
_STAND_IN = 300  # characters; "your program shows no HTML" is shorter
_DECODED = 4 * TEXT_LIMIT  # beyond that a text is only counted: what follows is cut anyway


def readable_text(mail: Part) -> str:
    """The text of a mail, clean and cut at the limit; empty when nothing in it is text.

    Attachments are left out, unless such text is all there is and was not sent as a named file.
    """
    reader = _Reader()
    text, more = _within(reader.text_of(mail))
    if not text:
        unnamed = (leaf for leaf in mail.leaves() if not (_is_set_apart(leaf) and _name(leaf)))
        text, more = _within(next(filter(None, map(reader.leaf_text, unnamed)), ""))
    return cut(text, more)


def attachment_names(mail: Part, limit: int = 20) -> list[str]:
    """The names of attachments as shown, at most ``limit`` of them."""
    names = (_name(leaf) for leaf in mail.leaves() if _is_attachment(leaf))
    return [name for name in names if name][:limit]


def _within(text: str) -> tuple[str, int]:
    return clean(text[:_DECODED]).strip(), max(0, len(text) - _DECODED)


class _Reader:
    """Collects the text of one mail's parts; how much HTML it looks at is bounded for the mail as a whole."""

    def __init__(self) -> None:
        self._html_left = MAX_HTML

    def text_of(self, part: Part) -> str:
        """The text of a part and of the parts in it, stripped."""
        children = part.children()
        if not children:
            return "" if _is_attachment(part) else self.leaf_text(part)
        if part.kind == "multipart/alternative":
            return self._best(children)
        texts = filter(None, map(self.text_of, children))
        return next(texts, "") if part.kind == "multipart/related" else "\n\n".join(texts)

    def _best(self, alternatives: list[Part]) -> str:
        """The plain text, unless it is empty or a mere stand-in for the HTML."""
        first = next((part for part in alternatives if part.kind == "text/plain"), None)
        plain = self.text_of(first) if first else ""
        if len(plain) >= _STAND_IN:
            return plain
        other = next(filter(None, (self.text_of(part) for part in alternatives if part is not first)), "")
        stand_in = "html" in plain.casefold() or len(plain) * 10 < len(other)
        return other if other and (not plain or stand_in) else plain

    def leaf_text(self, leaf: Part) -> str:
        """A leaf's words, stripped; a multipart that could not be opened counts as plain text."""
        if leaf.kind not in _READABLE and not leaf.kind.startswith("multipart/"):
            return ""
        text = decode(leaf.content(), leaf.parameter("charset"), html=leaf.kind == "text/html")
        if leaf.kind in {"text/html", "text/enriched"}:
            return self._html(text)
        if leaf.parameter("format").casefold() == "flowed":
            text = unflow(text, delete_space=leaf.parameter("delsp").casefold() == "yes")
        return text.strip()

    def _html(self, html: str) -> str:
        if self._html_left <= 0:
            return ""
        limit, self._html_left = self._html_left, self._html_left - len(html)
        return html_to_text(html, limit)


def _name(leaf: Part) -> str:
    name = decode_words(leaf.parameter("filename", "content-disposition") or leaf.parameter("name"))
    return one_line(name.replace("\\", "/").rpartition("/")[2], 120)


def _is_set_apart(leaf: Part) -> bool:
    return leaf.header("content-disposition").casefold().startswith("attachment")


def _is_attachment(leaf: Part) -> bool:
    return _is_set_apart(leaf) or bool(_name(leaf)) or leaf.kind.startswith("message/")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Lines of ``format=flowed`` (RFC 3676) joined to paragraphs, quote depth kept."""
    paragraphs: list[tuple[int, list[str]]] = []
    flowing = False
    for line in text.replace("\r\n", "\n").split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body.removeprefix(" ")
        continues = flowing and paragraphs[-1][0] == depth
        flowing = body.endswith(" ") and body != "-- "
        piece = body[:-1] if flowing and delete_space else body
        if continues and body != "-- ":
            paragraphs[-1][1].append(piece)
        else:
            paragraphs.append((depth, [piece]))
    return "\n".join((">" * depth + " " if depth else "") + "".join(pieces) for depth, pieces in paragraphs)
