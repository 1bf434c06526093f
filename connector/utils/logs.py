"""Logging set-up: key and value on a terminal, JSON lines anywhere else, always on standard error.

Events are named as everywhere in Turnwire (``turn.answered``); they carry ids, never texts, tokens or tracebacks with
the values of variables. Libraries' own lines come out in the same form.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.typing import Processor

from connector.utils.terminal import in_one_line, printable

_SILENCED = {
    # One line for every bell and tick, so about one a second: what became of the turns is told by our own events.
    "celery.worker.strategy": logging.WARNING,
    "celery.app.trace": logging.WARNING,
    # It introduces itself at every look at the database's revision.
    "alembic": logging.WARNING,
    # It warns that messages with a due time would block; ours have none, due times live in SQL.
    "celery.worker.consumer.delayed_delivery": logging.ERROR,
}


class Logger:
    """Logger of structured events: ``log.info("turn.sent", turn=12)``.

    In a program of ours, and in one that has set up structlog, it is structlog's. In any other program that uses this
    package it is the standard library's, so that a program hears of us what it has asked for and nothing else.
    """

    def __init__(self, name: str) -> None:
        """``name`` is the module's."""
        self._plain = logging.getLogger(name)
        self._processors: object = None
        self._structured: Any = None

    def info(self, event: str, **facts: object) -> None:
        """What happened, in the ordinary course."""
        self._say(logging.INFO, event, facts)

    def warning(self, event: str, **facts: object) -> None:
        """What somebody may want to look at."""
        self._say(logging.WARNING, event, facts)

    def error(self, event: str, **facts: object) -> None:
        """What somebody must look at."""
        self._say(logging.ERROR, event, facts)

    def _say(self, level: int, event: str, facts: Mapping[str, object]) -> None:
        if structlog.is_configured():
            self._bound().log(level, event, **facts)
        elif self._plain.isEnabledFor(level):
            told = (f"{name}={in_one_line(str(fact))}" for name, fact in facts.items())
            self._plain.log(level, "%s", " ".join([event, *told]))

    def _bound(self) -> Any:
        """The structlog logger as it is set up now: made anew for each line, as its proxy is, it would cost a third."""
        processors = structlog.get_config()["processors"]
        if processors is not self._processors:
            self._structured, self._processors = structlog.get_logger(self._plain.name).bind(), processors
        return self._structured


def get_logger(name: str) -> Logger:
    """The logger of a module."""
    return Logger(name)


class _Stderr(logging.Handler):
    """Writes to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - logging must never end a program, as the standard library has it
            self.handleError(record)


class _StderrLogger:
    """Where our own lines end, rendered already; one write a line, so that those of several threads do not mix."""

    def msg(self, line: str) -> None:
        """Write one line."""
        with contextlib.suppress(OSError, ValueError):  # a closed terminal ends no program
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = warn = error = critical = exception = fatal = log = msg


def configure(level: int = logging.INFO) -> None:
    """Send this process's logs, ours and the libraries', to standard error; may be called again."""
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Ours do not pass through the standard library, which would make two lines a message cost more than its records.
    structlog.configure(
        processors=[*shared, *_renderers()] if _for_people() else [_json_line],
        logger_factory=lambda *_: _StderrLogger(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers()],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(kept for kept in root.handlers if not isinstance(kept, _Stderr)), handler]
    root.setLevel(level)
    for name, least in _SILENCED.items():
        logging.getLogger(name).setLevel(max(least, level))


def _for_people() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


_encode = json.JSONEncoder(ensure_ascii=True, default=repr).encode


def _json_line(logger: object, level: str, facts: MutableMapping[str, Any]) -> str:
    """What the chain for libraries' lines makes of the same facts, in one step."""
    if "exc_info" in facts:
        facts = structlog.processors.format_exc_info(logger, level, facts)
    facts["level"] = level
    facts["timestamp"] = f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    return _encode(facts)


def _harmless(_logger: object, _level: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Facts whose strings neither steer a terminal nor pass for a line of ours; a traceback keeps its lines."""
    for name, fact in facts.items():
        if isinstance(fact, str):
            facts[name] = printable(fact) if name == "exception" else in_one_line(fact)
    return facts


def _renderers() -> list[Processor]:
    if _for_people():
        colours = not os.environ.get("NO_COLOR")
        # The default shows the values of variables in tracebacks, and those may be customers' texts.
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain, pad_event_to=24)
        return [_harmless, renderer]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=True)]
