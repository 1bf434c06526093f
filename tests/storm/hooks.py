"""``python -m tests.storm.hooks``: thousands of signed deliveries, each up to three times, shuffled, all at once.

They go over eight connections through a real ``turnwire serve`` and are sent by a real worker; then every conversation
is held against what was sent.

Exits 1 if a message was lost, repeated, put into another conversation, taken though no customer wrote it, or answered
to the outside other than once.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from connector.settings import load
from connector.storage.core.database import Database
from tests.kit.servers import Absent
from tests.storm import doubles, ledger, receiver
from tests.storm.__main__ import place
from tests.storm.doubles import Post
from tests.storm.messages import Message, answer_to, parse
from tests.storm.receiver import Receiver
from tests.storm.surroundings import Manner, clean_environment, configuration, crew

SECRET = "storm-storm-storm"
STANDARD = "whsec_" + base64.b64encode(b"a storm's key of 24 bytes").decode()
SOURCES = ("zammad", "shop")
_FINAL = {"answered", "failed", "cancelled", "unknown"}
_SERVE = "import sys; from connector.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How big it is; ``ours`` of a hundred deliveries are agents' own comments, which must be left alone."""

    deliveries: int = 10_000
    per_conversation: int = 5
    connections: int = 8
    ours: int = 10
    patience: float = 900.0


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One thing that happened at the sender's: a customer's message, or an agent's comment."""

    source: str
    message: Message
    from_customer: bool

    def request(self) -> tuple[str, bytes, dict[str, str]]:
        """Path, body and headers, signed now."""
        raw = json.dumps(self._body(), ensure_ascii=False).encode()
        if self.source == "zammad":
            headers = {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), raw, hashlib.sha1).hexdigest()}
        else:
            now, own = str(int(time.time())), f"msg_{self.message.conversation}_{self.message.position}"
            key = base64.b64decode(STANDARD.removeprefix("whsec_"))
            mac = base64.b64encode(hmac.digest(key, f"{own}.{now}.".encode() + raw, "sha256")).decode()
            headers = {"webhook-id": own, "webhook-timestamp": now, "webhook-signature": f"v1,{mac}"}
        return f"/v1/hooks/{self.source}", raw, {"Content-Type": "application/json", **headers}

    def _body(self) -> dict[str, Any]:
        message = self.message
        if self.source == "zammad":
            kind, customer = ("Customer", True) if self.from_customer else ("Agent", False)
            article = {
                "id": f"{message.conversation}-{message.position}-{customer}", "sender": kind, "internal": False,
                "body": message.text, "content_type": "text/plain", "created_at": "2026-11-21T10:00:00.000Z",
            }  # fmt: skip
            return {"ticket": {"id": message.conversation, "title": "Grüße"}, "article": article}
        data = {"conversation": message.conversation, "text": message.text, "author": self.from_customer}
        return {"type": "message.created", "timestamp": "2026-11-21T10:00:00Z", "data": data}


@dataclass
class Figures:
    """What came of it."""

    answers: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    sending_seconds: float = 0.0
    seconds: float = 0.0
    calls: int = 0
    violations: list[str] = field(default_factory=list)


def planned(plan: Plan, chance: random.Random) -> tuple[list[Sent], list[Sent]]:
    """(what happened once each, the same as it is delivered: up to three times each, shuffled)."""
    once: list[Sent] = []
    for number in range(plan.deliveries):
        conversation, position = number // plan.per_conversation, number % plan.per_conversation + 1
        source = SOURCES[conversation % len(SOURCES)]
        message = Message(conversation=f"{source}{conversation}", position=position)
        once.append(Sent(source=source, message=message, from_customer=number % 100 >= plan.ours))
    deliveries = [sent for sent in once for _ in range(chance.randint(1, 3))]
    chance.shuffle(deliveries)
    return once, deliveries


