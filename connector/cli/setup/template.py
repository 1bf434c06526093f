"""Template of ``turnwire.toml`` for ``turnwire init``: every key with its default and what it means."""

from __future__ import annotations

import json
from dataclasses import dataclass

REGIONS = {
    "us": "https://api.us.synthflow.ai/v2",
    "eu": "https://api.eu.synthflow.ai/v2",
    "global": "https://api.synthflow.ai/v2",
}
"""Synthflow's hosts (docs.synthflow.ai, Chat; Customer region). The global one is being retired."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InitAnswers:
    """What the file depends on; ``api`` only counts for OSVI, ``region`` only for Synthflow."""

    provider: str
    agent: str
    api: str = "v1"
    region: str = "us"

    @property
    def variable(self) -> str:
        """The environment variable that holds the token."""
        return "OSVI_API_TOKEN" if self.provider == "osvi" else "SYNTHFLOW_API_KEY"

    @property
    def where_the_token_is(self) -> str:
        """Where the vendor shows the token."""
        if self.provider == "osvi":
            return "OSVI dashboard: Settings → API, 16 characters"
        return "Synthflow: Workspace Settings → API Keys"


def render(answers: InitAnswers) -> str:
    """The file's text; it loads as it stands."""
    osvi = answers.provider == "osvi"
    account = _OSVI_ACCOUNT if osvi else _SYNTHFLOW_ACCOUNT
    return (
        _HEAD
        + account.format(api=answers.api, region=answers.region, base_url=REGIONS[answers.region])
        + _LIMITS
        + _ROUTE.format(
            account=answers.provider,
            # A JSON string of printable characters is a TOML string.
            agent=json.dumps(answers.agent, ensure_ascii=False),
            agent_place=_OSVI_AGENT if osvi else _SYNTHFLOW_AGENT,
            lost=_OSVI_LOST if osvi else _SYNTHFLOW_LOST,
            customer=_OSVI_CUSTOMER if osvi else "",
        )
    )


_HEAD = """\
# Turnwire's configuration. `turnwire check` says whether it is right.
# Durations are written "500ms", "90s", "10m", "24h" or "2d"; relative paths start at this file.
# The environment wins over this file: TURNWIRE_WORKER__IN_FLIGHT=50 is in_flight below [worker].

# Where every message is kept. This file is enough for one worker process on one machine; for more take PostgreSQL,
# "postgresql://user:password@host/turnwire", best given as TURNWIRE_DATABASE_URL because of its password.
[database]
url = "sqlite:///.turnwire/turnwire.db"

# Wakes the workers up; no message depends on it. "embedded" needs no server; "amqp://…" is RabbitMQ, "redis://…" Redis.
[broker]
url = "embedded"

# Each worker process: calls in flight, how long one round of sending lasts, after how long a silent worker counts as
# dead and its turns are settled, and threads (one sends, the others receive).
[worker]
in_flight = 200
slice = "30s"
lease = "10s"
threads = 4

"""

_OSVI_ACCOUNT = """\
# One set of credentials. Another account is another section, [accounts.NAME].
[accounts.osvi]
provider = "osvi"
# OSVI's chat API: "v1", or "legacy", the one before it, which OSVI is going to switch off.
api = "{api}"
# The token has 16 characters and stands in the OSVI dashboard under Settings → API. It is never written here:
# "env:NAME" reads it from the environment, "file:/path" from a file.
token = "env:OSVI_API_TOKEN"
"""

_SYNTHFLOW_ACCOUNT = """\
# One set of credentials. Another account is another section, [accounts.NAME].
[accounts.synthflow]
provider = "synthflow"
# The host of the workspace's region, here {region}: Synthflow shows it under Admin → Workspace Settings → Preferences →
# Customer Region. US: https://api.us.synthflow.ai/v2, EU: https://api.eu.synthflow.ai/v2,
# Global (being retired): https://api.synthflow.ai/v2
base_url = "{base_url}"
# The key stands in Synthflow under Workspace Settings → API Keys. It is never written here: "env:NAME" reads it from
# the environment, "file:/path" from a file.
token = "env:SYNTHFLOW_API_KEY"
"""

_LIMITS = """\
# Limits that all machines share: calls at once, calls per time ("none": no limit; opening a chat is a call too, so new
# conversations begin at half of it), turns a day in UTC (0: no limit).
max_in_flight = 100
rate = "10/s"
daily_turns = 0
# How long one call may take, and how long to wait before a missing message counts as not delivered.
deadline = "90s"
grace = "120s"

"""

