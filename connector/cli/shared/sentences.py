"""Sentences for a person at a shell when an action is refused: the fact, and the command to run next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connector.errors import Overtaken, RowError, WrongState
from connector.utils.terminal import in_one_line

_TURN = {
    "queued": ": `turnwire turns cancel {which}` takes it back",
    "sending": ": it is on its way to the provider and cannot be called back; wait for its outcome",
    "answered": ": nothing is left to do",
    "unknown": ": use `turnwire turns resolve {which} --as answered|resend|failed`",
    "failed": ": use `turnwire turns retry {which}`",
    "cancelled": ": hand the message in again under a new id, with `turnwire enqueue`",
}

_BY_STATUS = {
    "turn": _TURN,
    "turns": _TURN,
    "conversation": {
        "open": ": `turnwire conversations hand-off {which}` gives it to a person",
        "handed_off": ": `turnwire conversations resume {which}` gives it back to the agent",
        "closed": ": the customer's next message opens it again",
    },
    "reply": {
        "draft": ": use `turnwire replies approve {which}` or `turnwire replies reject {which}`",
        "queued": ": `turnwire replies cancel {which}` takes it back",
        "sending": ": it is on its way and cannot be called back; wait for its outcome",
        "delivered": ": nothing is left to do",
        "unknown": ": use `turnwire replies resolve {which} --as delivered|resend|failed`",
        "failed": ": use `turnwire replies retry {which}`",
        "cancelled": ": use `turnwire replies retry {which}` to deliver it all the same",
    },
    "followup": {
        "sent": ": see `turnwire turns show {which}`",
        "cancelled": ": nothing is sent",
        "skipped": ": nothing is sent",
        "expired": ": nothing is sent",
    },
    "outbox": {
        "queued": ": `turnwire outbox cancel {which}` takes it back",
        "sending": ": it is being made now; wait for its outcome",
        "done": ": nothing is left to do",
        "skipped": ": nothing is left to do",
        "failed": ": `turnwire outbox retry {which}` makes it again",
        "cancelled": ": nothing is left to do",
    },
    "event": {
        "accepted": ": see `turnwire turns list`",
        "scheduled": ": see `turnwire followups list`",
        "refused": ": hand it in again once it is mended; its id is still free",
    },
    "account": {
        "open": ": `turnwire accounts pause {which}` closes it",
        "closed": ": `turnwire accounts resume {which}` opens it",
    },
    "route": {
        "open": ": `turnwire routes pause {which}` stops it",
        "paused": ": `turnwire routes resume {which}` lets it go on",
        "stopped": ": `turnwire routes resume {which}` lets it go on",
    },
    "endpoint": {
        "enabled": ": `turnwire replies list --status queued` shows what waits",
        "disabled": ": `turnwire replies enable {which}` lets it take replies",
    },
    "token": {
        "live": ": choose another name (--source {source} keeps the source), or end that one with "
        "`turnwire tokens revoke {which}`",
    },
}
"""What to do about a row that stands so, as it follows the fact; ``which`` names the row, or a filter of many."""

_BECAUSE = {
    "conversation_closed": _TURN["cancelled"],
    "unknown_turn": ": first use `turnwire turns resolve {turn_id} --as answered|resend|failed`",
    "overtaken": "; `turnwire outbox cancel {which}` sets it aside",
    "answered_later": ": `turnwire events release {which} --anyway` sends it all the same",
    "draft_stale": ": `turnwire replies approve {which} --anyway` sends it all the same",
}

_NO_DATABASE = re.compile(r'database "([^"\s]{1,63})" does not exist')

_LOOK_AGAIN = {
    "turn": ": look again with `turnwire turns show {which}`",
    "conversation": ": look again with `turnwire conversations show {which}`",
    "reply": ": see `turnwire replies show {which}`",
    "event": ": look again with `turnwire events show {which}`",
    "followup": ": see `turnwire followups list`",
}


def sentence(error: RowError) -> str:
    """The error and what to do about it; an error that says only what is the case stays as it is."""
    what_next = ""
    match error:
        case WrongState(because=str(because)) if because:
            what_next = _BECAUSE.get(because, "")
        case WrongState():
            what_next = _BY_STATUS.get(error.noun, {}).get(error.status, "")
        case Overtaken():
            what_next = _LOOK_AGAIN.get(error.noun, "")
    which = error.id or f"--status {error.status}"
    return in_one_line(f"{error}{what_next.format(which=which, **error.detail)}")


def what_helps(unreachable: str) -> Iterator[str]:
    """What to do about a server that does not answer, or a database that is not there."""
    absent = _NO_DATABASE.search(unreachable)
    if absent:
        yield f"create it, with `createdb {absent[1]}` on its server, then run `turnwire migrate`"
        yield "or name another in database.url (turnwire.toml, or TURNWIRE_DATABASE_URL)"
    elif "unable to open database file" in unreachable:
        yield "database.url (turnwire.toml, or TURNWIRE_DATABASE_URL) must name a file that this user may write"
    else:
        yield "try: turnwire check"
