"""Who is registered, and what a resident may read of their own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from madoguchi.kernel import clock, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import SEES_PROTECTED, Party
from madoguchi.kernel.refs import Actor, Ref, is_id
from madoguchi.kernel.refs.receipts import normalise_receipt

from .. import fields, rules, sealing
from ..definition import FieldEntry, RegistrationKind, kind_in_force, kind_of, kinds, kinds_of
from ..models import Child, Registration, RegistrationState

NAME_FIELD = "records.name"
# Asked for, or for another term.
_WAITS = Q(state=RegistrationState.ASKED) | Q(renewal_asked_at__isnull=False, state=RegistrationState.VALID)
_WHOLE = ("definition", "party__key", "keeper__key", "key", "division")


def valid_registration(*, kind: str, party: uuid.UUID, on: dt.date) -> Registration | None:
    """The registration that counts on that day, or None. One query: booking asks in the middle of a booking."""
    rows = Registration.objects.filter(kind=kind, party=party, state=RegistrationState.VALID)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gte=on)).first()


def registrations_of(actor: Actor) -> list[Registration]:
    """The actor's own and their children's, newest first; none for who acts under a mandate. One query."""
    if not actor.is_resident or actor.party is None or actor.mandate is not None:
        return []
    rows = Registration.objects.filter(keeper=actor.party, erased_at=None)
    return list(rows.select_related(*_WHOLE))


def registration_of(actor: Actor, registration_id: object) -> Registration:
    """One of the actor's own. Not there and not theirs are the same. Raises NotFound."""
    found = _by_id(registration_id)
    rules.check_is_theirs(actor, found.keeper_id)
    return found


def registration_for(actor: Actor, registration_id: object) -> Registration:
    """One that the actor's division keeps. Raises NotFound."""
    found = _by_id(registration_id)
    if not rules.keeps(actor, kind_of(found.definition)):
        raise NotFound
    return found


def registration(registration_id: object) -> Registration:
    """Any of them, for an engine above that has checked whose it is. Raises NotFound."""
    return _by_id(registration_id)


def _by_id(registration_id: object) -> Registration:
    rows = Registration.objects.filter(erased_at=None).select_related(*_WHOLE)
    found = rows.filter(pk=str(registration_id)).first() if is_id(registration_id) else None
    if found is None:
        raise NotFound
    return found


def children_of(party: uuid.UUID) -> list[Party]:
    """The children somebody told us of, first told first; not those that were erased. One query."""
    rows = Child.objects.filter(keeper=party, party__key__destroyed_at=None).select_related("party__key")
    return [one.party for one in rows]


def child_of(actor: Actor, party_id: object) -> Party:
    """A child of the actor. Raises NotFound."""
    if actor.is_resident and actor.party is not None and actor.mandate is None:
        for child in children_of(actor.party):
            if str(child.pk) == str(party_id):
                return child
    raise NotFound


def is_child_of(*, child: uuid.UUID, keeper: uuid.UUID) -> bool:
    """Whether `keeper` told us of that child."""
    return Child.objects.filter(keeper=keeper, party=child).exists()


def keeper_of(child: uuid.UUID) -> Party | None:
    """Who keeps the child: whom messages about it go to."""
    found = Child.objects.filter(party=child).select_related("keeper__key").first()
    return found.keeper if found else None


def representative_of(group: uuid.UUID) -> Party | None:
    """Who answers for a registered group today: whom messages to it go to."""
    rows = Registration.objects.filter(party=group, state=RegistrationState.VALID).select_related(
        "keeper__key"
    )
    found = rows.order_by("-asked_at").first()
    return found.keeper if found else None


def name_of(party: Party) -> str:
    """How a party is called, for its keeper or for staff whose look is on record."""
    name = identity.profile(party).get("name") or {}
    return " ".join(part for part in (name.get("family"), name.get("given")) if part)


# ------------------------------------------------------------------ for its keeper


@dataclass(frozen=True, slots=True)
class Mine:
    """One registration as its keeper reads it."""

    row: Registration
    kind: RegistrationKind
    name: str
    is_valid: bool
    is_over: bool
    is_expired: bool
    may_renew: bool
    place: str

    @property
    def state(self) -> str:
        return str(self.row.get_state_display())


def mine(actor: Actor) -> list[Mine]:
    """The actor's own and their children's, in words. Three queries, however many there are."""
    rows = registrations_of(actor)
    of = kinds_of({row.definition_id: row.definition for row in rows})
    return [_mine(row, of[row.definition_id]) for row in rows]


def one_of_mine(actor: Actor, registration_id: object) -> Mine:
    """One of them. Raises NotFound."""
    row = registration_of(actor, registration_id)
    return _mine(row, kind_of(row.definition))


