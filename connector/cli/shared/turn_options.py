"""Typer options that filter turns, for lists and for bulk actions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from connector.cli.shared.desk import AccountOption, Desk, RouteOption, SinceOption, UntilOption, duration, states
from connector.values import TurnStatus

if TYPE_CHECKING:
    from connector.storage.queries.filters import TurnFilter

StatusOption = Annotated[list[TurnStatus] | None, typer.Option("--status", metavar="STATE", help=states(TurnStatus))]
ConversationOption = Annotated[str | None, typer.Option("--conversation", metavar="KEY", help="Only this one.")]
ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", metavar="WORD", help="Only with this reason, such as lost, refused or max_attempts."),
]
OlderThanOption = Annotated[
    float | None,
    typer.Option("--older-than", metavar="AGE", parser=duration, help="Only older ones: 90s, 10m, 24h, 2d."),
]


@dataclass(frozen=True, kw_only=True)
class Picked:
    """The options as they were given; every one narrows, and none of them picks every turn."""

    status: StatusOption = None
    route: RouteOption = None
    account: AccountOption = None
    conversation: ConversationOption = None
    reason: ReasonOption = None
    since: SinceOption = None
    until: UntilOption = None
    older_than: OlderThanOption = None

    def __bool__(self) -> bool:
        """Whether any was given."""
        return any(getattr(self, field.name) not in (None, []) for field in fields(self))

    def at(self, desk: Desk) -> TurnFilter:
        """The filter for the database; raises :class:`ConfigurationError` for a route or account nobody knows."""
        from connector.storage.queries.filters import TurnFilter

        return TurnFilter(
            statuses=tuple(self.status or ()),
            route=desk.route(self.route),
            account=desk.account(self.account),
            conversation=self.conversation,
            reason=self.reason,
            since=self.since,
            until=self.until,
            older_than=self.older_than,
        )


def picking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in the place of its parameter ``picked``, which gets them as one value."""
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in get_type_hints(Picked, include_extras=True).items()
    ]
    own = inspect.signature(command, eval_str=True)
    named = {name: parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for name, parameter in own.parameters.items()}
    parameters = [one for name, kept in named.items() for one in (options if name == "picked" else [kept])]

    @wraps(command)
    def run(**given: Any) -> None:
        picked = Picked(**{option.name: given.pop(option.name) for option in options})
        command(**given, picked=picked)

    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # what typer reads
    return run
