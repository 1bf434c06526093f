"""Prometheus metrics, from what the database counts and from what this process has answered.

Needs the extra ``metrics``. Labels never hold a conversation or a customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from connector.storage.monitoring.measures import BUCKETS, Count, Histogram, Measures
from connector.storage.queries.live import AccountState

Family: TypeAlias = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily

disable_created_metrics()  # type: ignore[no-untyped-call] # a series more for every counter, and nobody here reads it

_BOUNDS = (*(f"{bound:g}" for bound in BUCKETS), "+Inf")


class AnswerCounts:
    """How often each operation was answered how, since this process began."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counter = Counter(
            "turnwire_http_answers", "Requests by operation and HTTP status.", ("operation", "http_status"),
            registry=self._registry,
        )  # fmt: skip

        self._deliveries = Counter(
            "turnwire_hook_deliveries", "Deliveries of configured sources, each part of one by itself.",
            ("source", "outcome", "reason"), registry=self._registry,
        )  # fmt: skip

    def count_delivery(self, source: str, outcome: str, reason: str) -> None:
        """Count what became of a delivery; all three are words of the configuration or of ours."""
        self._deliveries.labels(source, outcome, reason).inc()

    def count(self, operation: str, http_status: int) -> None:
        """Count one."""
        self._counter.labels(operation, str(http_status)).inc()

    def page(self) -> bytes:
        """This process's part of the page."""
        return generate_latest(self._registry)


def page(found: Measures) -> bytes:
    """The database's part of the page."""
    registry = CollectorRegistry()
    registry.register(_Ready(list(_families(found))))
    return generate_latest(registry)


class _Ready(Collector):
    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families

    def collect(self) -> Iterable[Family]:
        return self._families


def _families(found: Measures) -> Iterable[Family]:
    yield _counter("turnwire_events", "Events by source and status.", ("source", "status"), found.events)
    yield _counter("turnwire_set_aside", "Events that could not be taken.", ("reason",), found.set_aside)
    yield _gauge("turnwire_turns", "Turns by route and status.", ("route", "status"), found.turns)
    yield _gauge(
        "turnwire_oldest_turn_seconds", "Age of the oldest turn that is not over.", ("route", "status"), found.oldest
    )
    yield _histogram("turnwire_turn_wait_seconds", "From accepted to sent.", ("route",), found.waits)
    yield _counter("turnwire_calls", "Calls to providers.", ("account", "call", "outcome"), found.calls)
    yield _histogram("turnwire_call_seconds", "How long calls took.", ("account", "call"), found.durations)
    yield _gauge("turnwire_replies", "Replies by channel and status.", ("channel", "status"), found.replies)
    yield from _accounts(found.accounts)
    budgets = [Count(labels=(name,), value=ratio) for name, ratio in found.budgets.items()]
    yield _gauge("turnwire_budget_used_ratio", "How much of the day's budget is used.", ("account",), budgets)
    for name, what, value in (
        ("turnwire_last_claim_seconds", "Since a live worker last looked for work.", found.last_claim),
        ("turnwire_last_tick_seconds", "Since a worker last looked after what is due.", found.last_tick),
    ):
        yield _gauge(name, what, (), [] if value is None else [Count(labels=(), value=value)])


def _accounts(states: Sequence[AccountState]) -> Iterable[Family]:
    in_flight = [Count(labels=(state.name,), value=state.in_flight) for state in states]
    yield _gauge("turnwire_in_flight", "Calls in flight.", ("account",), in_flight)
    gates = [
        Count(labels=(state.name, state.reason or ""), value=1 if state.closed_until is None else 0) for state in states
    ]
    yield _gauge("turnwire_account_open", "1 if calls are let through, else 0.", ("account", "reason"), gates)


def _counter(name: str, what: str, labels: Sequence[str], counts: Sequence[Count]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, what, labels=labels)
    for count in counts:
        family.add_metric(count.labels, count.value)
    return family


def _gauge(name: str, what: str, labels: Sequence[str], counts: Sequence[Count]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=labels)
    for count in counts:
        family.add_metric(count.labels, count.value)
    return family


def _histogram(name: str, what: str, labels: Sequence[str], found: Sequence[Histogram]) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, what, labels=labels)
    for each in found:
        buckets = list(zip(_BOUNDS, map(float, each.counts), strict=True))
        family.add_metric(each.labels, buckets, sum_value=each.total)
    return family