def _configure(folder: Path, database: str, broker: str, vendors: doubles.Double, webhook: str) -> Path:
    config = configuration(
        folder,
        database=database,
        broker=broker,
        osvi=(vendors.osvi_url, vendors.osvi_token),
        synthflow=(vendors.synthflow_url, vendors.synthflow_token),
        manner=Manner(deadline=60.0, grace=90.0, lease=30.0, in_flight=300),
    )
    # Every outcome is to be told, also of a turn whose customer has written again meanwhile.
    way_back = '[routes.synthflow]\nreply = "webhook"\non_overtaken = "deliver"'
    text = config.read_text().replace("[routes.synthflow]", way_back)
    (folder / "receiver.secret").write_text(receiver.SECRET)
    (folder / "zammad.secret").write_text(SECRET)
    (folder / "shop.secret").write_text(STANDARD)
    text += f'\n[replies.webhook]\nurl = "{webhook}"\nsecret = "file:receiver.secret"\n'
    text += 'allow_private = ["127.0.0.1/32"]\n'
    text += """
[sources.zammad]
kind = "hook"
route = "synthflow"
profile = "zammad"
secret = "file:zammad.secret"

[sources.shop]
kind = "hook"
route = "synthflow"
secret = "file:shop.secret"
[[sources.shop.only]]
at = "/data/author"
one_of = [true]
reason = "not_the_customer"
"""
    config.write_text(text)
    return config


@contextmanager
def serving(config: Path) -> Iterator[str]:
    """``turnwire serve`` on a free port; yields its URL."""
    log = config.with_name("serve.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, "--config", str(config), "serve", "--port", "0"],
            stdout=output, stderr=subprocess.STDOUT, env=clean_environment(), cwd=config.parent,
        )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while (found := re.search(r"front door is at (http://\S+);", log.read_text(errors="replace"))) is None:
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"it does not serve:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        yield found[1]
    finally:
        process.terminate()
        process.wait(60)


def _deliver(url: str, deliveries: Sequence[Sent], connections: int, figures: Figures) -> None:
    """All of them over so many connections; what is not answered, or answered "later", is sent again."""
    waiting = iter(deliveries)
    lock = threading.Lock()
    failures: list[str] = []

    def work() -> None:
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            while not failures:
                with lock:
                    sent = next(waiting, None)
                if sent is None:
                    return
                answer = _persistently(client, sent, figures, lock)
                status = answer.json().get("status") if answer.is_success else answer.text[:200]
                expected = {"accepted", "duplicate"} if sent.from_customer else {"stopped"}
                if answer.status_code not in {200, 202} or status not in expected:
                    failures.append(f"{sent.message.text}: {answer.status_code} {status}")
                with lock:
                    figures.answers[str(status)] += 1

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.violations += failures


def _persistently(client: httpx.Client, sent: Sent, figures: Figures, lock: threading.Lock) -> httpx.Response:
    for _ in range(100):
        path, raw, headers = sent.request()
        try:
            answer = client.post(path, content=raw, headers=headers)
        except httpx.TransportError:
            wait = 0.2
        else:
            if answer.status_code not in {408, 429, 503}:
                return answer
            wait = float(answer.headers.get("retry-after", 1))
        with lock:
            figures.repeated += 1
        time.sleep(wait)
    raise AssertionError("the front door never takes it")


def _until_calm(database: Database, number: int, calls: Receiver, patience: float) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        counts = ledger.counts(database)
        done = sum(count for (_, status), count in counts.items() if status in _FINAL)
        if done >= number and len(calls.calls) >= number:
            time.sleep(2.0)  # whatever would come twice has come by then
            return
        time.sleep(0.5)


def run(
    plan: Plan, folder: Path, *, database: str, broker: str, seed: int = 0,
    say: Callable[[str], None] = lambda _line: None,
) -> Figures:  # fmt: skip
    """One storm; ``database`` is migrated and empty."""
    once, deliveries = planned(plan, random.Random(seed))
    figures = Figures()
    begun = time.monotonic()
    with ExitStack() as stack:
        vendors = stack.enter_context(doubles.running(doubles.SandboxDouble))
        vendors.unsettle({}, latency=0.1)
        calls = stack.enter_context(receiver.running())
        config = _configure(folder, database, broker, vendors, calls.url)
        stack.enter_context(crew(config)).start()
        url = stack.enter_context(serving(config))
        say(f"{len(once):,} things happened, {len(deliveries):,} deliveries of them go to {url}")
        _deliver(url, deliveries, plan.connections, figures)
        figures.sending_seconds = time.monotonic() - begun
        say(f"delivered in {figures.sending_seconds:.0f} s: {dict(figures.answers)}")
        stored = Database(load(config).database.sqlalchemy_url)
        wanted = [sent.message for sent in once if sent.from_customer]
        _until_calm(stored, len(wanted), calls, plan.patience)
        figures.calls = len(calls.calls)
        figures.violations += reckon(wanted, ledger.read_turns(stored), vendors.posts(), calls)
        figures.violations += [f"{vendors.overlaps()} messages overlapped in a chat"] if vendors.overlaps() else []
        stored.dispose()
    accepted = figures.answers["accepted"]
    if accepted != len(wanted):
        figures.violations.append(f"{accepted} were answered accepted, of {len(wanted)}")
    figures.seconds = time.monotonic() - begun
    return figures


