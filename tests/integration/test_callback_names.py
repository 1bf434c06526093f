"""A callback gives an order to whatever worker knows the task: the route lists which may be named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.services.receive import Receiver
from connector.storage import tables
from connector.storage.queries.callbacks import callbacks_seen
from tests.kit.engine import EngineKit

LISTED = ["shop.answered", "shop.answered@shop", "shop.other@shop"]
CALLBACK = {"task": "shop.answered", "queue": "shop"}


def site(database: str, folder: Any, callbacks: list[str] | None) -> EngineKit:
    route: dict[str, Any] = {"reply": "celery", **({} if callbacks is None else {"callbacks": callbacks})}
    return EngineKit(database, None, folder, routes={"osvi": route})


@pytest.fixture
def kit(database, tmp_path) -> Iterator[EngineKit]:
    with site(database, tmp_path, LISTED) as kit:
        yield kit


def taken(kit: EngineKit, callback: Any, id_: str = "1") -> tuple[str, str]:
    event = {"route": "osvi", "conversation": "T-1", "id": id_, "text": "hello", "callback": callback}
    (answer,) = Receiver(wiring=kit.wiring).receive_json(event, "celery")
    return str(answer.status), answer.reason or ""


@pytest.mark.parametrize(
    ("callback", "field"),
    [
        (CALLBACK, None),
        ({"task": "shop.answered"}, None),
        ({"task": "shop.answered", "queue": "celery"}, None),
        ({"task": "shop.other", "queue": "shop"}, None),
        ({"task": "shop.other"}, "callback.queue"),
        ({"task": "shop.answered", "queue": "billing"}, "callback.queue"),
        ({"task": "billing.refund_all", "queue": "shop"}, "callback.task"),
        ({"task": "shop.answered "}, "callback.task"),
        ({"task": "../../etc/cron.d/x"}, "callback.task"),
        ({"task": "shop.answered", "queue": "../../../tmp/x"}, "callback.queue"),
        ({"task": "a" * 101}, "callback.task"),
        ({"task": "shop.answered\n"}, "callback.task"),
    ],
)
def test_a_new_event_names_only_what_its_route_lists(kit, callback, field):
    status, reason = taken(kit, callback)
    assert status == ("accepted" if field is None else "refused")
    if field is not None:
        assert f"{field}: expected" in reason


def test_a_route_without_a_list_takes_no_new_one_and_knows_the_stored(database, tmp_path):
    with site(database, tmp_path, LISTED) as before:
        assert taken(before, CALLBACK) == ("accepted", "")
        assert callbacks_seen(before.database, "osvi") == [("shop.answered", "shop")]
        assert callbacks_seen(before.database, "synthflow") == []
    with site(database, tmp_path, None) as kit:
        assert taken(kit, CALLBACK) == ("duplicate", "")
        status, reason = taken(kit, CALLBACK, "2")
        assert (status, "[routes.osvi] lists: callbacks" in reason) == ("refused", True)
        assert len(kit.rows(tables.turns)) == 1


class Called:
    """A publisher that keeps what it is asked to call."""

    def __init__(self) -> None:
        self.tasks: list[tuple[str, str]] = []

    def ring(self) -> None:
        """Nobody listens."""

    def call(self, task: str, args: object, queue: str, message_id: str) -> None:
        self.tasks.append((task, queue))


def test_what_is_stored_is_delivered_whatever_the_list_says_later(database, turnwire_sandbox, tmp_path):
    with site(database, tmp_path, LISTED) as before:
        taken(before, CALLBACK)
    called = Called()
    routes = {"osvi": {"reply": "celery", "callbacks": []}}
    with EngineKit(database, turnwire_sandbox, tmp_path, routes=routes, publisher=called) as kit:
        kit.settle()
    assert called.tasks == [("shop.answered", "shop")]
