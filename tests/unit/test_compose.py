"""No container engine is needed here: these read the files as the engine would."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from typer.main import get_command

from connector.cli import application
from connector.settings import load
from connector.web.request.limits import DEFAULTS
from connector.web.serve import build
from tests.kit.front_door import close, make_site

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "worker", "serve", "sandbox")

# The members of the compose specification that this project uses; a misspelt one would be refused by the engine.
TOP = {"services", "volumes"}  # not `name`: the Compose of Debian 12 does not know it
SERVICE = {
    "build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "healthcheck", "hostname", "image",
    "init", "ports", "restart", "security_opt", "stop_grace_period", "volumes",
}  # fmt: skip
HEALTHCHECK = {"disable", "interval", "retries", "start_period", "test", "timeout"}
CONDITIONS = {"service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"(\d+h)?(\d+m)?(\d+s)?")


def without_env_file(text: str) -> str:
    """What the engine makes of ``${NAME:-default}`` when nothing is set; any other form would need an .env."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    assert "$" not in text
    return text


def environment(service: str) -> dict[str, str]:
    return {name: without_env_file(value) for name, value in SERVICES[service].get("environment", {}).items()}


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_file_uses_known_members_only():
    assert {name for name in COMPOSE if not name.startswith("x-")} <= TOP
    for service in SERVICES.values():
        assert service.keys() <= SERVICE
        assert service.get("healthcheck", {}).keys() <= HEALTHCHECK
        assert all(isinstance(part, str) for part in service.get("command", []))
        assert service.get("restart") in {"no", "unless-stopped"}


def test_durations_are_durations():
    found = [check[key] for check in checks().values() for key in ("interval", "timeout", "start_period")]
    found += [service["stop_grace_period"] for service in SERVICES.values() if "stop_grace_period" in service]
    assert all(DURATION.fullmatch(duration) for duration in found)


def checks() -> dict[str, dict]:
    return {
        name: service["healthcheck"] for name, service in SERVICES.items() if name not in {"migrate", "role", "sender"}
    }


def test_whatever_keeps_running_has_a_health_check():
    for check in checks().values():
        assert check["test"][0] == "CMD"
        assert len(check["test"]) > 1


def test_nothing_starts_before_what_it_needs():
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            ends = SERVICES[needed]["restart"] == "no"
            assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")
    assert SERVICES["worker"]["depends_on"].keys() == {"migrate", "rabbitmq", "sandbox"}
    assert SERVICES["serve"]["depends_on"].keys() == {"migrate"}, "what comes in is stored without the broker"


def test_named_volumes_are_declared():
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount for mount in mounts if not mount.startswith(".")}
    assert named == COMPOSE["volumes"].keys()
    assert all((ROOT / mount).is_file() for mount in mounts if mount.startswith("."))


@pytest.mark.parametrize("service", OURS)
def test_the_configuration_is_read_with_what_each_service_is_given(service):
    (mount,) = SERVICES[service]["volumes"]
    source, target, mode = mount.split(":")
    assert mode == "ro"
    assert f"TURNWIRE_CONFIG={target}" in DOCKERFILE
    load(ROOT / source, environment(service))


def test_the_configuration_leads_to_the_services_without_an_env_file():
    variables = environment("worker")
    settings = load(ROOT / "deploy/turnwire.toml", variables)
    servers = [variables["TURNWIRE_DATABASE_URL"], variables["TURNWIRE_BROKER_URL"]]
    accounts = [account.base_url for account in settings.accounts.values()]
    assert {urlsplit(url).hostname for url in [*servers, *accounts]} == {"postgres", "rabbitmq", "sandbox"}
    assert {account.secret() for account in settings.accounts.values()} == {"sandbox-osvi-tok", "sandbox-synthflow"}
    assert {account.provider for account in settings.accounts.values()} == {"osvi", "synthflow"}


def test_each_service_is_given_its_own_secrets_only():
    database, broker, tokens = {"TURNWIRE_DATABASE_URL"}, {"TURNWIRE_BROKER_URL"}, {"OSVI_TOKEN", "SYNTHFLOW_TOKEN"}
    given = {name: environment(name).keys() for name in OURS}
    assert given == {
        "migrate": database, "worker": database | broker | tokens, "serve": database | broker, "sandbox": set(),
    }  # fmt: skip


def test_passwords_agree():
    database = urlsplit(environment("worker")["TURNWIRE_DATABASE_URL"])
    broker = urlsplit(environment("worker")["TURNWIRE_BROKER_URL"])
    postgres, role, rabbitmq = environment("postgres"), environment("role"), environment("rabbitmq")
    assert (role["PGUSER"], role["PGPASSWORD"], role["PGDATABASE"]) == (
        postgres["POSTGRES_USER"], postgres["POSTGRES_PASSWORD"], postgres["POSTGRES_DB"],
    )  # fmt: skip
    assert database.password == role["ROLE_PASSWORD"]
    assert (broker.username, broker.password) == (
        rabbitmq["RABBITMQ_DEFAULT_USER"],
        rabbitmq["RABBITMQ_DEFAULT_PASS"],
    )


