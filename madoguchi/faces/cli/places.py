"""Where things are on this machine: the checkout, var/, free ports. Needs no Django."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from .say import Stop

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = "madoguchi.config.settings"


def var() -> Path:
    """The folder that holds everything this installation keeps."""
    return Path(os.environ.get("MADO_VAR", ROOT / "var"))


def writable_var() -> Path:
    """`var()`, made when missing. Raises Stop when the disk does not let us write."""
    folder = var()
    probe = folder / f".writable-{os.getpid()}"
    try:
        # Nobody else on this machine: the database and the keys lie here.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise Stop(
            f"{folder} に書き込めません ({error.strerror})。 "
            "Cannot write there: free the disk, or set MADO_VAR to a folder you may write."
        ) from error
    return folder


def host() -> str:
    """The address the web server listens on."""
    return os.environ.get("MADO_BIND", "127.0.0.1")


def port() -> int:
    """The port asked for by PORT. Raises Stop when it is no port."""
    given = os.environ.get("PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise Stop(f"PORT={given} は番号ではありません。 PORT must be a number from 1 to 65535.")
    return int(given)


def require_free(port: int) -> None:
    """Raises Stop when something else listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = (
                    f"ポート {port} は使われています。 Port {port} is busy: try PORT={port + 1} ./mado run."
                )
            elif error.errno == errno.EACCES:
                reason = f"ポート {port} は使えません。 Port {port} needs privileges: try PORT=8000."
            else:
                reason = f"{host()}:{port} を開けません ({error.strerror})。 Cannot listen there."
            raise Stop(reason) from error


def free_port(wanted: int | None = None) -> int:
    """`wanted` when nobody listens there, else a port the system gives."""
    for candidate in (wanted, 0):
        if candidate is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Stop("空いているポートがありません。 No free port on this machine.")
