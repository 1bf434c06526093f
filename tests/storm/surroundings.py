"""Where a storm happens: a configuration, a migrated database, a broker, and worker processes that can be killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.kit.forked import ForkedProcess

ROOT = Path(__file__).resolve().parents[2]

_WORKER = """
import sys
from pathlib import Path
from connector.settings import load
from tasks.worker import run
sys.exit(run(load(Path(sys.argv[1]))))
"""


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without a developer's own settings of Turnwire."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TURNWIRE_")}
    return {**kept, "PYTHONPATH": str(ROOT), **(extra or {})}


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the storm's workers are told to behave; times in seconds."""

    deadline: float = 3.0
    grace: float = 8.0
    lease: float = 2.0
    in_flight: int = 48
    slice: float = 30.0
    max_attempts: int = 10
    remote_control: bool = False


def configuration(
    folder: Path, *, database: str, broker: str, osvi: tuple[str, str], synthflow: tuple[str, str], manner: Manner
) -> Path:
    """Write a ``turnwire.toml`` with three accounts, each with the route of its name; ``osvi`` is (URL, token)."""
    common = f"""
rate = "none"
max_in_flight = {max(1, manner.in_flight // 3)}
deadline = "{manner.deadline}s"
grace = "{manner.grace}s"
"""
    tokens = {"osvi": osvi[1], "synthflow": synthflow[1]}
    for name, token in tokens.items():
        (folder / f"{name}.token").write_text(token)
    accounts = {
        "v1": f'provider = "osvi"\napi = "v1"\nbase_url = "{osvi[0]}"\ntoken = "file:osvi.token"',
        "legacy": f'provider = "osvi"\napi = "legacy"\nbase_url = "{osvi[0]}"\ntoken = "file:osvi.token"',
        "synthflow": f'provider = "synthflow"\nbase_url = "{synthflow[0]}"\ntoken = "file:synthflow.token"',
    }
    agents = {"v1": "agent_storm", "legacy": "agent_storm", "synthflow": "893195c1-c640-438b-9761-2e5357b01cb8"}
    sections = [f'[database]\nurl = "{database}"\n[broker]\nurl = "{broker}"\nfolder = "broker"']
    sections += [
        f'[worker]\nin_flight = {manner.in_flight}\nlease = "{manner.lease}s"\nslice = "{manner.slice}s"',
        f"remote_control = {str(manner.remote_control).lower()}",
        *(f"[accounts.{name}]\n{lines}{common}" for name, lines in accounts.items()),
        *(
            f'[routes.{name}]\naccount = "{name}"\nagent = "{agent}"\non_lost = "hold"\n'
            f"max_attempts = {manner.max_attempts}"
            for name, agent in agents.items()
        ),
    ]
    path = folder / "turnwire.toml"
    path.write_text("\n".join(sections) + "\n")
    return path


@dataclass
class Worker:
    """One worker process; its log lies beside the configuration."""

    process: ForkedProcess
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, as the kernel's or an impatient operator's."""
        self.process.kill()
        self.process.wait(30)

    def wait(self, seconds: float = 60.0) -> int:
        """The exit code."""
        return self.process.wait(seconds)


@dataclass
class Crew:
    """The workers of one configuration."""

    config: Path
    started: list[Worker] = field(default_factory=list)

    def start(self, failpoints: str = "", *, own_group: bool = False) -> Worker:
        """Start one more; ``failpoints`` as in :mod:`connector.utils.failpoints`."""
        log = self.config.with_name(f"worker{len(self.started) + 1}.log")
        environment = clean_environment({"TURNWIRE_FAILPOINTS": failpoints} if failpoints else None)
        with log.open("wb") as output:
            process = ForkedProcess(
                _WORKER,
                [str(self.config)],
                output=output,
                env=environment,
                cwd=self.config.parent,
                own_group=own_group,
            )
        worker = Worker(process, log)
        self.started.append(worker)
        return worker

    @property
    def living(self) -> list[Worker]:
        return [worker for worker in self.started if worker.lives]


@contextmanager
def crew(config: Path) -> Iterator[Crew]:
    """A crew whose last members end with it."""
    workers = Crew(config)
    try:
        yield workers
    finally:
        for worker in workers.living:
            with suppress(ProcessLookupError):
                worker.signal(signal.SIGCONT)
            worker.kill()
