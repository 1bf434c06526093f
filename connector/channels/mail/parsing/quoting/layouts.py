"""MailLayout of a mail: which lines are new, which are history, and what of the history an answer in between needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.channels.mail.parsing.quoting.attributions import attribution
from connector.channels.mail.parsing.quoting.header_blocks import header_block, is_header_line
from connector.channels.mail.parsing.quoting.lines import MailLine
from connector.channels.mail.parsing.quoting.separators import (
    QUOTE_MARK,
    is_forward,
    is_reply_above,
    is_rule,
    is_separator,
    is_titled_rule,
)

NEW, QUOTED, OVER, SIGNED = "new", "quoted", "over", "signed"
"""What a line is; ``OVER`` is what stands over a quote: attribution, separator, header block."""


@dataclass(frozen=True, slots=True)
class MailLayout:
    """Each line's kind, and where the history begins that goes on to the end of the mail."""

    kinds: list[str]
    history: int
    """``len(kinds)`` if there is none."""
    forwarded: bool
    """Whether a separator says that the history is a forwarded message."""
    marked: bool
    """Whether the history's lines carry no quote marks, so that answers between them cannot be seen."""


def layout(lines: Sequence[MailLine]) -> MailLayout:
    """The kinds of all lines, by what stands over quotes and by quote marks."""
    kinds = [QUOTED if line.depth else NEW for line in lines]
    index = 0
    while index < len(lines):
        if lines[index].depth:
            if is_forward(lines[index]) and _begins_quote(lines, kinds, index):
                return _ended(lines, kinds, index, forwarded=True, marked=False)
            index += 1
            continue
        if is_reply_above(lines[index]):
            return _ended(lines, kinds, _with_attribution(lines, kinds, index), forwarded=False, marked=False)
        height, forwarded = _over(lines, index)
        if not height:
            index += 1
            continue
        below = _after_blanks(lines, index + height)
        _mark_barred(lines, kinds, below)
        if below < len(lines) and kinds[below] == NEW:
            return _ended(lines, kinds, _with_rule(lines, index), forwarded=forwarded, marked=True)
        start = _with_rule(lines, index)
        kinds[start : index + height] = [OVER] * (index + height - start)
        if forwarded:
            return _ended(lines, kinds, start, forwarded=True, marked=False)
        index += height
    _mark_wrapped(lines, kinds)
    return MailLayout(kinds, len(lines), forwarded=False, marked=False)


def _begins_quote(lines: Sequence[MailLine], kinds: Sequence[str], index: int) -> bool:
    """Whether no quoted line stands above this one but for those of other quotes."""
    above = index - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    return above < 0 or kinds[above] == NEW


def _over(lines: Sequence[MailLine], index: int) -> tuple[int, bool]:
    """How many lines at ``index`` stand over a quote, 0 if none do; and whether they say that it is forwarded."""
    line = lines[index]
    if line.blank:
        return 0, False
    forwarded = is_forward(line)
    if forwarded or is_separator(line):
        below = _after_blanks(lines, index + 1)
        more = 0
        if below < len(lines):
            more = header_block(lines, below) or (0 if forwarded else attribution(lines, below))
        return below + more - index if more else 1, forwarded
    height = header_block(lines, index)
    if height and not _is_pasted(lines, index, height):
        return height, False
    return attribution(lines, index), False


def _is_pasted(lines: Sequence[MailLine], index: int, height: int) -> bool:
    """Whether the customer shows the header of a mail: "It says:" stands above it, or text close around it."""
    above = index - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    if above >= 0 and lines[above].words.endswith((":", "\uff1a")) and not is_forward(lines[above]):
        return True
    close_above = index > 0 and not lines[index - 1].blank and not is_rule(lines[index - 1])
    below = index + height
    return close_above and below < len(lines) and not lines[below].blank and not lines[below].depth


_LABELS = 3  # "To" and "Subject" that Yandex writes over its attribution


def _with_rule(lines: Sequence[MailLine], index: int) -> int:
    """The rule above a header block belongs to it; one over two labels belongs to the attribution below them."""
    above = index - 1
    while above >= 0 and index - above <= _LABELS and is_header_line(lines[above]):
        above -= 1
    if above < index - 1 and (above < 0 or not is_rule(lines[above])):
        above = index - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    ruled = above >= 0 and (
        is_rule(lines[above])
        or is_titled_rule(lines[above])
        or (lines[index].words == QUOTE_MARK and lines[above].words == "---")
    )
    return above if ruled else index


def _with_attribution(lines: Sequence[MailLine], kinds: list[str], index: int) -> int:
    """A marker stands below the attribution of the mail that it is in, if the program writes one."""
    above = index
    while above > 0 and (lines[above - 1].blank or kinds[above - 1] == OVER):
        above -= 1
    for start in range(max(0, above - 4), above):
        if start + attribution(lines, start, before_quote=True) >= above:
            return start
    return above if above < index and kinds[above] == OVER else index


def _after_blanks(lines: Sequence[MailLine], index: int) -> int:
    while index < len(lines) and lines[index].blank and not lines[index].depth:
        index += 1
    return index


def _ended(lines: Sequence[MailLine], kinds: list[str], start: int, *, forwarded: bool, marked: bool) -> MailLayout:
    kinds[start:] = [QUOTED] * (len(kinds) - start)
    _mark_wrapped(lines[:start], kinds)
    return MailLayout(kinds, start, forwarded=forwarded, marked=marked)


def _mark_barred(lines: Sequence[MailLine], kinds: list[str], start: int) -> None:
    """Lines below an attribution that some programs mark by ``|``."""
    for index in range(start, len(lines)):
        if not lines[index].words.startswith("|"):
            return
        kinds[index] = QUOTED


_WRAP = 60  # characters; a line that was broken for its length is longer


def _mark_wrapped(lines: Sequence[MailLine], kinds: list[str]) -> None:
    """Lines that a program broke off a long quoted line, without a quote mark of their own."""
    for index in range(1, len(lines) - 1):
        line, above, below = lines[index], lines[index - 1], lines[index + 1]
        if (
            kinds[index] == NEW
            and not line.blank
            and above.depth
            and (below.depth or below.blank)
            and len(above.words) >= _WRAP
            and above.words[-1:] not in ".?!:;"
            and line.words[:1].islower()
            and (below.depth or len(line.words) < len(above.words))
        ):
            kinds[index] = QUOTED
