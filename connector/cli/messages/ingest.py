"""``turnwire ingest``: take in files, after saying what that will do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.messages.file_options import FilesArgument, FormatOption, MapOption, columns
from connector.cli.shared.desk import past
from connector.cli.shared.output import JsonOption, Out, YesOption, confirm
from connector.cli.shared.receiver import OpenReceiver, configured_route, open_door
from connector.errors import ConfigurationError
from connector.utils.terminal import in_one_line

if TYPE_CHECKING:
    from connector.services.ingest.plan import Plan
    from connector.services.ingest.run import Files, FoundMessage
    from connector.settings import Settings
    from connector.values import Received

UNASKED = 100
"""So many messages are sent without a question where nobody can be asked."""

_PROVIDERS = {"osvi": "OSVI", "synthflow": "Synthflow"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(  # noqa: PLR0917 - each is an option of the command
    ctx: typer.Context,
    files: FilesArgument,
    route: Annotated[str, typer.Option(metavar="NAME", help="Which route answers them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    yes: YesOption = False,
    history: Annotated[bool, typer.Option("--history", help="Store as context; send none.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option(metavar="TIME", parser=past, help="Only what was written since: 2026-11-21, or 7d."),
    ] = None,
    mapping: MapOption = None,
    format_: FormatOption = None,
    connections: Annotated[
        int, typer.Option(min=1, max=16, help="How many connections to PostgreSQL store side by side.")
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Take in mailboxes, ticket tables and event files.

    Each message is taken in once, however often this is run. It reads everything first, says what it is going to do,
    and asks. Machine mails (automatic replies, bounces, mail from our own addresses) are stopped. What cannot be taken
    is reported with its place and recorded, costs the rest nothing, and makes the exit code 1; mend it and run again,
    and only what is missing is taken in.

    Each conversation is sent in the order of its times, over all files of one run, as long as these are at most
    128 MiB together; larger ones go in the order in which they stand, and with --yes without the first look. Of more
    than 1,000 messages those that name no priority let live ones go first.

    \b
    Examples:
      turnwire ingest support.mbox --route support --dry-run
      turnwire ingest tickets.csv --route support --map ticket_id=Case --map text=Body
      turnwire ingest old/*.eml --route support --history
    """
    with open_door(ctx, as_json=as_json) as door:
        from connector.services.ingest.plan import Plan
        from connector.services.ingest.run import Files, sortable

        name = configured_route(door.settings, route)
        chosen = Files(
            paths=files, route=name, format=format_, columns=columns(mapping), history=history, since=since,
            addresses=door.settings.routes[name].addresses,
            let_in=door.settings.routes[name].let_in,
        )  # fmt: skip
        if yes and not dry_run and not sortable(chosen):
            size = f"{chosen.size / 1e6:,.0f} MB of {chosen.noun}s"
            door.out.note(f"{size}: too large to be looked through first, taken in as they stand.")
            done = _take_in(door, chosen, Plan(), connections)
        else:
            done = _look_first(door, chosen, connections, dry_run=dry_run, yes=yes)
    if done["refused"] or done["conflict"]:
        raise typer.Exit(1)


def _look_first(door: OpenReceiver, files: Files, connections: int, *, dry_run: bool, yes: bool) -> dict[str, int]:
    from connector.services.ingest.plan import plan

    tell = _Teller(door.out).planned if dry_run else lambda *_: None
    with door.out.progress("reading") as step:
        planned = plan(files, door.receiver, step=step, tell=tell)
    said = "\n".join(announced(planned, files, door.settings))
    if dry_run:
        door.out.one({"summary": planned.summary(), "dry_run": True}, said)
        return planned.summary()
    _agree(door.out, planned, said, yes=yes)
    return _take_in(door, files, planned, connections)


# --- saying what will happen -----------------------------------------------------------------------------------------


def announced(plan: Plan, files: Files, settings: Settings) -> Iterator[str]:
    """What taking the files in comes to, in one line, and what else is worth knowing."""
    from connector.services.ingest.run import sortable

    parts = [_counted(plan.conversations, "conversation")]
    if plan.stopped:
        reasons = ", ".join(f"{reason.replace('_', ' ')} {number}" for reason, number in plan.stopped.most_common())
        parts.append(f"{plan.stopped.total()} stopped ({reasons})")
    if plan.context:
        parts.append(f"{plan.context} kept as context")
    if plan.known:
        parts.append(f"{plan.known} taken in before")
    if plan.conflict:
        parts.append(f"{plan.conflict} with the id of another message, which are not taken in")
    if plan.refused:
        parts.append(f"{plan.refused} that cannot be taken")
    parts += [f"{_counted(number, 'message')} to {_agent(settings, name)}" for name, number in plan.sent.items()]
    if not plan.sent:
        parts.append("nothing to send")
    yield f"{_counted(plan.read, files.noun)}: {', '.join(parts)}."
    yield from _lasting(plan, settings)
    if plan.answered:
        yield _answered(plan.answered)
    if plan.passed_over:
        yield f"{_counted(plan.passed_over, files.noun)} passed over, since they are older than --since."
    if plan.backwards and not sortable(files):
        yield (
            f"{_counted(plan.backwards, files.noun)} out of order within their conversations will be sent as they "
            "stand: the files are too large to be put in order; split them by time."
        )


