"""Asking ClamAV: its INSTREAM command over a local socket or TCP.

A few lines of our own. The client on the package index that is kept up is under GPL-2.0, which our licence
(Apache-2.0) cannot go together with; the others have had no release for years.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import time

from django.conf import settings

SECONDS = 20  # for the whole conversation: somebody waits for the page
_PART = 64 * 1024
_LONGEST_REPLY = 4096
_ADDRESS = re.compile(r"unix:(?P<path>/.+)|tcp:(?P<host>[^\s/]+):(?P<port>\d{1,5})")


class ScannerSilent(Exception):
    """No answer, or none that says clean or found. The file is not called safe."""


def scan(content: bytes) -> str:
    """The name of what clamd found, "" for a clean file. Raises ScannerSilent for everything else.

    clamd out of memory, a file over its StreamMaxLength, a stranger on that port: all of it is silence.
    """
    try:
        with _connected(settings.VAULT_CLAMAV) as line:
            reply = _asked(line, content)
    except (OSError, ValueError) as error:
        raise ScannerSilent(type(error).__name__) from error
    if reply == "stream: OK":
        return ""
    found = re.fullmatch(r"stream: (\S.*) FOUND", reply)
    if found is None:
        raise ScannerSilent(f"clamd said {reply[:80]!r}")
    return found[1]


def is_address(address: str) -> bool:
    """Whether it is one we can call: `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`."""
    return _ADDRESS.fullmatch(address) is not None


def _connected(address: str) -> socket.socket:
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        raise ValueError("no address of a scanner")
    if not parts["path"]:
        return socket.create_connection((parts["host"].strip("[]"), int(parts["port"])), timeout=3)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(3)
        line.connect(parts["path"])
    except BaseException:
        line.close()
        raise
    return line


def _asked(line: socket.socket, content: bytes) -> str:
    until = time.monotonic() + SECONDS
    # clamd may hang up in the middle, to say that the file is too large: its reply is read all the same.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PART):
            part = content[start : start + _PART]
            line.settimeout(_left(until))
            line.sendall(struct.pack("!I", len(part)) + part)
        line.sendall(struct.pack("!I", 0))
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < _LONGEST_REPLY:
        line.settimeout(_left(until))
        more = line.recv(_LONGEST_REPLY)
        if not more:
            break
        reply += more
    return reply.rstrip(b"\0").decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
