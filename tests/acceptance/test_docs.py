"""The documentation is true: its commands are typed, its links followed, its names looked up in the code."""

from __future__ import annotations

import ast
import base64
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from standardwebhooks import Webhook as Signer
from typer.main import get_command

from connector.channels.hooks.outgoing import key_of, payload
from connector.cli import application
from connector.sandbox import SYNTHFLOW_TOKEN, FaultName, Rule, running_sandbox
from connector.sandbox import Settings as SandboxSettings
from connector.settings import (
    BrakeSettings,
    ChannelSettings,
    FollowupSettings,
    HoursSettings,
    ImapSettings,
    LmtpSettings,
    MailboxSettings,
    MaildirSettings,
    OAuthSettings,
    OnlySettings,
    Settings,
    SignatureSettings,
    SmtpSettings,
    SourceSettings,
    load,
    presets,
)
from connector.settings.sources.brakes import SourceBrakeSettings
from connector.settings.sources.hooks import FieldsSettings
from connector.storage.tables import metadata
from connector.values import (
    ConversationStatus,
    EventStatus,
    FollowupStatus,
    OutboxStatus,
    Outcome,
    ReplyMessage,
    ReplyStatus,
    TurnStatus,
)
from tests.kit.page_folder import CONFIGURATION, prepared
from tests.kit.page_mailbox import mailbox_of
from tests.kit.pages import (
    ROOT,
    Block,
    anchors,
    blocks,
    free_port,
    links,
    matches,
    name_of,
    pages,
    prose,
    shell,
    spans,
    table_rows,
)

TEXTS = {page: page.read_text(encoding="utf-8") for page in pages()}
TYPED = [page for page, text in TEXTS.items() if any(block.typed for block in blocks(text))]
COMMANDS: Any = get_command(application())
PORTS = ("18790", "18791")


def page(name: str) -> str:
    return TEXTS[ROOT / name]


# --- typing what they say ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("path", TYPED, ids=name_of)
def test_what_a_page_says_to_type_works(path: Path, tmp_path: Path) -> None:
    text = TEXTS[path]
    for port in PORTS:
        text = text.replace(port, str(free_port()))
    if "$ curl " in text and shutil.which("curl") is None:
        pytest.skip("the page uses curl, and there is none here")
    with (
        running_sandbox() as sandbox,
        mailbox_of(path, sandbox.synthflow_url) as mailbox,
        shell(tmp_path, {**prepared(path, tmp_path, sandbox.synthflow_url), **mailbox.environ}) as bash,
    ):
        for block in blocks(text):
            if block.file:
                (tmp_path / block.file).write_text(block.body, encoding="utf-8")
            for command, shown in block.commands() if block.typed else ():
                # The reader's own key is a secret; ours is the sandbox's.
                code, said = bash.type(mailbox.typed(command.replace("API_KEY=…", f"API_KEY={SYNTHFLOW_TOKEN}")))
                assert code == 0, f"`{command}` ended with {code}:\n{said}\n{bash.said_by_those_left()}"
                assert not shown or matches(shown, said), f"`{command}` said:\n{said}"


def test_what_is_not_typed_says_why_and_is_little() -> None:
    untyped = [block for text in TEXTS.values() for block in blocks(text) if block.info.startswith("console no-run")]
    assert all(block.why_not_run for block in untyped)
    assert len(untyped) < sum(block.typed for text in TEXTS.values() for block in blocks(text))


def every_block(language: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{name_of(path)}-{number}")
        for path, text in TEXTS.items()
        for number, block in enumerate(blocks(text))
        if block.info == language
    ]


@pytest.mark.parametrize("block", every_block("python"))
def test_python_is_python(block: Block) -> None:
    ast.parse(block.body)


@pytest.mark.parametrize("block", every_block("json"))
def test_json_is_json(block: Block) -> None:
    json.loads(block.body)


