"""Text cleaning at the database's edge: NUL and lone surrogates would spoil a whole group."""

from __future__ import annotations


def clean(text: str | None) -> str | None:
    """Text as every database can store it: without NUL and lone surrogates, which would spoil a whole group."""
    if text is None:
        return None
    if "\x00" in text:
        text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
