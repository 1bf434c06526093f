"""Numbers of a demo's run: from the database, and from what the sandbox says it received."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import Any

from connector.cli.demo.folder import RECEIVED, SHIPPED
from connector.cli.demo.mail import ShownMail, shown_mail
from connector.services.ingest.run import FoundMessage
from connector.settings import Settings
from connector.storage import queries
from connector.storage.core.database import Database
from connector.values import Event, EventStatus, Outcome
from connector.wiring import place_of

SHOWN = (
    ("mail", "5f1d2c7e-3b60-4e0b-9a77-1c40d9b5a201@example.org"),
    ("tickets", "BW-T-4105"),
)
"""The two conversations that are shown in full, by route and the conversation's key or a part of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoReport:
    """What there is to tell. ``turns`` are all of the demo's, with their attempts.

    ``subjects`` are the conversations', by route and key; ``languages``
    counts conversations; ``stopped`` machine mails by the rule that stopped them; ``mail`` is the one that is shown.
    """

    turns: Sequence[dict[str, Any]]
    subjects: Mapping[tuple[str, str], str]
    languages: Counter[str]
    stopped: Counter[str]
    context: int
    sent_twice: int
    mail: ShownMail | None = None

    def of(self, route: str) -> list[dict[str, Any]]:
        """The turns of one route."""
        return [turn for turn in self.turns if turn["route"] == route]

    @property
    def unanswered(self) -> int:
        """Turns without an answer."""
        return sum(turn["status"] != "answered" for turn in self.turns)

    @property
    def read_back(self) -> int:
        """Answers that were lost on the way and read back."""
        return sum(
            turn["settled_by"] == "read_back" and turn["status"] == "answered" and _met(turn, Outcome.LOST) > 0
            for turn in self.turns
        )

    @property
    def refused(self) -> int:
        """Calls that got no connection."""
        return self._met(Outcome.NOT_SENT)

    @property
    def busy(self) -> int:
        """Calls that were told to slow down."""
        return self._met(Outcome.BUSY)

    @property
    def errors(self) -> int:
        """Calls that the provider answered with an error of its own."""
        return self._met(Outcome.SERVER_ERROR)

    def transcripts(self) -> list[list[dict[str, Any]]]:
        """The turns of the conversations of :data:`SHOWN`, each in its order."""
        return [
            sorted((t for t in self.of(route) if key in t["conversation"]), key=lambda turn: int(turn["position"]))
            for route, key in SHOWN
        ]

    def as_dict(self) -> dict[str, Any]:
        """The numbers as JSON."""
        return {
            "turns": len(self.turns),
            "answered": len(self.turns) - self.unanswered,
            "unanswered": self.unanswered,
            "conversations": len({(turn["route"], turn["conversation"]) for turn in self.turns}),
            "apis": {
                shipped.api: {
                    "file": shipped.name,
                    "conversations": len({turn["conversation"] for turn in self.of(shipped.route)}),
                    "turns": len(self.of(shipped.route)),
                    "answered": sum(turn["status"] == "answered" for turn in self.of(shipped.route)),
                }
                for shipped in SHIPPED
            },
            "languages": dict(self.languages.most_common()),
            "stopped": dict(self.stopped),
            "context": self.context,
            "read_back": self.read_back,
            "sent_twice": self.sent_twice,
            "refused_connections": self.refused,
            "busy": self.busy,
            "server_errors": self.errors,
            "mail": self.mail and self.mail.as_dict(),
        }

    def _met(self, outcome: Outcome) -> int:
        return sum(_met(turn, outcome) for turn in self.turns)


def _met(turn: dict[str, Any], outcome: Outcome) -> int:
    return sum(attempt["outcome"] == outcome for attempt in turn["attempts"])


def report(settings: Settings, messages: Iterable[FoundMessage]) -> DemoReport:
    """Look at everything once; ``messages`` are those of the shipped files."""
    events = [found.item for found in messages if isinstance(found.item, Event)]
    sources = {event.source for event in events}
    database = Database(settings.database.sqlalchemy_url, place=place_of(settings))
    try:
        ids = [int(turn["id"]) for turn in queries.turns(database) if turn["source"] in sources]
        turns = [queries.turn(database, turn_id) for turn_id in sorted(ids)]
        aside = list(queries.events(database, statuses=(EventStatus.STOPPED, EventStatus.CONTEXT)))
    finally:
        database.dispose()
    stopped = Counter(event["reason"] for event in aside if event["status"] == EventStatus.STOPPED)
    return DemoReport(
        turns=turns,
        subjects={(event.route, event.conversation): event.subject for event in reversed(events) if event.subject},
        languages=languages(events),
        stopped=stopped,
        context=len(aside) - stopped.total(),
        sent_twice=sent_twice(turns, settings),
        mail=shown_mail(turns, events),
    )


def languages(events: Iterable[Event]) -> Counter[str]:
    """How many conversations are in which language, as the customers' systems say."""
    found: dict[tuple[str, str], str] = {}
    for event in events:
        if event.status is EventStatus.ACCEPTED and (language := _language(event)):
            found.setdefault((event.route, event.conversation), language[:2].lower())
    return Counter(found.values())


def _language(event: Event) -> str:
    if event.customer.language or event.raw is None or not event.source.startswith("mail:"):
        return event.customer.language or ""
    return str(BytesHeaderParser().parsebytes(event.raw).get("Content-Language", ""))


def sent_twice(turns: Iterable[dict[str, Any]], settings: Settings) -> int:
    """How many messages entered a chat of the sandbox more often than there are turns that were told so in it."""
    file = settings.folder / RECEIVED
    entered: Counter[tuple[str, str]] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        call = json.loads(line)
        if call["call"] == "send" and call["processed"]:
            entered[call["chat"], call["text"]] += 1
    meant: defaultdict[tuple[str, str], int] = defaultdict(int)
    for turn in turns:
        meant[turn["provider_chat_id"], turn.get("told") or turn["text"]] += 1
    return sum(max(0, times - meant[key]) for key, times in entered.items())
