from __future__ import annotations

import pytest

from connector.channels.mail.parsing.calendar import invitation


def event(*lines: str, method: str = "REQUEST") -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (event("SUMMARY:Fitting", "DTSTART:20261124T100000Z"), "[invitation: Fitting, 2026-11-24 10:00 UTC]"),
        (event("DTSTART;TZID=Europe/Berlin:20261124T100000", "SUMMARY;LANGUAGE=en:A\\, b", "LOCATION:Main\r\n  Street"),
         "[invitation: A, b, 2026-11-24 10:00 Europe/Berlin, Main Street]"),
        (event("DTSTART;VALUE=DATE:20261124"), "[invitation: 2026-11-24]"),
        (event("SUMMARY:Fitting", method="CANCEL"), "[invitation cancelled: Fitting]"),
        (event("DTSTART:soon"), ""),
        ("SUMMARY:no event", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_an_invitation_is_one_line(text, line):
    assert invitation(text) == line


def test_events_without_an_end_are_read_at_once():
    assert invitation("BEGIN:VEVENT\n" * 1_000_000 + "SUMMARY:x") == ""
