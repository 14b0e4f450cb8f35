"""What must hold when a crowd has gone: nothing given twice, nothing lost, nobody passed over. Each broken one as a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

Told = list[dict[str, Any]]


def recover() -> None:
    """What the worker would do within minutes."""
    from madoguchi.engines.booking import jobs

    jobs.lapse()
    jobs.lines()


def broken(told: Told, kills: int) -> list[str]:
    """Everything that is not as it was promised, after `recover`."""
    return [*counts(), *cells(), *holds(), *answers(told, kills), *lines(), *numbers(told), *desks(told)]


def counts() -> list[str]:
    """taken = Σ active bookings ≤ capacity."""
    from madoguchi.engines.booking.models import ACTIVE, Booking, Count

    taken: Counter[tuple[Any, str]] = Counter()
    for slot, takes in Booking.objects.filter(state__in=ACTIVE, slot__isnull=False).values_list(
        "slot", "takes"
    ):
        for kind, amount in takes.items():
            taken[slot, kind] += amount
    wrong = []
    for row in Count.objects.all():
        booked = taken[row.slot_id, row.kind]
        if not row.taken == booked <= row.capacity:
            wrong.append(f"{row.kind}: {row.taken} taken, {booked} booked, {row.capacity} there are")
    return wrong


def cells() -> list[str]:
    """Each cell is one booking's, and every active booking of the court has all of its cells and no other has any."""
    from madoguchi.engines.booking import places
    from madoguchi.engines.booking.area_rules import rules_of
    from madoguchi.engines.booking.models import ACTIVE, Booking, Claim

    wrong = []
    given = Counter(Claim.objects.values_list("unit", "cell"))
    wrong += [f"a cell given {n} times" for n in given.values() if n > 1]
    has: dict[Any, set[Any]] = defaultdict(set)
    for booking, unit, cell in Claim.objects.values_list("booking", "unit", "cell"):
        has[booking].add((unit, cell))
    rows = (
        Booking.objects.filter(slot=None)
        .select_related("resource", "area")
        .prefetch_related("resource__units")
    )
    for row in rows:
        wanted: set[Any] = set()
        if row.state in ACTIVE:
            said = rules_of(row.definition_id).said
            found = places.wanted_cells(row.resource, row.starts_at, row.ends_at, said.cleaning)
            wanted = {(unit.pk, cell) for unit, cell, _cleaning in found}
        if has.pop(row.pk, set()) != wanted:
            wrong.append(f"booking {row.receipt} ({row.state}) has other cells than it took")
    return wrong + [f"cells of {booking}, which there is not" for booking in has]


def holds() -> list[str]:
    """No hold outlives its end and the sweep; no active booking without its facts."""
    from madoguchi.engines.booking.models import Booking, State
    from madoguchi.kernel import clock

    late = Booking.objects.filter(state=State.HELD, held_until__lte=clock.now()).count()
    return [f"{late} holds outlived their end"] if late else []


def answers(told: Told, kills: int) -> list[str]:
    """Every booking that was answered has exactly one row; every row was answered, but what a kill swallowed."""
    from madoguchi.engines.booking.models import Booking, State, Waiting
    from madoguchi.kernel.audit.models import Event
    from madoguchi.kernel.jobs.models import Job

    rows = {str(one.pk): one for one in Booking.objects.all()}
    made = {one["id"] for one in told if one["what"] == "made"}
    wrong = [f"booking {one} was answered and is not there" for one in made - rows.keys()]
    by_key: dict[str, set[str]] = defaultdict(set)
    for one in told:
        if one.get("asked"):
            by_key[one["asked"]].add(one["id"])
    wrong += [f"one key, {len(ids)} bookings" for ids in by_key.values() if len(ids) > 1]
    offered = {str(one) for one in Waiting.objects.exclude(booking=None).values_list("booking", flat=True)}
    unheard = len(rows.keys() - made - offered)
    if unheard > kills:
        wrong.append(f"{unheard} bookings nobody was told of, by {kills} kills")
    ended = {one["id"] for one in told if one["what"] == "ended"}
    wrong += [
        f"booking {one} was given back and is {rows[one].state}"
        for one in ended & rows.keys()
        if rows[one].state not in (State.CANCELLED, State.LAPSED)
    ]
    confirmed = {one["id"] for one in told if one["what"] == "confirmed"}
    wrong += [
        f"booking {one} was confirmed and is {rows[one].state}"
        for one in confirmed & rows.keys()
        if rows[one].state not in (State.BOOKED, State.CANCELLED)
    ]
    written = Counter(
        Event.objects.filter(
            verb__in=("booking.made", "booking.held"), about__startswith="booking:booking:"
        ).values_list("about", "verb")
    )
    wrong += [f"{about} is on record {n} times as {verb}" for (about, verb), n in written.items() if n > 1]
    known = {about for about, _verb in written}
    wrong += [f"booking {pk} is not on record" for pk in rows if f"booking:booking:{pk}" not in known]
    outbox = set(Job.objects.filter(kind="booking.tell").values_list("about", flat=True))
    return wrong + [f"nobody will be told of {pk}" for pk in rows if f"booking:booking:{pk}" not in outbox]


