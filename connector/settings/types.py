"""Value types of the configuration: durations, rates, addresses, names, references to secrets.

A value that is not of its kind raises ``ValueError`` with what was expected, never with the value: it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from connector.policy.brakes import Allowed
from connector.policy.business_hours import MIDNIGHT, WEEKDAYS, zone
from connector.policy.told import Part
from connector.values.guards import OVERRULED

LONGEST = 3650 * 86_400.0
SHORTEST_LEASE = 2.0
LONGEST_PAUSE = 3600.0
_MOST_DATES = 1000
LONGEST_PHRASE = 100
MOST_PHRASES = 200
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds(value: object) -> float:
    """``"500ms"``, ``"90s"``, ``"10m"``, ``"24h"`` or ``"2d"`` as seconds; a number without its unit is refused."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d+)?)(ms|s|m|h|d)", value.strip()) if isinstance(value, str) else None
    length = float(match[1]) * _UNITS[match[2]] if match else 0.0
    if not 0 < length <= LONGEST:
        raise ValueError('a duration above 0 with its unit, such as "500ms", "90s", "10m", "24h" or "2d"')
    return length


def _pause(value: object) -> float | None:
    """A duration of at most an hour; ``"none"`` or 0 as None."""
    if str(value).strip() in {"0", "none"}:
        return None
    length = seconds(value)
    if length > LONGEST_PAUSE:
        raise ValueError('a duration of at most "1h", or "none"')
    return length


def _delay(value: object) -> float:
    """A duration, or ``"0s"`` for none."""
    return 0.0 if re.fullmatch(r"0(ms|s|m|h|d)?", str(value).strip()) else seconds(value)


def _lease(length: float) -> float:
    if length < SHORTEST_LEASE:
        raise ValueError('a duration of at least "2s"')
    return length


def calls_per_second(value: object) -> float | None:
    """``"10/s"``, ``"600/m"`` or ``"5000/h"`` as calls per second; ``"none"`` or 0 as None."""
    text = str(value).strip()
    if text in {"0", "none"}:
        return None
    match = re.fullmatch(r"(\d{1,9}(?:\.\d+)?)\s*/\s*([smh])", text)
    if not match or float(match[1]) == 0:
        raise ValueError('a rate such as "10/s", "600/m" or "5000/h", or "none"')
    return float(match[1]) / _UNITS[match[2]]


def allowed(value: object) -> Allowed:
    """``["60/h", "120/d"]`` as what a brake allows, either or both; ``"none"`` as no limit."""
    separated = _separated(value)
    parts = list(separated) if isinstance(separated, list | tuple) else [separated]
    if parts == ["none"]:
        return Allowed()
    found: dict[str, int] = {}
    for part in parts or [None]:
        match = re.fullmatch(r"([1-9]\d{0,8})\s*/\s*([hd])", part.strip()) if isinstance(part, str) else None
        if match is None or match[2] in found:
            raise ValueError('one number an hour and one a day, such as ["60/h", "120/d"], or "none"')
        found[match[2]] = int(match[1])
    return Allowed(hour=found.get("h"), day=found.get("d"))


def _guard(value: str) -> str:
    if value not in OVERRULED:
        raise ValueError(f"a guard of mail that may be overruled: {', '.join(OVERRULED)}")
    return value


def without_password(url: str) -> str:
    """``url`` with the password of its user, if it has one, replaced by ``***``; for messages and tables."""
    # First the password, which may hold a question mark; then what else may hold one.
    return re.sub(r"(?<=://)([^/@:?]*):.*@", r"\1:***@", url).partition("?")[0]


def _secret_reference(value: str) -> str:
    if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*", value):
        raise ValueError('"env:NAME" or "file:/path"; the secret itself must not stand here')
    return value


_HOSTS_OF_HERE = {"localhost", "localhost."}


