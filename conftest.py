"""What holds for every test, in tests/ and inside the engines: closed sockets, rows of its own, the chosen database."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# These machines are noisy: an example may take its time, what it shows is what counts.
hypothesis_settings.register_profile("city", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("city")


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


@pytest.fixture(scope="session", autouse=True)
def _flush_passes_the_guards() -> Iterator[None]:
    """On SQLite a test that really commits is emptied by DELETE, which tables that are only added to refuse.

    There is no switch in the product to pass those triggers by (kernel.db.only_added), so the flush between
    tests takes them down and puts them up again, in its own transaction. PostgreSQL's TRUNCATE fires none.
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_is_not_%'"
            )
            guards = cursor.fetchall()
        emptied = plain(self, *args, **kwargs)
        return [*(f"DROP TRIGGER {name}" for name, _sql in guards), *emptied, *(sql for _name, sql in guards)]

    patch = pytest.MonkeyPatch()
    patch.setattr(operations, "sql_flush", sql_flush)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _own_vault(settings, tmp_path: Path) -> None:
    """Files that a test keeps lie in its own folder."""
    settings.VAULT_ROOT = tmp_path / "vault"
    settings.VAULT_KEYS = tmp_path / "keys"
    settings.VAULT_ERASED = tmp_path / "erased"
    settings.VAULT_ARCHIVES = ""
    settings.AUDIT_HEADS = tmp_path / "audit-heads"
