"""The configuration: what is read from where, what is refused and in which words, and that no secret shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ConfigurationError
from connector.policy.brakes import Allowed, Brakes
from connector.policy.debounce import Debounce
from connector.settings import Settings, load, without_password
from connector.settings.types import allowed, calls_per_second, seconds, weekdays

SMALL = """
[accounts.Osvi-Main]
provider = "osvi"
token = "env:OSVI_API_TOKEN"

[routes.support]
account = "Osvi-Main"
agent = "agent_1"
"""


@pytest.fixture
def configured(tmp_path):
    """Load a text as turnwire.toml, with an environment."""

    def loaded(text: str = SMALL, **environ: str) -> Settings:
        path = tmp_path / "turnwire.toml"
        path.write_text(text, encoding="utf-8")
        return load(path, environ)

    return loaded


@pytest.fixture
def refusal(configured):
    """The error that a text or an environment leads to."""

    def refused(text: str = SMALL, **environ: str) -> ConfigurationError:
        with pytest.raises(ConfigurationError) as caught:
            configured(text, **environ)
        return caught.value

    return refused


# --- where it is found -----------------------------------------------------------------------------------------------


def test_named_file_beats_the_variable_and_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("turnwire.toml", "variable.toml", "option.toml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    variable = {"TURNWIRE_CONFIG": "variable.toml"}
    assert load(Path("option.toml"), variable).path == tmp_path / "option.toml"
    assert load(None, variable).path == tmp_path / "variable.toml"
    assert load(None, {}).path == tmp_path / "turnwire.toml"


@pytest.mark.parametrize("environ", [{}, {"TURNWIRE_CONFIG": "nowhere.toml"}])
def test_without_a_file_init_is_named(tmp_path, monkeypatch, environ):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="run `turnwire init`"):
        load(None, environ)


def test_a_folder_above_is_not_searched(tmp_path, monkeypatch):
    (tmp_path / "turnwire.toml").write_text(SMALL, encoding="utf-8")
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    with pytest.raises(ConfigurationError):
        load(None, {})


def test_relative_paths_start_at_the_file(configured, tmp_path):
    settings = configured()
    assert settings.folder == tmp_path
    assert settings.database.file == tmp_path / ".turnwire/turnwire.db"
    assert settings.database.sqlalchemy_url == f"sqlite:///{tmp_path}/.turnwire/turnwire.db"
    assert settings.broker.directory == tmp_path / ".turnwire/broker"


def test_a_symbolic_link_keeps_its_own_folder(tmp_path):
    """A mounted configuration is often a link into a folder that changes with each version."""
    (tmp_path / "version1").mkdir()
    (tmp_path / "version1/turnwire.toml").write_text(SMALL, encoding="utf-8")
    link = tmp_path / "turnwire.toml"
    link.symlink_to(tmp_path / "version1/turnwire.toml")
    assert load(link, {}).folder == tmp_path


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[accounts\n", "no valid TOML at line 1"), (b"a = 1\na = sk-secret\n", "line 2"), (b"a = '\xff'", "not UTF-8")],
)
def test_a_file_that_is_no_toml_is_told_without_its_content(tmp_path, content, words):
    path = tmp_path / "turnwire.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=words) as caught:
        load(path, {})
    assert "sk-secret" not in str(caught.value)


# --- defaults and values ---------------------------------------------------------------------------------------------


def test_defaults(configured):
    settings = configured()
    account, route = settings.accounts["Osvi-Main"], settings.routes["support"]
    assert (settings.broker.kind, settings.worker.in_flight, settings.worker.slice) == ("embedded", 200, 30.0)
    assert (settings.worker.lease, settings.worker.threads) == (10.0, 4)
    assert (account.api, account.base_url, account.max_in_flight, account.rate) == (None, None, 100, 10.0)
    assert (account.daily_turns, account.deadline, account.grace) == (0, 90.0, 120.0)
    assert (route.on_server_error, route.on_lost, route.unknown_after) == ("resend", "hold", 1800.0)
    assert (route.max_attempts, route.give_up_after, route.on_chat_end) == (3, 86_400.0, "new_chat")
    assert (route.carry_turns, route.osvi_customer, route.reply, route.addresses) == (6, "conversation", "none", ())
    assert (route.hand_off_keywords, route.hand_off_states) == ((), ())
    assert route.tell is None, "by source"
    assert (route.hold_chat, route.on_close) == (True, "end_chat"), "nothing is deleted unless a route says so"
    assert (account.name, route.name) == ("Osvi-Main", "support")


@pytest.mark.parametrize(
    ("text", "expected"), [("500ms", 0.5), ("90s", 90), ("10m", 600), ("24h", 86_400), ("2d", 172_800), ("1.5s", 1.5)]
)
def test_durations(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["90", 90, "", "0s", "-1s", "1h30m", "s", "1 day", "99999999d", None, True])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="with its unit"):
        seconds(text)


@given(st.integers(1, 10_000), st.sampled_from([("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]))
def test_a_duration_is_its_number_of_units(number, unit):
    assert seconds(f"{number}{unit[0]}") == pytest.approx(number * unit[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10/s", 10), ("600/m", 10), ("5000/h", 5000 / 3600), ("0.5/s", 0.5), ("none", None), (0, None)],
)
def test_rates(text, expected):
    assert calls_per_second(text) == expected


@pytest.mark.parametrize("text", ["10", "10/d", "ten/s", "0/s", "/s", "-1/s", 10])
def test_what_is_no_rate(text):
    with pytest.raises(ValueError, match="a rate such as"):
        calls_per_second(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["20/h", "60/d"], Allowed(hour=20, day=60)),
        (["60/d"], Allowed(day=60)),
        ("20/h, 60/d", Allowed(hour=20, day=60)),
        ("20 / h", Allowed(hour=20)),
        ("none", Allowed()),
        (["none"], Allowed()),
    ],
)
def test_what_a_brake_allows(value, expected):
    assert allowed(value) == expected


@pytest.mark.parametrize("value", ["20", "20/m", "0/h", ["20/h", "30/h"], ["none", "20/h"], [], "", 20, [20], None])
def test_what_no_brake_understands(value):
    with pytest.raises(ValueError, match="one number an hour and one a day"):
        allowed(value)


def test_brakes_are_on_and_bursts_are_off_unless_the_file_says_otherwise(configured):
    route = configured().routes["support"]
    assert route.bursts is None
    assert route.brakes.brakes == Brakes(conversation=Allowed(hour=60, day=120), customer=Allowed(hour=120, day=240))
    off = 'debounce = "20s"\n[routes.support.brakes]\nconversation = "none"\ncustomer = ["5/h"]\n'
    route = configured(SMALL + off).routes["support"]
    assert route.bursts == Debounce(quiet=20_000, at_most=120_000)
    assert route.brakes.brakes == Brakes(customer=Allowed(hour=5))
    by_variable = {"TURNWIRE_ROUTES__SUPPORT__BRAKES__CUSTOMER": "7/h,9/d", "TURNWIRE_ROUTES__SUPPORT__DEBOUNCE": "5s"}
    route = configured(SMALL, **by_variable).routes["support"]
    assert route.brakes.customer == Allowed(hour=7, day=9)
    assert route.bursts == Debounce(quiet=5_000, at_most=120_000)
    assert configured(SMALL + 'debounce = "none"').routes["support"].bursts is None


def test_brakes_of_a_whole_route_a_source_and_of_what_leaves_are_off_until_they_are_set(configured):
    brakes = configured().routes["support"].brakes
    assert (brakes.route, brakes.out, brakes.brakes.route) == (Allowed(), Allowed(), Allowed())
    given = '[routes.support.brakes]\nroute = ["600/h", "5000/d"]\nout = ["120/h"]\n'
    given += '[sources.spool]\nkind = "maildir"\nroute = "support"\npath = "mail"\nbrakes = { all = ["600/h"] }\n'
    settings = configured(SMALL + given)
    brakes = settings.routes["support"].brakes
    assert (brakes.brakes.route, brakes.out) == (Allowed(hour=600, day=5000), Allowed(hour=120))
    assert settings.sources["spool"].brakes.all == Allowed(hour=600)


def test_a_route_lets_in_what_a_guard_would_stop_by_its_name(configured):
    assert configured().routes["support"].let_in == ()
    assert configured(SMALL + 'let_in = ["mailing_list", "bulk"]').routes["support"].let_in == ("mailing_list", "bulk")
    for never in ("own_echo", "delivery_report", "lists"):
        with pytest.raises(ConfigurationError, match="a guard of mail that may be overruled: own_address, auto_reply"):
            configured(SMALL + f'let_in = ["{never}"]')


def test_what_takes_a_conversation_to_a_person(configured):
    words = 'hand_off_keywords = ["human", " agent please ", "人工"]\nhand_off_states = ["escalated"]'
    route = configured(SMALL + words).routes["support"]
    assert (route.hand_off_keywords, route.hand_off_states) == (("human", "agent please", "人工"), ("escalated",))


@pytest.mark.parametrize("word", ['""', '"  "', '"two\\nlines"', f'"{"x" * 101}"'])
@pytest.mark.parametrize("key", ["hand_off_keywords", "hand_off_states"])
def test_what_is_no_keyword(configured, key, word):
    with pytest.raises(ConfigurationError, match="a word or a few") as caught:
        configured(SMALL + f'{key} = ["fine", {word}]')
    assert caught.value.field == f"routes.support.{key}.1"


def test_whether_on_lost_was_chosen(configured):
    assert not configured().routes["support"].names_on_lost
    assert configured(SMALL + 'on_lost = "hold"').routes["support"].names_on_lost


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("amqp://u:p@host:5672//", "amqp"),
        ("amqps://host", "amqp"),
        ("redis://host/3", "redis"),
        ("rediss://host", "redis"),
    ],
)
def test_brokers(configured, url, kind):
    assert configured(TURNWIRE_BROKER_URL=url).broker.kind == kind


def test_postgresql_gets_its_driver(configured):
    database = configured(TURNWIRE_DATABASE_URL="postgresql://u:p@host/turnwire").database
    assert database.sqlalchemy_url == "postgresql+psycopg://u:p@host/turnwire"
    assert database.file is None


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("postgresql://u:p%40@h1,h2:5433/db", "u:p%40@/db?host=h1,h2&port=5432,5433&target_session_attrs=read-write"),
        (
            "postgresql://h1:1,[::1]:2/db?sslmode=require&target_session_attrs=any",
            "/db?host=h1,%3A%3A1&port=1,2&sslmode=require&target_session_attrs=any",
        ),
        ("postgresql://u:a,b@h/db", "u:a,b@h/db"),
        ("postgresql://u@/db?host=/run/a,/run/b", "u@/db?host=/run/a,/run/b"),
    ],
)
def test_several_hosts_are_tried_in_turn_for_the_one_that_takes_writes(configured, url, becomes):
    assert configured(TURNWIRE_DATABASE_URL=url).database.sqlalchemy_url == f"postgresql+psycopg://{becomes}"


def test_tables_may_lie_elsewhere(configured):
    told = configured(
        TURNWIRE_DATABASE_URL="postgresql://u:p@host/shop",
        TURNWIRE_DATABASE__TABLE_SCHEMA="turnwire",
        TURNWIRE_DATABASE__TABLE_PREFIX="tw_",
    )
    assert (told.database.table_schema, told.database.table_prefix) == ("turnwire", "tw_")


# --- environment -----------------------------------------------------------------------------------------------------


def test_the_environment_beats_the_file_whatever_the_case_of_names(configured):
    settings = configured(
        TURNWIRE_ACCOUNTS__OSVI_MAIN__BASE_URL="http://127.0.0.1:8800/osvi/",
        TURNWIRE_ACCOUNTS__osvi_main__RATE="600/m",
        TURNWIRE_ROUTES__SUPPORT__MAX_ATTEMPTS="7",
        TURNWIRE_ROUTES__SUPPORT__ADDRESSES="Support@example.com, help@example.com",
        TURNWIRE_ROUTES__SUPPORT__TELL="subject, context",
        TURNWIRE_WORKER__IN_FLIGHT="50",
    )
    assert list(settings.accounts) == ["Osvi-Main"]
    assert settings.accounts["Osvi-Main"].base_url == "http://127.0.0.1:8800/osvi"
    assert settings.accounts["Osvi-Main"].rate == 10.0
    assert settings.routes["support"].max_attempts == 7
    assert settings.routes["support"].addresses == ("support@example.com", "help@example.com")
    assert settings.routes["support"].tell == ("subject", "context")
    assert settings.worker.in_flight == 50


def test_an_account_may_stand_in_the_environment_alone(configured):
    settings = configured(TURNWIRE_ACCOUNTS__MORE__PROVIDER="synthflow", TURNWIRE_ACCOUNTS__MORE__TOKEN="env:KEY")
    assert settings.accounts["more"].provider == "synthflow"


def test_empty_and_foreign_variables_do_not_count(configured):
    settings = configured(
        TURNWIRE_BROKER_URL="", TURNWIRE_PORT="tcp://10.0.0.1:80", TURNWIRE_SERVICE_HOST="10.0.0.1", HOME="/root"
    )
    assert settings.broker.kind == "embedded"


def test_the_process_environment_is_the_default(tmp_path, monkeypatch):
    (tmp_path / "turnwire.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setenv("TURNWIRE_WORKER__THREADS", "9")
    assert load(tmp_path / "turnwire.toml").worker.threads == 9


def test_a_wrong_variable_is_named(refusal):
    error = refusal(TURNWIRE_ACCOUNTS__OSVI_MAIN__RATE="fast")
    assert (error.field, error.where) == (
        "accounts.Osvi-Main.rate",
        "environment variable TURNWIRE_ACCOUNTS__OSVI_MAIN__RATE",
    )
    assert "TURNWIRE_ACOUNTS__X__RATE" in str(refusal(TURNWIRE_ACOUNTS__X__RATE="1/s"))
    assert refusal(TURNWIRE_DATABASE="postgresql://u:hunter2@h/d").field == "database"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("[acounts.x]\n", "acounts", '"accounts"'),
        ("[worker]\nin_fligth = 3\n", "worker.in_fligth", '"in_flight"'),
        ('[broker]\npath = "x"\n', "broker.path", "one of url, folder, results"),
        ("[replies.webhok]\n", "replies.webhok", '"webhook"'),
        (
            '[replies.webhook]\nurl = "https://h"\nsecret = "env:X"\nsecrets = 1\n',
            "replies.webhook.secrets",
            '"secret"',
        ),
        (
            "[accounts.b]\nprovidr = 1\n",
            "accounts.b.provider",
            '"osvi", "synthflow" or the name of an installed provider',
        ),
    ],
)
def test_unknown_keys_are_refused_at_every_level_with_the_nearest_name(refusal, text, field, expected):
    error = refusal(text)
    assert (error.field, error.expected) == (field, expected)


@pytest.mark.parametrize(
    ("added", "field", "words"),
    [
        ("deadline = 90", "accounts.a.deadline", "with its unit"),
        ('rate = "10"', "accounts.a.rate", "a rate such as"),
        ("max_in_flight = 0", "accounts.a.max_in_flight", "at least 1"),
        ('api = "v2"', "accounts.a.api", '"v1" or "legacy"'),
        ('base_url = "api.osvi.ai"', "accounts.a.base_url", "begins with https://"),
        ('base_url = "https://u:p@api.osvi.ai"', "accounts.a.base_url", "without user name"),
        ('base_url = "https://h:99999"', "accounts.a.base_url", "begins with https://"),
        ("daily_turns = -1", "accounts.a.daily_turns", "at least 0"),
    ],
)
def test_values_of_an_account(refusal, added, field, words):
    error = refusal(f'[accounts.a]\nprovider = "osvi"\ntoken = "env:T"\n{added}\n')
    assert error.field == field
    assert words in error.expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[worker]\nlease = "1s"', "worker.lease"),
        ("[worker]\nthreads = 1", "worker.threads"),
        ("worker = 3", "worker"),
        ('[database]\nurl = "mysql://u:hunter2@h/d"', "database.url"),
        ('[database]\nurl = "sqlite://"', "database.url"),
        ('[database]\nurl = "sqlite:///:memory:"', "database.url"),
        ('[database]\nurl = "postgres://u:hunter2@h/d"', "database.url"),
        ('[database]\ntable_prefix = "9hunter2"', "database.table_prefix"),
        ('[database]\ntable_prefix = "hunter2-"', "database.table_prefix"),
        ('[database]\ntable_prefix = "hunter2_is_too_long"', "database.table_prefix"),
        ('[database]\nurl = "postgresql://h/d"\ntable_schema = "pg_hunter2"', "database.table_schema"),
        ('[database]\nurl = "postgresql://h/d"\ntable_schema = "a, hunter2"', "database.table_schema"),
        ('[database]\ntable_schema = "sqlite_has_none"', "database.table_schema"),
        ('[broker]\nurl = "sqs://u:hunter2@h"', "broker.url"),
        ('[accounts."a b"]\nprovider = "osvi"\ntoken = "env:T"', "accounts.a b"),
        ('[replies.webhook]\nurl = "https://h"\nsecret = "hunter2"', "replies.webhook.secret"),
        ('[sources.box]\nroute = "x"', "sources.box.kind"),
    ],
)
def test_values_of_the_other_sections(refusal, text, field):
    error = refusal(text)
    assert error.field == field
    assert error.expected
    assert "hunter2" not in repr(error)


@pytest.mark.parametrize(
    ("added", "field", "words"),
    [
        ('account = "Osvi-Man"', "routes.r.account", '"Osvi-Main"'),
        ('account = "Osvi-Main"\nreply = "webhook"', "routes.r.reply", "[replies.webhook]"),
        ('account = "Osvi-Main"\nreply = "email"', "routes.r.reply", 'is called "source"'),
        ('account = "Osvi-Main"\nreply = "ticket"\nreply_mode = "draft"', "routes.r.reply", 'is called "source"'),
        ('account = "Osvi-Main"\nreply = "celery"\nreply_mode = "draft"', "routes.r.reply_mode", "only for reply"),
        ('account = "Osvi-Main"\nreply = "celery"\ncallbacks = ["shop.*"]', "routes.r.callbacks.0", "a whole name"),
        ('account = "Osvi-Main"\nreply = "celery"\ncallbacks = ["shop.a@"]', "routes.r.callbacks.0", "a whole name"),
        ('account = "Osvi-Main"\nreply = "celery"\ncallbacks = ["a@../q"]', "routes.r.callbacks.0", "a whole name"),
        ('account = "Osvi-Main"\naddresses = ["nobody"]', "routes.r.addresses.0", "a mail address"),
        ('account = "Osvi-Main"\ntell = ["earlier"]', "routes.r.tell.0", '"context"'),
        ('account = "Osvi-Main"\ndebounce = "3m"', "routes.r.debounce", "longer than debounce_at_most"),
        ('account = "Osvi-Main"\ndebounce = "2h"', "routes.r.debounce", "at most"),
        ('account = "Osvi-Main"\ndebounce = 20', "routes.r.debounce", "with its unit"),
        ('account = "Osvi-Main"\n[routes.r.brakes]\ncustomer = "20"', "routes.r.brakes.customer", "one number an hour"),
        ('account = "Osvi-Main"\n[routes.r.brakes]\ncustomers = "20/h"', "routes.r.brakes.customers", '"customer"'),
    ],
)
def test_what_does_not_go_together_in_a_route(refusal, added, field, words):
    error = refusal(f'{SMALL}\n[routes.r]\nagent = "a"\n{added}\n')
    assert error.field == field
    assert words in str(error)


def test_what_does_not_go_together_elsewhere(refusal):
    api = refusal('[accounts.s]\nprovider = "synthflow"\ntoken = "env:T"\napi = "v1"\n')
    assert (api.field, "osvi" in str(api)) == ("accounts.s.api", True)
    source = refusal(SMALL + '[sources.box]\nkind = "hook"\nroute = "suport"\nsecret = "env:H"\n')
    assert (source.field, source.expected) == ("sources.box.route", '"support"')
    results = refusal(SMALL + "[broker]\nresults = true\n")
    assert (results.field, "RabbitMQ" in str(results)) == ("broker.results", True)
    alike = refusal(SMALL + '[accounts.osvi_main]\nprovider = "osvi"\ntoken = "env:T"\n')
    assert alike.field == "accounts.osvi_main"


def test_all_that_is_wrong_is_told_at_once_a_line_each(refusal, tmp_path):
    error = refusal('[accounts.a]\nprovider = "osvi"\nrat = 1\n[routes.r]\nagent = "x"\n[wroker]\n')
    assert [line.partition(":")[0] for line in str(error).splitlines()] == [
        "wroker",
        "accounts.a.token",
        "accounts.a.rat",
        "routes.r.account",
    ]
    assert error.where == str(tmp_path / "turnwire.toml")


# --- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["sk-live-hunter2", "env:", "env:1-2", "file:", "ENV:X", "vault:x"])
def test_a_literal_secret_is_refused_and_not_repeated(refusal, token):
    error = refusal(SMALL.replace("env:OSVI_API_TOKEN", token))
    assert error.field == "accounts.Osvi-Main.token"
    assert "env:NAME" in error.expected
    assert "hunter2" not in repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_a_secret_from_the_environment(configured):
    assert configured(OSVI_API_TOKEN="0123456789abcdef\n").accounts["Osvi-Main"].secret() == "0123456789abcdef"


def test_a_secret_from_a_file_beside_the_configuration(configured, tmp_path):
    (tmp_path / "token").write_text("0123456789abcdef\n", encoding="utf-8")
    settings = configured(SMALL.replace("env:OSVI_API_TOKEN", "file:token"))
    assert settings.accounts["Osvi-Main"].secret() == "0123456789abcdef"
    (tmp_path / "token").write_text("another", encoding="utf-8")
    assert settings.accounts["Osvi-Main"].secret() == "another"


def test_a_missing_secret_names_account_and_variable(configured):
    with pytest.raises(
        ConfigurationError, match="account Osvi-Main: the environment variable OSVI_API_TOKEN"
    ) as caught:
        configured().accounts["Osvi-Main"].secret()
    assert caught.value.field == "accounts.Osvi-Main.token"


@pytest.mark.parametrize("content", [b"", b"\n", b"two words-hunter2", "hunter2…".encode(), b"\xff"])
def test_a_file_that_holds_no_token_is_told_without_its_content(configured, tmp_path, content):
    settings = configured(SMALL.replace("env:OSVI_API_TOKEN", "file:token"))
    with pytest.raises(ConfigurationError, match="account Osvi-Main"):
        settings.accounts["Osvi-Main"].secret()
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(ConfigurationError, match="account Osvi-Main") as caught:
        settings.accounts["Osvi-Main"].secret()
    assert "hunter2" not in repr(caught.value)


def test_the_webhook_secret(configured):
    settings = configured(
        SMALL + 'reply = "webhook"\n[replies.webhook]\nurl = "https://h/x"\nsecret = "env:W"\n', W="whsec_c2VjcmV0"
    )
    assert settings.replies.webhook
    assert settings.replies.webhook.signing_secret() == "whsec_c2VjcmV0"


WEBHOOK = 'reply = "webhook"\n[replies.webhook]\nurl = "{}"\nsecret = "env:W"\n'


def test_the_webhooks_networks(configured):
    settings = configured(SMALL + WEBHOOK.format("http://h/x") + 'allow_private = ["127.0.0.0/8", "10.1.2.3"]\n')
    assert settings.replies.webhook.allow_private == ("127.0.0.0/8", "10.1.2.3/32")
    assert (settings.replies.webhook.allow_http, settings.replies.webhook.disable_after) == (False, 432_000.0)
    settings = configured(
        SMALL + WEBHOOK.format("https://h/x"), TURNWIRE_REPLIES__WEBHOOK__ALLOW_PRIVATE="10.0.0.0/8, fd00::/8"
    )
    assert settings.replies.webhook.allow_private == ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize("network", ["10.0.0.1/8", "localhost", "10.0.0.0/33", ""])
def test_what_is_no_network(refusal, network):
    error = refusal(SMALL + WEBHOOK.format("https://h/x") + f'allow_private = ["{network}"]\n')
    assert "allow_private" in error.field
    assert "127.0.0.0/8" in error.expected


def test_a_webhook_without_encryption_says_whom_it_may_call(configured, refusal):
    error = refusal(SMALL + WEBHOOK.format("http://h/x"))
    assert error.field == "replies.webhook.url"
    assert "allow_private" in error.expected
    assert configured(SMALL + WEBHOOK.format("http://h/x") + "allow_http = true\n").replies.webhook.allow_http


@pytest.mark.parametrize("url", ["https://user@h/x", "https://user:hunter2@h/x", "ftp://h/x", "https://h/x#part"])
def test_addresses_that_no_webhook_has(refusal, url):
    error = refusal(SMALL + WEBHOOK.format(url))
    assert error.field == "replies.webhook.url"
    assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    "url", ["https://h", "https://h/", "https://h/x/", "https://h/x//?a=b&c=%2F", "https://h?a=b/"]
)
def test_a_webhooks_address_stays_as_it_is_written(configured, url):
    assert configured(SMALL + WEBHOOK.format(url)).replies.webhook.url == url


@pytest.mark.parametrize(
    ("keys", "becomes"),
    [
        ('reply = "celery"\n', "deliver"),
        ('reply = "celery"\non_overtaken = "cancel"\n', "cancel"),
        (WEBHOOK.format("https://h/x"), "cancel"),
        (WEBHOOK.format("https://h/x").replace("\n[", '\non_overtaken = "deliver"\n['), "deliver"),
    ],
)
def test_what_becomes_of_overtaken_answers(configured, keys, becomes):
    (route,) = configured(SMALL + keys).routes.values()
    assert route.overtaken_answers == becomes


def test_without_a_way_back_nothing_is_overtaken(refusal):
    assert refusal(SMALL + 'on_overtaken = "cancel"\n').field.endswith(".on_overtaken")


def test_no_repr_and_no_shown_address_holds_a_secret(configured):
    settings = configured(
        SMALL + '[sources.box]\nkind = "hook"\nroute = "support"\nsecret = "env:OSVI_API_TOKEN"\n',
        OSVI_API_TOKEN="hunter2",
        TURNWIRE_DATABASE_URL="postgresql://u:hunter2@host/db",
        TURNWIRE_BROKER_URL="amqp://u:hunter2@host//",
    )
    account = settings.accounts["Osvi-Main"]
    shown = repr(settings) + str(settings) + repr(account) + settings.database.shown + settings.broker.shown
    assert "hunter2" not in shown
    assert settings.broker.shown == "amqp://u:***@host//"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://:pw@host/0", "redis://:***@host/0"),
        ("amqp://host:5672//", "amqp://host:5672//"),
        ("postgresql://u:p@ss@host/d?password=x", "postgresql://u:***@host/d"),
        ("embedded", "embedded"),
    ],
)
def test_addresses_without_password(url, expected):
    assert without_password(url) == expected


def test_settings_do_not_change(configured):
    settings = configured()
    with pytest.raises(ValueError, match="frozen"):
        settings.worker.threads = 8


# --- hours and follow-ups ---------------------------------------------------------------------------------------------

HOURS = """
[routes.support.hours]
zone = "Europe/Berlin"
days = "mon-thu, sat"
from = "08:30"
to = "24:00"
holidays = ["2026-12-25", 2027-01-01]
[routes.support.followups]
keep = true
expires_after = "12h"
"""


def test_hours_of_a_route(configured):
    route = configured(SMALL + HOURS).routes["support"]
    hours = route.hours.calendar()
    assert (hours.zone.key, hours.days, hours.opens, hours.closes) == ("Europe/Berlin", {0, 1, 2, 3, 5}, 510, 1440)
    assert hours.holidays == {date(2026, 12, 25), date(2027, 1, 1)}
    assert (route.followups.keep, route.followups.expires_after) == (True, 43_200.0)


def test_hours_have_defaults_and_are_none_by_default(configured):
    none = configured().routes["support"]
    assert (none.hours, none.followups.keep, none.followups.expires_after) == (None, False, 86_400.0)
    hours = configured(SMALL + '[routes.support.hours]\nzone = "UTC"\n').routes["support"].hours.calendar()
    assert (hours.days, hours.opens, hours.closes, hours.holidays) == ({0, 1, 2, 3, 4}, 540, 1020, frozenset())


def test_hours_from_the_environment(configured):
    prefix = "TURNWIRE_ROUTES__SUPPORT__HOURS__"
    given = {"ZONE": "UTC", "DAYS": "sun", "FROM": "10:00", "TO": "11:00", "HOLIDAYS": "2026-12-25, 2026-12-26"}
    found = configured(SMALL, **{f"{prefix}{name}": value for name, value in given.items()}).routes["support"].hours
    assert found is not None
    assert (found.days, found.opens, found.closes) == ({6}, 600, 660)
    assert found.holidays == {date(2026, 12, 25), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon-fri", {0, 1, 2, 3, 4}), ("Fri-Mon", {4, 5, 6, 0}), ("wednesday", {2}), ("mon,mon", {0}), ("tue-tue", {1})],
)
def test_weekdays(text, days):
    assert weekdays(text) == days


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('zone = "Europe/Berlin"', 'zone = "Berlin"', "hours.zone", "the name of a time zone"),
        ('zone = "Europe/Berlin"', "", "hours.zone", "is required"),
        ('"mon-thu, sat"', '"weekdays"', "hours.days", "days such as"),
        ('"mon-thu, sat"', '"mon-"', "hours.days", "days such as"),
        ('"mon-thu, sat"', '""', "hours.days", "days such as"),
        ('"08:30"', '"8:30"', "hours.from", "a time of day"),
        ('"08:30"', '"24:30"', "hours.from", "a time of day"),
        ('"08:30"', "8", "hours.from", "a time of day"),
        ('to = "24:00"', 'to = "08:30"', "hours.to", "is not after from"),
        ('to = "24:00"', 'too = "18:00"', "hours.too", '"to"'),
        ('"2026-12-25"', '"25.12.2026"', "hours.holidays", "a list of at most 1,000 dates"),
        ("keep = true", 'keep = "perhaps"', "followups.keep", "a valid boolean"),
        ('"12h"', '"0s"', "followups.expires_after", "a duration above 0"),
    ],
)
def test_what_is_wrong_with_hours_and_follow_ups(refusal, old, new, field, words):
    assert old in HOURS
    said = str(refusal(SMALL + HOURS.replace(old, new)))
    assert f"routes.support.{field}: " in said
    assert words in said
