"""States of events, conversations, turns, replies, follow-ups and outbox calls; outcomes of calls."""

from __future__ import annotations

from enum import StrEnum


class TurnStatus(StrEnum):
    """Where a turn stands; ``unknown`` means that it may have been delivered."""

    QUEUED = "queued"
    SENDING = "sending"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL_TURN_STATUSES = (TurnStatus.ANSWERED, TurnStatus.FAILED, TurnStatus.CANCELLED)


class EventStatus(StrEnum):
    """What became of a message that arrived; ``duplicate`` and ``conflict`` are answers, never rows."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    CONTEXT = "context"
    STOPPED = "stopped"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class ContextBy(StrEnum):
    """What made a message context: ``history`` a person, who may still have it sent by handing it in again.

    ``fetch``: it is from before the first contact with its source. ``author``: a colleague wrote it. ``skip_answered``:
    a colleague had answered it.
    """

    HISTORY = "history"
    FETCH = "fetch"
    AUTHOR = "author"
    SKIP_ANSWERED = "skip_answered"


BROKER = "broker"
"""The source of events made of what a broker brought and nobody could read."""

MAIL_SOURCE = "mail:"
"""What the source of every mail begins with."""


CSV_SOURCE = "csv:"
"""The same of ticket tables."""


class KeyOrigin(StrEnum):
    """The namespace of a conversation's key: one that was made of a mail's id, or one that a program named."""

    MAIL = "mail"
    KEY = "key"

    @classmethod
    def of(cls, source: str) -> KeyOrigin:
        """That of the messages of a source."""
        return cls.MAIL if source.startswith(MAIL_SOURCE) else cls.KEY


class ConversationStatus(StrEnum):
    """Who answers in a conversation: the agent, a person, or nobody any more."""

    OPEN = "open"
    HANDED_OFF = "handed_off"
    CLOSED = "closed"


class ReplyStatus(StrEnum):
    """Where the answer stands on its way back."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ReplyKind(StrEnum):
    """What a row of the way back tells: what became of a turn, or that a conversation changed hands."""

    TURN = "turn"
    HAND_OFF = "hand_off"


class FollowupStatus(StrEnum):
    """Where a message that is due later stands."""

    SCHEDULED = "scheduled"
    SENT = "sent"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class Call(StrEnum):
    """Which outside call an attempt made."""

    OPEN = "open"
    SEND = "send"
    READ_BACK = "read_back"


class Outcome(StrEnum):
    """What an outside call meant, in our words; the policy decides what follows."""

    ANSWERED = "answered"
    NOT_SENT = "not_sent"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    LOST = "lost"
    REFUSED = "refused"
    CREDENTIALS = "credentials"
    MISCONFIGURED = "misconfigured"
    CHAT_OVER = "chat_over"


class OutboxKind(StrEnum):
    """What the provider is asked when a conversation changes hands."""

    HOLD = "hold"  # a person has the chat: the agent is to keep quiet in it
    BRIEF = "brief"  # the agent is told what happened meanwhile
    RELEASE = "release"  # the agent has the chat again
    END = "end"  # the conversation is closed, and so is its chat
    FORGET = "forget"  # and what the provider keeps of it


class OutboxStatus(StrEnum):
    """Where an outside call stands; ``skipped``: the provider has no such call."""

    QUEUED = "queued"
    SENDING = "sending"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


OUTBOX_OPEN = (OutboxStatus.QUEUED, OutboxStatus.SENDING)


BACKLOG_PRIORITY = 2
"""What a backlog's messages are given, and those of large files: live ones, at 5, go first."""

OPEN = [str(TurnStatus.QUEUED), str(TurnStatus.UNKNOWN), str(TurnStatus.SENDING)]


RESUMING = "resuming"
"""``schedule.held`` while the provider has not yet been told that the agent has the conversation again."""
