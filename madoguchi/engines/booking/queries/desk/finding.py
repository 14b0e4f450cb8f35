"""Finding the person a booking is for: by a registration, by an earlier booking, or by who was taken down before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer

from madoguchi.engines.records import queries as records
from madoguchi.kernel import vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import SEES_PROTECTED, Party
from madoguchi.kernel.refs import Actor, Ref, is_id

from ... import rules
from ...area_rules import rules_of
from ...models import Area, Site
from .one import by_number

NAME, PHONE = "booking.name", "booking.phone"
MOST = 20
SALT = "booking.person"


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody a booking may be made for. `party` answers for it, `person` is whom it is for."""

    party: Party
    person: Party
    number: str = ""  # of the registration

    @property
    def choice(self) -> str:
        """How a form names them: signed, so that nobody is booked for who was not found and recorded first."""
        return Signer(salt=SALT).sign(f"{self.party.pk}.{self.person.pk}")

    @property
    def name(self) -> str:
        return called(self.person)

    @property
    def by(self) -> str:
        """Who answers, where that is somebody else."""
        return called(self.party) if self.party.pk != self.person.pk else ""

    @property
    def birth(self) -> str:
        return str(identity.profile(self.person).get("birth") or "")


def as_choice(party: Party, person: Party) -> str:
    """How a form names two parties."""
    return Found(party, person).choice


def called(party: Party) -> str:
    """How they are called; "" of who was erased."""
    return "" if party.key.destroyed_at is not None else records.name_of(party)


def find_people(actor: Actor, area: Area, *, typed: str) -> list[Found]:
    """Who fits a number, a name or a telephone. The caller records the search before it shows anybody.

    Where the area asks for a registration only registered people are found: nobody else could be booked. What is
    under 秘匿 is found by its number, and by a name only with the named right in the area's division.
    """
    typed = typed.strip()[:100]
    found: dict[str, Found] = {}
    for one in (*_registered(area, typed), *_booked(actor, typed), *_taken_down(typed)):
        if _may_be_shown(actor, area, one, typed):
            found.setdefault(one.choice, one)
    return list(found.values())[:MOST]


def _may_be_shown(actor: Actor, area: Area, one: Found, typed: str) -> bool:
    if any(party.key.destroyed_at is not None for party in (one.party, one.person)):
        return False
    is_protected = one.party.is_protected or one.person.is_protected
    if not is_protected or any(sign.isdigit() for sign in typed):
        return True
    return actor.has_role(SEES_PROTECTED, in_=area.division_id)


def _registered(area: Area, typed: str) -> list[Found]:
    needed = rules_of(area.definition_id).said.who.registration
    if needed is None or not typed:
        return []
    return [
        Found(one.keeper if needed.of == "person" else one.party, one.party, one.number)
        for one in records.found_of_kind(needed.kind, typed)[:MOST]
    ]


def _booked(actor: Actor, typed: str) -> list[Found]:
    booking = by_number(actor, typed)
    if booking is None:
        return []
    party, person = identity.party(booking.party_id), identity.party(booking.person_id)
    return [Found(party, person)] if party and person else []


def _taken_down(typed: str) -> list[Found]:
    digits = "".join(sign for sign in typed if sign.isdigit())
    abouts = vault.lookup(NAME, typed) + (vault.lookup(PHONE, digits) if len(digits) > 5 else [])
    keys = [Ref.parse(about).id for about in dict.fromkeys(abouts)][:MOST]
    rows = Party.objects.filter(pk__in=[one for one in keys if is_id(one)]).select_related("key")
    return [Found(one, one) for one in rows]


def chosen(actor: Actor, area: Area, site: Site, choice: str) -> Found:
    """The two parties a form named, if the actor may book for others there. Raises NotFound."""
    if not rules.may_book_for(actor, area, site):
        raise NotFound
    try:
        party_id, _dot, person_id = Signer(salt=SALT).unsign(choice[:200]).partition(".")
    except BadSignature:
        raise NotFound from None
    rows: dict[str, Any] = {
        str(one.pk): one for one in Party.objects.filter(pk__in={party_id, person_id}).select_related("key")
    }
    if party_id not in rows or person_id not in rows:
        raise NotFound
    return Found(rows[party_id], rows[person_id])
