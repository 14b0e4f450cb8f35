"""Which texts are near enough to be shown side by side.

Two texts are alike when the Jaccard index of their pairs of signs reaches a threshold. Comparing all with all takes
hours for tens of thousands, so two are compared when they share SHARED of their RAREST fragments: runs of six signs,
the rarest that another text has too. What every opinion says (「についてもっと分かりやすく」) is common and brings
nobody together; what only a few say does, however many sent the same letter. Groups are stars around the text that
has most like it, so that a chain of small differences never puts two texts together that are not alike themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from operator import add

from .normal import normal

# Tuned on a seed the bench (`./mado bench opinions`) does not measure; see bench/README.md for what each costs.
ALIKE = 0.6
FRAGMENT = 6
RAREST = 24
SHARED = 2
# So short a text has few fragments; shorter ones are looked at as well.
SHORT, SHORT_FRAGMENT = 24, 3
BITS = 512


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that may say the same: places in the list that was given, the middle of the star first.

    `alike` is the lowest Jaccard index of a member to that middle; 1.0 means letter for letter the same after
    `normal`.
    """

    members: tuple[int, ...]
    alike: float


def suggest(
    texts: Sequence[str],
    *,
    alike: float = ALIKE,
    apart: Collection[frozenset[int]] = (),
) -> list[Group]:
    """Groups of two or more, the largest first. `apart` are pairs a person told apart: never in one group."""
    plain = [normal(text) for text in texts]
    same = _same(plain)
    firsts = [places[0] for places in same.values() if plain[places[0]]]
    pairs = _pairs([plain[place] for place in firsts], alike)
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, index in pairs:
        near[firsts[one]][firsts[other]] = index
        near[firsts[other]][firsts[one]] = index
    twins = {places[0]: places for places in same.values()}
    return sorted(_stars(firsts, near, twins, apart), key=lambda group: (-len(group.members), group.members))


def _same(plain: Sequence[str]) -> dict[Hashable, list[int]]:
    """Texts letter for letter the same, by text; one with nothing in it is like no other."""
    found: dict[Hashable, list[int]] = {}
    for place, text in enumerate(plain):
        found.setdefault(text or place, []).append(place)
    return found


def _grams(text: str) -> frozenset[str]:
    """Its pairs of neighbouring signs; a single sign is its own."""
    return frozenset(map(add, text, text[1:])) or frozenset((text,))


def _pairs(texts: Sequence[str], alike: float) -> list[tuple[int, int, float]]:
    """(place, place, Jaccard) of all compared pairs that reach `alike`."""
    grams = [_grams(text) for text in texts]
    sizes = [len(one) for one in grams]
    bits = [_bits(one) for one in grams]
    differs = (1 - alike) / (1 + alike)
    rarest = _rarest(texts)
    having: dict[str, list[int]] = defaultdict(list)
    found: list[tuple[int, int, float]] = []
    for place, fragments in enumerate(rarest):
        mine, size, my_bits = grams[place], sizes[place], bits[place]
        lists = [having[fragment] for fragment in fragments]
        for other, shared in Counter(chain.from_iterable(lists)).items():
            if shared < SHARED:
                continue
            both = size + sizes[other]
            # Signs on different bits are different: most pairs are told from their bits, far from a real look.
            if (my_bits ^ bits[other]).bit_count() > both * differs:
                continue
            common = len(mine & grams[other])
            jaccard = common / (both - common)
            if jaccard >= alike:
                found.append((other, place, jaccard))
        for others in lists:
            others.append(place)
    return found


def _bits(grams: frozenset[str]) -> int:
    """A set as bits: two sets differ in at least as many members as their bits do (Sandes et al., 2020)."""
    bits = 0
    for gram in grams:
        bits |= 1 << hash(gram) % BITS
    return bits


def _rarest(texts: Sequence[str]) -> list[list[str]]:
    """Of each text the RAREST fragments that another has too."""
    counts = Counter(chain.from_iterable(map(_fragments, texts)))
    chosen = []
    for text in texts:
        shared = [(n, fragment) for fragment in _fragments(text) if (n := counts[fragment]) > 1]
        chosen.append([fragment for _n, fragment in nsmallest(RAREST, shared)])
    return chosen


def _fragments(text: str) -> set[str]:
    lengths = (FRAGMENT, SHORT_FRAGMENT) if len(text) < SHORT else (FRAGMENT,)
    return {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)}


def _stars(
    firsts: Sequence[int],
    near: Mapping[int, Mapping[int, float]],
    twins: Mapping[int, list[int]],
    apart: Collection[frozenset[int]],
) -> list[Group]:
    forbidden = set(apart)
    free = set(firsts)
    groups = []
    # Who has most like it (twins counted) stands in the middle; each text is in one group at most.
    weight = {
        place: len(twins[place]) + sum(len(twins[other]) for other in near.get(place, ())) for place in firsts
    }
    for middle in sorted(firsts, key=lambda place: (-weight[place], place)):
        if middle not in free:
            continue
        members = list(twins[middle])
        lowest = 1.0
        for other, index in sorted(near.get(middle, {}).items(), key=lambda pair: (-pair[1], pair[0])):
            if other in free and other != middle and not _told_apart(members, twins[other], forbidden):
                members += twins[other]
                lowest = min(lowest, index)
                free.discard(other)
        free.discard(middle)
        kept = _without_told_apart(members, forbidden)
        if len(kept) > 1:
            groups.append(Group(tuple(kept), round(lowest, 3)))
    return groups


def _told_apart(members: Sequence[int], others: Sequence[int], forbidden: Collection[frozenset[int]]) -> bool:
    return bool(forbidden) and any(frozenset((a, b)) in forbidden for a in members for b in others)


def _without_told_apart(members: Sequence[int], forbidden: Collection[frozenset[int]]) -> list[int]:
    """Twins a person told apart all the same: the later one is left out."""
    kept: list[int] = []
    for member in members:
        if not _told_apart(kept, [member], forbidden):
            kept.append(member)
    return kept
