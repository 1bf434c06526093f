"""The shop's Celery application, with Turnwire in it."""

import os

from celery import Celery

from connector.plugin import embedded_broker, register

app = Celery("shop", include=["tasks"])
app.conf.update(task_default_queue="shop", task_time_limit=60)
broker_url = os.environ.get("TURNWIRE_BROKER_URL")
app.conf.update({"broker_url": broker_url} if broker_url else embedded_broker())

register(app)
