"""Fetch of a source: one round with its books, and what whoever called it does next."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from connector.channels.mail.imap.login import TokenGiver
from connector.channels.mail.problems import INTERNAL, SourceProblem
from connector.errors import ConfigurationError, DatabaseUnavailable, places
from connector.services.receive import Receiver
from connector.services.sources.mailbox import MailboxRounds
from connector.services.sources.maildir import MaildirRounds
from connector.services.sources.pace import gives_up, silent_after, wait_after
from connector.services.sources.rounds import RoundReport, SourceRounds
from connector.settings import LmtpSettings, MailboxSettings, MaildirSettings, MailSourceSettings, Settings
from connector.storage.sources import states
from connector.utils.logs import get_logger

log = get_logger(__name__)

_LISTENS = 60.0
"""Seconds between two notes of a listener that it listens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What one fetch came to: the report, or the problem; and in how many seconds to come again."""

    wait: float
    report: RoundReport | None = None
    problem: SourceProblem | None = None
    closed: bool = False


def mail_sources(settings: Settings) -> dict[str, MailSourceSettings]:
    """The configured sources of mail, by name."""
    return {name: each for name, each in settings.sources.items() if isinstance(each, MailSourceSettings)}


def poll_of(source: MailSourceSettings) -> float:
    """Seconds between two rounds of a source."""
    if isinstance(source, MailboxSettings):
        return source.imap.poll
    return source.poll if isinstance(source, MaildirSettings) else _LISTENS


def fetched_ones(settings: Settings) -> list[str]:
    """The names of sources that have rounds; a listener has none."""
    return [name for name, each in mail_sources(settings).items() if not isinstance(each, LmtpSettings)]


def announce(receiver: Receiver, source: MailSourceSettings) -> None:
    """Make sure that a source has its row. Raises :class:`DatabaseUnavailable`."""
    states.announce(receiver.wiring.database, source.name, source.kind_name, silent_after(poll_of(source)))


def rounds_of(
    receiver: Receiver, source: MailSourceSettings, tokens: TokenGiver | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> SourceRounds:  # fmt: skip
    """What reads a source; raises :class:`ConfigurationError` for one that is not read but listens."""
    if isinstance(source, MailboxSettings):
        return MailboxRounds(receiver, source, tokens, stopping)
    if isinstance(source, MaildirSettings):
        return MaildirRounds(receiver, source, receiver.wiring.settings.folder, stopping)
    raise ConfigurationError(f"source {source.name} listens and is not fetched", "", "NAME", "a mailbox or a Maildir")


class Fetching:
    """Fetches one source; keeps what its rounds keep."""

    def __init__(self, receiver: Receiver, source: MailSourceSettings, rounds: SourceRounds) -> None:
        """Nothing is opened."""
        self._database = receiver.wiring.database
        self._source = source
        self._jitter: random.Random = receiver.wiring.jitter
        self._failures = 0
        self.rounds = rounds

    def fetch(self) -> Fetched:
        """One round. Raises :class:`DatabaseUnavailable`, and nothing else."""
        name = self._source.name
        states.tried(self._database, name)
        try:
            report = self.rounds.round()
        except DatabaseUnavailable:
            self.rounds.close()
            raise
        except Exception as error:  # noqa: BLE001 - whatever a source does, it is tried again
            return self.failed(_problem(name, error))
        self._failures = 0
        states.succeeded(self._database, name)
        if report.found:
            log.info("source.fetched", source=name, **report.became)
        return Fetched(wait=0.0 if report.more else poll_of(self._source), report=report)

    def failed(self, problem: SourceProblem) -> Fetched:
        """Note a failure. Raises :class:`DatabaseUnavailable`."""
        name = self._source.name
        self.rounds.close()
        self._failures += 1
        states.failed(self._database, name, problem.kind, str(problem))
        by_token = isinstance(self._source, MailboxSettings) and self._source.password is None
        closes = gives_up(problem.kind, self._failures, by_token=by_token)
        if closes:
            states.close(self._database, name, problem.kind, str(problem))
            self._failures = 0
        say = log.error if closes else log.warning
        say("source.closed" if closes else "source.failed", source=name, problem=problem.kind, error=str(problem))
        return Fetched(wait=wait_after(self._failures, self._jitter), problem=problem, closed=closes)


def _problem(name: str, error: Exception) -> SourceProblem:
    if isinstance(error, SourceProblem):
        return error
    log.error("source.broke", source=name, error=type(error).__name__, at=places(error))
    return SourceProblem(INTERNAL, f"reading it failed with {type(error).__name__}")
