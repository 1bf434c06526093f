"""The reckoning: what the database says is held against what the provider's double really processed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connector.values import Outcome, TurnStatus
from tests.storm import doubles
from tests.storm.doubles import Post
from tests.storm.ledger import Turn
from tests.storm.messages import parse, stored_answer

_FINAL = {TurnStatus.ANSWERED, TurnStatus.FAILED, TurnStatus.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The counts of one storm, and every sentence of the promise that it broke."""

    turns: int
    kills: int
    kills_while_sending: int
    faults: Mapping[str, int]
    doubted: int
    read_back: int
    settled_by_hand: int
    unknown: int
    twice: int
    lost: int
    seconds: float
    violations: Sequence[str] = field(default_factory=tuple)


def reckon(
    turns: Sequence[Turn],
    posts: Sequence[Post],
    *,
    accepted: int,
    killed: Sequence[int],
    overlaps: int,
    seconds: float,
) -> Verdict:
    """``accepted`` messages were taken in, the processes ``killed`` were killed, the double saw ``posts``."""
    by_text: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        by_text[post.text].append(post)
    processed = Counter(post.text for post in posts if post.processed)
    died = {pid for pid in killed if any(send.died for turn in turns for send in turn.sends if send.pid == pid)}
    violations = [
        *_unfinished(turns, accepted),
        *_repeated(processed),
        *_answers(turns, processed),
        *_order(posts),
        *([f"{overlaps} messages came while another one of their chat was under way"] if overlaps else []),
        *(line for turn in turns for line in _sends(turn, by_text[turn.text], set(killed))),
        *_doubts(turns),
    ]
    faults = Counter(post.fault for post in posts if post.fault)
    return Verdict(
        turns=len(turns),
        kills=len(killed),
        kills_while_sending=len(died),
        faults=dict(faults),
        doubted=sum(any(send.died or send.lost for send in turn.sends) for turn in turns),
        read_back=sum(turn.settled_by == "read_back" for turn in turns),
        settled_by_hand=sum(turn.settled_by_hand for turn in turns),
        unknown=sum(turn.status == TurnStatus.UNKNOWN for turn in turns),
        twice=sum(number > 1 for number in processed.values()),
        lost=accepted - sum(turn.status in {*_FINAL, TurnStatus.UNKNOWN} for turn in turns),
        seconds=seconds,
        violations=violations,
    )


def _unfinished(turns: Sequence[Turn], accepted: int) -> Iterator[str]:
    if len(turns) != accepted:
        yield f"{accepted} messages were accepted, but there are {len(turns)} turns"
    for turn in turns:
        if turn.status not in {*_FINAL, TurnStatus.UNKNOWN}:
            yield f"{_name(turn)} is still {turn.status} ({turn.reason})"
        if turn.status == TurnStatus.FAILED and not (turn.reason or "").startswith("max_attempts"):
            yield f"{_name(turn)} failed: {turn.reason}"


def _repeated(processed: Mapping[str, int]) -> Iterator[str]:
    for text, number in processed.items():
        if number > 1:
            yield f"processed {number} times: {text}"


def _answers(turns: Sequence[Turn], processed: Mapping[str, int]) -> Iterator[str]:
    for turn in turns:
        if turn.status == TurnStatus.ANSWERED and not processed[turn.text]:
            yield f"{_name(turn)} is answered, but the provider never processed it"
        if turn.status == TurnStatus.ANSWERED and turn.answer != stored_answer(turn.text):
            yield f"{_name(turn)} has an answer that is not its own"


def _order(posts: Sequence[Post]) -> Iterator[str]:
    """What was processed of a conversation was processed in its order; a post struck before that is none."""
    last: dict[str, int] = {}
    for post in posts:
        if post.processed:
            message = parse(post.text)
            if message.position <= last.get(message.conversation, 0):
                yield f"out of order: {post.text} after {last[message.conversation]}"
            last[message.conversation] = max(message.position, last.get(message.conversation, 0))


def _sends(turn: Turn, posts: Sequence[Post], killed: Collection[int]) -> Iterator[str]:
    """Each outcome of a send has its cause in the double's log or in a kill, and each post its attempt row."""
    faults = Counter(post.fault for post in posts)
    silent = sum(faults[name] for name in doubles.SILENT)
    outcomes = Counter(send.outcome for send in turn.sends)
    died, lost = sum(send.died for send in turn.sends), sum(send.lost for send in turn.sends)
    for send in turn.sends:
        if send.outcome is None:
            yield f"{_name(turn)}: attempt {send.number} has no outcome"
        if send.died and send.pid not in killed:
            yield f"{_name(turn)}: attempt {send.number} lost its worker {send.pid}, which nobody killed"
    if lost > silent:
        yield f"{_name(turn)}: {lost} answers lost, but only {silent} faults in the log"
    if outcomes[Outcome.SERVER_ERROR] > faults[doubles.ERROR_BEFORE] or outcomes[Outcome.BUSY] > faults[doubles.BUSY]:
        yield f"{_name(turn)}: {dict(outcomes)} for the faults {dict(faults)}"
    # A worker may die between its mark and the first byte, and give up before it: those left no post.
    unsent = len(turn.sends) - len(posts)
    if not 0 <= unsent <= died + outcomes[Outcome.NOT_SENT]:
        yield f"{_name(turn)}: {len(turn.sends)} attempts to send, but {len(posts)} posts"


def _doubts(turns: Sequence[Turn]) -> Iterator[str]:
    """OSVI: unknown, now or until an operator settled it, exactly if a send was lost. Synthflow: none stays unknown."""
    for turn in turns:
        doubted = any(send.died or send.lost for send in turn.sends)
        unknown = turn.status == TurnStatus.UNKNOWN
        if turn.reads_back and unknown:
            yield f"{_name(turn)} stayed unknown ({turn.reason}), though it can be read back"
        if not turn.reads_back and doubted != (unknown or turn.settled_by_hand):
            yield f"{_name(turn)}: {'lost' if doubted else 'nothing lost'}, but {turn.status} ({turn.reason})"
        if unknown and not (turn.sends[-1].died or turn.sends[-1].lost):
            yield f"{_name(turn)} is unknown without evidence"


def _name(turn: Turn) -> str:
    return f"turn {turn.id} ({turn.route}, {turn.conversation} {turn.position})"
