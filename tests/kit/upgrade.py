"""An upgrade, played: a database of an older version, every door through which its messages came, and a way back.

``Upgraded(folder, environ)`` is a folder with the configuration of ``tests/data/upgrade``; :meth:`Upgraded.hand_in`
hands in all the files of one of the folders below ``inputs``, each through its own door.
"""

from __future__ import annotations

import contextlib
import http.server
import io
import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, inspect, text

from connector import cli, receive
from connector.engine.loop import Engine
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox
from connector.services.receive import Receiver
from connector.settings import Settings, load
from connector.storage.core.database import Database
from tasks.application import create
from tasks.broker.config import EVENTS
from tasks.queues import json_events
from tasks.queues.message import QueueMessage
from tasks.queues.store import MessageStore
from tests.kit.engine import EngineKit, wired
from tests.kit.front_door import Bells, Client, Site
from tests.kit.hook_senders import SECRET, SENDERS, STANDARD_SECRET

DATA = Path(__file__).parents[1] / "data" / "upgrade"
INPUTS = DATA / "inputs"
TOKENS = {
    "crm": "tw_a-token-that-opens-nothing-but-a-test",
    "loader": "tw_another-token-that-opens-nothing-but-a-test",
}
SECRETS = {
    "UPG_OSVI": OSVI_TOKEN,
    "UPG_SYNTHFLOW": SYNTHFLOW_TOKEN,
    "UPG_WEBHOOK": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "UPG_HOOK": SECRET,
    "UPG_HOOK_STANDARD": STANDARD_SECRET,
    "UPG_HOOK_BASIC": SENDERS["freshdesk"].secret,
}
CHANGES: Sequence[tuple[str, str]] = (
    ('reply = "celery"\n', 'reply = "celery"\ncallbacks = ["shop.answered", "shop.answered@shop"]\n'),
)
"""What ``docs/upgrading.md`` tells people to change in the configuration of the dumps: (what stood there, instead)."""

_MAILS = ("mail.mbox", "single.eml", "maildir")


def environ(database: str, sandbox: Sandbox | None, webhook: str | None = None) -> dict[str, str]:
    """The environment of a site: its secrets, and where its servers are."""
    url = sandbox.url if sandbox is not None else "http://127.0.0.1:9"
    return {
        **SECRETS,
        "TURNWIRE_DATABASE_URL": database,
        "TURNWIRE_ACCOUNTS__OSVI__BASE_URL": f"{url}/osvi",
        "TURNWIRE_ACCOUNTS__LEGACY__BASE_URL": f"{url}/osvi",
        "TURNWIRE_ACCOUNTS__SYNTHFLOW__BASE_URL": f"{url}/synthflow/v2",
        "TURNWIRE_REPLIES__WEBHOOK__URL": webhook or "http://127.0.0.1:9/answers",
    }


