"""LMTP door of a source: a mail server hands mails over, each is stored before it is told so."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from connector.channels.mail.problems import PERMISSION, UNREACHABLE, SourceProblem
from connector.errors import MissingExtra, TurnwireError, places
from connector.services.receive import Receiver
from connector.services.sources.intake import MailIntake, Numbered
from connector.settings import LmtpSettings
from connector.utils import failpoints
from connector.utils.logs import get_logger

if TYPE_CHECKING:
    from connector.channels.mail.lmtp import Listener

log = get_logger(__name__)

_AT_ONCE = 4
"""Mails that are stored at the same time."""


class LmtpDoor:
    """Listens while it is open."""

    def __init__(self, receiver: Receiver, source: LmtpSettings) -> None:
        """Does not listen yet."""
        self._source = source
        self._intake = MailIntake(receiver, source)
        self._storing = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="turnwire-lmtp-store")
        self._listener: Listener | None = None

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._listener is not None

    @property
    def port(self) -> int:
        """Where it listens; 0 while it does not."""
        return 0 if self._listener is None else self._listener.port

    def open(self) -> None:
        """Listen. Raises :class:`SourceProblem` if the address cannot be had, and :class:`MissingExtra`."""
        host, _, port = self._source.listen.rpartition(":")
        listener = _listener()(host.strip("[]"), int(port), self._source.recipients, self.deliver, self._storing)
        try:
            listener.start()
        except PermissionError:
            raise SourceProblem(PERMISSION, f"nothing may listen on {self._source.listen} here") from None
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise SourceProblem(UNREACHABLE, f"cannot listen on {self._source.listen}: {why}") from None
        self._listener = listener

    def deliver(self, raw: bytes, recipients: Sequence[str]) -> bool:
        """Store a mail; whether it is stored. Never raises."""
        try:
            event = self._intake.event(raw, f"{self._source.name}, for {len(recipients)} recipients")
            self._intake.store([Numbered(number=0, event=event)], _no_cursor)
        except TurnwireError as error:
            log.warning("mail.put_off", source=self._source.name, error=str(error))
            return False
        except Exception as error:  # noqa: BLE001 - the mail server keeps it and comes again
            log.error("mail.put_off", source=self._source.name, error=type(error).__name__, at=places(error))
            return False
        failpoints.hit("mail_stored")
        return True

    def close(self) -> None:
        """Take nothing more; what is being stored is finished."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()

    def end(self) -> None:
        """Close it for good."""
        self.close()
        self._storing.shutdown(wait=True)


def _listener() -> type[Listener]:
    try:
        from connector.channels.mail.lmtp import Listener  # noqa: PLC0415 - an optional library
    except ImportError:
        raise missing() from None
    return Listener


def missing() -> MissingExtra:
    """What to raise where the library that LMTP needs is not installed."""
    return MissingExtra('a source of kind "lmtp" needs the extra "mail"', "", "sources", "pip install 'turnwire[mail]'")


def _no_cursor(_connection: Any, _numbers: Sequence[int]) -> None:
    """The mail server has the mail until it is told that it is stored."""
