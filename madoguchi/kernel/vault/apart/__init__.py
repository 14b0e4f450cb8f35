"""What strangers wrote is read in a child process with limits of its own: pictures drawn anew, PDFs looked through.

A picture or a PDF can make any library work for hours, fill the memory or, at worst, run what it brings. The child has
little time and little memory, none of our settings in its environment; files it writes stay empty. What it answers is bytes
and a word. It runs as the same user: no sandbox keeps it from reading what that user may read.
"""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass
from typing import Any

from . import nursery


class NoAnswer(Exception):
    """The child could not be started, did not come back, or said nothing that makes sense: no word on the file."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the file: `fine`, or why not; what was drawn, and of what type it is."""

    verdict: str
    drawn: bytes = b""
    content_type: str = ""
    masked: bool = False


def ask(task: str, content: bytes, *, seconds: int, memory: int | None = None, **limits: Any) -> Answer:
    """Have the child do `task` (`picture` or `pdf`) with `content`. Raises NoAnswer where it gives up."""
    wanted = {"task": task, "seconds": seconds, "memory": memory, "limits": limits}
    asked = json.dumps(wanted).encode() + b"\n"
    try:
        with nursery.line_to_child() as line:
            line.settimeout(seconds)
            line.sendall(asked)
            line.sendall(content)
            line.shutdown(socket.SHUT_WR)
            told = _told(line, until=time.monotonic() + seconds)
        said, _line, drawn = told.partition(b"\n")
        return Answer(**json.loads(said), drawn=drawn)
    except (OSError, ValueError, TypeError) as error:
        # A child that was ended by its limits says nothing; a machine without room for another starts none.
        raise NoAnswer from error


def read_apart(reader: str, content: bytes, *, seconds: int, memory: int, **limits: Any) -> Answer:
    """Have the child read `content` with `answer(content, **limits)` of the module `reader`, one of our own.

    For engines that read other kinds of files: the module runs without settings and tables, in `memory` bytes.
    """
    return ask(reader, content, seconds=seconds, memory=memory, **limits)


def _told(line: socket.socket, *, until: float) -> bytes:
    """Everything the child says until it goes. Raises TimeoutError."""
    parts = []
    while part := line.recv(1 << 20):
        parts.append(part)
        line.settimeout(max(until - time.monotonic(), 0.001))
    return b"".join(parts)
