"""What can be asked about draws."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from madoguchi.kernel import clock, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref, is_id

from . import beacons, drawing, rules
from .models import Entry, EntryState, Numbers, Round, RoundState, RunnerUp, Win, WinState
from .verifier import verify

VERIFIER = Path(verify.__file__)
# The files are long, and no list needs them.
_LONG = ("rules_file", "inventory_file", "entry_file", "result_file", "sealed_salt")


@dataclass(frozen=True, slots=True)
class Stand:
    """What became of one entry, as its receipt shows it: nothing of who it is."""

    entry: Entry
    round: Round
    place: int | None  # in the order of the draw
    wins: list[Win] = field(default_factory=list)
    waiting: list[RunnerUp] = field(default_factory=list)

    @property
    def is_in_file(self) -> bool:
        return self.round.frozen_at is not None and self.entry.state == EntryState.IN


def rounds(*, about: Ref | str | None = None, state: Iterable[str] | None = None) -> QuerySet[Any]:
    """Rounds, the newest first, each with `entered`, without their files; with `about`, those of one owner."""
    found = Round.objects.defer(*_LONG).select_related("division")
    if about is not None:
        found = found.filter(about=str(about))
    if state is not None:
        found = found.filter(state__in=list(state))
    return found.annotate(entered=Count("entries", filter=Q(entries__state=EntryState.IN)))


def round_(key: str) -> Round:
    """One round with its files. Raises NotFound."""
    found = Round.objects.select_related("division", "redraws").filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def round_of(ref: Ref) -> Round:
    """The round of a reference of ours. Raises NotFound."""
    found = Round.objects.select_related("division").filter(pk=ref.id).first()
    if found is None:
        raise NotFound
    return found


def entered(round: Round) -> int:
    """How many are in: what the file holds once there is one."""
    if round.entries_count is not None:
        return round.entries_count
    return Entry.objects.filter(round=round, state=EntryState.IN).count()


def by_channel(round: Round) -> dict[str, int]:
    """How many of those who are in came by which channel."""
    rows = Entry.objects.filter(round=round, state=EntryState.IN).order_by().values_list("channel")
    return dict(rows.annotate(n=Count("pk")))


def is_in(round: Round, asked: str) -> bool:
    """Whether an entry was made under that key (a form's token, a mail's digest)."""
    return Entry.objects.filter(round=round, asked=asked).exists()


def redraw_of(round: Round) -> Round | None:
    """The round that drew this one again, if any."""
    return round.redrawn_as.defer(*_LONG).first()


def is_taking(round: Round) -> bool:
    """Whether somebody could enter now."""
    return (
        round.state in {RoundState.PLANNED, RoundState.OPEN}
        and round.opens_at <= clock.now() < round.closes_at
    )


def beacons_of(round: Round) -> list[dict[str, Any]]:
    """Each beacon as published, with when it comes out and whether it came too early to be used."""
    return [
        one
        | {
            "place": place,
            "known_at": beacons.known_at(one),
            "is_too_early": round.frozen_at is not None and beacons.known_at(one) <= round.frozen_at,
            "is_used": round.beacon.get("place") == place,
        }
        for place, one in enumerate(round.beacons)
    ]


def files(round: Round) -> dict[str, str]:
    """The published files there are by now, whose SHA-256 is what is published: {name: text}."""
    kept = {
        "rules.json": round.rules_file,
        "inventory.json": round.inventory_file,
        "entries.txt": round.entry_file,
        "result.txt": round.result_file,
    }
    return {name: content for name, content in kept.items() if content}


def bundle(round: Round) -> str:
    """The proof: everything a stranger needs to draw again, in one file. Raises NotFound before the draw."""
    if not round.seed:
        raise NotFound
    said = {
        "format": drawing.FORMAT,
        "rules": round.rules_file,
        "rules_hash": round.rules_hash,
        "inventory": round.inventory_file,
        "inventory_hash": round.inventory_hash,
        "entries": round.entry_file,
        "entries_hash": round.entries_hash,
        "salt": round.salt,
        "beacon": round.beacon,
        "seed": round.seed,
        "result": round.result_file,
        "result_hash": round.result_hash,
    }
    return drawing.canonical(said)


def check_proof(content: bytes) -> dict[str, Any]:
    """What the stand-alone verifier finds: {verdict, steps, found, notes}. Any bytes will do."""
    report, _result = verify.check(content)
    return dict(report)


def entry_by_receipt(receipt: str) -> Entry:
    """The entry somebody's receipt names; of a draw that was done again, the one in the latest round. Raises NotFound."""
    spelled = drawing.normalise_receipt(receipt)
    rows = Entry.objects.filter(receipt=spelled).select_related("round__division") if spelled else None
    found = rows.order_by("-round__made_at").first() if rows is not None else None
    if found is None:
        raise NotFound
    return found


