"""Lease on the reading of a queue: a row that names the one worker that reads it, renewed as long as it lives.

Losing it in the middle of a group does no harm, so nothing is fenced by it: messages stay with the broker until they
are stored, two readers would store the same ones from the same end, and each is kept once.
"""

from __future__ import annotations

import os
import threading
import uuid

from celery.utils.nodenames import gethostname

from connector.errors import TurnwireError
from connector.storage.queue import leases
from connector.utils.logs import get_logger

from ..runtime.runtime import Runtime

log = get_logger(__name__)

_LONGEST = 5.0
"""Seconds after which a reader that is silent is followed by another, unless a worker's lease is shorter."""
_EVERY = 0.5
"""Seconds between two renewals, or two tries."""
_LOOK = 0.5
_PATIENCE = 2.0


class ReaderLease:
    """The lease of one queue, or another kind of thing that one worker at a time reads, as this process sees it.

    A thread of its own asks for it, so that a database that hangs holds up no reader.
    """

    def __init__(
        self, runtime: Runtime, queue: str, *, kind: str = "reader", longest: float = _LONGEST, every: float = _EVERY
    ) -> None:
        """Does not ask for it yet; ``every`` are the seconds between two renewals, ``longest`` those of the lease."""
        self._runtime = runtime
        self._seconds = min(runtime.settings.worker.lease, longest)
        self._every = min(every, self._seconds / 4)
        self._name = f"{kind}:{queue}"
        self._holder = f"{gethostname()}/{os.getpid()}/{uuid.uuid4().hex}"
        self._held = threading.Event()
        self.elsewhere = False
        """Whether another worker had it when the database was last asked."""
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether it was ours when the database was last asked: while that is away nobody else gets it either."""
        return self._held.is_set()

    def wait(self) -> bool:
        """Wait a moment for it; whether it is ours."""
        return self._held.wait(_LOOK)

    def start(self) -> None:
        """Begin to ask for it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="turnwire-lease", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Give it back, so that another worker need not wait until it runs out."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)  # or it might renew what is given back
        if not self._held.is_set():
            return
        try:
            leases.give_back(self._runtime.wiring.database, self._name, self._holder)
        except TurnwireError as error:
            log.warning("lease.not_given_back", error=str(error))

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                mine = leases.take(self._runtime.wiring.database, self._name, self._holder, self._seconds)
            except TurnwireError as error:
                log.warning("lease.not_renewed", lease=self._name, error=str(error))
            else:
                self.elsewhere = not mine
                (self._held.set if mine else self._held.clear)()
            self._ended.wait(self._every)
