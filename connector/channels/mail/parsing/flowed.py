"""Flowed text (RFC 3676): paragraphs out of lines that a mail program broke."""

from __future__ import annotations


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Lines of ``format=flowed`` joined to paragraphs, quote depth kept."""
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
