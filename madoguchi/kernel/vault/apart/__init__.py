"""What strangers wrote is read in a child process with limits of its own: pictures drawn anew, PDFs looked through.

A picture or a PDF can make any library work for hours, fill the memory or, at worst, run what it brings. The child has
little time, little memory, no settings, no keys and no files; what it answers is bytes and a word.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import FileUnreadable

_CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the file: `fine`, or why not; what was drawn, and of what type it is."""

    verdict: str
    drawn: bytes = b""
    content_type: str = ""
    masked: bool = False


def ask(task: str, content: bytes, *, seconds: int, **limits: Any) -> Answer:
    """Have the child do `task` (`picture` or `pdf`) with `content`. Raises FileUnreadable where it gives up."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-B", str(_CHILD), task, json.dumps(limits)],
            input=content,
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd="/",
            env={},  # the operator's keys stand in ours
        )
        said, _line, drawn = child.stdout.partition(b"\n")
        return Answer(**json.loads(said), drawn=drawn)
    except (subprocess.TimeoutExpired, ValueError, TypeError) as error:
        # A child that was ended by its limits says nothing.
        raise FileUnreadable from error
