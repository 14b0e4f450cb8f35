"""Where children are born ready: one process of this web process, with the libraries awake, that forks a child for each file.

Waking Pillow and the readers of PDFs costs more than drawing a photograph. The nursery does it once, reads nothing of what
strangers wrote, and hands each file's line to a fresh child, which holds itself down and ends with its file. It goes when
its parent goes, or when nobody has asked for five minutes.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

_CHILD = Path(__file__).with_name("child.py")


@dataclass
class Nursery:
    """A running one: the process, and the door through which lines are handed in."""

    owner: int  # a fork of ours does not share it
    process: subprocess.Popen[bytes]
    door: socket.socket

    @property
    def is_open(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None


class _Here:
    """The one of this process."""

    lock = threading.Lock()
    nursery: Nursery | None = None


def line_to_child() -> socket.socket:
    """A line to a child of its own, born for it. Raises OSError where there is no room for one."""
    ours, theirs = socket.socketpair()
    try:
        with theirs, _Here.lock:
            try:
                socket.send_fds(_open().door, [b"."], [theirs.fileno()])
            except (BrokenPipeError, ConnectionResetError):  # it went between our look and our word
                close()
                socket.send_fds(_open().door, [b"."], [theirs.fileno()])
    except BaseException:
        ours.close()
        raise
    return ours


def _open() -> Nursery:
    here = _Here.nursery
    if here is None or not here.is_open:
        close()
        door, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(_CHILD), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd="/",
                env={},  # the operator's keys stand in ours
            )
        here = _Here.nursery = Nursery(os.getpid(), process, door)
    return here


def close() -> None:
    """Let the nursery go; the next file opens another. One of our parent's is left to our parent."""
    left, _Here.nursery = _Here.nursery, None
    if left is None:
        return
    left.door.close()
    if left.owner == os.getpid():
        left.process.terminate()  # its children go on with their files
        left.process.wait(10)
    else:
        left.process.returncode = 0  # not ours to wait for


atexit.register(close)
