"""練習モード: the same code on rows that concern nobody. What is practised is never counted, told or decided.

A face that practises wraps the request in `practising()`; managers made by `PracticeAware` then see practised
rows only, and outside of it real ones only. One switch instead of a filter in every query.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

_practice: ContextVar[bool] = ContextVar("practice", default=False)


def is_practice() -> bool:
    """Whether what is being done now is practice."""
    return _practice.get()


@contextmanager
def practising(on: bool = True) -> Iterator[None]:
    """Everything inside concerns practised rows (or, with `on=False`, real ones again)."""
    token = _practice.set(on)
    try:
        yield
    finally:
        _practice.reset(token)


class PracticeAware(models.Manager[Any]):
    """Rows of the world we are in: the real one, or practice. The model has a boolean `practice`."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(practice=is_practice())
