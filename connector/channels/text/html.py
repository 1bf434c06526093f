"""HTML to text: what a person would read, in linear time.

A tokenizer of its own first tames the mail: comments, scripts and all attributes that are not needed go, and tags are
counted. The HTML5 parser (lexbor) then builds the tree; it is linear but for depth, for attributes of one tag and for
formatting tags, which it opens anew in every block that follows: the first two are bounded by then, and the last have
names that it does not know. A walk over the tree writes blocks, links, lists and tables as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 1_500_000
_MAX_TAGS = 20_000
_MAX_DEPTH = 1000  # for each tag the parser looks through all that are open
_MAX_NODES = 100_000  # several times what so many tags can be, unless the parser opens some of them anew
_MAX_URL = 2000
_MAX_QUOTES = 10

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*)?)?")
_TAG_END = re.compile(r"[^>]*>")
# Without "a": there is one open at most, so that it is opened anew once a block.
_FORMATTING = {"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
_RAW = {"script", "style", "title", "iframe"}
_UNWRAPPED = {"plaintext", "xmp", "listing", "noembed", "noframes", "noscript", "textarea", "frameset", "frame"}
_RAW_END = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in _RAW}
_SELF_ENDING = {  # void, or ended by the next of their kind
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd",
}  # fmt: skip
_KEPT = {"href", "alt", "style", "hidden", "width", "height", "start"}
_HIDDEN_STYLE = re.compile(r"display:none|visibility:hidden|opacity:0(?![.\d])|max-height:0(?![.\d]).*overflow:hidden")
_FONT_SIZE = re.compile(r"font-size:(0(?![.\d]))?")

_SKIPPED = {"head", "template", "object", "audio", "video", "canvas", "select", "map", "svg", "math"}
_LINES = {
    "div", "tr", "address", "section", "article", "header", "footer", "main", "aside", "nav", "center", "form",
    "fieldset", "figure", "figcaption", "dt", "dd", "caption", "details", "summary", "li", "tbody", "thead", "tfoot",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"}
_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_SCHEME = re.compile(r"^(https?://|mailto:|tel:)")
_WHITE = re.compile(r"[ \t\n\r\f\u00a0]+")
_LEFT_OUT = "[cut: the rest of a very long HTML mail]"


def html_to_text(html: str, limit: int = MAX_HTML) -> str:
    """Readable text of an HTML document or fragment; what a reader cannot see is left out.

    No more than ``limit`` characters of the source are looked at; the text says so when there are more.
    """
    tamed, all_tags = _tame(html[:limit])
    root = LexborHTMLParser(tamed).body
    text, all_nodes = _render(root) if root is not None else ("", True)
    return text if not text or (all_tags and all_nodes and len(html) <= limit) else f"{text}\n\n{_LEFT_OUT}"


def _tame(html: str) -> tuple[str, bool]:
    """The same HTML with only what rendering needs, and whether all of it was read."""
    out: list[str] = []
    depth = _Depth()
    end = 0
    for _ in range(_MAX_TAGS):
        start = html.find("<", end)
        if start < 0:
            out.append(html[end:])
            return "".join(out), True
        out.append(html[end:start])
        piece, name, end = _token(html, start)
        if depth.allows(piece, name):
            out.append(piece)
    return "".join(out), not html[end:].strip()


class _Depth:
    """How deep the tree will be at most: an end tag counts only when it is that of the innermost open element."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def allows(self, piece: str, name: str) -> bool:
        """Whether this tag may stand; the text in a tag that may not is kept all the same."""
        if not piece or not name or name in _SELF_ENDING:
            return True
        if piece.startswith("</"):
            if self._open and self._open[-1] == name:
                self._open.pop()
        elif len(self._open) >= _MAX_DEPTH:
            return False
        else:
            self._open.append(name)
        return True


