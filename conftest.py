"""What holds for every test, in tests/ and inside the engines: closed sockets, rows of its own, the chosen database."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest


class ClosedSocket(RuntimeError):
    """A test tried to leave this machine."""


def _stays_here(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _closed_sockets() -> Iterator[None]:
    """Nothing but loopback can be reached from a test."""
    patch = pytest.MonkeyPatch()
    for verb in ("connect", "connect_ex"):
        original = getattr(socket.socket, verb)

        def guarded(self, address, _original=original):
            if not _stays_here(address):
                raise ClosedSocket(f"tests speak to loopback only, not to {address!r}")
            return _original(self, address)

        patch.setattr(socket.socket, verb, guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _own_vault(settings, tmp_path: Path) -> None:
    """Files that a test keeps lie in its own folder."""
    settings.VAULT_ROOT = tmp_path / "vault"
    settings.VAULT_KEYS = tmp_path / "keys"