def stand(entry: Entry) -> Stand:
    """What became of it."""
    round_row = entry.round
    place = None
    if round_row.seed and entry.state == EntryState.IN:
        place = _place(round_row, entry.receipt)
    return Stand(entry, round_row, place, list(entry.wins.all()), list(entry.runner_up.all()))


def _place(round_row: Round, receipt: str) -> int | None:
    for place, line in enumerate(round_row.result_file.splitlines()[2:], 1):
        if line.startswith(receipt):
            return place
    return None


def titles(round: Round, language: str = "ja") -> dict[str, str]:
    """{item: what it is called}, in the reader's language where there are words for it."""
    ours = (round.words.get(language) or {}).get("items", {})
    return {one["item"]: ours.get(one["item"]) or one["title"] or one["item"] for one in round.inventory}


def title_of(round: Round, language: str = "ja") -> str:
    return (round.words.get(language) or {}).get("title") or round.title


def entries_of(party: Party | uuid.UUID) -> QuerySet[Entry]:
    """A resident's own entries, also those for a child, the newest first."""
    key = party.pk if isinstance(party, Party) else party
    rows = Entry.objects.filter(Q(party=key) | Q(person=key)).select_related("round")
    rows = rows.defer(*(f"round__{name}" for name in _LONG))
    return rows.prefetch_related("wins", "runner_up").order_by("-entered_at")


def entry_for(actor: Actor, entry_id: object) -> Entry:
    """One's own entry. Raises NotFound."""
    found = _entry(entry_id)
    if found is None or not rules.is_own(actor, found):
        raise NotFound
    return found


def win_of(entry: Entry, win_id: object) -> Win:
    """A win of that entry. Raises NotFound."""
    found = entry.wins.filter(pk=str(win_id)).first() if is_id(win_id) else None
    if found is None:
        raise NotFound
    found.entry = entry
    return found


def _entry(entry_id: object) -> Entry | None:
    rows = Entry.objects.select_related("round__division", "party", "person", "key")
    return rows.filter(pk=str(entry_id)).first() if is_id(entry_id) else None


def answers_of(entry: Entry) -> dict[str, Any]:
    """What its owner keeps with it, for making something of a win. Staff faces record the look first."""
    if not entry.sealed or entry.key is None:
        return {}
    return vault.unseal(entry.key, bytes(entry.sealed), context=entry.context)


def win(win_id: object) -> Win:
    """One win, with entry and round. Raises NotFound."""
    rows = Win.objects.select_related("entry__round", "entry__party", "entry__person")
    found = rows.filter(pk=str(win_id)).first() if is_id(win_id) else None
    if found is None:
        raise NotFound
    return found


def wins(round: Round) -> QuerySet[Win]:
    """What was won in a round, with entry and parties, in no particular order."""
    return Win.objects.filter(entry__round=round).select_related("entry__party", "entry__person")


