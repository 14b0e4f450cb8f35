"""練習モード: the same code on rows that concern nobody. What is practised is never counted, told or decided.

A face that practises wraps the request in `practising()`; managers made by `PracticeAware` then see practised
rows only, and outside of it real ones only. One switch instead of a filter in every query.

A run of practice may have a name. Definitions tried in it are published under a kind of their own
(`procedure@<run>`), so that no list of real ones ever holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

_NAMELESS = "-"
_practice: ContextVar[str] = ContextVar("practice", default="")


def is_practice() -> bool:
    """Whether what is being done now is practice."""
    return bool(_practice.get())


@contextmanager
def practising(on: bool | str = True) -> Iterator[None]:
    """Everything inside concerns practised rows (or, with `on=False`, real ones again); a text names the run."""
    token = _practice.set(on if isinstance(on, str) else _NAMELESS if on else "")
    try:
        yield
    finally:
        _practice.reset(token)


def run_here() -> str:
    """The name of the run we are in, as `practising` takes it; "" outside of practice."""
    return _practice.get()


def kind_here(kind: str) -> str:
    """Under which kind definitions of `kind` are published in this world."""
    run = _practice.get()
    return kind if run in {"", _NAMELESS} else f"{kind}@{run}"


def run_of(kind: str) -> str:
    """The run a kind belongs to; "" for a real one."""
    return kind.partition("@")[2]


class PracticeAware(models.Manager[Any]):
    """Rows of the world we are in: the real one, or practice; of a run with a name those that stand on what it tried.

    The model has a boolean `practice` and a `definition`.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        found = super().get_queryset().filter(practice=is_practice())
        run = _practice.get()
        if run in {"", _NAMELESS}:
            return found
        # Not a join: an UPDATE over one asks "… WHERE id IN (SELECT …)", which PostgreSQL does not ask again after it
        # waited for a row, and a compare-and-set would let two through.
        tried: Any = self.model._meta.get_field("definition").related_model
        return found.filter(definition__in=tried._base_manager.filter(kind__endswith=f"@{run}").values("pk"))


def take_away(model: type[models.Model], pks: Iterable[Any]) -> None:
    """The rows and every row that points at them, leaves first. Tables that are only added to let practice go."""
    pks = list(pks)
    if not pks:
        return
    relations: list[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        child: Any = relation.related_model
        pointing = child._base_manager.filter(**{f"{relation.field.name}__in": pks})
        take_away(child, list(pointing.values_list("pk", flat=True)))
    model._base_manager.filter(pk__in=pks).delete()
