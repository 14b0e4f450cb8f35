"""The nursery and its children: `child.py DOOR`. Each line handed in through the door gets a child of its own.

On the line comes a line of JSON (task, seconds, limits) and the file; back goes a line of JSON and what was drawn.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

SECONDS = 20  # of the processor; who asks waits by the clock
MEMORY = 1024 * 1024 * 1024
LOOKS_UP_EVERY = 15  # seconds: whether the parent is still there
IDLE_TURNS = 20
ROOT = Path(__file__).parents[4]  # where `madoguchi` lies, for the readers of engines

# `-I` leaves only the libraries. What lies beside us is read without its package, which would wake all of Django.
sys.path.append(str(Path(__file__).parent))


def main() -> None:
    """Fork a child for each line, until nobody hands in any more."""
    door, parent = socket.socket(fileno=int(sys.argv[1])), os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a child ended: its line says so
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who lets us go
    wake()
    door.settimeout(LOOKS_UP_EVERY)
    quiet = 0
    while quiet < IDLE_TURNS and os.getppid() == parent:
        try:
            said, lines, _flags, _address = socket.recv_fds(door, 1, 1)
        except TimeoutError:
            quiet += 1
            continue
        if not said:
            return  # the parent closed the door
        quiet = 0
        for line in lines:
            bear(door, line)


def bear(door: socket.socket, line: int) -> None:
    """A child for this line. Without room for one the line is closed, and who asked hears nothing."""
    try:
        child = os.fork()
    except OSError:
        os.close(line)
        return
    if child:
        os.close(line)
        return
    door.close()
    code = 1
    try:
        answer(socket.socket(fileno=line))
        code = 0
    finally:
        os._exit(code)


def wake() -> None:
    """What the children need, read once; they share it."""
    for name in ("picture_draw", "pdf_look", "pdf_draw"):
        import_module(name)
    from PIL import Image

    Image.init()
    gc.freeze()


def answer(line: socket.socket) -> None:
    with line:
        asked, _line, content = _all_of(line).partition(b"\n")
        wanted = json.loads(asked)
        signal.setitimer(signal.ITIMER_REAL, wanted["seconds"])  # who asked has gone by then
        reader = reader_named(wanted["task"])
        if reader:
            hold_down(seconds=wanted["seconds"], memory=wanted["memory"])
        else:
            hold_down()
        try:
            if reader:
                said, drawn = reader.answer(content, **wanted["limits"])
            else:
                said, drawn = done(wanted["task"], content, wanted["limits"])
        except Exception:  # noqa: BLE001
            # Whatever a stranger's file can raise means the same: we could not read it.
            said, drawn = {"verdict": "unreadable"}, b""
        line.sendall(json.dumps(said).encode() + b"\n" + drawn)


def _all_of(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def reader_named(task: str) -> Any:
    """The module of an engine that reads this kind of file, with its libraries; None for our own tasks."""
    if "." not in task:
        return None
    sys.path.append(str(ROOT))
    return import_module(task)


def hold_down(*, seconds: int = SECONDS, memory: int = MEMORY) -> None:
    """No more time and memory than an honest file needs, and nothing written to the disk.

    Threads are left alone: the decoder of HEIC starts one, and dies where it may not.
    """
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # A system that knows no such limit still has the others.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    logging.disable()
    warnings.simplefilter("ignore")


def done(task: str, content: bytes, limits: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    if task == "picture":
        return import_module("picture_draw").drawn(content, **limits)  # type: ignore[no-any-return]
    verdict = import_module("pdf_look").look(content, limits["pages"])
    if verdict != "fine":
        return {"verdict": verdict}, b""
    return import_module("pdf_draw").drawn(content, **limits)  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
