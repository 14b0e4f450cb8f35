"""A place taken over our HTTP API by residents with tokens of their own, and the calendar it shows in.

    python ours_booking.py --lay '{"residents": 512, "hot": [[count, size], …], "units": 200, "days": 60, "places": 5}'

The area has what an area of the city has: an age that is asked of the profile, a question whose answer is sealed, two
counts, at most one visit a day, a line for what is full. Nothing of it is switched off.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

AREA, CALENDAR = "bench", "calendar"
DIVISION = "見本課"
FIRST_DAY = 2  # slots begin so many days from now, one a day: nobody has two of a day


def order(token: str, slot: str, number: int) -> tuple[str, bytes, dict[str, str]]:
    """One booking as our API wants it: path, body, headers."""
    body = {"slot": slot, "answers": {"lunch": "yes"}}
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"bench-{number:032x}",
    }
    return "/api/v1/bookings", json.dumps(body).encode(), headers


# ------------------------------------------------------------------ laid by a process of its own

RULES: dict[str, Any] = {
    "area": AREA,
    "version": 1,
    "kind": "slots",
    "title": "見本の一時預かり",
    "division": DIVISION,
    "channels": ["web", "phone"],
    "who": {"eligible": "age >= 18", "why_not": "18歳以上の方が申し込めます。", "group": "never"},
    "opens": {"days": 400},
    "limits": [{"most": 1, "per": "day"}],
    "asks": [{"key": "lunch", "label": "昼ごはんを持ってきますか", "type": "yes_no", "required": False}],
    "takes": [{"count": "places"}, {"count": "points", "amount": "age < 65 ? 1 : 2"}],
    "cancel": [{"days": 1}],
    "waiting": {"offer_minutes": 60},
}


def lay(wanted: dict[str, Any]) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from madoguchi.kernel import clock

    hot = [size for count, size in wanted["hot"] for _each in range(count)]
    today = clock.today()
    area, site = _area(AREA)
    resource = _resource(area, site, "hot")
    slots = _slots(
        [(resource, today + dt.timedelta(days=FIRST_DAY + n), 10, size) for n, size in enumerate(hot)]
    )
    said: dict[str, Any] = {"slots": slots, "area": AREA, "tokens": _residents(wanted["residents"])}
    if wanted.get("units"):
        area, site = _area(CALENDAR)
        many = [_resource(area, site, f"unit-{n}") for n in range(wanted["units"])]
        days = [today + dt.timedelta(days=1 + n) for n in range(wanted["days"])]
        times = [(one, day, 10 + n % 8, wanted["places"]) for day in days for n, one in enumerate(many)]
        said |= {"calendar": CALENDAR, "times": _slots(times)}
    return said


def _area(key: str) -> tuple[Any, Any]:
    from madoguchi.engines.booking.models import Area, Site
    from madoguchi.kernel.identity import services as people
    from madoguchi.kernel.packs.publishing import publish

    people.keep_division(key=DIVISION, name=DIVISION)
    logic = {**RULES, "area": key}
    if key == CALENDAR:
        logic["limits"] = []
    definition = publish(kind="booking_area", key=key, version=1, logic=logic, texts={})
    area = Area.objects.create(key=key, kind="slots", definition=definition, division_id=DIVISION)
    return area, Site.objects.get_or_create(key="bench", defaults={"name": "見本会館"})[0]


def _resource(area: Any, site: Any, key: str) -> Any:
    from madoguchi.engines.booking.models import Resource

    return Resource.objects.create(area=area, site=site, key=key, name=f"見本 {key}")


def _slots(wanted: list[tuple[Any, dt.date, int, int]]) -> list[str]:
    from madoguchi.engines.booking.models import Count, Slot
    from madoguchi.kernel import clock

    slots, counts = [], []
    for resource, day, hour, size in wanted:
        begins = dt.datetime.combine(day, dt.time(hour), tzinfo=clock.JST)
        slot = Slot(resource=resource, starts_at=begins, ends_at=begins + dt.timedelta(minutes=50))
        slots.append(slot)
        counts += [
            Count(slot=slot, kind="places", capacity=size),
            Count(slot=slot, kind="points", capacity=2 * size),
        ]
    Slot.objects.bulk_create(slots, batch_size=500)
    Count.objects.bulk_create(counts, batch_size=500)
    return [str(slot.pk) for slot in slots]


def _residents(many: int) -> list[str]:
    """People with a profile; the token of each."""
    from madoguchi.kernel.access import scopes, services
    from madoguchi.kernel.identity import queries as identity
    from madoguchi.kernel.identity import services as people
    from madoguchi.kernel.identity.models import Kind
    from madoguchi.kernel.refs import SYSTEM

    app, _secret = services.add_client(
        name="bench", redirect_uris=["https://bench.invalid/"], scopes_=scopes.KEYS, by=SYSTEM, is_public=True
    )
    tokens = []
    for number in range(many):
        account = people.open_account(kind=Kind.RESIDENT, login=f"bench-{number}", password=None, by=SYSTEM)
        profile = {
            "name": {"family": "見本", "given": "はな", "family_kana": "ミホン", "given_kana": "ハナ"},
            "birth": f"{1940 + number % 60}-04-01",
            "address": {"postcode": "0000000", "address": "架空県見本市見本町1-2-3", "building": ""},
        }
        people.keep_party(profile=profile, account=account, by=SYSTEM)
        who = identity.actor_for(account)
        grant = services.connect(client=app, asked=scopes.KEYS, by=who)
        tokens.append(services.issue_pair(grant=grant, asked=scopes.KEYS, by=who).access)
    return tokens


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    print(json.dumps(lay(json.loads(sys.argv[2]))))