def _lasting(plan: Plan, settings: Settings) -> Iterator[str]:
    """How long the accounts' rates make it take, where that is a minute or more; each new chat is a call as well."""
    messages: Counter[str] = Counter()
    for name, number in plan.sent.items():
        messages[settings.routes[name].account] += number
    for name, number in messages.items():
        rate = settings.accounts[name].rate
        seconds = 0.0 if rate is None else (number + min(number, plan.conversations)) / rate
        if seconds >= 60:
            yield (
                f"With the rate of account {name}, {rate:g} calls a second, it takes up to "
                f"{seconds / 60:,.1f} minutes: opening a chat is a call too."
            )


def _answered(number: int) -> str:
    return (
        f"{_counted(number, 'message')} of these would be skipped in a mailbox, since an answer of ours came after it "
        "(skip_answered); from files they are sent."
    )


def _agent(settings: Settings, route: str) -> str:
    configured = settings.routes[route]
    provider = settings.accounts[configured.account].provider
    return f"{_PROVIDERS.get(provider, provider)} agent {configured.agent} (route {route})"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _agree(out: Out, plan: Plan, said: str, *, yes: bool) -> None:
    """Say it, and go on if the user agrees; raises :class:`typer.Abort` or :class:`ConfigurationError`."""
    out.note(said)
    new = plan.sent.total()
    if yes or not (new or plan.context):
        return
    if not sys.stdin.isatty():
        if new <= UNASKED:
            return
        message = f"nobody can be asked here whether to send {new} messages"
        raise ConfigurationError(message, "", "--yes", f"--yes to send more than {UNASKED}, or --dry-run")
    if not confirm("Send?" if new else "Store?"):
        out.note("nothing was taken in")
        raise typer.Exit(1)


# --- doing it --------------------------------------------------------------------------------------------------------


def _take_in(door: OpenReceiver, files: Files, plan: Plan, connections: int) -> dict[str, int]:
    from connector.services.ingest.plan import SUMMARY
    from connector.services.ingest.run import MANY, sortable, take_in_files

    done, later, tell = Counter[str](), 0, _Teller(door.out)
    ordered = sortable(files)
    try:
        with door.out.progress("taking in", plan.read or None) as step:
            for taken in take_in_files(
                files,
                door.receiver,
                disordered=plan.disordered if ordered else (),
                backlog=plan.sent.total() > MANY or not ordered,
                connections=connections,
            ):
                done.update(taken.counts)
                later += taken.later
                for found, answer in taken.told:
                    tell.answered(found, answer)
                step(taken.counts["read"])
    finally:
        summary = {name: done[name] for name in SUMMARY}
        text = f"{done['read']} read: " + ", ".join(f"{done[name]} {name}" for name in SUMMARY[1:])
        door.out.one({"summary": summary}, text)
    if later:
        door.out.note(f"{later} of the accepted ones are scheduled for later")
    if plan.answered:
        door.out.note(_answered(plan.answered))
    if done["accepted"]:
        door.say_what_is_missing()
    return summary


class _Teller:
    """Reports what is not taken: a line for people on standard error, a JSON line for programs on standard output."""

    def __init__(self, out: Out) -> None:
        self._out = out

    def planned(self, found: FoundMessage, status: str, why: str) -> None:
        """A message that would not be taken."""
        self._tell(found, str(status), why)

    def answered(self, found: FoundMessage, answer: Received) -> None:
        """What became of a message that was not taken."""
        from connector.services.ingest.run import counted_as

        self._tell(found, counted_as(answer), answer.reason)

    def _tell(self, found: FoundMessage, status: str, reason: str | None) -> None:
        from connector.services.ingest.run import refusal

        facts: dict[str, Any] = refusal(found, status, reason)
        if self._out.as_json:
            self._out.one(facts)
        else:
            place = f"{facts['file']}, {facts['position']}" if facts["position"] else facts["file"]
            self._out.note(in_one_line(f"{place}: {facts['reason']}"))
