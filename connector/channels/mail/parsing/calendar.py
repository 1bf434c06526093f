"""Invitations (RFC 5545) as one line that a person can read: what it is about, and when."""

from __future__ import annotations

import re

from connector.channels.text.clean import one_line

_LOOKED_AT = 64 * 1024
_FOLD = re.compile(r"\r?\n[ \t]")
_EVENT = "BEGIN:VEVENT"
_LINE = re.compile(r"^(SUMMARY|DTSTART|LOCATION)((?:;[^:\r\n]*)?):([^\r\n]*)", re.MULTILINE | re.IGNORECASE)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ZONE = re.compile(r"TZID=\"?([^\";:]{1,60})", re.IGNORECASE)
_METHOD = re.compile(r"^METHOD:(CANCEL|REPLY|COUNTER)\b", re.MULTILINE | re.IGNORECASE)
_KINDS = {"CANCEL": "invitation cancelled", "REPLY": "answer to an invitation", "COUNTER": "other time proposed"}
_ESCAPED = re.compile(r"\\([\\;,nN])")


def invitation(text: str) -> str:
    """A calendar text as ``[invitation: Fitting, 2026-11-24 10:00 UTC, Main Street 1]``; empty if it holds no event."""
    text = _FOLD.sub("", text[:_LOOKED_AT])
    _, begins, event = text.partition(_EVENT)
    if not begins:
        return ""
    found: dict[str, str] = {}
    for name, options, value in _LINE.findall(event.partition("END:VEVENT")[0]):
        found.setdefault(name.upper(), _moment(options, value) if name.upper() == "DTSTART" else _plain(value))
    told = ", ".join(found[name] for name in ("SUMMARY", "DTSTART", "LOCATION") if found.get(name))
    method = _METHOD.search(text)
    return f"[{_KINDS[method[1].upper()] if method else 'invitation'}: {told}]" if told else ""


def _plain(value: str) -> str:
    return one_line(_ESCAPED.sub(lambda hit: " " if hit[1] in "nN" else hit[1], value), 200)


def _moment(options: str, value: str) -> str:
    when = _TIME.match(value.strip())
    if when is None:
        return ""
    year, month, day, hour, minute, utc = when.groups()
    zone = _ZONE.search(options)
    named = "UTC" if utc else one_line(zone[1], 60) if zone else ""
    return " ".join(filter(None, (f"{year}-{month}-{day}", f"{hour}:{minute}" if hour else "", named)))
