"""What is not kept for ever: registrations and loans whose years are over, children somebody no longer keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import SYSTEM, Actor, Ref
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import UnderHold

from .. import rules
from ..definition import kind_of
from ..errors import RegistrationSettled
from ..models import Child, Loan, Registration, RegistrationState

BATCH = 100
REGISTRATION, LOAN, PARTY = "registration", "loan", "party"
LOANS = "loans"  # how retention.yaml calls them, under `others`; a kind of registration names its own
STANDING = (RegistrationState.ASKED, RegistrationState.VALID)


def forget(*, registration: Registration, by: Actor) -> None:
    """消去の請求: what was told goes, once the registration is over. By its keeper, or by staff who keep it.

    Raises RegistrationSettled while it is valid or waits, UnderHold, NotFound, NotAllowed.
    """
    if by.is_staff:
        rules.check_keeps(by, kind_of(registration.definition))
    else:
        rules.check_is_theirs(by, registration.keeper_id)
    if _over_since(registration) is None:
        raise RegistrationSettled
    _finish(_begin(registration, "asked", by))


def forget_child(*, child: Party, by: Actor) -> None:
    """The keeper takes a child out of what we know. Raises RegistrationSettled while it is registered, UnderHold, NotFound."""
    if by.party is None or not Child.objects.filter(keeper=by.party, party=child).exists():
        raise NotFound
    rules.check_is_theirs(by, by.party)
    if any(_over_since(one) is None for one in Registration.objects.filter(party=child, erased_at=None)):
        raise RegistrationSettled
    retention.erase(kind=PARTY, about=Ref.to(child), reason="asked", by=by, unless_held=[Ref.to(child)])


def forget_kept(keeper: Party) -> int:
    """Who kept them was erased: children and groups we knew only through them go too. Doing it twice is doing it once."""
    children = Child.objects.filter(keeper=keeper).values_list("party", flat=True)
    shared = Child.objects.filter(party__in=children).exclude(keeper=keeper).values_list("party", flat=True)
    groups = Registration.objects.filter(keeper=keeper, party__kind=PartyKind.ORGANISATION)
    others = Registration.objects.filter(party__in=groups.values("party"), erased_at=None)
    gone = {*children} - {*shared} | {*groups.values_list("party", flat=True)} - {
        *others.values_list("party", flat=True)
    }
    for party in sorted(gone):
        retention.erase(kind=PARTY, about=_party(party), reason="asked", by=SYSTEM)
    return len(gone)


def tend() -> dict[str, int]:
    """A batch of what the plan keeps no longer. Without a plan, or a class for it, nothing goes."""
    return {"registrations": _dispose_registrations(), "loans": _dispose_loans()}


def _dispose_registrations() -> int:
    today = clock.today()
    ended = Q(ended_at__isnull=False) | Q(state=RegistrationState.VALID, valid_until__lt=today)
    rows = Registration.objects.filter(ended, erased_at=None).select_related("definition", "keeper", "party")
    done = 0
    for row in rows.order_by("ended_at", "valid_until").iterator(chunk_size=BATCH):
        if done >= BATCH:
            break
        since = _over_since(row)
        if since is not None and _is_over(kind_of(row.definition, "ja").said.retention, since):
            done += _tried(row)
    return done


def _tried(registration: Registration) -> int:
    try:
        _finish(_begin(registration, "disposal", SYSTEM))
    except UnderHold:
        return 0
    return 1


def _dispose_loans() -> int:
    done = 0
    for loan in Loan.objects.filter(back_at__isnull=False).order_by("back_at")[:BATCH]:
        back_on = clock.in_city(loan.back_at).date() if loan.back_at else clock.today()
        if not _is_over(LOANS, back_on):
            break
        held = [loan.ref, _party(loan.party_id)]
        try:
            retention.erase(kind=LOAN, about=loan.ref, reason="disposal", by=SYSTEM, unless_held=held)
        except UnderHold:
            continue
        done += 1
    return done


def _is_over(which: str, closed_on: dt.date) -> bool:
    plan = retention.plan_in_force()
    kept = plan.named(plan.others.get(which, "")) if plan is not None else None
    if kept is None or kept.after == "transfer":
        return False
    end = retention.end_of(kept, closed_on)
    return end is not None and end <= clock.today()


def _over_since(registration: Registration) -> dt.date | None:
    """The day it was over; None while it waits or is valid."""
    if registration.ended_at is not None:
        return clock.in_city(registration.ended_at).date()
    until = registration.valid_until
    is_past = registration.state == RegistrationState.VALID and until is not None and until < clock.today()
    return until if is_past else None


@writes
def _begin(registration: Registration, reason: str, by: Actor) -> list[retention.Erasure]:
    """The registration, and a party that stood for nothing else, begun together: a crash leaves neither out."""
    held = [registration.ref, _party(registration.party_id), _party(registration.keeper_id)]
    abouts = [(REGISTRATION, registration.ref)]
    if _goes_along(registration):
        abouts.append((PARTY, _party(registration.party_id)))
    begun = [
        retention.begin(kind=kind, about=about, reason=reason, by=by, unless_held=held)
        for kind, about in abouts
    ]
    audit.record(
        "records.forgotten", registration.ref, by=by, facts={"why": reason}, subject=registration.keeper_id
    )
    return begun


def _finish(begun: Iterable[retention.Erasure]) -> None:
    for erasure in begun:
        retention.finish(erasure)


def _goes_along(registration: Registration) -> bool:
    """A group stands for its registration alone, and so does a child whose keeper has no account to keep it with."""
    party = registration.party
    if Registration.objects.filter(party=party, erased_at=None).exclude(pk=registration.pk).exists():
        return False
    if party.kind == PartyKind.ORGANISATION:
        return True
    is_child = Child.objects.filter(party=party, keeper=registration.keeper_id).exists()
    return is_child and not identity.has_account(registration.keeper)


def _party(party: object) -> Ref:
    return Ref("identity", "party", str(party))
