"""Keeps the processes of one installation alive together: a dead child is started again, and none outlives us."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from .say import Stop, note

PATIENCE = 10.0  # seconds a child gets to finish what it has in hand
SHORT_LIFE = 20.0  # a child that lived less than this is failing, not crashing once
LONGEST_PAUSE = 30.0
GIVE_UP_AFTER = 5  # short lives in a row before the first one ever held
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process we keep: what to start, and how its life has been so far."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_again: float = 0.0
    short_lives: int = 0
    was_stable: bool = field(default=False)

    def start(self) -> None:
        parent = os.getpid()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            process_group=0,
            preexec_fn=lambda: die_with(parent),  # noqa: PLW1509  (safe: we have one thread)
        )

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def kill_group(self) -> None:
        """Everything the child started, too: granian's workers hold the port after their parent is killed."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def bury(self) -> float:
        """The child is dead: count it, and say after how many seconds it may start again."""
        lived = time.monotonic() - self.started
        if lived >= SHORT_LIFE:
            self.short_lives, self.was_stable = 0, True
        self.short_lives += 1
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.short_lives - 1))
        self.start_again = time.monotonic() + pause
        return pause


def die_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when our parent is gone, however it went (also kill -9)."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went between fork and prctl
        os._exit(0)


@contextlib.contextmanager
def only_server(folder: Path, about: str) -> Iterator[None]:
    """Hold `folder` for one supervisor. Raises Stop when another one serves it; freed by any kind of death."""
    path = folder / "serving.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            who = os.read(handle, 200).decode(errors="replace").strip()
            raise Stop(
                f"{folder} はもう開いています ({who})。 A server is running on this data already."
            ) from error
        os.truncate(handle, 0)
        os.pwrite(handle, f"pid {os.getpid()}, {about}".encode(), 0)
        yield
    finally:
        os.close(handle)


def keep_alive(children: list[Child], ready: Callable[[], bool]) -> int:
    """Start the children and keep them until SIGTERM or SIGINT; then stop them gracefully.

    `ready` is called until it says True (it prints the addresses once the port answers).
    """
    leaving: list[int] = []

    def leave(number: int, _frame: FrameType | None) -> None:
        leaving.append(number)

    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, leave)
    is_ready = False
    try:
        for child in children:
            child.start()
        while not leaving:
            for child in children:
                _look_after(child)
            is_ready = is_ready or ready()
            time.sleep(0.1)
    finally:
        _stop_all(children)
    return 0


def _look_after(child: Child) -> None:
    if child.process is None:
        if time.monotonic() >= child.start_again:
            child.start()
        return
    code = child.process.poll()
    if code is None:
        return
    child.kill_group()
    pause = child.bury()
    if child.short_lives >= GIVE_UP_AFTER and not child.was_stable:
        raise Stop(
            f"{child.name} が起動しません（終了コード {code}）。 {child.name} does not start; its last lines stand above."
        )
    note(f"{child.name}: ended ({code}); starting again in {pause:.1f} s")
    child.process = None


def _stop_all(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + PATIENCE
    for child in children:
        if child.process is None:
            continue
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, until - time.monotonic()))
        child.kill_group()
        child.process.wait()
