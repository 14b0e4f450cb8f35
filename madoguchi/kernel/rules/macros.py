"""exists, all, exists_one, filter and map over lists whose elements may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .parts import Step, Work, items_of, with_list
from .values import UNKNOWN, Items, Seen, joined


def _each(items: Items, name: str, body: Step, work: Work) -> Iterator[tuple[Seen, Seen]]:
    """Every element with what the body says about it; the variable is put back afterwards."""
    outer = work.local.get(name)
    try:
        for item in items.seen:
            work.step()
            work.local[name] = item
            yield item, body(work)
    finally:
        if outer is None:
            work.local.pop(name, None)
        else:
            work.local[name] = outer


def _over(of: Step, answer: Callable[[Seen, Items, Work], Seen]) -> Step:
    """A step over the elements of a list; a list that is itself unknown stays so."""

    def step(work: Work) -> Seen:
        many = of(work)
        return many if many.value is UNKNOWN else answer(many, items_of(many), work)

    return step


def _in_the_end(value: bool, many: Seen, why: list[str], unknown: list[str]) -> Seen:
    """All elements were asked and none decided: what is unknown leaves the answer open."""
    if unknown:
        return Seen(UNKNOWN, unknown=tuple(unknown))
    return Seen(value, with_list(many, tuple(why)))


def _quantifier(of: Step, name: str, body: Step, *, decided_by: bool) -> Step:
    """exists is decided by one element that fits, all by one that does not."""

    def answer(many: Seen, items: Items, work: Work) -> Seen:
        unknown: list[str] = []
        why: list[str] = []
        for _item, seen in _each(items, name, body, work):
            if seen.value is UNKNOWN:
                unknown.extend(seen.unknown)
            elif (seen.value is True) is decided_by:
                return Seen(decided_by, with_list(many, seen.reasons))
            else:
                why.extend(seen.reasons)
        return _in_the_end(not decided_by, many, why, [*unknown, *items.missing])

    return _over(of, answer)


def exists(of: Step, name: str, body: Step) -> Step:
    return _quantifier(of, name, body, decided_by=True)


def every(of: Step, name: str, body: Step) -> Step:
    return _quantifier(of, name, body, decided_by=False)


def exists_one(of: Step, name: str, body: Step) -> Step:
    """Exactly one. Two that fit settle it, whatever else is unknown."""

    def answer(many: Seen, items: Items, work: Work) -> Seen:
        unknown: list[str] = []
        why: list[str] = []
        fitting: list[Seen] = []
        for _item, seen in _each(items, name, body, work):
            if seen.value is UNKNOWN:
                unknown.extend(seen.unknown)
                continue
            why.extend(seen.reasons)
            if seen.value is True:
                fitting.append(seen)
            if len(fitting) == 2:
                return Seen(False, with_list(many, joined(one.reasons for one in fitting)))
        return _in_the_end(len(fitting) == 1, many, why, [*unknown, *items.missing])

    return _over(of, answer)


def filtered(of: Step, name: str, body: Step) -> Step:
    """The elements that fit. One that may or may not fit leaves the list open, and positions meaningless."""

    def answer(many: Seen, items: Items, work: Work) -> Seen:
        kept: list[Seen] = []
        why: list[str] = []
        unknown: list[str] = []
        for item, seen in _each(items, name, body, work):
            if seen.value is UNKNOWN:
                unknown.extend(seen.unknown)
                continue
            why.extend(seen.reasons)
            if seen.value is True:
                kept.append(item)
        missing = (*unknown, *items.missing)
        return Seen(Items(kept, missing, items.in_place and not unknown), (*many.reasons, *why))

    return _over(of, answer)


def mapped(of: Step, name: str, body: Step) -> Step:
    def answer(many: Seen, items: Items, work: Work) -> Seen:
        made = [seen for _item, seen in _each(items, name, body, work)]
        return Seen(Items(made, items.missing, items.in_place), many.reasons)

    return _over(of, answer)


QUANTIFIERS: dict[str, Callable[[Step, str, Step], Step]] = {
    "exists": exists,
    "all": every,
    "exists_one": exists_one,
}