_ROUTE = """\
# Which account and agent answer which messages, and what happens when something goes wrong.
[routes.support]
account = "{account}"
{agent_place}
agent = {agent}
# The provider itself answered with an error (500): "resend" up to max_attempts, "hold" for a person, or "fail".
on_server_error = "resend"
max_attempts = 3
{lost}
on_lost = "hold"
# Still unknown after this time: the conversation goes to a person.
unknown_after = "30m"
# A message that could not be sent at all, since the provider cannot be reached, is given up after this time.
give_up_after = "24h"
# The provider has ended the chat: go on in a "new_chat" that is told the last turns, or "hand_off" to a person.
on_chat_end = "new_chat"
carry_turns = 6
# What the agent is told beside the text, in the first message of a chat: "subject", "attachments" (their names),
# "context" (earlier messages), "customer" (name and language). Without this line the first three of mails and tickets,
# and nothing of other messages.
# tell = ["subject", "attachments", "context"]
# What takes a conversation to a person: a customer's words, such as ["human", "agent please"], and an agent's states.
hand_off_keywords = []
hand_off_states = []
# Meanwhile the provider is asked to keep its agent quiet, where it can. A conversation that is closed ends its chat:
# "end_chat"; "keep_chat" leaves it alone, "delete_chat" also has Synthflow delete it, with its history.
hold_chat = true
on_close = "end_chat"
{customer}\
# The way back of the answers: "none" (read them with `turnwire turns`), "celery" (a task of yours), "webhook", or
# "source" (where the message came from: a mailbox of this route with a section smtp).
reply = "none"
# With "source": "draft" (a person approves each, if nothing is said) or "public" (to the customer by itself, perhaps
# after a delay in which a person can stop it).
# reply_mode = "public"
# reply_delay = "10m"
# With "celery": the tasks that an event's callback may name, such as ["shop.answered", "shop.answered@queue"].
callbacks = []
# An answer that the customer, a person or the end of the conversation has overtaken before it left: "cancel", as with
# a webhook or source if nothing is said, or "deliver", as with Celery.
# on_overtaken = "cancel"
# Our own addresses: mail from them is never taken for a customer's.
addresses = []
# Mail that no person wrote is stopped. Guards that are wrong here, such as "mailing_list", let theirs in.
let_in = []
# Whether mail of a mailbox is left to the colleague who has answered it already. The agent then knows it as history.
skip_answered = true
# A customer who writes line by line: what comes within this time of each other is one turn ("20s"), which then waits no
# longer than the second in all. "none": each message is a turn, and none waits.
debounce = "none"
debounce_at_most = "2m"

# More turns than that in an hour or a day, of one conversation or of one customer over all of them, are no dialogue but
# perhaps two machines that answer each other: the conversation goes to a person, and nothing of it is lost.
[routes.support.brakes]
conversation = ["60/h", "120/d"]
customer = ["120/h", "240/d"]
# All messages of the route together, and the answers that leave by mail without approval: no limit, unless you set one.
route = "none"
out = "none"

# Messages that are due later (`turnwire followups`): whether one stays when the customer writes first, and how late it
# may still be sent.
[routes.support.followups]
keep = false
expires_after = "24h"

# They go out in these hours only, if there are any; customers' messages are answered at any hour.
# [routes.support.hours]
# zone = "Europe/Berlin"
# days = "mon-fri"
# from = "09:00"
# to = "17:00"
# holidays = ["2026-12-25"]

# A mailbox that is read by IMAP, and answered by SMTP with reply = "source". Instead of password a section
# [sources.inbox.oauth] logs in to Microsoft 365 and Google. What lies there at first is not taken: start = "now".
# [sources.inbox]
# kind = "mailbox"
# route = "support"
# user = "help@shop.example"
# password = "env:MAIL_PASSWORD"
# from = "Shop Help <help@shop.example>"
# [sources.inbox.imap]
# host = "imap.shop.example"
# [sources.inbox.smtp]
# host = "smtp.shop.example"

# Needed for reply = "webhook": answers are posted there, signed as Standard Webhooks describes. Only public addresses
# are called; a receiver in your own network is named, as narrowly as you can.
# [replies.webhook]
# url = "https://example.com/answers"
# secret = "env:WEBHOOK_SECRET"
# allow_private = ["10.1.2.3/32"]
"""

_OSVI_AGENT = "# The id stands on the agent's page in the OSVI dashboard; the agent must be active."
_SYNTHFLOW_AGENT = "# The id stands on the agent's page in Synthflow."

_OSVI_LOST = """\
# The answer was lost on the way (cut, timeout). OSVI cannot be asked whether the message arrived, so choose:
# "hold": wait for a person, nothing is sent twice; "resend": the customer may be answered twice; "fail": give up."""
_SYNTHFLOW_LOST = """\
# The answer was lost on the way (cut, timeout). Synthflow is then asked what arrived; only if it cannot be asked:
# "hold": wait for a person, nothing is sent twice; "resend": the customer may be answered twice; "fail": give up."""

_OSVI_CUSTOMER = """\
# OSVI keeps one session per customer: "conversation" gives each conversation one of its own, "customer" shares it.
osvi_customer = "conversation"
"""
