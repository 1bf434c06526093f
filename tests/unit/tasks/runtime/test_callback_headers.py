"""What the headers of a callback show."""

from __future__ import annotations

from typing import Any

from celery import Celery

from tasks.runtime.publisher import CeleryPublisher


def test_no_customer_s_words_stand_in_them():
    app = Celery("shop", broker="memory://", backend=None)
    seen: list[dict[str, Any]] = []
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("answers")
        CeleryPublisher(app).call("shop.answered", [{"id": "1", "text": "my card is 4711"}], "answers", "tw_1_2")
        message = queue.get(timeout=5)
        seen.append(message.headers)
        assert "4711" in str(message.payload)
        queue.close()
    (headers,) = seen
    assert "4711" not in str(headers)
    assert (headers["task"], headers["id"]) == ("shop.answered", "tw_1_2")
