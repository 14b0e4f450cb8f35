"""The child itself: `child.py picture|pdf LIMITS`, the file on standard input, what was drawn on standard output."""

from __future__ import annotations

import contextlib
import json
import logging
import resource
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

SECONDS = 20  # of the processor; who asks waits by the clock
MEMORY = 1024 * 1024 * 1024

# `-I` leaves only the libraries. What lies beside us is read without its package, which would wake all of Django.
sys.path.append(str(Path(__file__).parent))


def main() -> None:
    hold_down()
    task, limits = sys.argv[1], json.loads(sys.argv[2])
    content = sys.stdin.buffer.read()
    try:
        said, drawn = done(task, content, limits)
    except Exception:  # noqa: BLE001
        # Whatever a stranger's file can raise means the same: we could not read it.
        said, drawn = {"verdict": "unreadable"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + drawn)


def hold_down() -> None:
    """No more time and memory than an honest file needs, and nothing written to the disk.

    Threads are left alone: the decoder of HEIC starts one, and dies where it may not.
    """
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
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
