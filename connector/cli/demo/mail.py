"""Mail of the demo, in and out: one that came, what the agent was told of it, and the answer as it would leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from connector.channels.mail.outgoing.compose import Letter, answered_mail, compose
from connector.policy.threads import reply_name
from connector.values import Event

SHOWN_MAIL = "41B7F2A8-0C9D-4D35-B6E2-7A58C01F9E22@example.com"
"""The Message-ID of the mail that is shown: it carries a signature and the conversation so far."""
SENDER = "Brightwater Support <support@brightwater.example>"

_OURS = ("support@brightwater.example",)
# Made up, and the same in each run: no reply is stored, since nothing leaves.
_OWN_ID = reply_name(1, "2f9c41d07be85a36c1d4907e6b13f8a5", "brightwater.example")


@dataclass(frozen=True, kw_only=True, slots=True)
class SentMail:
    """A mail as its reader meets it: headers but for those of the encoding, and its plain text."""

    headers: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownMail:
    """One mail: its turn, all its text, and the answer to it, if there is one."""

    turn: dict[str, Any]
    came: str
    answer: SentMail | None

    @property
    def told(self) -> str:
        """What the agent was told."""
        return str(self.turn.get("told") or self.turn["text"])

    def as_dict(self) -> dict[str, Any]:
        """The mail as JSON."""
        answer = self.answer and {"headers": dict(self.answer.headers), "text": self.answer.text}
        return {"came": self.came, "told": self.told, "answer": answer}


def shown_mail(turns: Iterable[dict[str, Any]], events: Sequence[Event]) -> ShownMail | None:
    """The mail of :data:`SHOWN_MAIL` among them; None if it is not there."""
    event = next((each for each in events if each.id == SHOWN_MAIL and each.mail is not None), None)
    turn = next((each for each in turns if each.get("external_id") == SHOWN_MAIL), None)
    if event is None or event.mail is None or turn is None:
        return None
    answer = None if turn["answer"] is None else _read(_composed(event, turn))
    return ShownMail(turn=turn, came=event.mail.full_text, answer=answer)


def _composed(event: Event, turn: dict[str, Any]) -> bytes:
    """The answer by the composer that a mailbox answers with; dated a minute after the mail."""
    letter = Letter(
        sender=SENDER,
        message_id=_OWN_ID,
        answered=answered_mail(event.raw or b"", _OURS),
        text=turn["answer"],
        quoted=turn["text"],
        date=(event.occurred_at or datetime.now(UTC)) + timedelta(minutes=1),
    )
    return compose(letter).raw


def _read(raw: bytes) -> SentMail:
    mail = message_from_bytes(raw, policy=policy.default)
    headers = [(name, str(value)) for name, value in mail.items() if not name.startswith(("MIME-", "Content-"))]
    body = mail.get_body(("plain",))
    return SentMail(headers=tuple(headers), text="" if body is None else str(body.get_content()).replace("\r\n", "\n"))
