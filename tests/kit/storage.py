"""Storage by hand: events in, then claim, mark and record one call at a time, as the engine would.

``kit = StorageKit(Database(url))``; ``kit.receive("T-1", "Hello")``; ``owner = kit.worker()``; ``(claimed,) =
kit.claim(owner)``; ``kit.mark(claimed)``; ``kit.record(claimed, ANSWERED)``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select, update

from connector.channels.celery_callback import CELERY
from connector.channels.events.schema import content_hash
from connector.channels.hooks.outgoing import WEBHOOK
from connector.policy.handoffs import Hands
from connector.policy.rate_limits import Limits
from connector.policy.turns import Decision, Move
from connector.storage import tables
from connector.storage.conversations.outbox import Outbox
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.receive.due_followups import Promotion
from connector.storage.receive.events import Intake, NewEvent, Target
from connector.storage.reply.replies import Replies
from connector.storage.send import workers
from connector.storage.send.accounts import Accounts
from connector.storage.send.claims import Claimed, Claims
from connector.storage.send.marks import Marked, Marks
from connector.storage.send.outcomes import Records, Settled
from connector.storage.send.wishes import Wish
from connector.values import OUTBOX_OPEN, RESUMING, Call, Callback, CallResult, Event, Outcome, Received, TurnStatus

ROUTES = {"support": Target(account="osvi", agent="agent_1"), "sales": Target(account="synthflow", agent="agent_2")}
FINAL = {"answered", "failed", "cancelled"}
CAPABILITIES = {"celery": CELERY, "webhook": WEBHOOK}
CHANNELS = {"support": "webhook", "sales": "celery"}
HANDS = {"support": Hands(tells="webhook", holds=True, at_end="delete_chat")}

ANSWERED = Decision(status=TurnStatus.ANSWERED, move=Move.ADVANCE, spends=True, answer="the answer")
FAILED = Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason="refused", spends=True)
HELD = Decision(status=TurnStatus.UNKNOWN, move=Move.HOLD, reason="lost", spends=True)
LOOK_AGAIN = Decision(status=TurnStatus.UNKNOWN, move=Move.AGAIN, reason="lost")
AGAIN = Decision(status=TurnStatus.QUEUED, move=Move.AGAIN, reason="not_sent")
LATER = replace(AGAIN, delay=60.0)
HANDED_OFF = Decision(status=TurnStatus.ANSWERED, move=Move.HAND_OFF, reason="help_requested", answer="one moment")


def emptied(database: Database) -> Database:
    """The database without a row."""
    names = [table.name for table in tables.metadata.sorted_tables]

    def use(connection: Connection) -> None:
        for name in names:
            connection.exec_driver_sql(f"DELETE FROM {name}")

    database.write(use)
    return database


def _check_conversation(mine: list[Any], place: Any, status: str) -> None:
    assert [turn.position for turn in mine] == list(range(1, place.tail + 1))
    assert sum(turn.status == "sending" for turn in mine) <= 1, "one at a time"
    unfinished = [turn for turn in mine if turn.status not in FINAL]
    assert all(turn.position >= place.head for turn in unfinished), "no open turn lies below the head"
    if any(turn.status == "sending" for turn in mine):
        assert place.owner is not None
    if unfinished and place.held is None and place.owner is None:
        assert place.ready_at is not None, "it would sleep for ever"
    if place.held is not None or place.owner is not None:
        assert place.ready_at is None
    if place.held == "unknown":
        assert any(turn.status == "unknown" for turn in mine), "held for a doubt that is none"
    for state in ("handed_off", "closed"):
        assert (place.held == state) == (status == state)


class StorageKit:
    """One database with all of storage's parts, and short ways to use and see them."""

    def __init__(
        self,
        database: Database,
        *,
        channels: dict[str, Any] | None = None,
        hands: dict[str, Hands] | None = None,
        **limits: Any,
    ) -> None:
        """``limits`` are those of both accounts; without ``hands`` a change of hands owes nothing."""
        self.database = database
        self.hands = hands or {}
        self.outbox = Outbox(database)
        self.channels = CHANNELS if channels is None else channels
        known = {name: Limits(**{"rate": None, **limits}) for name in ("osvi", "synthflow")}
        self.intake = Intake(database, ROUTES)
        self.promotion = Promotion(database, self.intake)
        self.claims = Claims(database)
        self.marks = Marks(database, [name for name, limit in known.items() if limit.daily_turns])
        self.records = Records(database, self.channels, self.hands)
        self.replies = Replies(database, channels=CAPABILITIES)
        self.accounts = Accounts(database, known)
        self.accounts.ensure(list(known))
        self._numbers: dict[str, int] = defaultdict(int)

    # --- in ---

    def event(self, conversation: str, text: str, *, route: str = "support", **fields: Any) -> Event:
        self._numbers[conversation] += 1
        known: dict[str, Any] = {"source": "test", "id": f"{conversation}/{self._numbers[conversation]}"}
        known |= {"callback": Callback(task="app.done")} if route == "sales" else {}
        return Event(**{**known, "route": route, "conversation": conversation, "text": text, **fields})

    def store(self, events: Sequence[Event]) -> list[Received]:
        return self.intake.store([NewEvent(event=event, hash=content_hash(event)) for event in events])

    def receive(self, conversation: str, *texts: str, **fields: Any) -> list[int]:
        """Store messages of one conversation; returns their turns' ids."""
        answers = self.store([self.event(conversation, text, **fields) for text in texts])
        return [int(answer.turn_id) for answer in answers if answer.turn_id]

    # --- at work ---

    def worker(self, lease: float = 60.0) -> int:
        return workers.register(self.database, "test", lease)

    def die(self, worker: int) -> workers.Swept:
        """Let a worker's lease end, and sweep."""
        self.change(tables.workers, tables.workers.c.id == worker, expires_at=0)
        return workers.sweep(self.database, self.channels, CAPABILITIES)

    def wishes(self, k: int = 100) -> list[Wish]:
        lanes = [lane for lane in self.claims.open_lanes() if not lane.blocked]
        return [Wish.of(lane, k=k, room=k) for lane in lanes]

    def claim(self, owner: int, most: int = 100) -> list[Claimed]:
        """Claim from all open lanes; by conversation, so that the order is the same on every database."""
        return sorted(self.claims.claim(owner, self.wishes(), most), key=lambda claimed: claimed.conversation_id)

    def mark(self, claimed: Claimed) -> Marked | None:
        assert claimed.turn is not None
        return next(iter(self.marks.mark(claimed.owner, [claimed.turn.id])), None)

    def record(self, *done: tuple[Claimed, Decision], **fields: Any) -> None:
        """Record decisions on turns, marked ones as sends; ``fields`` replace those of :class:`Settled`."""
        self.records.record([replace(self.settled(claimed, decision), **fields) for claimed, decision in done])

    def settled(self, claimed: Claimed, decision: Decision) -> Settled:
        """What a step hands in: a send's outcome if the turn was marked under this claim, else a decision alone."""
        assert claimed.turn is not None
        row = self.turn(claimed.turn.id)
        marked = row.last_send is not None and row.last_send != claimed.turn.last_send
        outcome = Outcome.ANSWERED if decision.status is TurnStatus.ANSWERED else Outcome.LOST
        return Settled(
            owner=claimed.owner,
            conversation_id=claimed.conversation_id,
            turn_id=claimed.turn.id,
            position=claimed.turn.position,
            was=TurnStatus.SENDING if marked else claimed.turn.status,
            call=Call.SEND if marked else None,
            number=row.last_send if marked else None,
            send_number=row.last_send,
            result=CallResult(outcome=outcome, raw=b"{}"),
            status=decision.status,
            reason=decision.reason,
            settled_by=decision.settled_by,
            answer=decision.answer,
            spends=decision.spends,
            move=decision.move,
            delay=decision.delay,
            provider_chat_id="chat-1" if marked else None,
            known=claimed.known,
        )

    def send(self, owner: int, decision: Decision = ANSWERED) -> list[int]:
        """Claim, mark and record everything that is ready; returns the turns' ids."""
        done = []
        for claimed in self.claim(owner):
            assert claimed.turn is not None
            assert self.mark(claimed) is not None
            self.record((claimed, decision))
            done.append(claimed.turn.id)
        return done

    # --- out ---

    def rows(self, table: Table, where: Any = True) -> list[Any]:
        with self.database.reading() as connection:
            keys = list(table.primary_key.columns)
            return list(connection.execute(select(table).where(where).order_by(*keys)).all())

    def change(self, table: Table, where: Any = True, **values: Any) -> None:
        self.database.write(lambda connection: connection.execute(update(table).where(where).values(**values)))

    def now(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(select(db_now())).scalar_one())

    def turn(self, turn_id: int) -> Any:
        return self.rows(tables.turns, tables.turns.c.id == turn_id)[0]

    def conversation(self, key: str) -> Any:
        return self.rows(tables.conversations, tables.conversations.c.key == key)[0]

    def place(self, key: str) -> Any:
        return self.rows(tables.schedule, tables.schedule.c.conversation_id == self.conversation(key).id)[0]

    def check(self) -> list[Any]:
        """Assert what must hold between any two transactions; returns all turns."""
        turns = self.rows(tables.turns)
        by_conversation: dict[int, list[Any]] = defaultdict(list)
        for turn in sorted(turns, key=lambda turn: turn.position):
            by_conversation[turn.conversation_id].append(turn)
        places = {place.conversation_id: place for place in self.rows(tables.schedule)}
        statuses = {row.id: row.status for row in self.rows(tables.conversations)}
        for conversation, mine in by_conversation.items():
            _check_conversation(mine, places[conversation], statuses[conversation])
            if places[conversation].held == RESUMING:
                assert statuses[conversation] == "open"
                assert self.owed(conversation), "it waits for nothing"
        doubted = {(turn.id, turn.status) for turn in turns if turn.status in {"unknown", "failed"}}
        assert set(self.trouble()) == doubted, "trouble has a row for each turn in doubt or failed, and no other"
        self._check_replies(turns)
        return turns

    def _check_replies(self, turns: list[Any]) -> None:
        newest: dict[int, tuple[str, int]] = {}
        for turn_id, status, revision in self.told():
            assert status in {*FINAL, "unknown"}
            assert turn_id not in newest or newest[turn_id][1] < revision, "each entry is told once"
            newest[turn_id] = (status, revision)
        with_way_back = self.channels.keys()
        routes = {row.id: row.route for row in self.rows(tables.conversations)}
        for turn in turns:
            if turn.status in {*FINAL, "unknown"} and routes[turn.conversation_id] in with_way_back:
                assert newest[turn.id][0] == turn.status, "the last thing told is where it stands"

    def owed(self, conversation: int) -> list[str]:
        """What the provider is still to be asked about a conversation."""
        mine = (tables.outbox.c.conversation_id == conversation) & tables.outbox.c.status.in_(map(str, OUTBOX_OPEN))
        return [row.kind for row in self.rows(tables.outbox, mine)]

    def trouble(self) -> list[tuple[int, str]]:
        return [(row.turn_id, row.kind) for row in self.rows(tables.trouble)]

    def told(self) -> list[tuple[int, str, int]]:
        """(turn, status, revision) of every reply queued so far."""
        return [
            (row.turn_id, row.turn_status, row.turn_revision)
            for row in self.rows(tables.replies, tables.replies.c.kind == "turn")
        ]
