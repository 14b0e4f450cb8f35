"""The write gate: how anything in the city is changed, on either database."""

from __future__ import annotations

import fcntl
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, overload

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
_RETRIED_STATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected
held = threading.local()  # this thread's: open, gathered


@overload
def writes(verb: Callable[P, R]) -> Callable[P, R]: ...
@overload
def writes() -> Any: ...
def writes(verb: Callable[P, R] | None = None) -> Any:
    """One transaction for one verb: a decorator, or `with writes():`.

    Re-entrant: inside an open gate it is a savepoint of the outer transaction, so that a caller may catch a
    refusal and what the refused verb had begun is undone. On SQLite a fair lock between processes is taken
    before BEGIN IMMEDIATE, because SQLite's own busy handler is unfair (p95 361–606 ms against
    76–87 ms with 16 writers). On PostgreSQL the decorated form is run again, up to five times, when the
    server reports a serialisation failure or a deadlock; the `with` form cannot be run again.
    """
    if verb is None:
        return _gate()

    @functools.wraps(verb)
    def gated(*args: P.args, **kwargs: P.kwargs) -> R:
        if _is_open():
            with transaction.atomic():
                return verb(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _gate():
                    return verb(*args, **kwargs)
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state not in _RETRIED_STATES or attempt == ATTEMPTS:
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return gated


@contextmanager
def stands_alone() -> Iterator[None]:
    """A gate of its own: what is written inside is committed when the block ends.

    Raises RuntimeError inside anybody else's transaction, which could still be undone. (A test's wrapping
    transaction is let through: Django marks it, and `durable` knows the mark.)
    """
    if _is_open():
        raise RuntimeError("this must be committed by itself, not inside another verb's transaction")
    with _gate(durable=True):
        yield


@contextmanager
def _gate(*, durable: bool = False) -> Iterator[None]:
    if _is_open():
        with transaction.atomic():
            yield
        return
    with _turn():
        held.open = True
        try:
            with transaction.atomic(durable=durable):
                yield
        finally:
            held.open = False


def _is_open() -> bool:
    return getattr(held, "open", False)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for our turn among all processes that write this SQLite file."""
    path = _lock_path()
    if path is None or connection.in_atomic_block:
        # PostgreSQL, an in-memory database, or a test's own transaction: nothing to queue for.
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # releases the lock, also when the process is killed


def _lock_path() -> Path | None:
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        return None
    return Path(name + ".gate")


@contextmanager
def within() -> Iterator[None]:
    """Inside an open gate nothing more: a single statement needs no savepoint of its own. Otherwise a gate."""
    if _is_open():
        yield
        return
    with _gate():
        yield


@contextmanager
def alone() -> Iterator[None]:
    """For one statement that is its whole transaction: our turn on SQLite, and no BEGIN and COMMIT around it."""
    if _is_open():
        yield
        return
    with _turn():
        held.open = True  # it is our turn: a verb inside would wait for itself
        try:
            yield
        finally:
            held.open = False
