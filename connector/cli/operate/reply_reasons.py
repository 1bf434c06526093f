"""Sentences for the reasons of replies, for every screen that shows one."""

from __future__ import annotations

from connector.cli.shared.output import shown

_REASONS = {
    "overtaken": "the customer has written again, and the answer to that serves both",
    "handed_off": "a person has the conversation",
    "conversation_closed": "the conversation was closed",
    "endpoint_disabled": "its endpoint is disabled; it goes once that is enabled",
    "gone": "the receiver answered 410: it wants no more",
    "bounced": "it left, and a mail server reported that it was not delivered",
    "brake_out": "more answers left by mail than the route's brakes allow: it waits for approval",
    "replayed": "delivered once more, on an operator's word",
    "operator": "an operator decided so",
    "not_sent": "the receiver could not be reached",
    "busy": "the receiver asked to wait",
    "server_error": "the receiver answered with an error of its own",
    "lost": "no answer came",
    "credentials": "our login is not taken there",
    "worker_lost": "its worker died while it was being delivered",
    "answered": "the customer has answered it",
    "found": "it was found at the receiver",
    "not_found": "it was not found at the receiver, which proves nothing",
    "rejected": "a person refused it",
    "refused": "the receiver refused it",
    "gave_up": "tried for three days",
}


def why(reason: str | None) -> str | None:
    """The reason in words, with the words of the machine behind it; an unknown one as it is."""
    if not reason:
        return None
    words = "; ".join(_REASONS.get(part.strip(), shown(part.strip())) for part in reason.split(":"))
    return words if words == reason else f"{words} ({shown(reason)})"