def wins_after(round: Round, after: object, limit: int) -> QuerySet[Win]:
    """The next of them in one fixed order, for who goes through them in parts; `after` is the last one had, or None."""
    rows = wins(round).select_related("entry__key").order_by("pk")
    return (rows.filter(pk__gt=after) if after else rows)[:limit]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one item, as the result file tells it: how often it was won, how many stand in its line."""

    won: int
    waiting: int


def tallies(round: Round) -> dict[str, Tally]:
    """{item: how often it was won and how many wait}; nothing before the draw."""
    won: Counter[str] = Counter()
    waiting: dict[str, int] = {}
    for line in round.result_file.splitlines()[2:]:
        head, *rest = line.split(" ")
        if head == "next":
            waiting[rest[0]] = len(rest) - 1
        else:
            won.update(item for win in rest for item in win.partition(":")[2].split("+"))
    return {item: Tally(won[item], waiting.get(item, 0)) for item in {*won, *waiting}}


def runners_up(round: Round, item: str) -> list[RunnerUp]:
    """The line for an item, next first, each with its entry and parties.

    An entry in it may have wished for the item only together with others: `entry.wishes` says so. Who has withdrawn
    from the line is the owner's to know: this is the order of the draw.
    """
    rows = RunnerUp.objects.filter(entry__round=round, item=item)
    return list(rows.select_related("entry__party", "entry__person").order_by("place"))


def line_after(round: Round, item: str, place: int, limit: int) -> QuerySet[RunnerUp]:
    """The next of all lines, item by item and next first, behind that place of that item: for who goes through in parts."""
    rows = RunnerUp.objects.filter(entry__round=round).filter(
        Q(item__gt=item) | Q(item=item, place__gt=place)
    )
    parties = ("entry__party", "entry__person", "entry__key")
    return rows.select_related(*parties).order_by("item", "place")[:limit]


# ------------------------------------------------------------------ the desk


def rounds_minded(actor: Actor) -> QuerySet[Any]:
    """Rounds of the divisions the actor works for. Anybody else's are none."""
    return (
        rounds().filter(division__in=actor.divisions_as(*rules.MINDING))
        if actor.is_staff
        else Round.objects.none()
    )


def round_for(actor: Actor, key: str) -> Round:
    """A round the actor looks after. Not there and not theirs are the same. Raises NotFound."""
    found = round_(key)
    if not (actor.is_staff and rules.minds(actor, found)):
        raise NotFound
    return found


def entries_for_desk(round: Round) -> QuerySet[Entry]:
    """Its entries as staff see them before any name: receipt, channel, tier, state, wins."""
    wins_first = Prefetch("wins", Win.objects.order_by("rank"))
    return Entry.objects.filter(round=round).prefetch_related(wins_first).order_by("entered_at", "id")


def entry_for_desk(actor: Actor, entry_id: object) -> Entry:
    """An entry of a round the actor looks after. Raises NotFound."""
    found = _entry(entry_id)
    if found is None or not (actor.is_staff and rules.minds(actor, found.round)):
        raise NotFound
    return found


def waiting_numbers(round: Round) -> list[Numbers]:
    """Numbers somebody typed that nobody else has read at the source yet."""
    return list(round.numbers.filter(confirmed_at=None))


def numbers_for(actor: Actor, row_id: object) -> Numbers:
    """Typed numbers of a round the actor looks after. Raises NotFound."""
    rows = Numbers.objects.select_related("round")
    found = rows.filter(pk=str(row_id)).first() if is_id(row_id) else None
    if found is None or not rules.minds(actor, found.round):
        raise NotFound
    return found


def may_call_off(actor: Actor, round: Round) -> bool:
    return rules.answers_for(actor, round)


def to_do(actor: Actor) -> int:
    """Rounds that wait for a person: closed and past the day of the draw."""
    late = Q(state=RoundState.CLOSED, draws_at__lte=clock.now())
    return rounds_minded(actor).filter(late).count() if actor.is_staff else 0


def unanswered(round: Round) -> int:
    return Win.objects.filter(entry__round=round, state=WinState.OFFERED).count()
