"""Makers of what these tests stand on: an area with its rules, a site, a slot, a hall of two halves, people, staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.booking.area_rules import KIND
from madoguchi.engines.booking.models import Area, Count, Resource, ResourceUnit, Site, Slot, Unit
from madoguchi.engines.booking.wanting import Wanted, of_slot
from madoguchi.kernel import clock, packs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Kind, Party, PartyKind
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind

DIVISION = "見本課"
SLOTS: dict[str, Any] = {
    "area": "azukari",
    "version": 1,
    "kind": "slots",
    "title": "一時預かり（見本）",
    "division": DIVISION,
    "channels": ["web", "phone", "counter"],
    "takes": [{"count": "places", "amount": "1"}],
    "waiting": {"offer_minutes": 60},
    "hold_minutes": 10,
}
UNITS: dict[str, Any] = {
    "area": "shisetsu",
    "version": 1,
    "kind": "units",
    "title": "施設（見本）",
    "division": DIVISION,
    "channels": ["web", "phone", "counter"],
    "periods": [
        {"key": "am", "title": "午前", "since": "09:00", "until": "12:00", "yen": 1000},
        {"key": "pm", "title": "午後", "since": "13:00", "until": "17:00", "yen": 1500},
        {"key": "night", "title": "夜", "since": "18:00", "until": "21:00", "yen": 2000},
    ],
    "fee": "periods_yen",
    "cancel": [{"days": 7, "refund": 100}, {"days": 1, "refund": 50}],
    "waiting": {"offer_minutes": 60},
}


def area(rules: dict[str, Any] = SLOTS, **more: Any) -> Area:
    """An area with these rules, `more` of them other than usual."""
    people.keep_division(key=DIVISION, name=DIVISION)
    logic = rules | more
    definition = packs.publish(kind=KIND, key=logic["area"], version=logic["version"], logic=logic, texts={})
    found, _made = Area.objects.update_or_create(
        key=logic["area"],
        defaults={"kind": logic["kind"], "definition": definition, "division_id": DIVISION},
    )
    return found


def site(key: str = "kari-a", **fields: Any) -> Site:
    found, _made = Site.objects.get_or_create(key=key, defaults={"name": f"見本 {key}"} | fields)
    return found


def resource(of: Area | None = None, key: str = "asa", at: Site | None = None, **fields: Any) -> Resource:
    of, at = of or area(), at or site()
    found, _made = Resource.objects.get_or_create(
        area=of, key=key, defaults={"site": at, "name": f"見本 {key}"} | fields
    )
    return Resource.objects.select_related("area", "site").get(pk=found.pk)


def slot(
    of: Resource | None = None,
    *,
    capacity: int = 1,
    starts_in: dt.timedelta = dt.timedelta(days=2),
    counts: dict[str, int] | None = None,
) -> Slot:
    """A slot of two hours with so many places."""
    of = of or resource()
    starts_at = (clock.now() + starts_in).replace(minute=0, second=0, microsecond=0)
    made = Slot.objects.create(resource=of, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
    for kind, most in (counts or {"places": capacity}).items():
        Count.objects.create(slot=made, kind=kind, capacity=most)
    return Slot.objects.select_related("resource__area", "resource__site").get(pk=made.pk)


def hall(of: Area | None = None) -> dict[str, Resource]:
    """A court that is two halves: 全面 is both."""
    of, at = of or area(UNITS), site("kari-hall")
    halves = {key: Unit.objects.get_or_create(site=at, key=key, defaults={"name": key})[0] for key in "ab"}
    made = {}
    for key, parts in {"whole": "ab", "half-a": "a", "half-b": "b"}.items():
        made[key] = resource(of, key, at)
        for part in parts:
            ResourceUnit.objects.get_or_create(resource=made[key], unit=halves[part])
    return made


def person(given: str = "あおい", *, birth: str = "1990-04-12", with_account: bool = True) -> Party:
    """Somebody with a profile; with an account they can sign in (login = the given name)."""
    account = None
    if with_account:
        account = people.open_account(kind=Kind.RESIDENT, login=given, password=None, by=SYSTEM)
    profile = {
        "name": {"family": "見本", "given": given, "family_kana": "ミホン", "given_kana": "メイ"},
        "birth": birth,
        "address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""},
    }
    return people.keep_party(profile=profile, by=SYSTEM, account=account)


def group(name: str = "見本クラブ") -> Party:
    return people.keep_party(profile={"name": {"family": name}}, kind=PartyKind.ORGANISATION, by=SYSTEM)


def actor(party: Party) -> Actor:
    """Who acts for themselves."""
    link = party.accounts.first()
    return Actor(ActorKind.RESIDENT, account=link.account_id if link else None, party=party.pk)


def staff(login: str = "kakari", division: str = DIVISION, *roles: str) -> Actor:
    return identity_make.staff(login, division, *(roles or ("clerk",)))


def wanted(of: Slot, **more: Any) -> Wanted:
    return of_slot(of, **more)


def evening(of: Resource, *, in_days: int = 10, period: str = "night") -> Wanted:
    """A period of that resource so many days from now."""
    day = clock.today() + dt.timedelta(days=in_days)
    one = next(one for one in UNITS["periods"] if one["key"] == period)
    since, until = (
        dt.datetime.combine(day, dt.time.fromisoformat(one[key]), tzinfo=clock.JST)
        for key in ("since", "until")
    )
    return Wanted(of, since, until)