@pytest.mark.parametrize("block", every_block("toml"))
def test_toml_is_toml(block: Block) -> None:
    tomllib.loads(block.body)


# --- links and names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(TEXTS[path]):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        file = path if not target else (path.parent / target).resolve()
        assert file.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), f"{link}: no such heading"


def mentions(text: str) -> Iterator[list[str]]:
    """The words of every turnwire command that a page names or types."""
    typed = [command for block in blocks(text) for command, _ in block.commands() if block.info.startswith("console")]
    for phrase in [*typed, *spans(text)]:
        for said in re.findall(r"(?:^|\| |exec worker |\$\()turnwire ([^|&>·)]+)", phrase):
            yield said.split()


def walk(words: list[str]) -> tuple[Any, list[str], list[str]]:
    """The command that words name, the names on the way, and the words that are left."""
    command = COMMANDS
    named: list[str] = []
    rest = list(words)
    while rest and hasattr(command, "commands"):
        if not re.fullmatch(r"[a-z][a-z-]*", rest[0]):
            break
        assert rest[0] in command.commands, f"there is no `turnwire {' '.join([*named, rest[0]])}`"
        named.append(rest[0])
        command = command.commands[rest.pop(0)]
    return command, named, rest


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_every_command_and_option_exists(path: Path) -> None:
    for words in mentions(TEXTS[path]):
        command, named, rest = walk(words)
        known = {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
        for word in rest:
            if re.fullmatch(r"--[a-z-]+(=.*)?|-[a-z]", word):
                option = word.partition("=")[0]
                assert option in known | {"--help"}, f"`turnwire {' '.join(named)}` has no {option}"


def test_every_command_is_in_a_page() -> None:
    told = {tuple(walk(words)[1]) for text in TEXTS.values() for words in mentions(text)}
    leaves = {
        tuple(way)
        for name, command in COMMANDS.commands.items()
        for way in ([[name, below] for below in command.commands] if hasattr(command, "commands") else [[name]])
    }
    assert leaves - told == set()


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target
        for text in TEXTS.values()
        for phrase in [*spans(text), *(line for block in blocks(text) for line in block.body.splitlines())]
        for target in re.findall(r"^(?:\$ )?make ([a-z-]+)", phrase)
    }
    assert named
    assert named - targets == set()


def test_files_that_are_named_exist() -> None:
    for path, text in TEXTS.items():
        for span in spans(text):
            if re.fullmatch(r"(?:connector|tasks|tests|deploy|docs|examples|migrations|requirements)/[\w./-]*", span):
                assert (ROOT / span).exists(), f"{name_of(path)} names {span}"


def test_what_the_readme_says_a_command_says_is_said() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "connector").rglob("*.py")]
    section = page("README.md").partition("## When something fails")[2].partition("\n## ")[0]
    quoted = re.findall(r"\*([^*|]+)\*", section)
    assert len(quoted) > 5
    for words in quoted:
        assert any(words in source for source in sources), f"nothing says {words!r}"


# --- configuration ----------------------------------------------------------------------------------------------------


def models() -> Iterator[tuple[str, type[BaseModel]]]:
    """The sections of the configuration by their headings."""
    for name, field in Settings.model_fields.items():
        kind: Any = field.annotation
        if get_origin(kind) is dict:
            # Of sources, a union: the kind that is ours; packages' kinds have keys of their own.
            yield f"[{name}.NAME]", SourceSettings if name == "sources" else get_args(kind)[1]
            if name == "routes":
                yield "[routes.NAME.brakes]", BrakeSettings
                yield "[routes.NAME.hours]", HoursSettings
                yield "[routes.NAME.followups]", FollowupSettings
            if name == "sources":
                yield "[sources.NAME.signature]", SignatureSettings
                yield "[[sources.NAME.only]]", OnlySettings
                yield "[sources.NAME.brakes]", SourceBrakeSettings
                yield "[sources.NAME.fields]", FieldsSettings
                yield "[sources.NAME] of a mailbox", MailboxSettings
                yield "[sources.NAME.imap]", ImapSettings
                yield "[sources.NAME.smtp]", SmtpSettings
                yield "[sources.NAME.oauth]", OAuthSettings
                yield "[sources.NAME] of a Maildir", MaildirSettings
                yield "[sources.NAME] of LMTP", LmtpSettings
        elif name == "replies":
            yield "[replies.NAME]", ChannelSettings
            for below, inner in kind.model_fields.items():
                found: Any = inner.annotation
                yield f"[replies.{below}]", get_args(found)[0] if isinstance(found, UnionType) else found
        else:
            yield f"[{name}]", kind


