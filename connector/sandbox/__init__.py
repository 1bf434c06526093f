"""Sandbox: both vendors' chat APIs in one small server: strict, with a memory, and with scripted faults.

``turnwire sandbox`` runs it as a program; :func:`running_sandbox` and the fixtures of ``connector.testing`` run it in a
test's own process. OSVI is under ``/osvi``, Synthflow under ``/synthflow/v2``, the control API under ``/_sandbox``.
"""

from __future__ import annotations

from connector.sandbox.model import FaultName, Received, Rule, RuleLine, Settings, Summary
from connector.sandbox.osvi import OSVI_TOKEN
from connector.sandbox.responder import Answer, answer
from connector.sandbox.server import Sandbox, running_sandbox, serve
from connector.sandbox.synthflow import SYNTHFLOW_TOKEN

__all__ = [
    "OSVI_TOKEN",
    "SYNTHFLOW_TOKEN",
    "Answer",
    "FaultName",
    "Received",
    "Rule",
    "RuleLine",
    "Sandbox",
    "Settings",
    "Summary",
    "answer",
    "running_sandbox",
    "serve",
]