def test_the_role_of_turnwire_is_made_by_the_script_that_the_tests_try_and_is_no_administrator():
    script, name = SERVICES["role"]["entrypoint"]
    assert f"./deploy/postgres-role:{script}:ro" in SERVICES["role"]["volumes"]
    assert os.access(ROOT / "deploy/postgres-role", os.X_OK)
    database = urlsplit(environment("worker")["TURNWIRE_DATABASE_URL"])
    assert (database.username, database.path) == (name, f"/{name}")
    assert name != environment("postgres")["POSTGRES_USER"]
    assert environment("role")["PGPASSWORD"] != database.password
    assert {each for each in SERVICES if "TURNWIRE_POSTGRES_ADMIN_PASSWORD" in str(SERVICES[each])} == {
        "postgres", "role",
    }  # fmt: skip
    asked = run(["deploy/postgres-role"])
    assert (asked.returncode, "ROLE_PASSWORD=" in asked.stderr) == (2, True)


def test_the_senders_user_is_made_by_the_script_that_the_tests_try():
    sender = SERVICES["sender"]
    script, name = sender["entrypoint"]
    assert f"./deploy/rabbitmq-sender:{script}:ro" in sender["volumes"]
    assert os.access(ROOT / "deploy/rabbitmq-sender", os.X_OK)
    assert name != environment("rabbitmq")["RABBITMQ_DEFAULT_USER"]
    assert environment("sender")["NODE"] == f"rabbit@{SERVICES['rabbitmq']['hostname']}"
    asked = run(["deploy/rabbitmq-sender"])
    assert (asked.returncode, "SENDER_PASSWORD=" in asked.stderr) == (2, True)


def test_the_sandbox_listens_where_the_accounts_look():
    command = SERVICES["sandbox"]["command"]
    port = int(command[command.index("--port") + 1])
    settings = load(ROOT / "deploy/turnwire.toml", environment("worker"))
    assert {urlsplit(account.base_url).port for account in settings.accounts.values()} == {port}
    assert f"127.0.0.1:{port}/_sandbox/" in SERVICES["sandbox"]["healthcheck"]["test"][-1]


def test_the_worker_is_given_longer_than_a_call_may_last():
    settings = load(ROOT / "deploy/turnwire.toml", environment("worker"))
    grace = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace >= max(account.deadline for account in settings.accounts.values()) + 30


def test_the_front_door_is_given_longer_than_requests_in_work_have(sqlite_database, tmp_path):
    site = make_site(sqlite_database, tmp_path)
    server = build(site.receiver, DEFAULTS)
    grace = int(SERVICES["serve"]["stop_grace_period"].removesuffix("s"))
    assert grace >= (server.config.timeout_graceful_shutdown or grace) + 20
    close(server.config.app)
    site.database.dispose()


def test_only_the_front_door_is_published_and_only_to_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == {"serve"}, "the others have passwords that anybody can read in this repository"
    (port,) = published["serve"]
    command = SERVICES["serve"]["command"]
    assert without_env_file(port) == f"127.0.0.1:8080:{command[command.index('--port') + 1]}"


@pytest.mark.parametrize("service", OURS)
def test_each_runs_a_command_that_there_is(service):
    words = SERVICES[service]["command"]
    group: Any = get_command(application())
    command = group.commands[words[0]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("command", [["docker", "compose"], ["docker-compose"]], ids=" ".join)
def test_the_real_compose_takes_it(command, tmp_path):
    if shutil.which(command[0]) is None or run([*command, "version"]).returncode:
        pytest.skip(f"there is no {' '.join(command)} here")
    nothing = tmp_path / "env"
    nothing.touch()
    done = run([*command, "--env-file", str(nothing), "config", "--services"])
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == SERVICES.keys()


def test_the_stand_ins_are_called_as_the_images_are():
    script = (ROOT / "deploy/stand-ins").read_text()
    made = re.findall(r"^make_image (\S+)", script, re.MULTILINE)
    wanted = {service["image"] for service in SERVICES.values() if "build" not in service}
    wanted |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert set(made) == wanted
    removed = re.search(r"for image in ([^\"]+)", script)
    assert removed is not None
    assert set(removed[1].split()) == wanted


def test_the_scripts_say_how_they_are_used():
    assert "--compose" in run(["deploy/try-stack", "--help"]).stdout
    asked = run(["deploy/stand-ins", "--help"])
    assert (asked.returncode, "deploy/stand-ins --remove" in asked.stderr) == (2, True)


def test_the_stack_is_not_tried_on_real_providers(tmp_path):
    for name in ("deploy/try-stack", "deploy/turnwire.toml"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, target)
    configuration = tmp_path / "deploy/turnwire.toml"
    text = configuration.read_text()
    configuration.write_text(text.replace('base_url = "http://sandbox:8080/osvi"\n', ""))
    called = tmp_path / "compose"
    called.write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/called"\n')
    called.chmod(0o755)

    done = run([str(tmp_path / "deploy/try-stack"), "--compose", str(called)])

    assert done.returncode == 1
    assert "base_url is not the sandbox" in done.stderr
    assert not (tmp_path / "called").exists()


def test_the_image_runs_turnwire_as_nobody_special_and_gets_its_signals():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root)\w+$", last, flags=re.MULTILINE)
    assert 'ENTRYPOINT ["turnwire"]' in last
    assert "STOPSIGNAL SIGTERM" in last
    assert re.search(r'^HEALTHCHECK .* CMD \["worker-alive"\]$', last, flags=re.MULTILINE)
    assert os.access(ROOT / "deploy/worker-alive", os.X_OK)


def test_what_the_image_copies_is_there_and_not_ignored():
    lines = [line for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line]
    copied = [source for line in lines for source in line.split()[1:-1]]
    assert copied
    patterns = (ROOT / ".dockerignore").read_text().split("\n")
    kept = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in kept), source
