"""When a mail was written: its Date header, unless the server that took it in knows better."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from connector.channels.mail.parsing.headers import moment
from connector.channels.mail.parsing.mime import Part

_BELIEVED = timedelta(days=2)
"""So long a mail may have been under way."""
_HOPS = 20
_SKEW = timedelta(minutes=10)
"""By so much clocks differ that are right."""


def _passed(mail: Part) -> Iterator[datetime]:
    """When the servers on its way took it in, the last one first."""
    for value in mail.headers("received")[:_HOPS]:
        at = moment(value.rpartition(";")[2]) if ";" in value else None
        if at:
            yield at


def written_at(mail: Part) -> tuple[datetime | None, bool]:
    """When it was written, and whether its Date is believed.

    A clock that is wrong says so itself: no mail is received before it is written, or many days later. The time is
    then that of Received. An old mail that was moved to another server is as old as the servers on its way say.
    """
    date, passed = moment(mail.header("date")), _passed(mail)
    received = next(passed, None)
    if date is None:
        return received, True
    if received is None or any(timedelta(0) <= at - date <= _BELIEVED for at in chain([received], passed)):
        return date, True
    return received, timedelta(0) < date - received < _SKEW
