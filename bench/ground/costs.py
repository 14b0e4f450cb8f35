"""What a run cost, counted at the processes that served it: processor time, and instructions where the machine tells.

Of the server, its workers and its database; not of who drives them, and not of whatever else runs on the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    cpu: float = 0.0  # seconds
    instructions: int = 0  # 0 = not known here


def family(*roots: int) -> list[int]:
    """These processes and all their children."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], list(roots)
    while left:
        pid = left.pop()
        found.append(pid)
        left += parents.get(pid, [])
    return found


def cpu_of(pids: list[int]) -> float:
    """Seconds of processor these have used, with children that ended and were waited for."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(one) for one in fields[11:15])
    return ticks / TICK


@cache
def can_count() -> bool:
    """Whether this machine counts instructions (perf; many virtual machines do not)."""
    if shutil.which("perf") is None:
        return False
    tried = subprocess.run(
        ["perf", "stat", "-x,", "-e", "instructions", "true"], check=False, capture_output=True, text=True
    )
    return re.search(r"^\d+,", tried.stderr, re.MULTILINE) is not None


@contextmanager
def counted(*roots: int) -> Iterator[Cost]:
    """The cost of what the families of `roots` do meanwhile; known when the block has ended."""
    cost, pids = Cost(), family(*roots)
    said = Path(tempfile.mkstemp(prefix="mado-perf-")[1])
    perf = None
    if can_count():
        command = [
            "perf",
            "stat",
            "-x,",
            "-o",
            str(said),
            "-e",
            "instructions",
            "-p",
            ",".join(map(str, pids)),
        ]
        perf = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(0.2)
    began = cpu_of(pids)
    try:
        yield cost
    finally:
        cost.cpu = cpu_of(family(*roots)) - began
        if perf is not None:
            perf.send_signal(2)
            perf.wait(10)
            found = re.search(r"^(\d+),", said.read_text(), re.MULTILINE)
            cost.instructions = int(found[1]) if found else 0
        said.unlink()
