"""Run by pretix's own python: one organiser, a token, hot products with their quotas, and a calendar.

    python pretix_lay.py '{"hot": [[count, size], …], "units": 200, "days": 60, "places": 5}'

Prints {"token": …, "items": [[item, quota], …], "subevents": […], "day": …} as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import (  # noqa: E402
    Event,
    Item,
    Organizer,
    Quota,
    SubEvent,
    Team,
    TeamAPIToken,
)


def product(event: Event, name: str) -> Item:
    return event.items.create(name=name, default_price=0, admission=True, active=True)


def hot(event: Event, sizes: list[list[int]]) -> list[list[int]]:
    """Products of which there are only so many: [[item, quota], …]."""
    made = []
    for count, size in sizes:
        for _each in range(count):
            item = product(event, "place")
            quota = event.quotas.create(name="places", size=size)
            quota.items.add(item)
            made.append([item.pk, quota.pk])
    return made


def calendar(event: Event, units: int, days: int, places: int) -> list[int]:
    """An event series: every unit once a day, each time with a quota of its own."""
    item = product(event, "place")
    morning = (now() + dt.timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    rows = [
        SubEvent(
            event=event,
            active=True,
            name=f"unit {unit}",
            date_from=morning + dt.timedelta(days=day, minutes=unit % 48 * 10),
            date_to=morning + dt.timedelta(days=day, minutes=unit % 48 * 10 + 50),
        )
        for day in range(days)
        for unit in range(units)
    ]
    SubEvent.objects.bulk_create(rows, batch_size=500)
    quotas = [Quota(event=event, subevent=row, name="places", size=places) for row in rows]
    Quota.objects.bulk_create(quotas, batch_size=500)
    through = Quota.items.through
    through.objects.bulk_create([through(quota=quota, item=item) for quota in quotas], batch_size=500)
    return [item.pk, *(row.pk for row in rows)]


def main(wanted: dict) -> None:
    with scopes_disabled(), transaction.atomic():
        organizer = Organizer.objects.create(name="bench", slug="bench")
        team = Team.objects.create(
            organizer=organizer,
            name="bench",
            all_events=True,
            all_event_permissions=True,
            all_organizer_permissions=True,
        )
        token = TeamAPIToken.objects.create(team=team, name="bench")
        begins = now() + dt.timedelta(days=90)
        shared = {
            "organizer": organizer, "currency": "JPY", "live": True, "is_public": True, "date_from": begins,
            "all_sales_channels": True, "plugins": "",
        }  # fmt: skip
        one = Event.objects.create(name="hot", slug="hot", **shared)
        items = hot(one, wanted["hot"])
        said = {"token": token.token, "items": items}
        if wanted.get("units"):
            series = Event.objects.create(name="calendar", slug="calendar", has_subevents=True, **shared)
            said["item"], *said["subevents"] = calendar(
                series, wanted["units"], wanted["days"], wanted["places"]
            )
    print(json.dumps(said))


main(json.loads(sys.argv[1]))
