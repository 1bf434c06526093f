"""A mail built of the fields that a service took apart, for the one parser: the same fields make the same bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_OWN = re.compile(r"(?i)(content-.*|mime-version)\Z")
"""Headers that told how the mail was built before; it is built anew."""
_NAME = re.compile(r"[!-9;-~]{1,200}")
_KIND = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_LINE = 76


@dataclass(frozen=True, kw_only=True, slots=True)
class RebuiltPart:
    """A body or an attachment: its bytes, media type and character set; ``file`` is an attachment's name."""

    content: bytes
    kind: str
    charset: str = "utf-8"
    file: str | None = None
    content_id: str = ""


def as_bytes(text: str) -> bytes:
    """Text as UTF-8: half characters that stand for bytes become those, others, which UTF-8 cannot carry, a ``?``."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def rebuilt(
    headers: Iterable[tuple[str, str]], bodies: Sequence[RebuiltPart], attachments: Sequence[RebuiltPart] = ()
) -> bytes:
    """The mail. ``headers`` may have any bytes in them; ends of lines there become spaces."""
    head = [f"{name}: {_flat(value)}\r\n" for name, value in headers if _NAME.fullmatch(name) and not _OWN.match(name)]
    text = _joined("alternative", [_part(body) for body in bodies])
    whole = _joined("mixed", [text, *(_part(attached) for attached in attachments)])
    return as_bytes("".join([*head, "MIME-Version: 1.0\r\n"])) + whole


def _joined(kind: str, parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    boundary = b"=_" + digest.hexdigest()[:40].encode()
    head = b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def _part(part: RebuiltPart) -> bytes:
    kind = part.kind.partition(";")[0].strip()
    lines = [f"Content-Type: {kind if _KIND.fullmatch(kind) else 'application/octet-stream'}"]
    if part.file is None:
        lines[0] += f'; charset="{_quoted(part.charset)}"'
    else:
        lines.append(f'Content-Disposition: attachment; filename="{_quoted(part.file)}"')
    if part.content_id:
        lines.append(f"Content-ID: <{_quoted(part.content_id).strip('<>')}>")
    lines.append("Content-Transfer-Encoding: base64")
    encoded = base64.b64encode(part.content)
    wrapped = b"\r\n".join(encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE))
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + wrapped


def _flat(value: str) -> str:
    return re.sub(r"[\r\n\0]+[ \t]*", " ", value)


def _quoted(value: str) -> str:
    return re.sub(r'[\r\n\0"\\]', "_", value)[:255]