EXAMPLES = {
    "token": "env:X", "secret": "env:X", "kind": "hook", "signature": None, "zone": "UTC", "url": "https://example.com/x",
}  # fmt: skip
"""What a key that is required may be, where it is not just any word; None where the profile has it."""
EXAMPLES_OF: dict[type[BaseModel], dict[str, Any]] = {
    MailboxSettings: {"kind": "mailbox", "password": "env:X", "imap": {"host": "localhost"}},
    MaildirSettings: {"kind": "maildir"},
    LmtpSettings: {"kind": "lmtp", "recipients": ["a@shop.example"]},
    OAuthSettings: {"token_url": "https://id.example/token", "device_url": "https://id.example/device"},
}
"""What a section needs beside, or otherwise."""


@pytest.mark.parametrize(("heading", "model"), [*models()], ids=lambda part: part if isinstance(part, str) else "")
def test_every_key_is_told_with_its_default(heading: str, model: type[BaseModel]) -> None:
    _, found, rest = page("docs/configuration.md").partition(f"\n## {heading}\n")
    assert found, f"no section {heading}"
    rows = table_rows(rest.partition("\n## ")[0])[1:]
    assert [row[0].strip("`") for row in rows] == [field.alias or name for name, field in model.model_fields.items()]
    for (key, default, _), field in zip(rows, model.model_fields.values(), strict=True):
        if default == "the profile's":
            assert any(key.strip("`") in preset for preset in presets().values()), key
        elif field.is_required():
            assert default == "required", key
        elif field.default is None:
            assert default in {"none", "the provider's", "by source"}, key
        else:
            given = tomllib.loads(f"key = {default.strip('`')}")["key"]
            name = key.strip("`")
            needed = {one: EXAMPLES.get(one, "x") for one, f in model.model_fields.items() if f.is_required()}
            needed = {one: example for one, example in needed.items() if example is not None}
            needed |= EXAMPLES_OF.get(model, {})
            assert model.model_validate({**needed, name: given}) == model.model_validate(needed), key


def test_the_whole_configuration_is_one(tmp_path: Path) -> None:
    block = next(block for block in blocks(page("docs/configuration.md")) if block.info == "toml")
    (tmp_path / "turnwire.toml").write_text(block.body, encoding="utf-8")
    assert load(tmp_path / "turnwire.toml", {}).routes["support"].account == "synthflow"


def test_the_example_of_a_mailbox_is_the_pages() -> None:
    folder = ROOT / "examples" / "mail"
    shown = next(block.body for block in blocks(page("docs/how-to/mail.md")) if block.file == "turnwire.toml")
    assert (folder / "turnwire.toml").read_text(encoding="utf-8") == shown
    for link in links((folder / "README.md").read_text(encoding="utf-8")):
        assert (folder / link).resolve().exists(), link


# --- what the pages explain -------------------------------------------------------------------------------------------


WEBHOOK_SECRET = "whsec_c2VjcmV0IGVub3VnaCBmb3IgYSB0ZXN0IG9mIHRoaXM="


