"""Field mapping of hooks: a ticket system's delivery to events, as its source's configuration says; pure.

What no customer wrote, or what is meant for colleagues only, is ignored on purpose, with a reason: our own answers come
back as deliveries too. What should be there and is not makes the delivery invalid: an unknown author is never answered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from connector.channels.base import Ignored
from connector.channels.events.schema import check_metadata, describe, moment
from connector.channels.hooks import wordless
from connector.channels.hooks.pointers import MISSING, HookItem, as_text
from connector.channels.hooks.signatures import Head, UnusableSecret, Verifier, instant
from connector.channels.mail.own_addresses import is_ours
from connector.channels.text.clean import clean, cut, one_line, unsafe
from connector.channels.text.html import html_to_text
from connector.errors import InvalidInput
from connector.settings import OnlySettings, Settings, SourceSettings
from connector.values import Customer, Event, EventStatus

__all__ = ["MOST_ITEMS", "Hook", "HookReader", "Ignored", "Reads", "Verifies", "hook_of", "reader_of", "verifier_of"]

MOST_ITEMS = 1000
_KEY = 255


class Verifies(Protocol):
    """What tells whether a delivery is genuine; both methods raise :class:`.signatures.NotAuthentic`."""

    def announced(self, head: Head, now: datetime) -> Any:
        """What the head alone allows to refuse is refused here; what comes back is for :meth:`verify`."""
        ...

    def verify(self, claim: Any, body: bytes) -> None:
        """Raise unless the source itself sent just these bytes."""
        ...


class Reads(Protocol):
    """What makes events of a genuine delivery; see :class:`HookReader`."""

    def challenge(self, payload: Any, head: Head) -> str | None:
        """What this delivery wants to be answered, if it is only there to see who answers."""
        ...

    def items(self, payload: Any) -> list[Any] | None:
        """The parts of a delivery of many; None for a delivery of one."""
        ...

    def read(self, payload: Any, head: Head, raw: bytes | None = None) -> Event | Ignored:
        """One event, or why it is none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One source, ready: its secrets were read when this was made. ``shows`` is the header that holds its signature."""

    name: str
    label: str
    route: str
    shows: str
    verifier: Verifies
    reader: Reads


def hook_of(settings: Settings, source: SourceSettings) -> Hook:
    """The hook of a source of kind ``hook``; raises :class:`connector.errors.ConfigurationError` for its secret."""
    return Hook(
        name=source.name,
        label=source.label,
        route=source.route,
        shows=source.signature.header,
        verifier=verifier_of(source),
        reader=reader_of(settings, source),
    )


def reader_of(settings: Settings, source: SourceSettings) -> HookReader:
    """The reader of one source; it needs no secret."""
    return HookReader(source, settings.routes[source.route].addresses)


def verifier_of(source: SourceSettings) -> Verifier:
    """The verifier with the source's secrets, read now; raises :class:`connector.errors.ConfigurationError`."""
    try:
        return Verifier(source.signature, source.secrets(), source.url)
    except UnusableSecret as error:
        raise source.wrong_secret(str(error)) from None