def is_loopback(host: str) -> bool:
    """Whether a host can only be this machine, so that nobody listens on the way."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() in _HOSTS_OF_HERE


def _private_address(value: str) -> str:
    """An address to which secrets are sent: encrypted, or on this machine."""
    parts = urlsplit(_web_address(value))
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("an address that begins with https://; http:// only on this machine")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s?#]", value):
        raise ValueError("an address that begins with https:// or http://, without ? and #")
    if "@" in parts.netloc:
        raise ValueError("an address without user name and password")
    return value.rstrip("/")


def _call_address(value: str) -> str:
    """An address that is called exactly as it is written: a slash at its end, or a query, may be part of its name."""
    _web_address(value.partition("?")[0])
    if re.search(r"[\s#]", value):
        raise ValueError("an address that begins with https:// or http://, without #")
    return value


def _database_url(value: str) -> str:
    file = value.removeprefix("sqlite:///") if value.startswith("sqlite:///") else ""
    if _splits_in_password(value):
        raise ValueError(_ENCODED)
    if re.match(r"postgresql://.", value) or (file and ":memory:" not in file and "?" not in file):
        return value
    raise ValueError('"sqlite:///path/to/file.db" or "postgresql://user:password@host/database"')


_ENCODED = "the password percent-encoded: %40 for @, %2F for /, %3F for ?, %23 for #"


def _splits_in_password(url: str) -> bool:
    """Whether an ``@`` in the password would be taken for its end, and the rest for a host, which errors quote."""
    whole = url.partition("://")[2]
    _, at, host = whole.partition("@")
    return bool(at) and "@" in re.split(r"[/?]", host, maxsplit=1)[0]


def _looks_like_a_port(url: str) -> bool:
    """Whether the beginning of a password would be taken for a port, which errors quote."""
    whole = url.partition("://")[2]
    head = re.split(r"[/?#]", whole, maxsplit=1)[0]
    port = head.rpartition(":")[2]
    return "@" in whole and "@" not in head and ":" in head and not port.isdigit()


def _table_schema(value: str) -> str:
    if value and (not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", value) or value.startswith("pg_")):
        raise ValueError("a schema's name: up to 63 of a-z, 0-9 and _, no digit first, not pg_…")
    return value


def _table_prefix(value: str) -> str:
    if value and not re.fullmatch(r"[a-z_][a-z0-9_]{0,15}", value):
        raise ValueError('the beginning of a table\'s name, such as "turnwire_": up to 16 of a-z, 0-9 and _')
    return value


def _broker_url(value: str) -> str:
    if _splits_in_password(value) or _looks_like_a_port(value):
        raise ValueError(_ENCODED)
    if value == "embedded" or re.match(r"(amqps?|rediss?)://.", value):
        return value
    raise ValueError('"embedded", or an address that begins with amqp://, amqps://, redis:// or rediss://')


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"(?:\*|[^\s@<>*]+)?@[^\s@<>*]+", value):
        raise ValueError('a mail address such as "support@example.com", or a whole domain: "*@example.com"')
    return value.lower()


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError('a network such as "127.0.0.0/8", "10.1.2.3/32" or "fd00::/8"') from None


def _phrase(value: str) -> str:
    value = value.strip()
    if not 0 < len(value) <= LONGEST_PHRASE or not value.isprintable():
        raise ValueError(f"a word or a few, at most {LONGEST_PHRASE} characters on one line")
    return value


def _topic(value: str) -> str:
    if not re.fullmatch(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256}", value):
        raise ValueError('the ARN of an SNS topic such as "arn:aws:sns:eu-west-1:123456789012:mail"')
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}", value):
        raise ValueError("a name of at most 50 letters, digits, '.', '_' and '-'")
    return value


def _zone_name(value: str) -> str:
    zone(value)
    return value


def weekdays(value: object) -> frozenset[int]:
    """``"mon-fri"``, ``"mon,wed,fri"`` or ``"mon-thu, sat"`` as days of the week, 0 for Monday."""
    parts = value if isinstance(value, list | tuple | frozenset) else str(value).split(",")
    days: set[int] = set()
    for part in parts:
        first, dash, last = (word.strip().lower()[:3] for word in str(part).partition("-"))
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS or bool(dash) != bool(last):
            raise ValueError('days such as "mon-fri", "mon,wed,fri" or "mon-thu,sat"')
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return frozenset(days)


def minutes(value: object) -> int:
    """``"09:00"`` as minutes of the day; ``"24:00"`` is its end."""
    if isinstance(value, time) and not value.second and value.tzinfo is None:
        return value.hour * 60 + value.minute
    match = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", value.strip(), re.ASCII) if isinstance(value, str) else None
    total = int(match[1]) * 60 + int(match[2]) if match else MIDNIGHT + 1
    if total > MIDNIGHT:
        raise ValueError('a time of day such as "09:00" or "17:30"')
    return total


def dates(value: object) -> frozenset[date]:
    """Days of the calendar, written ``"2026-12-25"``, with or without quotes in the file."""
    parts = _separated(value)
    try:
        found = frozenset(_date(part) for part in parts) if isinstance(parts, Iterable) else None
    except ValueError:
        found = None
    if found is None or len(found) > _MOST_DATES:
        raise ValueError(f'a list of at most {_MOST_DATES:,} dates such as "2026-12-25"')
    return found


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value).strip())


def _separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


TASK_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
"""What names a task or queue of a callback: letters that every broker, and every file system below one, takes."""


def _callback(value: str) -> str:
    task, at, queue = value.partition("@")
    if not TASK_NAME.fullmatch(task) or (at and not TASK_NAME.fullmatch(queue)):
        raise ValueError('expected "task" or "task@queue", each a whole name of 1 to 100 of A-Z a-z 0-9 . _ -')
    return value


Seconds = Annotated[float, BeforeValidator(seconds)]
Delay = Annotated[float, BeforeValidator(_delay)]
# In the environment a list is separated by commas.
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=255)], ...], BeforeValidator(_separated)]
Pause = Annotated[float | None, BeforeValidator(_pause)]
Lease = Annotated[Seconds, AfterValidator(_lease)]
# In the environment the two are separated by a comma.
AllowedTurns = Annotated[Allowed, BeforeValidator(allowed)]
CallsPerSecond = Annotated[float | None, BeforeValidator(calls_per_second)]
SecretReference = Annotated[str, AfterValidator(_secret_reference)]
SecretReferences = Annotated[tuple[SecretReference, ...], BeforeValidator(_separated)]
Topics = Annotated[tuple[Annotated[str, AfterValidator(_topic)], ...], BeforeValidator(_separated), Field(min_length=1)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
PrivateAddress = Annotated[str, AfterValidator(_private_address)]
CallAddress = Annotated[str, AfterValidator(_call_address)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
TableSchema = Annotated[str, AfterValidator(_table_schema)]
TablePrefix = Annotated[str, AfterValidator(_table_prefix)]
BrokerUrl = Annotated[str, AfterValidator(_broker_url)]
Name = Annotated[str, AfterValidator(_name)]
NonEmpty = Annotated[str, Field(min_length=1, max_length=255)]
Zone = Annotated[NonEmpty, AfterValidator(_zone_name)]
Weekdays = Annotated[frozenset[int], BeforeValidator(weekdays)]
TimeOfDay = Annotated[int, BeforeValidator(minutes)]
Dates = Annotated[frozenset[date], BeforeValidator(dates)]
# In the environment the list is separated by commas.
CallbackNames = Annotated[tuple[Annotated[str, AfterValidator(_callback)], ...], BeforeValidator(_separated)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
# In the environment the list is separated by commas.
MailAddresses = Annotated[tuple[MailAddress, ...], BeforeValidator(_separated)]
Network = Annotated[str, AfterValidator(_network)]
# Of what an agent may be told beside the text.
Told = Annotated[tuple[Part, ...], BeforeValidator(_separated)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_separated)]
Phrase = Annotated[str, AfterValidator(_phrase)]
GuardNames = Annotated[tuple[Annotated[str, AfterValidator(_guard)], ...], BeforeValidator(_separated)]
Phrases = Annotated[tuple[Phrase, ...], BeforeValidator(_separated), Field(max_length=MOST_PHRASES)]
