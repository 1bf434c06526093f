"""Sentences for what brakes and guards stop, for every screen that shows it."""

from __future__ import annotations

from connector.cli.shared.output import shown
from connector.values.guards import OVERRULED

BRAKES = {
    "brake_conversation": "too many messages in its conversation: perhaps a machine answers ours",
    "brake_domain": "too many messages from its customer's mail domain: perhaps a machine answers ours",
    "brake_haste": "it was written within seconds of our answer: perhaps by a machine",
    "brake_repeats": "its last messages say the same: perhaps a machine answers ours",
    "brake_route": "too many messages came by its route, whoever wrote them",
    "brake_source": "too many messages came by its source, whoever wrote them",
    "brake_customer": "too many messages of its customer, over all conversations: perhaps a machine answers ours",
}
"""Why a conversation went to a person."""

_GUARDS = {
    "own_address": "it comes from an address of ours",
    "own_echo": "it is our own answer, which came back",
    "auto_reply": "it is an automatic reply",
    "auto_submitted": "it says that a program sent it (Auto-Submitted)",
    "response_suppressed": "it asks for no automatic answer (X-Auto-Response-Suppress)",
    "null_sender": "its Return-Path is empty: nothing may come back",
    "delivery_report": "it reports that a mail was not delivered, or not yet",
    "read_receipt": "it is a read receipt",
    "complaint": "it is a complaint that a mail provider passes on",
    "mailing_list": "it came over a mailing list",
    "bulk": "it is mass mail",
    "noreply": "its sender takes no answers, and no Reply-To names a person",
    "loop": "a ticket system marked it so as not to answer itself",
    "already_answered": "a colleague had answered it before it was read",
    "spam": "the mail server that brought it calls it spam or a virus",
}


def why_braked(reason: str) -> str:
    """The reason of a hand-off, and what it means if a brake is behind it."""
    return f"{shown(reason)} ({BRAKES[reason]})" if reason in BRAKES else shown(reason)


def why_stopped(reason: str, route: str | None) -> str:
    """The guard that stopped a mail: its name, what it saw, and the setting that overrules it."""
    if reason not in _GUARDS:
        return f"The rule: {shown(reason)}."
    said = f"The rule: {reason}: {_GUARDS[reason]}."
    if reason == "already_answered" and route:
        return f"{said} skip_answered = false in [routes.{shown(route)}] would send such mail."
    if reason in OVERRULED and route:
        return f'{said} let_in = ["{reason}"] in [routes.{shown(route)}] would let such mail in.'
    return said
