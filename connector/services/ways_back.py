"""Self-test of ways back to sources: which source answers what, and whether a mailbox's server takes our login."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from connector.errors import ConfigurationError
from connector.services.finding import Finding, State
from connector.services.oauth import AccessTokens
from connector.settings import LmtpSettings, MailboxSettings, MaildirSettings, Settings
from connector.values import CallResult, Outcome
from connector.wiring import Wiring

_MOST_SENDING = 4
"""Logins tried at once."""


def ways_back(wiring: Wiring) -> Iterator[Finding]:
    """What is right and wrong with routes whose ``reply`` is "source". Nothing is sent."""
    yield from by_file(wiring.settings, {route: _senders(wiring, route) for route in _routes(wiring.settings)})
    boxes = [
        source
        for name, source in wiring.settings.sources.items()
        if isinstance(source, MailboxSettings) and f"source:{name}" in wiring.ways
    ]
    yield from asyncio.run(_asked(wiring, boxes))


def by_file(settings: Settings, senders: dict[str, Sequence[str]]) -> Iterator[Finding]:
    """Routes of which nobody can say who answers what came by file, or by a source that cannot send."""
    for route, names in senders.items():
        if not names:
            mend = f"a source of route {route} that can, such as a mailbox with a section smtp"
            yield Finding(what=f"route {route}", state="wrong", found="no source of it can send answers", mend=mend)
        if len(names) < 2:
            continue
        receivers = (MaildirSettings, LmtpSettings)
        silent = [name for name, source in settings.sources_of(route).items() if isinstance(source, receivers)]
        several = f"{', '.join(names)} can all send answers"
        if silent:
            found = f"{several}, so nobody can say which answers what comes by {', '.join(silent)}"
            mend = "a route of its own for each mailbox"
            yield Finding(what=f"route {route}", state="wrong", found=found, mend=mend)
        else:
            found = f"{several}, so mail that comes by file is answered by none"
            mend = "a route of its own for each mailbox, if files are to be answered"
            yield Finding(what=f"route {route}", state="warning", found=found, mend=mend)


def _routes(settings: Settings) -> list[str]:
    return [name for name, route in settings.routes.items() if route.reply == "source"]


def _senders(wiring: Wiring, route: str) -> list[str]:
    way: Any = wiring.channels[route]
    return sorted({channel.partition(":")[2] for channel in way.channels.values()})


async def _asked(wiring: Wiring, boxes: Sequence[MailboxSettings]) -> list[Finding]:
    places = asyncio.Semaphore(_MOST_SENDING)

    async def ask(box: MailboxSettings) -> Finding:
        async with places:
            return await _login(wiring, box)

    return list(await asyncio.gather(*map(ask, boxes)))


async def _login(wiring: Wiring, box: MailboxSettings) -> Finding:
    what = f"sources.{box.name}.smtp"
    try:
        channel: Any = wiring.source_channel(box, AccessTokens.of(wiring).token if box.oauth is not None else None)
    except ConfigurationError as error:
        return Finding(what=what, state="wrong", found=str(error), mend=error.expected)
    try:
        result: CallResult = await channel.check()
    finally:
        await channel.aclose()
    host = box.smtp.host if box.smtp is not None else ""
    if result.outcome is Outcome.ANSWERED:
        return Finding(what=what, state="ok", found=f"answers of route {box.route} leave by {host}")
    state: State = "warning" if result.outcome is Outcome.BUSY else "wrong"
    mend = f"[sources.{box.name}.smtp] right, and the server up"
    return Finding(what=what, state=state, found=result.error or str(result.outcome), mend=mend)
