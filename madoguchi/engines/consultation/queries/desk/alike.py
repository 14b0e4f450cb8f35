"""Parts that may say the same, side by side. Nothing of the texts is kept anywhere: they are opened and compared anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ... import sealing
from ...grouping import Group, marked, normal, suggest
from ...models import Call, NotAlike, Opinion, Part, PartsApart

A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Alike:
    """One of the texts; `pieces` marks what it shares with the first of its group."""

    part: Part
    text: str
    pieces: tuple[tuple[str, bool], ...]
    is_same: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group a person decides on: `alike` is 1.0 when all say it letter for letter."""

    members: tuple[Alike, ...]
    alike: float
    opinions: tuple[Opinion, ...]

    @property
    def loose(self) -> int:
        return sum(one.part.opinion_id is None for one in self.members)


def alike(call: Call, *, page: int = 1) -> tuple[list[Suggestion], int, int]:
    """A page of groups nobody has decided on, how many there are, and how many pages.

    A machine reads every part to compare it; only what a page shows has to be recorded as looked at.
    """
    parts = [part for part in _parts(call) if part.comment.key.destroyed_at is None]
    texts = [sealing.text_of(part) for part in parts]
    groups = [group for group in suggest(texts, apart=_apart(call, parts)) if _is_open(group, parts)]
    pages = max(-(-len(groups) // A_PAGE), 1)
    start = (min(max(page, 1), pages) - 1) * A_PAGE
    shown = [_shown(group, parts, texts) for group in groups[start : start + A_PAGE]]
    return shown, len(groups), pages


def _parts(call: Call) -> list[Part]:
    return list(
        Part.objects.filter(comment__call=call, withheld="")
        .select_related("comment", "comment__key", "unit", "opinion", "opinion__answer")
        .order_by("comment__received_at", "comment", "order")
    )


def _apart(call: Call, parts: Sequence[Part]) -> set[frozenset[int]]:
    """Pairs of places a person told apart: parts, and the parts of opinions."""
    place = {part.pk: number for number, part in enumerate(parts)}
    rows = PartsApart.objects.filter(one__comment__call=call).values_list("one", "other")
    pairs = {frozenset((place[a], place[b])) for a, b in rows if a in place and b in place}
    by_opinion: dict[object, list[int]] = {}
    for number, part in enumerate(parts):
        by_opinion.setdefault(part.opinion_id, []).append(number)
    for a, b in NotAlike.objects.filter(one__call=call).values_list("one", "other"):
        pairs |= {frozenset((one, other)) for one in by_opinion.get(a, []) for other in by_opinion.get(b, [])}
    return pairs


def _is_open(group: Group, parts: Sequence[Part]) -> bool:
    """Whether a person still has something to decide: not one opinion already, nor one answer for all."""
    members = [parts[place] for place in group.members]
    if any(part.opinion is None for part in members):
        return True
    if len({part.opinion_id for part in members}) == 1:
        return False
    answers = {part.opinion.answer_id for part in members if part.opinion}
    return len(answers) > 1 or answers == {None}


def _shown(group: Group, parts: Sequence[Part], texts: Sequence[str]) -> Suggestion:
    middle = texts[group.members[0]]
    members = tuple(
        Alike(
            parts[place],
            texts[place],
            tuple(marked(texts[place], middle if place != group.members[0] else texts[group.members[1]])),
            normal(texts[place]) == normal(middle),
        )
        for place in group.members
    )
    opinions = {one.part.opinion_id: one.part.opinion for one in members if one.part.opinion is not None}
    return Suggestion(members, group.alike, tuple(opinions.values()))