def reckon(
    wanted: Sequence[Message], turns: Sequence[ledger.Turn], posts: Sequence[Post], calls: Receiver
) -> Iterator[str]:
    """Every way in which what came of it is not what was sent."""
    yield from _conversations(wanted, turns)
    yield from _heard(wanted, posts)
    yield from _told(turns, calls)


def _conversations(wanted: Sequence[Message], turns: Sequence[ledger.Turn]) -> Iterator[str]:
    expected: dict[str, set[str]] = defaultdict(set)
    for message in wanted:
        expected[message.conversation].add(message.text)
    found: dict[str, list[str]] = defaultdict(list)
    for turn in turns:
        found[turn.conversation].append(turn.text)
        if turn.status != "answered" or turn.answer != answer_to(turn.text):
            yield f"turn {turn.id} is {turn.status} ({turn.reason}): {turn.text}"
    for conversation in expected.keys() | found.keys():
        if sorted(found[conversation]) != sorted(expected[conversation]):
            yield f"conversation {conversation} holds {found[conversation]}"


def _heard(wanted: Sequence[Message], posts: Sequence[Post]) -> Iterator[str]:
    processed = Counter(post.text for post in posts if post.processed)
    for message in wanted:
        if processed[message.text] != 1:
            yield f"the agent heard {processed[message.text]} times: {message.text}"
    if extra := processed.keys() - {message.text for message in wanted}:
        yield f"the agent heard what no customer wrote: {sorted(extra)[:5]}"
    chats: dict[str, set[str]] = defaultdict(set)
    for post in posts:
        chats[post.chat].add(parse(post.text).conversation)
    yield from (f"chat {chat} holds {sorted(mixed)}" for chat, mixed in chats.items() if len(mixed) > 1)


def _told(turns: Sequence[ledger.Turn], calls: Receiver) -> Iterator[str]:
    told = Counter((call["id"], call["status"], call["revision"]) for call in calls.calls)
    by_turn = Counter(call["id"] for call in calls.calls)
    if calls.forged:
        yield f"{calls.forged} calls of the webhook were not signed rightly"
    yield from (f"the webhook was called {number} times for {key}" for key, number in told.items() if number != 1)
    for turn in turns:
        if by_turn[str(turn.id)] != 1:
            yield f"the webhook was called {by_turn[str(turn.id)]} times for turn {turn.id}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm.hooks", description=__doc__)
    parser.add_argument("--broker", choices=("embedded", "amqp", "redis"), default="amqp")
    parser.add_argument("--deliveries", type=int, default=Plan.deliveries)
    parser.add_argument("--connections", type=int, default=Plan.connections)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    plan = Plan(deliveries=wanted.deliveries, connections=wanted.connections)

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="turnwire-hooks-") as name:
        try:
            with place(wanted.broker, Path(name)) as (database, broker):
                figures = run(plan, Path(name), database=database, broker=broker, seed=wanted.seed, say=say)
        except Absent as absent:
            say(f"left out, {absent}")
            return 1
    say(f"{dict(figures.answers)}; sent again {figures.repeated}; webhook called {figures.calls} times")
    say(f"{figures.seconds:.0f} s; {len(figures.violations)} broken sentences")
    for line in figures.violations[:20]:
        say(line)
    return 1 if figures.violations else 0


if __name__ == "__main__":
    sys.exit(main())