class HookReader:
    """Reads one source's deliveries."""

    def __init__(self, source: SourceSettings, addresses: Collection[str] = ()) -> None:
        """``addresses`` are our own: who writes from one of them is no customer."""
        self._source = source
        self._fields = source.fields
        self._ours = tuple(addresses)
        self._own_authors = _texts(source.own_authors)
        self._taken = None if source.take is None else _texts(source.take)

    def challenge(self, payload: Any, head: Head) -> str | None:
        """What this delivery wants to be answered, if it is only there to see who answers."""
        wanted = self._source.challenge
        delivered = HookItem(payload, head)
        if wanted is None or self._source.type is None or as_text(delivered.at(self._source.type)) != wanted.type:
            return None
        return as_text(delivered.at(f"header:{wanted.header}"))

    def items(self, payload: Any) -> list[Any] | None:
        """The parts of a delivery of many; None for a delivery of one. Raises :class:`InvalidInput`."""
        if self._source.items is None:
            return None
        found = HookItem(payload, Head()).at(self._source.items)
        if not isinstance(found, list) or len(found) > MOST_ITEMS:
            came = "nothing" if found is MISSING else describe(found)
            raise InvalidInput("items", f"a list of at most {MOST_ITEMS:,} events", came)
        return found

    def read(self, payload: Any, head: Head, raw: bytes | None = None) -> Event | Ignored:
        """One event, or why it is none; raises :class:`InvalidInput` for what should be there and is not."""
        delivered = HookItem(payload, head)
        ignored = self._why_ignored(delivered)
        if ignored is not None:
            return Ignored(reason=ignored)
        warnings: list[str] = []
        customer = self._customer(delivered)
        if customer.email and is_ours(customer.email, self._ours):
            return Ignored(reason="own_address")
        text = self._text(delivered)
        return Event(
            source=self._source.label,
            source_kind=self._source.kind,
            id=self._key(delivered, "id"),
            route=self._source.route,
            conversation=self._key(delivered, "conversation"),
            text=text,
            status=EventStatus.ACCEPTED if text else EventStatus.STOPPED,
            reason=None if text else wordless.NO_TEXT,
            customer=customer,
            subject=_line(delivered.first(self._fields.subject), 998),
            occurred_at=self._occurred_at(delivered, warnings),
            priority=self._priority(delivered, warnings),
            metadata=self._metadata(delivered, warnings),
            warnings=tuple(warnings),
            raw=raw,
        )

    def _why_ignored(self, delivered: HookItem) -> str | None:
        kind = None
        if self._source.type is not None:
            kind = _required(delivered.at(self._source.type), "type", self._source.type)
            if self._taken is not None and kind not in self._taken:
                return "other_event"
        if self._own_authors:
            author = _required(delivered.first(self._fields.author), "author", *self._fields.author)
            if author in self._own_authors:
                return "own_message"
        for rule in self._source.only:
            if (rule.types is None or kind in _texts(rule.types)) and not _holds(rule, delivered):
                return rule.reason
        return None

    def _key(self, delivered: HookItem, name: str) -> str:
        sources: Sequence[str] = getattr(self._fields, name)
        found = _required(delivered.first(sources), name, *sources)
        if not 0 < len(found) <= _KEY or unsafe(found):
            raise InvalidInput(name, f"1 to {_KEY} characters, without NUL", describe(found))
        return found

    def _text(self, delivered: HookItem) -> str:
        """What the customer wrote, or what stands for a message without words; empty where there is nothing at all."""
        found = delivered.first(self._fields.text)
        if as_text(found) is None and (stands := wordless.told(delivered, self._fields.attachments, "")):
            return stands
        found = _required(found, "text", *self._fields.text)
        form = as_text(delivered.said(self._fields.text_format)) or ""
        html = "html" in form.lower()
        text = cut(clean(html_to_text(found) if html else found))
        if any(each.isprintable() and not each.isspace() for each in text):
            return text
        return wordless.told(delivered, self._fields.attachments, found if html else "") or ""

    def _customer(self, delivered: HookItem) -> Customer:
        names = ("id", "name", "email", "phone", "language")
        found = {name: _line(delivered.first(getattr(self._fields, f"customer_{name}")), _KEY) for name in names}
        return Customer(**found)

    def _occurred_at(self, delivered: HookItem, warnings: list[str]) -> datetime | None:
        found = delivered.first(self._fields.occurred_at)
        if found is MISSING:
            return None
        at: datetime | None = None
        if self._fields.time_format == "rfc3339":
            try:
                at = moment(found)
            except ValueError:
                at = None
        elif isinstance(found, int | float) or (isinstance(found, str) and found.isascii() and found.isdigit()):
            at = instant(float(found), self._fields.time_format) if len(str(found)) < _KEY else None
        if at is None:
            warnings.append(f"occurred_at: no time in {self._fields.time_format}, left out")
        return at

    def _priority(self, delivered: HookItem, warnings: list[str]) -> int:
        found = as_text(delivered.first(self._fields.priority))
        if found is None:
            return 5
        if len(found) == 1 and found.isascii() and found.isdigit():
            return int(found)
        warnings.append("priority: no integer from 0 to 9, left out")
        return 5

    def _metadata(self, delivered: HookItem, warnings: list[str]) -> Mapping[str, Any]:
        found = {name: delivered.said(source) for name, source in self._fields.metadata.items()}
        kept = {name: value for name, value in found.items() if value is not MISSING and value is not None}
        try:
            check_metadata(kept)
        except InvalidInput as error:
            warnings.append(f"metadata: expected {error.expected}, left out")
            return {}
        return kept


def _texts(values: Sequence[str | bool | int]) -> frozenset[str | None]:
    return frozenset(as_text(value) for value in values)


def _required(found: Any, field: str, *places: str) -> str:
    text = as_text(found)
    if text is None:
        came = "nothing" if found is MISSING else describe(found)
        raise InvalidInput(field, f"a single value at {' or '.join(places)}", came)
    return text


def _holds(rule: OnlySettings, delivered: HookItem) -> bool:
    if rule.required is False and delivered.at(rule.at) is MISSING:
        return True
    found = _required(delivered.at(rule.at), "only", rule.at)
    if rule.same_as is not None:
        return found == _required(delivered.at(rule.same_as), "only", rule.same_as)
    if rule.none_of is not None:
        return found not in _texts(rule.none_of)
    return found in _texts(rule.one_of or ())


def _line(found: Any, limit: int) -> str | None:
    text = as_text(found)
    return one_line(text, limit) or None if text is not None else None
