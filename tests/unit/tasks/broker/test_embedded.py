"""The embedded broker's folders: each has its own bindings, whatever this process did in another."""

from __future__ import annotations

import shutil

import pytest
from kombu.transport import filesystem

from connector.errors import InvalidInput
from tasks.application import create
from tasks.broker.config import queues
from tests.kit.worker_process import written_config


def published(folder) -> int:
    """Publish through the exchange before any worker ran; how many messages wait in the folder then."""
    folder.mkdir(exist_ok=True)
    settings = written_config(folder, "embedded")
    app = create(settings)
    work = queues(settings)[0]
    with app.connection_for_write() as connection:
        connection.Producer().publish({}, exchange=work.exchange, routing_key=work.routing_key, declare=[work])
    return sum(path.name.endswith(".turnwire.msg") for path in (settings.broker.directory / "messages").glob("[!.]*"))


def test_each_folder_has_its_own_bindings_within_one_process(tmp_path):
    assert [published(tmp_path / name) for name in ("first", "second")] == [1, 1]


def test_a_folder_cleared_away_is_bound_again_by_the_next_declaration(tmp_path):
    published(tmp_path / "site")
    shutil.rmtree(tmp_path / "site")
    assert published(tmp_path / "site") == 1


@pytest.mark.parametrize("queue", ["../outside", "a/b", "/tmp/x"])
def test_no_name_of_a_queue_leads_out_of_the_folder_whatever_kombu_thinks_of_it(queue, tmp_path, monkeypatch):
    monkeypatch.setattr(filesystem.Channel, "_exchange_file", lambda self, exchange: self.control_folder / exchange)
    settings = written_config(tmp_path, "embedded")
    app = create(settings)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInput):
        app.send_task("shop.answered", [{}], queue=queue)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} - before == set()