def webhook_delivery() -> tuple[dict[str, str], bytes]:
    """A delivery as it is made: its headers and its body."""
    now = datetime.now(UTC)
    message = ReplyMessage(
        id="1", marker="tw_1_2", channel="webhook", attempt=1, target={}, turn={"status": "answered", "answer": "Groß."}
    )
    body = payload(message, now)
    headers = {
        "webhook-id": message.marker,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(key_of(WEBHOOK_SECRET)).sign(message.marker, now, body.decode()),
    }
    return headers, body


def webhook_cases() -> list[tuple[bool, dict[str, str], bytes, str]]:
    """Whether it is ours, its headers, its body, and the secret that it is held against."""
    headers, body = webhook_delivery()
    other = "whsec_" + "A" * 44
    signature = headers["webhook-signature"]
    return [
        (True, headers, body, WEBHOOK_SECRET),
        (True, headers | {"webhook-signature": f"v1,AAAA {signature}"}, body, WEBHOOK_SECRET),
        (False, headers, body + b" ", WEBHOOK_SECRET),
        (False, headers, body, other),
        (False, headers | {"webhook-id": "tw_1_3"}, body, WEBHOOK_SECRET),
        (False, headers | {"webhook-signature": signature.swapcase()}, body, WEBHOOK_SECRET),
        (False, headers | {"webhook-signature": ""}, body, WEBHOOK_SECRET),
        (False, headers | {"webhook-timestamp": "1700000000"}, body, WEBHOOK_SECRET),
    ]


def example(name: str) -> str:
    return next(block.body for block in blocks(page("docs/replies.md")) if block.file == name)


