"""Promises with a day: made by the engines above (an opinion's △), listed until they are settled."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, Ref

from ..models import Promise


@writes
def promise(
    *, about: Ref, words: str, due_on: dt.date, by: Actor, item: str = "", division: str | None = None
) -> Promise:
    """Somebody looks again at `about` by `due_on`. Promised again it has its new day, and is open again."""
    row, _made = Promise.objects.update_or_create(
        about=str(about),
        defaults={
            "item": item[:20],
            "words": words[:300],
            "due_on": due_on,
            "division_id": division,
            "settled_at": None,
            "settled_words": "",
        },
        create_defaults={
            "item": item[:20],
            "words": words[:300],
            "due_on": due_on,
            "division_id": division,
            "made_at": clock.now(),
        },
    )
    audit.record("plan.promised", about, by=by, facts={"due_on": due_on.isoformat()})
    return row


@writes
def settle_promise(*, about: Ref, words: str, by: Actor) -> None:
    """It was done, or it was said why not. A thing nobody promised, or that is settled, is left alone."""
    found = Promise.objects.filter(about=str(about), settled_at=None)
    if found.update(settled_at=clock.now(), settled_words=words[:300]):
        audit.record("plan.promise_settled", about, by=by)
