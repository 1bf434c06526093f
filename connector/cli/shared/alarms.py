"""Alarms in words for a person at a shell: what is the case, and the command to run next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from connector.policy.replies import FAILING, GONE
from connector.policy.turns import STOPPED
from connector.services.sources.mends import mend_of
from connector.utils.terminal import in_one_line

if TYPE_CHECKING:
    from connector.storage.monitoring.alarms import Alarm

_CLOSED = {
    "credentials": "the provider refuses its credentials; put the right token in place, start the workers again, "
    "then resume",
    "credit": "its credit or quota at the provider is used up, and its messages wait; top it up, then resume",
    "operator": "an operator paused it",
    "failing": "calls keep failing; it tries again by itself",
}
_PAUSED = {
    "misconfigured": "the provider refuses to open a chat; mend account and agent of the route in the configuration, "
    "start the workers again, then resume",
    "operator": "an operator paused it",
    STOPPED: "an operator stopped it, and no answer of it goes out either",
}
_DISABLED = {GONE: "its receiver answered 410, so it wants no more", FAILING: "it took nothing for days"}

_PLURALS = {"reply": "replies", "event": "events"}


def worded(alarm: Alarm) -> dict[str, str]:
    """The alarm as ``status --json`` has it: its name, ``what`` is the case, and the command to run ``next``."""
    what, following = _WORDS.get(alarm.name, _listed)(alarm)
    return {"name": alarm.name, "what": in_one_line(what), "next": in_one_line(following)}


def _counted(number: int, one: str, many: str) -> str:
    """``1 turn is``, ``3 turns are``: the number with its words."""
    return f"{number} {one if number == 1 else many}"


def _aside(detail: str | None) -> str:
    return f" ({detail})" if detail else ""


def _account_closed(alarm: Alarm) -> tuple[str, str]:
    following = "turnwire check" if alarm.reason == "failing" else f"turnwire accounts resume {alarm.id}"
    return f"account {alarm.id} is closed: {_CLOSED[alarm.reason or 'operator']}{_aside(alarm.detail)}", following


def _account_unreachable(alarm: Alarm) -> tuple[str, str]:
    waiting = _counted(alarm.waiting, "turn waits", "turns wait")
    return f"account {alarm.id} cannot be reached, {waiting} to be tried again{_aside(alarm.detail)}", "turnwire check"


def _route_paused(alarm: Alarm) -> tuple[str, str]:
    why = _PAUSED.get(alarm.reason or "operator", alarm.reason)
    return f"route {alarm.id} is paused: {why}{_aside(alarm.detail)}", f"turnwire routes resume {alarm.id}"


def _braked(alarm: Alarm) -> tuple[str, str]:
    number = _counted(alarm.number, "conversation", "conversations")
    why = {
        None: f"{number} had more messages than its brakes allow, perhaps from a machine that answers ours",
        "brake_route": f"more messages came than it takes in all; {number} with a person since",
        "brake_source": f"more messages came by source {alarm.detail} than it may bring; {number} with a person since",
        "brake_domain": f"{number} of a mail domain that brought more messages than people write",
        "brake_haste": f"{number} in which our answer was answered within seconds, perhaps by a machine",
        "brake_repeats": f"{number} in which the same is written again and again, perhaps by a machine",
    }
    what = f"route {alarm.id}: {why.get(alarm.reason, why[None])}; a person must look"
    return what, f"turnwire conversations list --route {alarm.id} --status {alarm.status}"


def _braked_answers(alarm: Alarm) -> tuple[str, str]:
    waiting = _counted(alarm.number, "answer waits", "answers wait")
    what = f"route {alarm.id}: more answers would have left by mail than its brakes allow; {waiting} for approval"
    return what, f"turnwire replies list --route {alarm.id} --status {alarm.status}"


def _unknown_turns(alarm: Alarm) -> tuple[str, str]:
    unknown, waiting = (
        _counted(alarm.number, "turn is", "turns are"),
        _counted(alarm.waiting, "turn waits", "turns wait"),
    )
    return f"{unknown} unknown: perhaps delivered; {waiting} behind", f"turnwire turns list --status {alarm.status}"


def _failed_turns(alarm: Alarm) -> tuple[str, str]:
    return f"{_counted(alarm.number, 'turn has', 'turns have')} failed", f"turnwire turns list --status {alarm.status}"


def _handed_off(alarm: Alarm) -> tuple[str, str]:
    with_people = _counted(alarm.number, "conversation is", "conversations are")
    waiting = _counted(alarm.waiting, "turn waits", "turns wait")
    what = f"{with_people} with a person, for {alarm.seconds // 60} minutes at most; {waiting}"
    return what, f"turnwire conversations list --status {alarm.status}"


def _failed_outbox(alarm: Alarm) -> tuple[str, str]:
    calls = _counted(alarm.number, "outside call was given up", "outside calls were given up")
    what = f"{calls} that a change of hands owed: the provider or the webhook does not know of it"
    return what, f"turnwire outbox list --status {alarm.status}"


def _no_worker(alarm: Alarm) -> tuple[str, str]:
    queued = _counted(alarm.waiting, "turn is", "turns are")
    return f"no worker has been seen for a minute, {queued} queued", "turnwire worker"


def _worker_silent(alarm: Alarm) -> tuple[str, str]:
    what = (
        f"worker {alarm.id} is alive but consuming nothing: it last looked for work {alarm.seconds} s ago; "
        "stop it and start it again"
    )
    return what, "turnwire worker"


def _endpoint_failing(alarm: Alarm) -> tuple[str, str]:
    waiting = _counted(alarm.waiting, "reply waits", "replies wait")
    minutes = alarm.seconds // 60
    what = f"{alarm.id} has taken no reply for {minutes} minutes{_aside(alarm.detail)}; {waiting} to be tried again"
    return what, f"turnwire replies list --status {alarm.status}"


def _endpoint_disabled(alarm: Alarm) -> tuple[str, str]:
    why = _DISABLED.get(alarm.reason or "", "an operator disabled it")
    waiting = _counted(alarm.waiting, "reply waits", "replies wait")
    what = f"{alarm.id} is disabled since {alarm.since}: {why}{_aside(alarm.detail)}; {waiting} for it"
    return what, f"turnwire replies enable {alarm.id}"


def _source_closed(alarm: Alarm) -> tuple[str, str]:
    what = f"source {alarm.id}: {alarm.reason}; it fetches and sends nothing until it is authorized again"
    return what, f"turnwire sources authorize {alarm.id}"


def _source_stopped(alarm: Alarm) -> tuple[str, str]:
    if alarm.reason == "operator":
        return (
            f"source {alarm.id} is stopped by an operator{_aside(alarm.detail)}",
            f"turnwire sources start {alarm.id}",
        )
    what = f"source {alarm.id} is closed: {alarm.detail or alarm.reason}; {mend_of(alarm.reason, alarm.id)}"
    return what, f"turnwire sources start {alarm.id}"


def _source_silent(alarm: Alarm) -> tuple[str, str]:
    since = f"since {alarm.since}" if alarm.since else "ever"
    if alarm.detail is None:
        return f"source {alarm.id} has not been read {since}: no worker reads it", "turnwire worker"
    what = f"source {alarm.id} has not been read {since}{_aside(alarm.detail)}; {mend_of(alarm.reason, alarm.id)}"
    return what, f"turnwire sources show {alarm.id}"


def _overdue_followups(alarm: Alarm) -> tuple[str, str]:
    overdue = _counted(alarm.number, "follow-up is", "follow-ups are")
    what = f"{overdue} overdue: no worker ticks, or the configuration has lost their route"
    return what, f"turnwire followups list --status {alarm.status} --due-before 1m"


def _refused_events(alarm: Alarm) -> tuple[str, str]:
    refused = _counted(alarm.number, "message was", "messages were")
    return f"{refused} refused within a day, and not sent", f"turnwire events list --status {alarm.status} --since 24h"


def _conflict_events(alarm: Alarm) -> tuple[str, str]:
    came = _counted(alarm.number, "message came", "messages came")
    what = f"{came} within a day under an id that was known with another content; the first one counts"
    return what, f"turnwire events list --status {alarm.status}"


def _listed(alarm: Alarm) -> tuple[str, str]:
    """Rows in a state that only a person ends."""
    many = _PLURALS.get(alarm.noun, f"{alarm.noun}s")
    what = f"{_counted(alarm.number, alarm.noun, many)} {alarm.status}"
    return what, f"turnwire {many} list --status {alarm.status}"


_WORDS: Mapping[str, Callable[[Alarm], tuple[str, str]]] = {
    "account_closed": _account_closed,
    "account_unreachable": _account_unreachable,
    "braked": _braked,
    "braked_answers": _braked_answers,
    "conflict_events": _conflict_events,
    "endpoint_disabled": _endpoint_disabled,
    "endpoint_failing": _endpoint_failing,
    "failed_outbox": _failed_outbox,
    "failed_turns": _failed_turns,
    "handed_off_conversations": _handed_off,
    "no_worker": _no_worker,
    "overdue_followups": _overdue_followups,
    "refused_events": _refused_events,
    "route_paused": _route_paused,
    "source_closed": _source_closed,
    "source_silent": _source_silent,
    "source_stopped": _source_stopped,
    "unknown_turns": _unknown_turns,
    "worker_silent": _worker_silent,
}