def _token(html: str, start: int) -> tuple[str, str, int]:
    """What to keep of the markup at ``start``, the tag's name if it is one, and where it ends."""
    tag = _TAG.match(html, start + 1)
    if tag:
        return _tag(html, tag)
    if html.startswith("<!--", start):
        end = html.find("-->", start + 2)
        return "", "", len(html) if end < 0 else end + 3
    if html[start + 1 : start + 2] in {"!", "?", "/"}:
        end = html.find(">", start)
        return "", "", len(html) if end < 0 else end + 1
    return "&lt;", "", start + 1


def _tag(html: str, tag: re.Match[str]) -> tuple[str, str, int]:
    closing, name = tag[1], tag[2].lower()
    if closing:
        found = _TAG_END.match(html, tag.end())
        return "" if name in _UNWRAPPED else f"</{_plain(name)}>", name, found.end() if found else len(html)
    kept, end = _attributes(html, tag.end())
    if name in _RAW:
        found = _RAW_END[name].search(html, end)
        return "", "", found.start() if found else len(html)
    return "" if name in _UNWRAPPED else f"<{_plain(name)}{kept}>", name, end


def _plain(name: str) -> str:
    """A name under which the parser takes a formatting tag for a plain one: like ``span``, but not ended by its end."""
    return f"t-{name}" if name in _FORMATTING else name


def _attributes(html: str, position: int) -> tuple[str, int]:
    """The attributes worth keeping, written anew, and the position after the tag's ``>``."""
    kept: dict[str, str] = {}
    while found := _ATTRIBUTE.match(html, position):
        position = found.end()
        name = found[1].lower() if len(found[1]) < 10 else ""
        if name in _KEPT and name not in kept and len(found[2] or "") <= _MAX_URL:
            value = found[2] or ""
            quoted = value[:1] in {'"', "'"}
            kept[name] = (value[1:-1] if quoted else value).replace('"', "&quot;").replace("<", "&lt;")
    close = html.find(">", position)
    return "".join(f' {name}="{value}"' for name, value in kept.items()), len(html) if close < 0 else close + 1


