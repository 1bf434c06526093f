"""The machine and its processes, by what the kernel counts."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
PROC = Path("/proc")


def described(*, load: bool = True) -> str:
    """Processor, cores, Python and the load of the last minute: what a figure must be read beside."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines(PROC / "cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    found = f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{found}, load before {os.getloadavg()[0]:.1f}" if load else found


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def pinned(command: list[str], core: int = -1) -> list[str]:
    """The command on one core, counted from the end, where ``taskset`` is there and the machine has cores to spare."""
    cores = os.cpu_count() or 1
    if cores < 4 or shutil.which("taskset") is None:
        return command
    return ["taskset", "--cpu-list", str(core % cores), *command]


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*/stat"):
        fields = _stat(entry)
        if fields:
            parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found = [pid]
    for each in found:
        found.extend(parents.get(each, ()))
    return found


def _stat(path: Path) -> list[str]:
    """The fields of a process from its state on; none if it has ended."""
    try:
        return path.read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds of processor time that these processes have used, and their children that ended."""
    total = 0
    for pid in pids:
        fields = _stat(PROC / str(pid) / "stat")
        if fields:
            total += sum(int(field) for field in fields[11:15])
    return total / _TICK


def thread_seconds(pid: int) -> dict[str, float]:
    """Seconds of processor time that each thread of a process has used so far, by thread id and name."""
    found = {}
    for entry in (PROC / str(pid) / "task").glob("*"):
        fields = _stat(entry / "stat")
        if fields:
            name = "".join(_lines(entry / "comm"))
            found[f"{name} {entry.name}"] = (int(fields[11]) + int(fields[12])) / _TICK
    return found


def named(name: str) -> list[int]:
    """The processes of a program."""
    return [int(entry.parent.name) for entry in PROC.glob("[0-9]*/comm") if _lines(entry)[:1] == [name[:15]]]


def peak_mb(pid: int) -> float:
    """The most memory a process has had resident, in MB."""
    for line in _lines(PROC / str(pid) / "status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def resident_mb(pids: Iterable[int]) -> float:
    """Memory that these processes have resident now, what they share counted in each."""
    pages = 0
    for pid in pids:
        fields = _stat(PROC / str(pid) / "stat")
        pages += int(fields[21]) if fields else 0
    return pages * _PAGE / 1e6


def wait_for_quiet(load: float = 1.5, patience: float = 60.0) -> None:
    """Wait a while for other work on this machine to end; a busy machine shows in the load that is printed."""
    until = time.monotonic() + patience
    while os.getloadavg()[0] > load and time.monotonic() < until:
        time.sleep(2.0)


def versions() -> str:
    """Versions of the servers as their clients tell them, where they are on the path."""
    shown = []
    for command in (["psql", "--version"], ["rabbitmqctl", "version"]):
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            shown.append(f"{command[0]} {(done.stdout.split() or ['?'])[-1 if command[0] == 'rabbitmqctl' else 2]}")
    return ", ".join(shown)
