"""A provider in memory whose capabilities and faults a test chooses: what the engine does follows from these alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connector.values import (
    Capabilities,
    ChatContext,
    History,
    HistoryEntry,
    Opened,
    Outcome,
    TurnRequest,
    TurnResult,
)

Entries = tuple[HistoryEntry, ...]


def answering(text: str) -> str:
    """What a toy's agent says."""
    return f"You said: {text}"


@dataclass
class Chat:
    """One chat: what it holds, and whether it takes more."""

    entries: list[HistoryEntry] = field(default_factory=list)
    ongoing: bool = True

    def hear(self, role: str, text: str) -> None:
        self.entries.append(HistoryEntry(role=role, text=text, number=len(self.entries) + 1))


@dataclass
class Toy:
    """Answers everything, but for what is in ``faults``.

    ``faults`` maps a text to what its sends come to, in turn: ``lost_after`` and ``lost_before`` its work,
    ``over``, ``over_for_good`` (the chat is gone), ``unanswered`` (taken in, no answer yet), ``held``
    (the answer comes when ``release`` is called), an outcome by name, ``ok``. ``shows`` bends what a read returns.
    While it is ``down`` nobody can connect (``refused`` counts). ``widths`` holds, for each send as it begins, how many
    are in flight and how many calls have succeeded.
    """

    capabilities: Capabilities = field(default_factory=Capabilities)
    faults: dict[str, list[str]] = field(default_factory=dict)
    shows: Callable[[Entries], Entries] = lambda entries: entries
    latency: float = 0.0
    chats: dict[str, Chat] = field(default_factory=dict)
    opened: list[ChatContext] = field(default_factory=list)
    sent: list[TurnRequest] = field(default_factory=list)
    processed: list[str] = field(default_factory=list)
    by_key: dict[str, TurnResult] = field(default_factory=dict)
    in_flight: int = 0
    down: bool = False
    refused: int = 0
    done: int = 0
    widths: list[tuple[int, int]] = field(default_factory=list)
    reads: int = 0
    _held: dict[str, asyncio.Event] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def succeeded(self) -> int:
        """How many calls went well, openings too."""
        return self.done + len(self.opened)

    async def open(self, conversation: ChatContext) -> Opened:
        if self.down:
            self.refused += 1
            return Opened(outcome=Outcome.NOT_SENT, error="nobody there")
        self.opened.append(conversation)
        chat_id = conversation.uuid if self.capabilities.client_chosen_id else f"chat-{len(self.opened)}"
        self.chats[chat_id] = Chat()
        return Opened(chat_id=chat_id)

    async def find(self, conversation: ChatContext) -> Opened | None:
        found = [chat_id for chat_id in self.chats if chat_id == conversation.uuid]
        return Opened(chat_id=found[0]) if found else None

    async def send(self, request: TurnRequest) -> TurnResult:
        if self.down:
            self.refused += 1
            return TurnResult(outcome=Outcome.NOT_SENT, error="nobody there")
        self.sent.append(request)
        self.in_flight += 1
        self.widths.append((self.in_flight, self.succeeded))
        try:
            await asyncio.sleep(self.latency)
            return await self._send(request)
        finally:
            self.in_flight -= 1

    async def _send(self, request: TurnRequest) -> TurnResult:
        left = self.faults.get(request.text, [])
        fault = left.pop(0) if left else "ok"
        chat = self.chats[request.chat_id]
        if fault == "lost_before":
            return TurnResult(outcome=Outcome.LOST, error="nothing was heard")
        if fault in set(Outcome) and fault != Outcome.LOST:
            return TurnResult(outcome=Outcome(fault), error=f"the toy says {fault}", http_status=400)
        if fault.startswith("over") or not chat.ongoing:
            chat.ongoing = False
            if fault == "over_for_good":
                del self.chats[request.chat_id]
            return TurnResult(outcome=Outcome.CHAT_OVER, error="the chat has ended", http_status=400)
        if self.capabilities.idempotency_key and request.idempotency_key in self.by_key:
            if fault == "lost_after":
                return TurnResult(outcome=Outcome.LOST, error="nothing was heard")
            return self.by_key[request.idempotency_key]
        self.processed.append(request.text)
        chat.hear("user", request.text)
        if fault == "unanswered":
            return TurnResult(outcome=Outcome.LOST, error="nothing was heard")
        chat.hear("agent", answering(request.text))
        result = TurnResult(answer=answering(request.text), provider_turn=len(chat.entries), http_status=200)
        self.by_key[request.idempotency_key] = result
        if fault == "lost_after":
            return TurnResult(outcome=Outcome.LOST, error="nothing was heard")
        if fault == "held":
            self._loop = asyncio.get_running_loop()
            await self._held.setdefault(request.text, asyncio.Event()).wait()
        self.done += 1
        return result

    async def read(self, chat_id: str) -> History | None:
        self.reads += 1
        chat = self.chats.get(chat_id)
        if chat is None:
            return None
        return History(chat_id=chat_id, ongoing=chat.ongoing, entries=self.shows(tuple(chat.entries)))

    def holds(self, text: str) -> bool:
        """Whether the answer to this text is being held back at this moment."""
        return text in self._held

    def release(self, text: str) -> None:
        """Let the held answer go, from any thread."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._held[text].set)


READS = Capabilities(reads_back=True, client_chosen_id=True)
KEYS = Capabilities(idempotency_key=True)
NEITHER = Capabilities()
KINDS: Mapping[str, Capabilities] = {"reads back": READS, "takes keys": KEYS, "neither": NEITHER}
