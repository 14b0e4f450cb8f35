"""Debian's clamd with a list of signatures of our own, and scanners that misbehave."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# The test file that every scanner knows (EICAR). In two parts, so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EIC" + b"AR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MISSING = "clamd is not here: apt-get install clamav-daemon"


def program() -> str | None:
    return shutil.which("clamd")


@contextlib.contextmanager
def running(folder: Path, *, stream_most: str = "25M") -> Iterator[str]:
    """clamd on a socket in `folder`, knowing EICAR alone (there is no network for more); the address to call."""
    found = program()
    assert found is not None
    (folder / "own.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    path = folder / "clamd.ctl"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}\nLocalSocket {path}\nForeground yes\nUser {pwd.getpwuid(os.getuid()).pw_name}\n"
        f"StreamMaxLength {stream_most}\nTemporaryDirectory {folder}\nConcurrentDatabaseReload no\n"
    )
    server = subprocess.Popen(
        [found, "--config-file", str(folder / "clamd.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until_it_answers(path, server)
        yield f"unix:{path}"
    finally:
        server.terminate()
        server.wait(10)


def _until_it_answers(path: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError("clamd did not start")


@contextlib.contextmanager
def saying(folder: Path, answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Somebody else on the socket, who does with each caller what `answer` does."""
    path = folder / "odd.ctl"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _address = server.accept()
                with caller, contextlib.suppress(OSError):
                    answer(caller)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"unix:{path}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        path.unlink()