def lines() -> list[str]:
    """Who waits is served in the order of the line, and nobody waits for what is free."""
    from madoguchi.engines.booking import places
    from madoguchi.engines.booking.models import ACTIVE, Booking, Waiting, WaitState

    wrong = []
    rows = list(Waiting.objects.exclude(slot=None).order_by("slot", "number"))
    by_slot: dict[Any, list[Waiting]] = defaultdict(list)
    for row in rows:
        by_slot[row.slot_id].append(row)
    for slot, line in by_slot.items():
        for place, row in enumerate(line):
            if row.state == WaitState.WAITING:
                has = Booking.objects.filter(slot=slot, person=row.person_id, state__in=ACTIVE).exists()
                if not has and places.fits(slot, row.takes):
                    wrong.append(f"number {row.number} waits for what is free")
            if row.offered_at is None:
                continue
            # Whoever stood before them, wanted as little, and was there all the time, had to be asked before.
            passed = [
                one
                for one in line[:place]
                if one.takes == row.takes
                and one.asked_at < row.offered_at
                and (one.offered_at is None or one.offered_at > row.offered_at)
                and (one.ended_at is None or one.ended_at > row.offered_at)
            ]
            wrong += [f"number {row.number} was served before number {one.number}" for one in passed]
    return wrong


def numbers(told: Told) -> list[str]:
    """Tickets of a line and day are 1, 2, 3 … without gap or twin, and each one answered is there."""
    from madoguchi.engines.queue.models import Line, Sequence, Ticket

    wrong = []
    for line in Line.objects.all():
        given: dict[Any, list[int]] = defaultdict(list)
        for on, number in Ticket.objects.filter(line=line).values_list("on", "number"):
            given[on].append(number)
        for on, found in given.items():
            last = Sequence.objects.get(line=line, on=on).last
            if sorted(found) != list(range(1, last + 1)):
                wrong.append(f"line {line.prefix}: {len(found)} tickets, the last number is {last}")
    there = {str(pk) for pk in Ticket.objects.values_list("pk", flat=True)}
    lost = {one["id"] for one in told if one["what"] == "ticket"} - there
    return wrong + [f"ticket {one} was given and is not there" for one in lost]


def desks(told: Told) -> list[str]:
    """A ticket is called to one desk, a desk has one ticket, and they are called in their order."""
    from madoguchi.engines.queue.models import Step, Ticket

    wrong = []
    called: dict[str, set[str]] = defaultdict(set)
    for one in told:
        if one["what"] == "called":
            called[one["id"]].add(one["desk"])
    wrong += [f"a ticket was called to {len(at)} desks" for at in called.values() if len(at) > 1]
    here = Counter(Ticket.objects.filter(state__in=("called", "serving")).values_list("desk", flat=True))
    wrong += [f"{n} tickets at one desk" for n in here.values() if n > 1]
    steps = Counter(Step.objects.filter(kind="called").values_list("ticket", flat=True))
    wrong += [f"a ticket was called {n} times by 「つぎの方」" for n in steps.values() if n > 1]
    first: dict[Any, list[tuple[Any, int]]] = defaultdict(list)
    rows = Step.objects.filter(kind="called").select_related("ticket").order_by("at", "pk")
    for row in rows:
        first[row.ticket.line_id].append((row.at, row.ticket.number))
    for calls in first.values():
        order = [number for _at, number in calls]
        if order != sorted(order):
            wrong.append("numbers were called out of their order")
    return wrong
