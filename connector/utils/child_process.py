"""Generator in a child process: its items are made there, while this process uses the ones before."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from connector.errors import TurnwireError
from connector.utils.gc_tuning import collect_seldom

Item = TypeVar("Item")


def elsewhere(make: Callable[..., Iterable[Item]], *args: Any) -> Iterator[Item]:
    """The items of ``make(*args)``, one being made while the one before is used.

    ``make`` is a function of a module; it, its arguments and the items must pickle. What it raises is raised here if it
    is an error of ours; otherwise, and if the process ends early, :class:`TurnwireError`.
    """
    # Not a fork of this process, which has threads and connections.
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sending, make, args), name="turnwire-reader", daemon=True)
    process.start()
    sending.close()
    try:
        while True:
            try:
                done, found = receiving.recv()
            except EOFError:
                raise TurnwireError("the process that reads the files has ended") from None
            if isinstance(found, TurnwireError):
                raise found
            if done:
                return
            yield found
    finally:
        receiving.close()
        process.join(1.0)
        if process.is_alive():
            process.kill()


def _run(sending: Connection, make: Callable[..., Iterable[Any]], args: tuple[Any, ...]) -> None:
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interruption is the other process's to handle; it closes the pipe
    with suppress(BrokenPipeError):
        try:
            for item in make(*args):
                sending.send((False, item))
        except BrokenPipeError:
            raise
        except TurnwireError as error:
            sending.send((True, error))
        except Exception as error:  # noqa: BLE001 - told to whoever waits, in words that hold nothing of the files
            sending.send((True, TurnwireError(f"reading failed with {type(error).__name__}")))
        else:
            sending.send((True, None))
