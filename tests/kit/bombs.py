"""Bombs: small or allowed inputs that once cost memory, minutes or the process, named after what they are made of."""

from __future__ import annotations

import json

from connector.channels.mail.parsing.mime import MAX_RAW

EVENT = {"route": "support", "conversation": "B-1", "id": "b", "text": "boom"}


def _event(**more: object) -> bytes:
    return json.dumps(EVENT | more).encode()


def _nested(depth: int, opening: bytes, closing: bytes) -> bytes:
    return _event(metadata={"m": 0}).replace(b"0", opening * depth + b"1" + closing * depth)


def payloads() -> dict[str, bytes]:
    """Bodies in place of an event, each within the 512 KiB that an event may have."""
    return {
        **{f"lists {depth} deep": _nested(depth, b"[", b"]") for depth in (900, 960, 1000, 1100, 100_000)},
        **{f"objects {depth} deep": _nested(depth, b'{"a":', b"}") for depth in (900, 960, 1000, 1100)},
        "many lists": _event(metadata={"m": [[]] * 100_000}),
        "many unknown fields": _event(**{f"f{number:05}": 1 for number in range(20_000)}),
        "many unknown fields of the customer": _event(customer={f"f{number:05}": 1 for number in range(20_000)}),
        "an integer of many digits": _event(metadata={"m": 0}).replace(b"0", b"9" * 100_000),
        "a number beyond any": _event(metadata={"m": 0}).replace(b"0", b"1e999"),
        "no number": _event(metadata={"m": 0}).replace(b"0", b"NaN"),
        "half a character": _event(text="\ud800"),
        "letters with marks": json.dumps(EVENT | {"text": "a\u0301\u0316" * 100_001}, ensure_ascii=False).encode(),
        "no text": _event().replace(b"boom", b"\xff\xfe\x00"),
        "unended": b"[" * 100_000,
        "a mark of Kombu's": _event(metadata={"__type__": "decimal", "__value__": []}, due_at="soon"),
    }


def html() -> dict[str, str]:
    """HTML that HTML5 nests anew, or that is deep, or long."""
    many = 3000
    paragraphs = "</p>" + "<p>y</p>" * many
    return {
        "formatting in every paragraph": "<p>" + "".join(f"<b style='a{n}'>" for n in range(many)) + paragraphs,
        "fonts in every paragraph": "<p>" + "".join(f"<font size={n}>" for n in range(many)) + paragraphs,
        "text in tables": "<table>x" * 10_000,
        "deep": "<div>" * 100_000 + "x",
        "attributes": "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">x",
        "links in links": "<a href=x><marquee>x" * 8000,
        "entities": "&amp;&nope;" * 40_000,
    }


def mails() -> dict[str, bytes]:
    """Mails within 25 MB."""
    head = b"From: a@shop.example\nMessage-ID: <%b@shop.example>\nSubject: boom\n"
    found = {
        "short lines": b"\n" + b"x\n" * (MAX_RAW // 2 - 500),
        "line ends": b"\n" + b"\r" * (MAX_RAW - 500),
        "a line": b"\n" + b"x" * (MAX_RAW - 500),
        "as many lines as may be": b"\n" + b"x\n" * 449_000,
        "nested parts": b"Content-Type: multipart/mixed; boundary=B\n\n--B\n" * 1000,
        "many parts": b"Content-Type: multipart/mixed; boundary=B\n\n" + b"--B\n\nx\n" * 100_000,
        "many headers": b"A: b\n" * 50_000 + b"\nx",
        "folded headers": b"A: b\n" + b" b\n" * 60_000 + b"\nx",
        "encoded words": b"Cc: " + b"=?utf-8?q?a?= " * 15_000 + b"\n\nx",
        "parameters": b"Content-Type: text/plain; " + b"a=b; " * 50_000 + b"\n\nx",
        "addresses": b"To: " + b"(" * 16_000 + b"\n\nx",
    }
    found |= {f"html: {name}": b"Content-Type: text/html\n\n" + text.encode() for name, text in html().items()}
    return {name: head % name.replace(" ", "-").encode() + rest for name, rest in found.items()}
