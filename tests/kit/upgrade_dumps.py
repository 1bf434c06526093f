"""Makes a dump of each database for the upgrade test, as ``tests/data/upgrade/README.md`` tells.

``python -m tests.kit.upgrade_dumps postgresql://postgres@127.0.0.1:5432/postgres`` wants ``pg_dump``, makes and drops
databases called ``upg_made_…``. The dumps of 1673a8f were made at that commit and are never made anew.

Nobody sends anything afterwards. Before that a sandbox answers the first half of the messages; then the receivers of
answers go away; then the worker does, and the second half waits.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, select

from connector import receive
from connector.sandbox import Sandbox, running_sandbox
from connector.storage import tables
from connector.storage.admin.tokens import digest
from tests.kit.upgrade import DATA, TOKENS, Callbacks, Upgraded, Worker, answers, environ
from tests.kit.worker_process import WorkerProcess

FEW = 12


def made(url: str, folder: Path) -> None:
    """Fill the database at ``url``, which is empty."""
    with running_sandbox() as sandbox, answers() as receiver:
        os.environ.update(environ(url, sandbox, receiver.url))
        site = Upgraded(folder)
        site.command("migrate")
        routes = [word for name in site.settings.routes for word in ("--route", name)]
        site.command("tokens", "create", "crm", *routes, "--by", "maker")
        # Its source is one that files have too; nothing forbids that yet.
        source = ("--route", "tickets", "--source", "csv:tickets")
        site.command("tokens", "create", "loader", *source, "--by", "maker")
        site.command("tokens", "create", "old", "--route", "api", "--by", "maker")
        site.command("tokens", "revoke", "old", "--by", "maker")
        with Worker(site.settings, sandbox, Callbacks()) as worker:
            for name, token in TOKENS.items():
                worker.change(tables.tokens, tables.tokens.c.name == name, hash=digest(token))
            _first_half(site, worker, sandbox)
        _killed(site, sandbox, "H-swept", lease="2s")
        with Worker(site.settings, sandbox) as worker:
            receiver.shut = True
            _nobody_hears(site, worker)
            # The next worker is to deliver none of them.
            worker.change(tables.replies, tables.replies.c.ready_at.is_not(None), ready_at=worker.now() + 3_600_000)
        _killed(site, sandbox, "H-sending", lease="1h")
        _second_half(site)
        with Worker(site.settings, sandbox) as worker:
            _as_of_now(worker)


def _first_half(site: Upgraded, worker: Worker, sandbox: Sandbox) -> None:
    site.command("accounts", "pause", "legacy", "--by", "maker", "--detail", "its contract has ended")
    site.command("routes", "pause", "night", "--by", "maker", "--detail", "the agent is being trained")
    sandbox.add_rule("cut_after", match={"text": "[lost]", "call": "send"}, times=0)
    sandbox.add_rule("status_before", match={"text": "[refused]", "call": "send"}, times=0, status=422)
    _tell(site.hand_in("first"))
    worker.until(lambda: _waiting(worker), lambda waiting: not waiting, 60.0)
    site.command("conversations", "close", "H-done", "--route", "api", "--by", "maker")
    worker.until(lambda: _owed(worker), lambda owed: not owed, 30.0)


def _killed(site: Upgraded, sandbox: Sandbox, key: str, lease: str) -> None:
    """A worker is killed in the middle of a call."""
    sandbox.add_rule("silence_after", match={"text": f"[{key}]", "call": "send"}, delay_s=30)
    words = ("--route", "api", "--conversation", key, "--id", f"{key}/1")
    site.command("enqueue", *words, f"The worker is killed while it sends this. [{key}]")
    with WorkerProcess(site.settings, {"TURNWIRE_WORKER__LEASE": lease}) as process:
        process.wait_for(sandbox.received, lambda got: any(key in str(line["text"]) for line in got))
        process.kill()


def _nobody_hears(site: Upgraded, worker: Worker) -> None:
    """Answers that find no receiver: some wait, two are overtaken, and one of these stays as a draft."""
    worker.until(worker.statuses, lambda seen: seen.get("unknown", 0) == 3, 30.0)
    for key in ("S-late", "S-late-2", "S-over"):
        worker.receive("support", key, f"Answered while nobody hears ({key}).", id=f"{key}/1", source="crm")
    worker.receive("drafts", "D-over", "Its answer becomes a draft.", id="D-over/1", source="crm")
    shop: dict[str, Any] = {"route": "shop", "callback": {"task": "shop.answered", "queue": "shop"}}
    for number in (1, 2):
        late = {"conversation": f"C-late-{number}", "id": f"C-late-{number}/1", "text": "Call me back later."}
        receive({**shop, **late}, source="celery", config=site.path)
    worker.until(lambda: _waiting(worker), lambda waiting: not waiting, 30.0)
    worker.receive("support", "S-over", "A second message before the answer has left.", id="S-over/2", source="crm")
    worker.receive("drafts", "D-over", "A second message, again too early.", id="D-over/2", source="crm")
    worker.change(tables.replies, tables.replies.c.ready_at.is_not(None), ready_at=worker.now())
    stopped = tables.replies.c.status == "cancelled"
    worker.until(lambda: worker.rows(tables.replies, stopped), lambda rows: len(rows) == 2, 30.0)
    # No configuration of this version leads to a draft; its storage, which is older than that rule, knows them.
    draft = tables.replies.c.turn_id == worker.turns("D-over")[0].id
    worker.change(tables.replies, draft, status="draft")
    worker.until(lambda: _waiting(worker), lambda waiting: not waiting, 30.0)


def _second_half(site: Upgraded) -> None:
    _tell(site.hand_in("second"))
    for route, key in (("api", "F-first-off"), ("api", "F-second-off")):
        listed = site.command("followups", "list", "--route", route)
        ids = [str(row["id"]) for row in listed if row["conversation"] == key]
        site.command("followups", "cancel", *ids, "--by", "maker")
    site.command("turns", "cancel", "--conversation", "H-cancelled", "--route", "api", "--by", "maker", "--yes")
    site.command("conversations", "hand-off", "B-second", "--route", "api", "--by", "maker", "--reason", "complaint")
    # Whoever takes over is still to be told of this one, by webhook.
    site.command("conversations", "hand-off", "S-first-2", "--route", "support", "--by", "maker")


def _as_of_now(worker: Worker) -> None:
    now = worker.now()
    expires = tables.workers.c.expires_at
    worker.change(tables.workers, expires > now, expires_at=now)
    worker.change(tables.replies, tables.replies.c.ready_at > now, ready_at=now)
    # The providers' words are the largest part by far, and a few of them tell as much as all.
    most = tables.raw_bodies.c.turn_id > FEW
    worker.database.write(lambda connection: connection.execute(tables.raw_bodies.delete().where(most)))


def _waiting(worker: Worker) -> int:
    """How many turns could be sent, or are being sent."""
    query = (
        select(func.count())
        .select_from(tables.schedule)
        .join(tables.lanes, tables.lanes.c.id == tables.schedule.c.lane)
        .join(tables.conversations, tables.conversations.c.id == tables.schedule.c.conversation_id)
        .where(
            tables.conversations.c.route.not_in(["night", "closed"]),
            tables.schedule.c.ready_at.is_not(None) | tables.schedule.c.owner.is_not(None),
        )
    )
    with worker.database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _owed(worker: Worker) -> int:
    rows = worker.rows(tables.replies) + worker.rows(tables.outbox)
    return sum(row.ready_at is not None or row.owner is not None for row in rows)


def _tell(statuses: dict[str, list[str]]) -> None:
    for door, found in statuses.items():
        sys.stdout.write(f"{door}: {' '.join(found)}\n")


def main(server: str) -> None:
    """Make both dumps; ``server`` is a PostgreSQL on which databases may be made."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        made(f"sqlite:///{folder}/turnwire.db", folder)
        with closing(sqlite3.connect(folder / "turnwire.db")) as database:
            dump = "\n".join(database.iterdump()) + "\n"
        (DATA / "sqlite.sql").write_text(dump, encoding="utf-8")
    name = f"upg_made_{os.getpid()}_{int(time.time())}"
    url = server.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(server, autocommit=True) as connection, tempfile.TemporaryDirectory() as given:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            made(url, Path(given))
            options = ["--no-owner", "--no-privileges", "--inserts", "--encoding=UTF8"]
            dumped = subprocess.run(["pg_dump", *options, url], check=True, capture_output=True, text=True).stdout
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    # Newer programs write lines that only psql understands, and comments that differ each time.
    kept = re.sub(r"^(?:\\.*|--.*)\n", "", dumped, flags=re.MULTILINE)
    (DATA / "postgresql.sql").write_text(re.sub(r"\n{2,}", "\n", kept).lstrip(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
