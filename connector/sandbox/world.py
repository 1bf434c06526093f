"""State of one sandbox beside its chats: settings, rules, the record, the port."""

from __future__ import annotations

from collections.abc import Callable

from connector.sandbox.model import Rule, RuleLine, Settings
from connector.sandbox.record import Record
from connector.sandbox.responder import Answer
from connector.sandbox.rules import RuleBook

REFUSE_S = 1.0  # seconds that a refusal lasts unless the rule says otherwise


class World:
    """The state that vendors, rules and the control API share; used on the server's loop only."""

    def __init__(self, settings: Settings, answer: Callable[[str], Answer]) -> None:
        self._at_start = settings
        self.settings = settings
        self.answer = answer
        self.record = Record()
        self.rules = RuleBook()
        self.on_reset: list[Callable[[], None]] = []
        self.shut_door: Callable[[float], None] = lambda _seconds: None
        self.open_door: Callable[[], None] = lambda: None

    def change_settings(self, changes: dict[str, object]) -> Settings:
        """Sets what ``changes`` names and leaves the rest; raises pydantic's ``ValidationError``."""
        self.settings = Settings.model_validate({**self.settings.model_dump(), **changes})
        return self.settings

    def add_rule(self, rule: Rule) -> RuleLine:
        """Adds a rule; a refusal begins at once and lasts ``times`` times ``delay_s`` seconds."""
        line = self.rules.add(rule)
        if rule.fault == "refuse":
            self.shut_door(rule.times * (REFUSE_S if rule.delay_s is None else rule.delay_s))
        return line

    def remove_rule(self, rule_id: str) -> RuleLine | None:
        """Takes a rule away; without its refusal the port listens again. None if there is no such rule."""
        line = self.rules.remove(rule_id)
        if line is not None and line.fault == "refuse":
            self.open_door()
        return line

    def clear_rules(self) -> int:
        """Takes all rules away and returns how many there were."""
        self.open_door()
        return self.rules.clear()

    def reset(self) -> None:
        """Back to the start: no chats, rules or record, first settings. Calls under way end with what they have."""
        self.clear_rules()
        self.settings = self._at_start
        self.record = Record()
        for forget in self.on_reset:
            forget()
