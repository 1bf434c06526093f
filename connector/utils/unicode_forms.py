"""Unicode normalisation of strangers' text in linear time."""

from __future__ import annotations

import unicodedata

_MARKS_IN_A_ROW = 30


def bounded_marks(text: str) -> str:
    """Text that can be normalised in linear time.

    Ordering a run of combining marks is quadratic in the run's length, so runs longer than 30 (Unicode's
    stream-safe format) lose what is beyond.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