def test_the_webhooks_example_tells_ours_from_others() -> None:
    names: dict[str, Any] = {}
    exec(compile(example("verify.py"), "verify.py", "exec"), names)
    for ours, headers, body, secret in webhook_cases():
        assert names["verified"](headers, body, secret) is ours


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_the_webhooks_example_in_node_does_too(tmp_path: Path) -> None:
    (tmp_path / "verify.mjs").write_text(example("verify.mjs"), encoding="utf-8")
    cases = [(headers, base64.b64encode(body).decode(), secret) for _, headers, body, secret in webhook_cases()]
    (tmp_path / "try.mjs").write_text(
        f"""import {{ verified }} from "./verify.mjs";
const cases = {json.dumps(cases)};
const found = cases.map(([headers, body, secret]) => verified(headers, Buffer.from(body, "base64"), secret));
console.log(JSON.stringify(found));
""",
        encoding="utf-8",
    )
    ran = subprocess.run(["node", tmp_path / "try.mjs"], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [ours for ours, *_ in webhook_cases()]


def test_every_profile_is_in_the_pages_with_its_header() -> None:
    rows = {row[0].strip("`"): row for row in table_rows(page("docs/hooks.md"))}
    for name, preset in presets().items():
        header = preset["signature"]["header"]
        assert rows[name][1] == f"`{header}`"
        assert rows[name][4].partition(",")[0].strip("`") == preset["signature"].get("timestamp_header", "none")
        assert f'`"{name}"`' in page("docs/configuration.md")


def test_every_source_in_the_pages_is_one(tmp_path: Path) -> None:
    found = [block for block in blocks(page("docs/hooks.md")) if block.info == "toml" and not block.file]
    assert len(found) > 2
    for block in found:
        route = CONFIGURATION.format(base_url="https://api.eu.synthflow.ai/v2")
        (tmp_path / "turnwire.toml").write_text(route + block.body, encoding="utf-8")
        assert load(tmp_path / "turnwire.toml", {}).sources


def test_every_metric_is_in_the_page() -> None:
    source = (ROOT / "connector" / "web" / "metrics.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"(turnwire_[a-z_]+)"', source))
    assert len(names) > 10
    assert all(f"`{name}" in page("docs/http.md") for name in names)


def test_the_turn_in_the_page_has_the_keys_of_a_turn() -> None:
    told = json.loads(next(block.body for block in blocks(page("docs/replies.md")) if block.info == "json"))
    contract = (
        "id revision event_id conversation_id conversation route account provider source external_id position status "
        "reason waiting_for settled_by text answer agent_state provider_chat_id provider_turn priority backlog_id "
        "followup_id customer metadata accepted_at occurred_at due_at sent_at ended_at subject source_kind"
    )
    assert list(told) == contract.split()


def test_the_sandboxs_page_is_whole() -> None:
    told = {span for row in table_rows(page("docs/sandbox.md")) for span in re.findall(r"`([a-z_]+)`", row[0])}
    assert set(SandboxSettings.model_fields) <= told
    assert set(Rule.model_fields) <= told
    assert set(get_args(FaultName)) <= told


def test_every_outcome_stands_in_the_readme() -> None:
    assert all(f"**{outcome}**" in page("README.md") for outcome in Outcome)


@pytest.mark.parametrize("word", ["conversation", "turn", "account", "route"])
def test_the_readme_says_what_a_word_means_where_it_uses_it_first(word: str) -> None:
    first = re.search(rf"(?<![\w-]){word}s?(?![\w-])", page("README.md"))
    assert first
    assert page("README.md")[first.start() - 2 :].startswith(f"**{word}**")


def test_every_state_is_in_the_glossary() -> None:
    told = set(spans(page("docs/glossary.md")))
    kinds = (TurnStatus, EventStatus, ConversationStatus, ReplyStatus, FollowupStatus, OutboxStatus)
    assert {str(state) for kind in kinds for state in kind} - told == set()


WORDS = """event, conversation, turn, attempt, reply, route, account, source, gate, lane, brake, bell, tick, unknown,
follow-up, backlog, hand-off, draft, outbox, dead letter, lease, drain, slice, front door, channel, endpoint,
kill switch, debounce, overtaken, quarantined, conflict, context, stopped, refused, set aside"""


def test_every_word_that_a_user_meets_is_in_the_glossary() -> None:
    told = re.findall(r"\*\*([^*]+)\*\*", page("docs/glossary.md"))
    assert set(re.split(r",\s", WORDS)) - set(told) == set()
    assert len(told) == len(set(told)), "a word has two meanings"


def test_every_table_in_the_glossary_exists() -> None:
    named = set(re.findall(r"table `(\w+)`", page("docs/glossary.md")))
    assert len(named) > 10
    assert named - set(metadata.tables) == set()


def test_every_alarm_is_explained() -> None:
    source = (ROOT / "connector" / "storage" / "monitoring" / "alarms.py").read_text(encoding="utf-8")
    names = set(re.findall(r'name="([a-z_]+)"', source))
    assert len(names) > 4
    assert all(f"`{name}`" in page("docs/operating.md") for name in names)


# --- promises and decisions -------------------------------------------------------------------------------------------


def test_every_promise_names_the_test_that_holds_it() -> None:
    text = page("docs/guarantees.md")
    promises = re.split(r"^### ", text.partition("## What is promised")[2].partition("\n## ")[0], flags=re.MULTILINE)[
        1:
    ]
    assert len(promises) == 7
    for promise in promises:
        assert re.search(r"\]\(\.\./tests/[^)]+\.py\)", promise), promise.splitlines()[0]


def test_tests_that_are_named_exist() -> None:
    for path, text in TEXTS.items():
        for name, target in re.findall(r"\[`(test_\w+)`\]\(([^)#]+\.py)\)", prose(text)):
            source = (path.parent / target).resolve().read_text(encoding="utf-8")
            assert f"def {name}(" in source, f"{target} has no {name}"


def test_decisions_are_numbered_and_begin_with_a_sentence() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in found] == list(range(1, len(found) + 1))
    for number, file in enumerate(found, 1):
        title, sentence, *_ = TEXTS[file].split("\n\n")
        assert title.startswith(f"# {number}. ")
        assert re.fullmatch(r"\*\*[^*]+\.\*\*", sentence), file.name
