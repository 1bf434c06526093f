"""Header lines that break the rules, put right: a space before the colon, a line that was broken without an indent.

For a parser such a line is where the text begins, and with it all headers below are text.
"""

from __future__ import annotations

import re

_LOOKED_AT = 256 * 1024
_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_HEADER = re.compile(rb"[!-9;-~]{1,200}:|[ \t]")
_SPACED = re.compile(rb"([!-9;-~]{1,80})[ \t]+:")
_TELLING = frozenset({
    b"from", b"to", b"date", b"message-id", b"subject", b"content-type", b"content-transfer-encoding", b"mime-version",
    b"reply-to", b"in-reply-to", b"references", b"content-disposition",
})  # fmt: skip
"""Headers that no text has below its first line, if they do not stand above it already."""
_ON_TOP = frozenset({
    b"received", b"return-path", b"delivered-to", b"envelope-to", b"received-spf", b"dkim-signature", b"sender",
    b"authentication-results", b"domainkey-signature", b"user-agent", b"status", b"cc",
})  # fmt: skip
"""Headers with which mails begin, beside these."""


def mended(raw: bytes) -> bytes | None:
    """The mail with its header lines put right; None where nothing can be."""
    found = _END.search(raw, 0, _LOOKED_AT)
    end = found.start() if found else min(len(raw), _LOOKED_AT)
    lines = raw[:end].splitlines(keepends=True)
    first: dict[bytes, int] = {}  # where each telling header stands first
    for number, line in enumerate(lines):
        first.setdefault(_name(line), number)
    telling = [number for name, number in first.items() if name in _TELLING]
    begins = bool(lines) and (_name(lines[0]) in _TELLING | _ON_TOP or lines[0].lower().startswith((b"x-", b"arc-")))
    last = max(telling, default=0) if begins else 0
    out: list[bytes] = []
    for number, line in enumerate(lines):
        spaced = _SPACED.match(line)
        if _HEADER.match(line) or (number == 0 and line.startswith(b"From ")):
            out.append(line)
        elif spaced and _name(line) in _TELLING:
            out.append(spaced[1] + line[spaced.end() - 1 :])
        elif number < last:
            out.append(b" " + line)
        else:
            break
    fixed = b"".join(out)
    return fixed + raw[len(b"".join(lines[: len(out)])) :] if fixed != raw[: len(fixed)] else None


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].rstrip(b" \t").lower() if b":" in line[:200] else b""
