"""Ask the agent through Turnwire, and wait for its answer: one message a run.

The connection `turnwire` leads to the front door; docs/how-to/airflow.md says how to make it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow import DAG
from airflow.providers.http.operators.http import HttpOperator
from airflow.providers.http.sensors.http import HttpSensor

# `tojson` writes each value as JSON, quotes and line ends included. The run's id makes the message's: a task that is
# tried again hands in the same message, and is answered with the first one's turn.
EVENT = """{
  "route": "support",
  "conversation": {{ params.conversation | tojson }},
  "id": {{ run_id | tojson }},
  "text": {{ params.text | tojson }}
}"""
TURN = "/v1/turns/{{ ti.xcom_pull(task_ids='hand_in') }}"

with DAG(
    "ask_the_agent",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),  # noqa: UP017 - Airflow 2 runs on older Pythons too
    params={"conversation": "T-1001", "text": "Is my parcel on its way?"},
    # 429, 503 and no answer at all: again, later. Twice is once.
    default_args={"http_conn_id": "turnwire", "retries": 5, "retry_delay": timedelta(seconds=10)},
) as dag:
    hand_in = HttpOperator(
        task_id="hand_in",
        method="POST",
        endpoint="/v1/events",
        headers={"Content-Type": "application/json"},
        data=EVENT,
        response_filter=lambda response: response.json()["turn_id"],
    )
    settled = HttpSensor(
        task_id="settled",
        endpoint=TURN,
        response_check=lambda response: response.json()["status"] not in {"queued", "sending"},
        poke_interval=5,
        timeout=timedelta(hours=1).total_seconds(),
        mode="reschedule",
    )
    turn = HttpOperator(
        task_id="turn",
        method="GET",
        endpoint=TURN,
        response_filter=lambda response: {key: response.json()[key] for key in ("status", "reason", "answer")},
    )
    hand_in >> settled >> turn
