"""Rules of faults in force: which one strikes which call, and how often it did."""

from __future__ import annotations

import random
from itertools import count

from connector.sandbox.model import Rule, RuleLine
from connector.sandbox.record import Entry


class _Standing:
    """A rule with its id and its count."""

    __slots__ = ("id", "rule", "used")

    def __init__(self, rule_id: str, rule: Rule) -> None:
        self.id = rule_id
        self.rule = rule
        self.used = 0

    @property
    def lives(self) -> bool:
        # A refusal works by itself from the moment it is posted, never by a call.
        return self.rule.fault != "refuse" and (self.rule.times == 0 or self.used < self.rule.times)

    def line(self) -> RuleLine:
        return RuleLine(**dict(self.rule), id=self.id, used=self.used)


class RuleBook:
    """Rules in the order they were added; those used up stay listed but strike no more."""

    def __init__(self) -> None:
        self._standing: dict[str, _Standing] = {}
        self._living: list[_Standing] = []
        self._numbers = count(1)
        self._random = random.Random()  # chance in a test double, nothing secret

    def add(self, rule: Rule) -> RuleLine:
        """Puts a rule behind those that are there."""
        standing = _Standing(str(next(self._numbers)), rule)
        self._standing[standing.id] = standing
        if standing.lives:
            self._living.append(standing)
        else:
            standing.used = rule.times
        return standing.line()

    def pick(self, entry: Entry) -> Rule | None:
        """The first living rule that matches the call and is not let off by its probability; counts it."""
        for standing in self._living:
            rule = standing.rule
            if _matches(rule, entry) and (rule.probability >= 1 or self._random.random() < rule.probability):
                standing.used += 1
                if not standing.lives:
                    self._living.remove(standing)
                return rule
        return None

    def lines(self) -> list[RuleLine]:
        """All rules, used up or not."""
        return [standing.line() for standing in self._standing.values()]

    def line(self, rule_id: str) -> RuleLine | None:
        """One rule, or None."""
        standing = self._standing.get(rule_id)
        return standing.line() if standing else None

    def remove(self, rule_id: str) -> RuleLine | None:
        """Takes one rule away and returns it as it was; None if there is none."""
        standing = self._standing.pop(rule_id, None)
        if standing is None:
            return None
        self._living = [other for other in self._living if other is not standing]
        return standing.line()

    def clear(self) -> int:
        """Takes all rules away and says how many there were; ids are not used again."""
        number = len(self._standing)
        self._standing.clear()
        self._living.clear()
        return number


def _matches(rule: Rule, entry: Entry) -> bool:
    match = rule.match
    return (
        (match.provider is None or match.provider == entry.provider)
        and (match.call is None or match.call == entry.call)
        and (match.chat is None or match.chat == entry.chat)
        and (match.text is None or (entry.text is not None and match.text in entry.text))
    )
