"""Names of a callback's task and queue, judged by us and not by whatever version of Kombu there is."""

from __future__ import annotations

import pytest

from connector.channels.celery_callback import require_names
from connector.errors import InvalidInput
from connector.values import Callback


def refused(task: str, queue: str | None, *, files: bool) -> str | None:
    try:
        require_names(Callback(task=task, queue=queue), files=files)
    except InvalidInput as error:
        return error.field
    return None


@pytest.mark.parametrize("queue", [None, "celery", "shop.answers", "a-b_C.9", "turnwire.answers"])
@pytest.mark.parametrize("files", [False, True])
def test_ordinary_names_are_taken(queue, files):
    assert refused("shop.answered", queue, files=files) is None


@pytest.mark.parametrize(
    ("task", "queue", "field"),
    [
        ("shop\n.answered", None, "callback.task"),
        ("ä" * 128, None, "callback.task"),
        ("shop.answered", "a\x00b", "callback.queue"),
        ("shop.answered", "ä" * 128, "callback.queue"),
        ("shop.answered", "turnwire.receive", "callback.queue"),
        ("shop.answered", "turnwire", "callback.queue"),
        ("shop.answered", "amq.topic", "callback.queue"),
    ],
)
def test_names_that_no_broker_takes_or_that_are_ours_are_refused(task, queue, field):
    assert refused(task, queue, files=False) == field


@pytest.mark.parametrize("queue", ["../x", "a/b", "/etc/x", "..", ".hidden", "a b", "ä", "x" * 129])
def test_no_name_leads_out_of_the_embedded_brokers_folder(queue):
    assert refused("shop.answered", queue, files=True) == "callback.queue"
    assert refused("shop.answered", queue, files=False) is None
