"""The vendors' doubles as processes of their own, both behind one face: addresses, faults, what was processed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN
from tests.doubles import log, osvi, synthflow
from tests.storm.surroundings import clean_environment

LOST_AFTER = "answer lost after processing"
ERROR_BEFORE = "500 before processing"
BUSY = "429"
SILENT_BEFORE = "silence before processing"
SILENT_AFTER = "silence after processing"

SILENT = {LOST_AFTER, SILENT_BEFORE, SILENT_AFTER}
"""Faults that leave the sender without an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One message that reached a double, in order of arrival; ``fault`` in our words, None for none."""

    provider: str
    chat: str
    text: str
    processed: bool
    fault: str | None


class Double:
    """What a storm asks of a double, wherever it runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    osvi_token: str
    synthflow_token: str
    program: str

    @property
    def osvi_url(self) -> str:
        raise NotImplementedError

    @property
    def synthflow_url(self) -> str:
        raise NotImplementedError

    def unsettle(self, chances: Mapping[str, float], *, latency: float) -> None:
        """From now on faults befall sends with these chances, by the names above; agents think ``latency`` seconds."""
        raise NotImplementedError

    def posts(self) -> list[Post]:
        """Every message received."""
        raise NotImplementedError

    def overlaps(self) -> int:
        """Messages that came while another one of their chat was under way."""
        raise NotImplementedError


class SandboxDouble(Double):
    """The sandbox that is shipped."""

    osvi_token, synthflow_token, program = OSVI_TOKEN, SYNTHFLOW_TOKEN, "tests.storm.sandbox"

    @property
    def osvi_url(self) -> str:
        return f"{self.url}/osvi"

    @property
    def synthflow_url(self) -> str:
        return f"{self.url}/synthflow/v2"

    def unsettle(self, chances: Mapping[str, float], *, latency: float) -> None:
        self.http.put("/_sandbox/settings", json={"latency_s": latency, "jitter": 0.5}).raise_for_status()
        for name, chance in chances.items():
            self.rule({"times": 0, "probability": chance, **_SANDBOX_RULES[name]}, call="send")

    def rule(self, rule: Mapping[str, Any], *, call: str, provider: str | None = None) -> None:
        """Add one of the sandbox's own rules."""
        match = {"call": call} | ({"provider": provider} if provider else {})
        self.http.post("/_sandbox/rules", json={**rule, "match": match}).raise_for_status()

    def posts(self) -> list[Post]:
        lines = map(json.loads, self.http.get("/_sandbox/received").text.splitlines())
        return [
            Post(
                provider=line["provider"],
                chat=line["chat"],
                text=line["text"],
                processed=line["processed"],
                fault=_sandbox_fault(line),
            )
            for line in lines
            if line["call"] == "send"
        ]

    def overlaps(self) -> int:
        return int(self.http.get("/_sandbox/summary").json()["concurrent"])


_SANDBOX_RULES: dict[str, dict[str, Any]] = {
    LOST_AFTER: {"fault": "cut_after"},
    ERROR_BEFORE: {"fault": "status_before", "status": 500},
    BUSY: {"fault": "status_before", "status": 429, "headers": {"Retry-After": "1"}},
    SILENT_BEFORE: {"fault": "silence_before"},
    SILENT_AFTER: {"fault": "silence_after"},
}


def _sandbox_fault(line: Mapping[str, Any]) -> str | None:
    if line["fault"] == "status_before":
        return BUSY if line["http_status"] == 429 else ERROR_BEFORE
    return {"cut_after": LOST_AFTER, "silence_before": SILENT_BEFORE, "silence_after": SILENT_AFTER}.get(line["fault"])


class SecondDouble(Double):
    """The one that shares no code with the sandbox."""

    osvi_token, synthflow_token, program = osvi.TOKEN, synthflow.TOKEN, "tests.doubles"

    @property
    def osvi_url(self) -> str:
        return self.url

    @property
    def synthflow_url(self) -> str:
        return f"{self.url}{synthflow.PREFIX}"

    def unsettle(self, chances: Mapping[str, float], *, latency: float) -> None:
        wishes = {_SECOND_FAULTS[name]: chance for name, chance in chances.items()}
        self.http.put("/_double/chances", json={**wishes, "latency": latency}).raise_for_status()

    def posts(self) -> list[Post]:
        words = {theirs: ours for ours, theirs in _SECOND_FAULTS.items()}
        return [
            Post(
                provider=line["vendor"],
                chat=line["chat"],
                text=line["text"],
                processed=line["processed"],
                fault=words.get(line["fault"]),
            )
            for line in self.http.get("/_double/posts").json()
        ]

    def overlaps(self) -> int:
        return int(self.http.get("/_double/overlaps").json())


_SECOND_FAULTS = {
    LOST_AFTER: log.LOSE_AFTER,
    ERROR_BEFORE: log.FAIL_BEFORE,
    BUSY: log.BUSY,
    SILENT_BEFORE: log.MUTE_BEFORE,
    SILENT_AFTER: log.MUTE_AFTER,
}

KINDS: dict[str, type[Double]] = {"sandbox": SandboxDouble, "second": SecondDouble}


@contextmanager
def running(kind: type[Double]) -> Iterator[Double]:
    """A double in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", kind.program], stdout=subprocess.PIPE, text=True, env=clean_environment()
    )
    try:
        assert process.stdout is not None
        double = kind(process.stdout.readline().strip())
        with double.http:
            yield double
    finally:
        process.terminate()
        process.wait(10)