class _Writer:
    """Text in the making: white space collapsed, block breaks merged, quotes marked by ``>``."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0

    def text(self, text: str) -> None:
        if self.preformatted:
            head, *rest = text.replace("\r\n", "\n").split("\n")
            self._add(head)
            for each in rest:
                self.end_line()
                self._add(each)
            return
        text = _WHITE.sub(" ", text)
        if not self.line or self.line[-1].endswith((" ", "\t")):
            text = text.lstrip(" ")
        self._add(text)

    def _add(self, text: str) -> None:
        if text:
            self.line.append(text)

    def end_line(self) -> None:
        """A line break as written by ``<br>``: an empty line stays one."""
        self.lines.append(self._prefix() + "".join(self.line).rstrip())
        self.line = []

    def block(self, blank: bool) -> None:
        """The edge of a block: ends the line if there is one, with a blank line after paragraphs."""
        if "".join(self.line).strip():
            self.end_line()
        self.line = []
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix())

    def _prefix(self) -> str:
        return "> " * min(self.quotes, _MAX_QUOTES)

    def result(self) -> str:
        self.block(blank=False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines)).strip()


class _Renderer:
    """One walk over a tree: what opening and closing a tag writes."""

    def __init__(self) -> None:
        self.out = _Writer()
        self.lists: list[int | None] = []
        self.links: list[tuple[str, int, int]] = []

    def open(self, node: LexborNode, tag: str) -> None:
        if tag in _PARAGRAPHS or tag in _LINES:
            self.out.block(blank=tag in _PARAGRAPHS and not (tag in {"ul", "ol"} and self.lists))
        opener = getattr(self, f"_open_{tag}", None)
        if opener:
            opener(node)

    def close(self, tag: str) -> None:
        closer = getattr(self, f"_close_{tag}", None)
        if closer:
            closer()
        if tag in _PARAGRAPHS or tag in _LINES:
            self.out.block(blank=tag in _PARAGRAPHS and not (tag in {"ul", "ol"} and self.lists))

    def _open_br(self, _: LexborNode) -> None:
        self.out.end_line()

    def _open_hr(self, _: LexborNode) -> None:
        self.out.text("---")

    def _open_img(self, node: LexborNode) -> None:
        attributes = node.attributes
        alt, size = attributes.get("alt"), {attributes.get("width"), attributes.get("height")}
        if alt and size.isdisjoint({"0", "1"}):  # not a tracking pixel
            self.out.text(alt)

    def _open_a(self, node: LexborNode) -> None:
        self.links.append((node.attributes.get("href") or "", len(self.out.lines), len(self.out.line)))

    def _close_a(self) -> None:
        href, lines, pieces = self.links.pop()
        url = _WHITE.sub("", href)
        spread = len(self.out.lines) > lines  # the link holds whole blocks
        first = 0 if spread else pieces
        # As many as a URL has characters: links within links would else be read again and again.
        shown = "".join(self.out.line[first : first + _MAX_URL]).strip()
        if url.lower().startswith(_SCHEMES) and (shown or spread) and not _same(shown, url):
            self.out.line.append(f" <{url}>" if shown else f"<{url}>")

    def _open_ul(self, _: LexborNode) -> None:
        self.lists.append(None)

    def _open_ol(self, node: LexborNode) -> None:
        start = node.attributes.get("start") or ""
        self.lists.append(int(start) if start.isdecimal() and len(start) < 7 else 1)

    def _close_ul(self) -> None:
        self.lists.pop()

    _close_ol = _close_ul

    def _open_li(self, _: LexborNode) -> None:
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        indent = "  " * min(max(len(self.lists) - 1, 0), _MAX_QUOTES)
        self.out.line.append(f"{indent}- " if number is None else f"{indent}{number}. ")

    def _open_blockquote(self, _: LexborNode) -> None:
        self.out.quotes += 1

    def _close_blockquote(self) -> None:
        self.out.block(blank=False)
        self.out.quotes -= 1

    def _open_pre(self, _: LexborNode) -> None:
        self.out.preformatted += 1

    def _close_pre(self) -> None:
        self.out.preformatted -= 1

    def _close_td(self) -> None:
        if self.out.line:
            self.out.line.append("\t")

    _close_th = _close_td


def _same(shown: str, url: str) -> bool:
    """Whether a link's text already says where it leads."""
    return _SCHEME.sub("", shown.lower()).rstrip("/") == _SCHEME.sub("", url.lower()).rstrip("/")


def _render(root: LexborNode, most: int = _MAX_NODES) -> tuple[str, bool]:
    """The text of a tree, and whether all of it was walked."""
    renderer = _Renderer()
    for count, (node, tag, opening) in enumerate(_walk(root)):
        if count >= 2 * most:  # each is met on the way in and out
            return renderer.out.result(), False
        if tag == "-text":
            renderer.out.text(node.text_content or "")
        elif opening:
            renderer.open(node, tag)
        else:
            renderer.close(tag)
    return renderer.out.result(), True


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, str, bool]]:
    """Each visible text once, each visible element on its way in and out; no recursion, whatever the depth."""
    stack: list[tuple[LexborNode, bool, bool]] = [(root, True, False)]
    while stack:
        node, opening, tiny = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            if not tiny:
                yield node, tag, True
        elif not opening:
            yield node, tag, False
        elif tag not in _SKIPPED and not tag.startswith("-"):
            attributes = node.attributes
            style = "".join((attributes.get("style") or "").lower().split())
            if "hidden" in attributes or _HIDDEN_STYLE.search(style):
                continue
            font = _FONT_SIZE.search(style)
            tiny = bool(font[1]) if font else tiny  # layout cells of size 0 hold blocks of a readable size
            yield node, tag, True
            stack.append((node, False, tiny))
            stack.extend((child, True, tiny) for child in reversed(list(node.iter(include_text=True))))