def loaded(dump: Path, url: str) -> None:
    """Load a dump into an empty database, as if it had been made a moment ago.

    All times but those that customers' programs gave are moved alike, so that what was to happen in an hour is still to
    happen in an hour, whenever this is run.
    """
    database = Database(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with database.writer.begin() as connection:
        raw: Any = connection.connection.driver_connection
        statements = dump.read_text(encoding="utf-8")
        if database.dialect == "sqlite":
            raw.executescript(statements)
        else:
            raw.execute(statements)
            raw.execute("SELECT pg_catalog.set_config('search_path', '\"$user\", public', false)")
    with database.writer.begin() as connection:
        _made_now(connection)
    database.dispose()


def _made_now(connection: Connection) -> None:
    # The last trace that anybody left is the moment at which the dump was made.
    made = int(connection.execute(text("SELECT max(received_at) FROM events")).scalar_one())
    moved = int(datetime.now(UTC).timestamp() * 1000) - made
    most = made + 10 * 366 * 86_400_000  # an account that is closed for ever stays so
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            name = column["name"]
            timed = name.endswith(("_at", "_until", "_since")) or name in {"at", "since"}
            if timed and name != "occurred_at" and isinstance(column["type"], BigInteger):
                where = f"WHERE {name} > 1000000000000 AND {name} < {most}"
                connection.execute(text(f"UPDATE {table} SET {name} = {name} + {moved} {where}"))


class Answers(http.server.BaseHTTPRequestHandler):
    """The receiver of webhooks; a turn whose text holds "refused" is answered 400."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server: Any = self.server
        if server.shut:
            self.close_connection = True
            return
        server.bodies.append(body)
        self.send_response(400 if "is refused" in body["data"].get("text", "") else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def answers() -> Iterator[Any]:
    """The receiver, listening: ``url``, ``bodies`` of what came, ``shut`` to answer nothing."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.bodies, server.shut = [], False
    server.url = f"http://127.0.0.1:{server.server_port}/answers"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Callbacks:
    """A publisher that keeps what it is to publish."""

    calls: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def ring(self) -> None:
        """Ring nobody: the test runs the engine."""

    def call(self, task: str, args: Sequence[Any], queue: str, message_id: str) -> None:
        self.calls.append((task, queue, args[0]))


class Worker(EngineKit):
    """An engine of the site's configuration; used as every :class:`EngineKit`."""

    def __init__(self, settings: Settings, sandbox: Sandbox, publisher: Any = None) -> None:
        self.sandbox = sandbox
        self.settings = settings
        self.wiring = wired(settings, publisher)
        self.engine = Engine(self.wiring)
        self._numbers = defaultdict(int)


class Upgraded:
    """A folder with the configuration of the dumps, and every door of it."""

    def __init__(self, folder: Path) -> None:
        """The environment, see :func:`environ`, is set already: the command line reads it."""
        self.path = folder / "turnwire.toml"
        written = (DATA / "turnwire.toml").read_text(encoding="utf-8")
        for before, after in CHANGES:
            assert before in written, before
            written = written.replace(before, after)
        self.path.write_text(written, encoding="utf-8")
        self.settings = load(self.path)

    def command(self, *words: str) -> list[dict[str, Any]]:
        """Run a command that can print JSON; returns what it printed."""
        out, errors = io.StringIO(), io.StringIO()
        # Files are named from there: what is refused is known by its place.
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), contextlib.chdir(INPUTS):
            code = cli.main(["--config", str(self.path), *words, "--json"])
        assert code in {0, 1}, (words, code, errors.getvalue())
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def hand_in(self, folder: str) -> dict[str, list[str]]:
        """Hand in all that is in a folder; the statuses by door, in the order of the files."""
        inputs = INPUTS / folder
        with self._receiver() as receiver:
            return {
                "mail": self.ingest("mail", *(f"{folder}/{name}" for name in _MAILS)),
                "mail history": self.ingest("mail", f"{folder}/history.mbox", history=True),
                "csv": self.ingest("tickets", f"{folder}/tickets.csv"),
                "csv history": self.ingest("tickets", f"{folder}/old-tickets.csv", history=True),
                "jsonl": self.ingest("tickets", f"{folder}/events.jsonl"),
                "http": self._by_http(receiver, inputs / "http.jsonl"),
                "hooks": self._by_hooks(receiver, inputs / "hooks"),
                "celery": self._by_celery(inputs / "celery.json"),
                "amqp": self._by_amqp(inputs / "amqp.jsonl"),
                "python": [str(done["status"]) for done in receive(_read(inputs / "python.json"), config=self.path)],
                "cli": [str(self.command(*words)[-1]["status"]) for words in _read(inputs / "commands.json")],
            }

    def ingest(self, route: str, *files: str, history: bool = False) -> list[str]:
        """Files below ``inputs`` by the command; it tells counts only, so the statuses come sorted."""
        more = ["--history"] if history else []
        said = self.command("ingest", *files, "--route", route, "--yes", *more)
        counts = said[-1]["summary"]
        assert counts["read"], files
        return [status for status in sorted(counts) if status != "read" for _ in range(counts[status])]

    @contextlib.contextmanager
    def _receiver(self) -> Iterator[Receiver]:
        wiring = wired(self.settings, Bells())
        yield Receiver(wiring=wiring)
        wiring.database.dispose()

    def _by_http(self, receiver: Receiver, path: Path) -> list[str]:
        client = Client(Site(receiver=receiver, bells=Bells()))
        statuses = []
        for request in _lines(path):
            lines = request.get("lines")
            raw = "\n".join(map(json.dumps, lines)) if lines is not None else json.dumps(request["body"])
            headers = {"Content-Type": request.get("type", "application/json"), **request.get("headers", {})}
            token = TOKENS[request.get("token", "crm")]
            answer = client("POST", request["path"], token, content=raw.encode(), headers=headers)
            bodies = [json.loads(line) for line in answer.text.splitlines()] if lines is not None else [answer.json()]
            statuses += [_status(body, answer.status_code) for body in bodies]
        return statuses

    def _by_hooks(self, receiver: Receiver, folder: Path) -> list[str]:
        client = Client(Site(receiver=receiver, bells=Bells()))
        statuses = []
        for path in sorted(folder.iterdir()):
            profile = path.stem.partition("-")[0]
            sender = SENDERS[profile]
            raw = path.read_bytes()
            # Signed now, as a system signs what it sends again: some signatures hold the time.
            headers = {"Content-Type": "application/json", **sender.sign(sender.secret, raw, datetime.now(UTC))}
            query = f"?{sender.query}" if sender.query else ""
            answer = client("POST", f"/v1/hooks/{profile}{query}", content=raw, headers=headers)
            assert answer.status_code in {200, 202}, (path, answer.text)
            body = answer.json()
            statuses += [_status(each, answer.status_code) for each in body.get("events", [body])]
        return statuses

    def _by_celery(self, path: Path) -> list[str]:
        app = create(self.settings)
        task = app.tasks["connector.receive"]
        answered = task.run(_read(path))
        app.turnwire.wiring.database.dispose()
        return [str(answer["status"]) for answer in answered]

    def _by_amqp(self, path: Path) -> list[str]:
        """The queue answers nobody, so there are no statuses; a test looks at the rows."""
        app = create(self.settings)
        group = [
            QueueMessage(
                body=(line["raw"] if "raw" in line else json.dumps(line["body"])).encode(),
                properties={"content_type": line["type"]},
                headers=line.get("headers", {}),
                receipt=None,
            )
            for line in _lines(path)
        ]
        MessageStore(app.turnwire, app, EVENTS, json_events.read).keep(group, lambda _pause: True)
        app.turnwire.wiring.database.dispose()
        return []


def _status(body: Mapping[str, Any], code: int) -> str:
    return str(body["status"]) if isinstance(body.get("status"), str) else {422: "refused"}.get(code, "refused")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
