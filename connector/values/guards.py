"""Guards: the rules that stop a mail which no person wrote, by name."""

from __future__ import annotations

OWN_ADDRESS = "own_address"
OWN_ECHO = "own_echo"
REPORTS = ("delivery_report", "read_receipt", "complaint")
"""Mail about mail: there is nothing in it to answer."""

OVERRULED = (
    "own_address", "auto_reply", "auto_submitted", "response_suppressed", "null_sender", "mailing_list", "bulk",
    "noreply", "loop", "spam",
)  # fmt: skip
"""Guards that a route may overrule, by ``let_in``; reports, and our own answers that come back, are never let in."""

GUARDS = (OWN_ECHO, *REPORTS, *OVERRULED)
"""Every rule that can be the reason of a stopped mail."""
