"""Operators' actions as one object, bound once to the configuration: for the CLI, the HTTP API, the console.

Each method is one use: it changes the rows, commits, rings the bell once where there may be work now, and says what
was changed. They raise what their namesakes in :mod:`connector.storage.actions` do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.storage import actions
from connector.storage.actions import ReplayFilter
from connector.storage.core.database import Database
from connector.storage.queries.filters import TurnFilter
from connector.values import Change
from connector.wiring import Wiring


@dataclass(frozen=True, kw_only=True)
class Operations:
    """The operators' actions over one process's wiring; ``actor`` is who decides, for the audit."""

    wiring: Wiring

    @property
    def _database(self) -> Database:
        return self.wiring.database

    def _ringing(self, change: Change) -> Change:
        self.wiring.publisher.ring()
        return change

    def _ringing_if_any(self, change: Change) -> Change:
        return self._ringing(change) if change.detail["changed"] else change

    # --- turns ---

    def retry_turn(self, turn_id: int, *, actor: str, revision: int | None = None) -> Change:
        """Queue a failed turn again; ``revision`` is the one the operator looked at."""
        channels = self.wiring.channels
        return self._ringing(
            actions.retry_turn(self._database, turn_id, actor=actor, channels=channels, revision=revision)
        )

    def resolve_turn(
        self, turn_id: int, as_: str, answer: str | None = None, *, actor: str, revision: int | None = None
    ) -> Change:
        """Settle a turn in doubt: ``answered`` (with the answer), ``resend`` or ``failed``."""
        channels = self.wiring.channels
        return self._ringing(
            actions.resolve_turn(
                self._database, turn_id, as_, answer, actor=actor, channels=channels, revision=revision
            )
        )

    def cancel_turn(self, turn_id: int, *, actor: str, revision: int | None = None) -> Change:
        """Take back a turn that waits."""
        channels = self.wiring.channels
        return self._ringing(
            actions.cancel_turn(self._database, turn_id, actor=actor, channels=channels, revision=revision)
        )

    def retry_turns(self, wanted: TurnFilter, *, actor: str, dry_run: bool = False) -> Change:
        """Queue all failed turns that match again; a dry run says which."""
        channels = self.wiring.channels
        return self._ringing_if_any(
            actions.retry_turns(self._database, wanted, actor=actor, dry_run=dry_run, channels=channels)
        )

    def resolve_turns(
        self, wanted: TurnFilter, as_: str, answer: str | None = None, *, actor: str, dry_run: bool = False
    ) -> Change:
        """Settle all turns in doubt that match, all in the same way."""
        channels = self.wiring.channels
        return self._ringing_if_any(
            actions.resolve_turns(self._database, wanted, as_, answer, actor=actor, dry_run=dry_run, channels=channels)
        )

    def cancel_turns(self, wanted: TurnFilter, *, actor: str, dry_run: bool = False) -> Change:
        """Take back all waiting turns that match."""
        channels = self.wiring.channels
        return self._ringing_if_any(
            actions.cancel_turns(self._database, wanted, actor=actor, dry_run=dry_run, channels=channels)
        )

    # --- events ---

    def release_event(self, event_id: int, *, actor: str, anyway: bool = False) -> Change:
        """Make a turn of a message that was stopped, or kept as history; ``anyway``: also of an old one."""
        intake = self.wiring.intake
        return self._ringing(actions.release_event(self._database, intake, event_id, actor=actor, anyway=anyway))

    # --- conversations ---

    def hand_off(self, conversation_id: int, reason: str = "operator", *, actor: str) -> Change:
        """Give an open conversation to a person."""
        hands = self.wiring.hands
        return self._ringing(
            actions.hand_off_conversation(self._database, conversation_id, reason, actor=actor, hands=hands)
        )

    def resume(
        self, conversation_id: int, *, actor: str, answer_waiting: bool = False, brief: str | None = None
    ) -> Change:
        """Give a conversation back to the agent, who is told ``brief``; what waited is cancelled, or answered."""
        return self._ringing(
            actions.resume_conversation(
                self._database,
                conversation_id,
                actor=actor,
                answer_waiting=answer_waiting,
                brief=brief,
                channels=self.wiring.channels,
                hands=self.wiring.hands,
            )
        )

    def close(self, conversation_id: int, *, actor: str) -> Change:
        """End a conversation: what waits is cancelled."""
        channels, hands = self.wiring.channels, self.wiring.hands
        return self._ringing(
            actions.close_conversation(self._database, conversation_id, actor=actor, channels=channels, hands=hands)
        )

    # --- accounts and routes ---

    def pause_account(self, name: str, *, actor: str, detail: str | None = None) -> Change:
        """Let no call of an account through; there is nothing to wake anybody for."""
        return actions.pause_account(self._database, name, actor=actor, detail=detail)

    def resume_account(self, name: str, *, actor: str) -> Change:
        """Open an account again, whatever closed it."""
        return self._ringing(actions.resume_account(self._database, name, actor=actor))

    def pause_route(self, name: str, *, actor: str, detail: str | None = None) -> Change:
        """Send nothing of a route; there is nothing to wake anybody for."""
        return actions.pause_route(self._database, name, actor=actor, detail=detail)

    def stop_route(self, name: str, *, actor: str, detail: str | None = None) -> Change:
        """The kill switch: send nothing of a route and let no answer of it out."""
        return self._ringing(actions.stop_route(self._database, name, actor=actor, detail=detail))

    def stop_source(self, name: str, *, actor: str, detail: str | None = None) -> Change:
        """Read nothing of a source until it is started; ``detail`` is the operator's word on why."""
        return actions.stop_source(self._database, name, actor=actor, detail=detail)

    def start_source(self, name: str, *, actor: str) -> Change:
        """Let a source go on."""
        return actions.start_source(self._database, name, actor=actor)

    def resume_route(self, name: str, *, actor: str) -> Change:
        """Let a route go on, whatever paused or stopped it."""
        return self._ringing(actions.resume_route(self._database, name, actor=actor))

    # --- the way back ---

    def retry_reply(self, reply_id: int, *, actor: str) -> Change:
        """Queue a failed or cancelled reply again."""
        return self._ringing(actions.retry_reply(self._database, reply_id, actor=actor))

    def resolve_reply(self, reply_id: int, as_: str, *, actor: str) -> Change:
        """Settle a reply in doubt: ``delivered``, ``resend`` or ``failed``."""
        return self._ringing(actions.resolve_reply(self._database, reply_id, as_, actor=actor))

    def cancel_reply(self, reply_id: int, *, actor: str) -> Change:
        """Take back a reply that waits or is a draft."""
        return self._ringing(actions.cancel_reply(self._database, reply_id, actor=actor))

    def approve_reply(self, reply_id: int, *, actor: str, anyway: bool = False, text: str | None = None) -> Change:
        """Let a draft leave, with a person's ``text`` if there is one; ``anyway`` also if it has been overtaken."""
        change = actions.approve_reply(self._database, reply_id, actor=actor, anyway=anyway, text=text)
        return self._ringing(change)

    def reject_reply(self, reply_id: int, *, actor: str, reason: str | None = None) -> Change:
        """Refuse a draft: it never leaves."""
        return actions.reject_reply(self._database, reply_id, actor=actor, reason=reason)

    def enable_endpoint(self, name: str, *, actor: str) -> Change:
        """Let a disabled endpoint take replies again."""
        return self._ringing(actions.enable_endpoint(self._database, name, actor=actor))

    def disable_endpoint(self, name: str, *, actor: str) -> Change:
        """Deliver nothing more to an endpoint; there is nothing to wake anybody for."""
        return actions.disable_endpoint(self._database, name, actor=actor)

    def replay(self, wanted: ReplayFilter, *, actor: str, told: Callable[[int], None]) -> Change:
        """Deliver the replies that match again; ``told`` hears after each transaction how many are queued so far.

        Broken off, it has queued those that it told of, and has rung for them.
        """
        queued = 0
        try:
            for queued in actions.replay(self._database, wanted, actor=actor):
                told(queued)
        finally:
            if queued:
                self.wiring.publisher.ring()
        before = " or ".join(wanted.statuses)
        return Change(noun="replies", id=None, before=before, after="queued", detail={"queued": queued})

    def count_replay(self, wanted: ReplayFilter) -> dict[str, int]:
        """How many replies a replay would deliver again, by status."""
        return actions.count_replay(self._database, wanted)

    # --- what is due later, and calls to the outside ---

    def cancel_followup(self, followup_id: int, *, actor: str) -> Change:
        """Take back a message that is due later."""
        return self._ringing(actions.cancel_followup(self._database, followup_id, actor=actor))

    def retry_outbox(self, item_id: int, *, actor: str) -> Change:
        """Make a failed call that a change of hands owes again."""
        return self._ringing(actions.retry_outbox(self._database, item_id, actor=actor))

    def cancel_outbox(self, item_id: int, *, actor: str) -> Change:
        """Take back such a call that waits or has failed; a conversation that waited for it goes on."""
        return self._ringing(actions.cancel_outbox(self._database, item_id, actor=actor))