def _mine(row: Registration, of: RegistrationKind) -> Mine:
    today = clock.today()
    is_valid = row.is_valid(today)
    is_standing = row.state == RegistrationState.VALID
    until = row.valid_until or today
    return Mine(
        row=row,
        kind=of,
        name=name_of(row.party),
        is_valid=is_valid,
        is_over=row.state in {RegistrationState.REFUSED, RegistrationState.ENDED},
        is_expired=is_standing and not is_valid,
        may_renew=is_standing and row.renewal_asked_at is None and today >= of.renewable_from(until),
        place=of.site_title(row.site) if row.site else "",
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A field and what was told, in words. `str(told)` is the value."""

    id: str
    label: str
    text: str
    is_care: bool = False
    is_special: bool = False

    def __str__(self) -> str:
        return self.text


def told_by(actor: Actor, registration: Registration) -> list[Told]:
    """What its keeper told us; not what staff wrote in the interview. Raises NotFound."""
    rules.check_is_theirs(actor, registration.keeper_id)
    of = kind_of(registration.definition)
    return in_words(of, sealing.values_of(registration), of.asked_when(interview=False))


def values_of_mine(actor: Actor, registration: Registration) -> dict[str, Any]:
    """The same as values, to be written anew. Raises NotFound."""
    rules.check_is_theirs(actor, registration.keeper_id)
    return sealing.values_of(registration)


def in_words(of: RegistrationKind, values: dict[str, Any], which: Iterable[Any]) -> list[Told]:
    return [
        Told(
            id=field.id,
            label=field.label,
            text=fields.said(field, values.get(field.id)),
            is_care=field.is_care and fields.says_something(values.get(field.id)),
            is_special=field.sensitivity == "special",
        )
        for field in which
    ]


def kind(key: str) -> RegistrationKind:
    """A kind in force, in the reader's language. Raises NotFound."""
    return kind_in_force(key)


def kind_of_registration(row: Registration) -> RegistrationKind:
    """The kind as that registration stands on it, in the reader's language."""
    return kind_of(row.definition)


def kinds_to_ask() -> list[RegistrationKind]:
    """What one can be registered for. Two queries."""
    return kinds()


# ------------------------------------------------------------------ for staff


def kinds_kept(actor: Actor) -> list[RegistrationKind]:
    """The kinds the actor's divisions keep."""
    return [one for one in kinds() if rules.keeps(actor, one)]


def _kept(actor: Actor) -> QuerySet[Registration]:
    rows = _of_kinds(kinds_kept(actor))
    return rows.select_related("definition", "division", "party__key")


def _of_kinds(mine: Iterable[RegistrationKind]) -> QuerySet[Registration]:
    return Registration.objects.filter(kind__in=[one.key for one in mine], erased_at=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to be settled, and what kind of thing it is."""

    row: Registration
    title: str


def waiting(actor: Actor) -> list[Waiting]:
    """Asked for, or for another term, and nobody has settled it: the oldest first. Without a name or a value."""
    rows = list(_kept(actor).filter(_WAITS).order_by("asked_at", "pk"))
    of = kinds_of({row.definition_id: row.definition for row in rows})
    return [Waiting(row, of[row.definition_id].title) for row in rows]


def to_decide(actor: Actor) -> int | None:
    """How many those are; None where no kind is theirs to keep. Three queries at most, however many there are."""
    mine = kinds_kept(actor) if actor.is_staff else []
    return _of_kinds(mine).filter(_WAITS).count() if mine else None


def found(actor: Actor, typed: str) -> list[Registration]:
    """By number, or by the whole name: only what the actor's divisions keep. Nothing of a name is shown by this.

    Who is under 秘匿 is found by the number; by a name only with the named right in the division of the kind.
    """
    number = normalise_receipt(typed)
    if number is not None:
        return list(_kept(actor).filter(number=number))
    ids = [Ref.parse(about).id for about in vault.lookup(NAME_FIELD, typed)]
    rows = _kept(actor).filter(pk__in=[one for one in ids if is_id(one)])
    protected = Q(party__is_protected=True) | Q(keeper__is_protected=True)
    seen = actor.divisions_as(SEES_PROTECTED)
    return list(rows.exclude(protected & ~Q(division__in=seen))[:50])


def count_valid(on: dt.date) -> int:
    """How many registrations count on that day."""
    rows = Registration.objects.filter(state=RegistrationState.VALID, erased_at=None)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gte=on)).count()


def found_of_kind(kind: str, typed: str) -> list[Registration]:
    """The valid ones of a kind by number or whole name, for an engine above that has checked whose business it is."""
    number = normalise_receipt(typed)
    rows = Registration.objects.filter(kind=kind, state=RegistrationState.VALID, erased_at=None)
    rows = rows.select_related("party__key", "keeper__key")
    if number is not None:
        return list(rows.filter(number=number))
    ids = [Ref.parse(about).id for about in vault.lookup(NAME_FIELD, typed)]
    return list(rows.filter(pk__in=[one for one in ids if is_id(one)])[:50])


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field of a form: what is asked, and what stands in it now."""

    asked: FieldEntry
    now: dict[str, str]


def form_of(of: RegistrationKind, values: Mapping[str, Any], *, interview: bool = False) -> list[FieldShown]:
    """The fields of a form for an application or an interview, filled with these values."""
    asked = of.asked_when(interview=interview)
    return [FieldShown(field, fields.shown_again(field, values.get(field.id))) for field in asked]


def posted(of: RegistrationKind, data: Mapping[str, str], *, interview: bool = False) -> dict[str, Any]:
    """What such a form sent, as values to be given to a service."""
    return fields.posted(of.asked_when(interview=interview), data)
